"""The simulator delivers updates as the real server does (tdlib/telegram-bot-api, WebhookActor.cpp)."""
import json
import threading

import pytest
import requests

from process import limit
from test_simulator import ANNA, BORYS, GROUP, TOKEN, hook, new_sim, sim  # noqa: F401 (fixtures)

SCALE = "0.05"


@pytest.fixture
def delivering(new_sim, hook):  # noqa: F811
    made = new_sim("--retry-scale", SCALE)
    made.ok("setWebhook", url=hook.url, secret_token="s-3_cret", max_connections=10)
    made.hook = hook
    return made


def test_the_request_to_the_letter(delivering):
    delivering.says(ANNA, 'до\n"діла" / 😀\tт')
    update = delivering.hook.wait(1)[0]
    line, headers, body, _ = delivering.hook.requests[0]
    assert line == "POST /hook?a=b HTTP/1.1"
    assert [name for name, _ in headers] == [
        "Host", "X-Telegram-Bot-Api-Secret-Token", "Content-Type", "Content-Length", "Connection", "Accept-Encoding"]
    assert dict(headers) | {"Host": ""} == {
        "Host": "", "X-Telegram-Bot-Api-Secret-Token": "s-3_cret", "Content-Type": "application/json",
        "Content-Length": str(len(body)), "Connection": "keep-alive", "Accept-Encoding": "gzip, deflate"}
    assert body.startswith(b'{"update_id":%d,\n"message":{' % update["update_id"])
    assert body.isascii() and b"\\ud83d\\ude00" in body.lower() and b" / " in body
    assert update["message"]["text"] == 'до\n"діла" / 😀\tт'


def test_ids_rise_and_connections_are_reused(delivering):
    for i in range(10):
        delivering.says(ANNA, str(i))
        delivering.idle()
    updates = delivering.hook.wait(10)
    ids = [update["update_id"] for update in updates]
    assert ids == list(range(ids[0], ids[0] + 10))
    assert [update["message"]["text"] for update in updates] == [str(i) for i in range(10)]
    assert len(delivering.hook.connections) == 1


@pytest.mark.parametrize("failure", [500, 401, 302, None])
def test_a_failed_update_stays_at_the_head_of_its_queue(delivering, failure):
    delivering.hook.plan = [failure] * 3
    delivering.says(ANNA, "раз")
    delivering.says(ANNA, "два")
    state = delivering.idle()
    texts = [update["message"]["text"] for update in delivering.hook.wait(5)]
    assert texts == ["раз"] * 4 + ["два"]
    bodies = {body for _, _, body, update in delivering.hook.requests if update["message"]["text"] == "раз"}
    assert len(bodies) == 1
    assert (state["delivered"], state["failed_attempts"], state["dropped"]) == (2, 3, 0)
    info = delivering.ok("getWebhookInfo")
    assert info["last_error_message"].startswith(
        f"Wrong response from the webhook: {failure}" if failure else "Webhook connection closed")


@pytest.mark.parametrize("status", [200, 201, 204, 299])
def test_any_2xx_is_enough(delivering, status):
    delivering.hook.plan = [status]
    delivering.says(ANNA)
    assert delivering.idle()["failed_attempts"] == 0


def test_retry_after_is_heeded(new_sim, hook):  # noqa: F811
    sim = new_sim("--retry-scale", "1")  # noqa: F811
    sim.ok("setWebhook", url=hook.url)
    hook.plan = [(503, {"Retry-After": "3600"}, b""), 200]
    sim.says(ANNA, "жде")
    hook.wait(1)
    sim.says(BORYS, "іде")
    assert [update["message"]["text"] for update in hook.wait(2)] == ["жде", "іде"]
    assert sim.get("state", wait="idle", timeout=300)["pending"] == 1


