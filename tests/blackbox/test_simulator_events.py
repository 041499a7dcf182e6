"""What the simulator tells a page by itself: events, the log, faults; and which pages it tells nothing."""
import json
import socket

import pytest
import requests

from process import limit
from test_simulator import ANNA, BORYS, TOKEN, hook, new_sim, sim  # noqa: F401 (fixtures)


class Stream:
    """GET /sim/events, read event by event."""

    def __init__(self, sim, headers=None, **query):  # noqa: F811
        self.response = requests.get(f"{sim.url}/sim/events", params=query, headers=headers, stream=True, timeout=limit(40))
        assert self.response.status_code == 200, self.response.text
        assert self.response.headers["Content-Type"] == "text/event-stream"
        self.lines = self.response.iter_lines(chunk_size=None)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.response.close()

    def next(self):
        """(name, data, id or None) of the next event."""
        event = {}
        for line in self.lines:
            if line:
                key, value = line.decode().split(": ", 1)
                event[key] = value
            elif "event" in event:
                return event["event"], json.loads(event["data"]), event.get("id")
        raise AssertionError("the stream has ended")

    def until(self, name, condition=lambda data: True):
        while True:
            found, data, _ = self.next()
            if found == name and condition(data):
                return data


def log(sim, **query):  # noqa: F811
    return sim.get("log", **query)["entries"]


def kinds(entries, *wanted):
    return [entry for entry in entries if entry["kind"] in wanted]


def test_a_stream_begins_with_hello_the_log_and_the_state(sim):  # noqa: F811
    with Stream(sim) as stream:
        name, hello, _ = stream.next()
        assert name == "hello" and hello["hooks"] is False and hello["bot"]["is_bot"]
        assert {ANNA, BORYS} <= {chat["id"] for chat in hello["chats"]}
        name, entry, number = stream.next()
        assert (name, entry["kind"], entry["seq"], number) == ("log", "update", 1, "1")
        state = stream.until("state")
        assert state["pending"] == 2 and {p["id"] for p in state["people"]} >= {ANNA, BORYS} and state["hooks"] is False


def test_what_happens_is_told(sim):  # noqa: F811
    with Stream(sim) as stream:
        stream.until("state")
        sim.ok("sendMessage", chat_id=ANNA, text="новина")
        call = stream.until("log")
        assert (call["kind"], call["method"], call["chat"]) == ("call", "sendMessage", ANNA)
        chat = stream.until("chat")
        assert chat["id"] == ANNA and chat["version"] == sim.get("chat", id=ANNA)["version"]
        stream.until("state", lambda state: state["calls"].get("sendMessage") == 1)
        sim.control("person", id=77, first_name="Новенька")
        stream.until("state", lambda state: any(person["id"] == 77 for person in state["people"]))
        sim.says(BORYS, "питання")
        assert stream.until("chat")["id"] == BORYS
        stream.until("state", lambda state: state["pending"] == 3)


@pytest.mark.parametrize("by_header", [True, False])
def test_a_stream_goes_on_where_it_was(sim, by_header):  # noqa: F811
    for i in range(3):
        sim.says(ANNA, f"{i}")
    headers, query = ({"Last-Event-ID": "3"}, {"since": 1}) if by_header else (None, {"since": 3})
    with Stream(sim, headers, **query) as stream:
        assert [stream.until("log")["seq"], stream.until("log")["seq"]] == [4, 5]


def test_a_newcomer_gets_the_last_200(sim):  # noqa: F811
    for _ in range(210):
        sim.ok("getMe")
    newest = log(sim)[-1]["seq"]
    for query in ({}, {"since": newest + 1000}):  # of an earlier simulator
        with Stream(sim, **query) as stream:
            assert stream.until("log")["seq"] == newest - 199