def test_one_update_of_a_queue_in_flight_others_go_on(delivering):
    go = threading.Event()
    delivering.hook.plan = [lambda _: go.wait(limit()) and 200]
    delivering.says(ANNA, "перше")
    delivering.hook.wait(1)
    message = delivering.ok("sendMessage", chat_id=ANNA, text="?")["message_id"]
    delivering.says(ANNA, "друге")
    delivering.press(ANNA, message, data="кнопка")
    delivering.says(BORYS, "чуже")
    updates = delivering.hook.wait(3)
    kinds = [update.get("message", {}).get("text") or update["callback_query"]["data"] for update in updates]
    assert sorted(kinds) == sorted(["перше", "кнопка", "чуже"])
    go.set()
    assert delivering.hook.wait(4)[3]["message"]["text"] == "друге"


def test_no_more_than_max_connections(delivering):
    go, lock, now, most = threading.Event(), threading.Lock(), [0], [0]

    def held(_):
        with lock:
            now[0] += 1
            most[0] = max(most[0], now[0])
        go.wait(limit())
        with lock:
            now[0] -= 1
        return 200
    delivering.hook.plan = [held] * 20
    for i in range(20):
        delivering.control("person", id=5000 + i, first_name=str(i))
        delivering.says(5000 + i)
    delivering.hook.wait(10)
    go.set()
    delivering.idle()
    assert most[0] == 10 and len(delivering.hook.requests) == 20


def test_a_method_in_the_answer(delivering):
    reply = json.dumps({"method": "sendMessage", "chat_id": ANNA, "text": "з відповіді"}).encode()
    stolen = json.dumps({"method": "getMe"}).encode()
    delivering.hook.plan = [(200, {"Content-Type": "application/json"}, reply), (200, {"Content-Type": "application/json"}, stolen),
                            (500, {"Content-Type": "application/json"}, reply)]
    delivering.says(ANNA)
    delivering.idle()
    delivering.says(ANNA)
    delivering.says(ANNA)
    delivering.idle()
    assert [m["text"] for m in delivering.messages() if m["from"] == "bot"] == ["з відповіді"]
    assert "getMe" not in delivering.get("state")["calls"]


def test_pausing(delivering):
    delivering.control("webhook", paused=True)
    delivering.says(ANNA)
    assert delivering.get("state", wait="idle", timeout=200)["pending"] == 1
    assert delivering.hook.requests == []
    delivering.control("webhook", paused=False)
    delivering.idle()


@pytest.mark.parametrize("parallel", [True, False])
def test_redelivery(delivering, parallel):
    update = delivering.says(ANNA)["update_id"]
    delivering.idle()
    answer = delivering.control("redeliver", update_id=update, times=5, parallel=parallel)
    assert answer["statuses"] == [200] * 5
    assert len({body for _, _, body, _ in delivering.hook.requests}) == 1 and len(delivering.hook.requests) == 6


def test_direct_delivery(delivering):
    update = {"update_id": 5, "message": {"message_id": 1, "text": "прямо"}}
    delivering.hook.plan = [503]
    assert delivering.control("deliver", update=update, times=2)["statuses"] == [503, 200]
    assert delivering.control("deliver", update=update, url="http://127.0.0.1:1/")["statuses"] == [0]
    assert delivering.hook.requests[0][2].startswith(b'{"update_id":5,\n"message":')
    assert dict(delivering.hook.requests[0][1])["X-Telegram-Bot-Api-Secret-Token"] == "s-3_cret"


def test_raw_updates_of_any_kind(delivering):
    made = delivering.control("update", update={"poll_answer": {"poll_id": "1"}})["update_id"]
    delivering.control("update", update={"update_id": made + 1000, "chat_member": {}}, queue=7)
    updates = delivering.hook.wait(2)
    assert sorted(updates, key=lambda u: u["update_id"]) == [
        {"update_id": made, "poll_answer": {"poll_id": "1"}}, {"update_id": made + 1000, "chat_member": {}}]


def test_blocking(delivering):
    delivering.says(ANNA)
    delivering.control("member", **{"from": ANNA}, status="kicked")
    assert delivering.refused("sendMessage", chat_id=ANNA, text="x") == (403, "Forbidden: bot was blocked by the user")
    delivering.control("member", **{"from": ANNA}, status="member")
    delivering.ok("sendMessage", chat_id=ANNA, text="x")
    statuses = [(u["my_chat_member"]["old_chat_member"]["status"], u["my_chat_member"]["new_chat_member"]["status"])
                for u in delivering.hook.wait(3) if "my_chat_member" in u]
    assert statuses == [("member", "kicked"), ("kicked", "member")]


def test_allowed_updates_are_kept_when_absent(delivering):
    delivering.ok("deleteWebhook")
    delivering.ok("getUpdates", allowed_updates=["message"])
    assert delivering.press(ANNA, 1, data="x")["update_id"] is None
    assert delivering.says(ANNA)["update_id"]
    assert len(delivering.updates()) == 1
    delivering.ok("getUpdates", allowed_updates=[])
    assert delivering.press(ANNA, 1, data="x")["update_id"]


def test_set_webhook_again_is_no_change(delivering):
    def again():
        return delivering.raw("setWebhook", json={"url": delivering.hook.url, "secret_token": "s-3_cret", "max_connections": 10})
    answer = again()
    while answer.status_code == 429:
        answer = again()
    assert answer.json() == {"ok": True, "result": True, "description": "Webhook is already set"}
    assert delivering.raw("deleteWebhook").json()["description"] == "Webhook was deleted"
    assert delivering.raw("deleteWebhook").json()["description"] == "Webhook is already deleted"


# ---- getUpdates ----

def test_offsets(sim):  # noqa: F811
    ids = [sim.says(ANNA, str(i))["update_id"] for i in range(5)]
    assert [u["update_id"] for u in sim.updates()][-5:] == ids
    assert [u["update_id"] for u in sim.updates(offset=ids[2], limit=2)] == ids[2:4]
    assert [u["update_id"] for u in sim.updates(offset=-1)] == ids[4:]
    assert sim.updates(offset=ids[4] + 1) == []
    assert sim.get("state")["pending"] == 0


def test_long_poll_wakes_up(sim):  # noqa: F811
    sim.updates(offset=sim.updates()[-1]["update_id"] + 1)
    got = []
    poller = threading.Thread(target=lambda: got.extend(
        requests.get(f"{sim.url}/bot{TOKEN}/GETUPDATES?timeout=50", timeout=limit(60)).json()["result"]))
    poller.start()
    sim.says(ANNA, "прокинься")
    poller.join(limit())
    assert [u["message"]["text"] for u in got] == ["прокинься"]


def test_the_older_of_two_pollers_gets_409(sim):  # noqa: F811
    sim.updates(offset=sim.updates()[-1]["update_id"] + 1)
    answers = []

    def poll():
        answers.append(requests.get(f"{sim.url}/bot{TOKEN}/getUpdates?timeout=50", timeout=limit(60)).json())
    pollers = [threading.Thread(target=poll) for _ in range(2)]
    for poller in pollers:
        poller.start()
    pollers_done = threading.Event()

    def wait_for_one():
        while not answers:
            pollers_done.wait(0.01)
    wait_for_one()
    sim.says(ANNA, "другому")
    for poller in pollers:
        poller.join(limit())
    assert answers[0]["error_code"] == 409 and "terminated by other getUpdates request" in answers[0]["description"]
    assert answers[1]["result"][0]["message"]["text"] == "другому"


def test_a_group_has_its_own_queue(delivering):
    delivering.control("group", id=GROUP, title="g", members=[ANNA, BORYS])
    go = threading.Event()
    delivering.hook.plan = [lambda _: go.wait(limit()) and 200]
    delivering.says(ANNA, "раз", chat=GROUP)
    delivering.hook.wait(1)
    delivering.says(BORYS, "два", chat=GROUP)
    delivering.says(BORYS, "особисте")
    assert delivering.hook.wait(2)[1]["message"]["text"] == "особисте"
    go.set()
    assert delivering.hook.wait(3)[2]["message"]["text"] == "два"