def test_streams_end_with_the_simulator(new_sim):  # noqa: F811
    sim = new_sim()  # noqa: F811
    with Stream(sim) as stream:
        stream.until("state")
        sim.program.terminate()
        with pytest.raises((AssertionError, requests.ConnectionError, requests.exceptions.ChunkedEncodingError)):
            stream.until("nothing")
        assert sim.program.wait_end() == 0


def test_streams_are_bounded_and_a_closed_one_makes_room(sim):  # noqa: F811
    streams = [Stream(sim) for _ in range(200)]
    try:
        assert requests.get(f"{sim.url}/sim/events", timeout=limit()).status_code == 503
    finally:
        for stream in streams:
            stream.response.close()
    sim.says(ANNA, "so that they see that nobody listens")
    while requests.get(f"{sim.url}/sim/events", stream=True, timeout=limit()).status_code == 503:
        sim.says(ANNA, "again")


def test_updates_and_calls_are_logged(sim):  # noqa: F811
    said = sim.says(ANNA, "привіт")
    entry = log(sim)[-1]
    assert (entry["kind"], entry["type"], entry["person"], entry["update_id"]) == ("update", "message", ANNA, said["update_id"])
    assert entry["body"]["message"]["text"] == "привіт"
    sent = sim.ok("sendMessage", chat_id=ANNA, text="відповідь", reply_markup={"remove_keyboard": True})
    call = log(sim)[-1]
    assert (call["kind"], call["status"], call["description"], call["retry_after"]) == ("call", 200, None, None)
    assert call["params"] == {"chat_id": ANNA, "text": "відповідь", "reply_markup": {"remove_keyboard": True}}
    assert call["result"] == sent and call["ms"] >= 0
    sim.refused("sendMessage", chat_id=4040, text="нікому")
    call = log(sim)[-1]
    assert (call["status"], call["result"]) == (400, None) and "chat not found" in call["description"]
    sim.control("fault", method="sendMessage", kind="error", code=429, retry_after=5)
    sim.refused("sendMessage", chat_id=ANNA, text="зачекай")
    assert (log(sim)[-1]["status"], log(sim)[-1]["retry_after"]) == (429, 5)
    sim.ok("answerCallbackQuery", callback_query_id=sim.press(ANNA, 1, data="x")["callback_query_id"])
    assert (log(sim)[-1]["chat"], log(sim)[-1]["result"]) == (None, True)


def test_uploads_are_logged_by_name_and_size(sim):  # noqa: F811
    sim.raw("sendDocument", data={"chat_id": ANNA}, files={"document": ("звіт.csv", b"a,b\n")})
    assert log(sim)[-1]["params"]["document"] == {"file_name": "звіт.csv", "size": 4}


def test_what_is_too_long_is_shortened(sim):  # noqa: F811
    sim.refused("sendMessage", chat_id=ANNA, text="ж" * 200_000)
    assert log(sim)[-1]["shortened"] is True and "params" not in log(sim)[-1]


def test_attempts_are_logged(sim, hook):  # noqa: F811
    sim.updates(offset=-1)
    sim.updates(offset=sim.says(ANNA, "раз")["update_id"])
    attempt = kinds(log(sim), "attempt")[-1]
    assert (attempt["status"], attempt["attempt"], attempt["error"], attempt["retry_in_ms"]) == (200, 1, None, None)
    sim.updates(offset=attempt["update_id"] + 1)
    hook.plan = [500, None, 200]
    sim.ok("setWebhook", url=hook.url)
    sim.control("webhook", retry_scale=0)
    update = sim.says(ANNA, "два")["update_id"]
    sim.idle()
    attempts = [entry for entry in kinds(log(sim), "attempt") if entry["update_id"] == update]
    assert [entry["attempt"] for entry in attempts] == list(range(1, len(attempts) + 1))
    assert [entry["status"] for entry in attempts][-1] == 200 and 500 in [entry["status"] for entry in attempts]
    for entry in attempts:
        assert (entry["error"] is None) == (entry["status"] != 0)
        assert (entry["retry_in_ms"] is None) == (entry["status"] == 200)


def test_the_log_is_given_in_parts(sim):  # noqa: F811
    for _ in range(10):
        sim.ok("getMe")
    newest = log(sim)[-1]["seq"]
    assert [entry["seq"] for entry in log(sim, since=2, limit=3)] == [3, 4, 5]
    assert [entry["seq"] for entry in log(sim, limit=2)] == [newest - 1, newest]
    assert log(sim, since=newest) == []


def test_the_log_keeps_the_newest(sim):  # noqa: F811
    for _ in range(60):
        sim.ok("getMe")
        for _ in range(9):
            sim.ok("sendMessage", chat_id=ANNA, text="я" * 4096)
    entries = log(sim, since=0, limit=5000)
    newest = entries[-1]["seq"]
    assert 600 <= len(entries) <= 5000 and [entry["seq"] for entry in entries] == list(range(newest - len(entries) + 1, newest + 1))


def test_a_load_is_not_logged(sim):  # noqa: F811
    before = log(sim)[-1]["seq"]
    sim.control("load", people=3, timeout=50)
    assert log(sim)[-1]["seq"] == before
    sim.ok("getMe")
    assert log(sim)[-1]["seq"] == before + 1


def test_faults_can_be_looked_at(sim):  # noqa: F811
    assert sim.get("fault")["faults"] == []
    sim.control("fault", method="*", kind="cut_before", times=-1)
    sim.control("fault", method="sendMessage", kind="error", code=429, retry_after=5, times=2, chat=ANNA)
    away, limited = sim.get("fault")["faults"]
    assert (away["method"], away["kind"], away["times"]) == ("*", "cut_before", -1)
    assert (limited["chat"], limited["code"], limited["retry_after"], limited["times"]) == (ANNA, 429, 5, 2)
    requests.delete(f"{sim.url}/sim/fault", timeout=limit())
    assert sim.get("fault")["faults"] == []


def asked(sim, method="GET", path="state", **headers):  # noqa: F811
    body = {"json": {"method": "none", "kind": "html"}} if method == "POST" else {}
    return requests.request(method, f"{sim.url}/sim/{path}", headers=headers, timeout=limit(), stream=True, **body).status_code


def test_other_pages_may_ask_nothing(new_sim):  # noqa: F811
    sim = new_sim("--name", "Demo.example")  # noqa: F811
    place = sim.url.split("//")[1]
    port = place.split(":")[1]
    for path, method in (("state", "GET"), ("events", "GET"), ("fault", "POST"), ("chat?id=1", "GET")):
        for headers in ({"Origin": "http://evil.example"}, {"Origin": "null"}, {"Origin": f"http://localhost:{port}"},
                        {"Origin": "http://127.0.0.1:1"}, {"Sec-Fetch-Site": "cross-site"}, {"Host": f"evil.example:{port}"},
                        {"Host": f"127.0.0.1.evil.example:{port}"}, {"Host": f"evil.example:{port}", "Origin": f"http://evil.example:{port}"}):
            assert asked(sim, method, path, **headers) == 403, (path, headers)
        for headers in ({}, {"Origin": sim.url}, {"Sec-Fetch-Site": "same-origin", "Origin": sim.url}, {"Sec-Fetch-Site": "none"},
                        {"Host": f"localhost:{port}", "Origin": f"http://localhost:{port}"}, {"Host": f"[::1]:{port}"},
                        {"Host": f"demo.example:{port}"}):
            assert asked(sim, method, path, **headers) == 200, (path, headers)
    with socket.create_connection(place.split(":"), timeout=limit()) as connection:
        connection.sendall(b"GET /sim/state HTTP/1.0\r\n\r\n")
        assert connection.makefile("rb").readline().split()[1] == b"200"
    assert requests.get(f"{sim.url}/bot{TOKEN}/getMe", headers={"Host": "any.example"}, timeout=limit()).status_code == 200
