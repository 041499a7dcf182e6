"""The simulator by itself: its command line, its control interface, and what the other test_simulator files share."""
import http.server
import json
import threading

import pytest
import requests

from process import Program, binary, limit

TOKEN = "123456789:simulator-token"
GROUP = -1_001_000_000_077
ANNA, BORYS, STRANGER = 1001, 1002, 1003


class Sim:
    """A running simulator: Anna has written to the bot, Borys exists, the stranger has never written."""

    def __init__(self, directory, *options):
        people = ("--person", f"{ANNA}:Анна:anna:uk", "--person", f"{BORYS}:Borys:borys:en", "--person", f"{STRANGER}:X")
        self.program = Program("simulator", [binary("simulator"), "--listen", "127.0.0.1:0", "--token", TOKEN,
                                             *people, *options], directory, watch="stdout")
        self.url = self.program.wait_line(r"^simulator: (http://\S+)$").group(1)
        self.session = requests.Session()

    def raw(self, method, **how):
        return self.session.post(f"{self.url}/bot{TOKEN}/{method}", timeout=limit(60), **how)

    def call(self, method, **params):
        """The answer to a call with a JSON body."""
        return self.raw(method, json=params).json()

    def ok(self, method, **params):
        answer = self.call(method, **params)
        assert answer["ok"], answer
        return answer["result"]

    def refused(self, method, **params):
        """(code, description) of a call that must be refused."""
        answer = self.call(method, **params)
        assert not answer["ok"], answer
        return answer["error_code"], answer["description"]

    def control(self, path, **body):
        answer = self.session.post(f"{self.url}/sim/{path}", json=body, timeout=limit(60))
        assert answer.status_code == 200, answer.text
        return answer.json()

    def get(self, path, **query):
        answer = requests.get(f"{self.url}/sim/{path}", params=query, timeout=limit(90))
        assert answer.status_code == 200, answer.text
        return answer.json()

    def says(self, person, text="/start", **more):
        return self.control("send", **{"from": person}, text=text, **more)

    def press(self, person, message, **what):
        return self.control("press", **{"from": person}, message_id=message, **what)

    def updates(self, **query):
        return self.ok("getUpdates", **query)

    def messages(self, chat=ANNA):
        return [m for m in self.get("chat", id=chat)["messages"] if not m["deleted"]]

    def idle(self):
        state = self.get("state", wait="idle", timeout=int(limit() * 1000))
        assert state["pending"] == 0, state
        return state


def in_background(request):
    """A thread that makes a request which may be cut when the simulator stops, and the list that gets its answer."""
    answers = []

    def run():
        try:
            answers.append(request())
        except requests.ConnectionError:
            pass
    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    return thread, answers


@pytest.fixture
def new_sim(tmp_path):
    sims = []

    def make(*options):
        directory = tmp_path / f"simulator{len(sims)}"
        directory.mkdir()
        sims.append(Sim(directory, *options))
        return sims[-1]
    yield make
    codes = [sim.program.stop() for sim in sims]
    for sim in sims:
        sim.program.reap()
    assert codes == [0] * len(sims), [sim.program.output for sim in sims]


@pytest.fixture
def sim(new_sim):
    made = new_sim()
    made.says(ANNA)
    made.says(BORYS)
    made.control("group", id=GROUP, title="Група", members=[ANNA, BORYS])
    return made


class Hook:
    """A webhook: keeps what it gets, answers by `plan` (functions of the update; None: the connection is cut)."""

    def __init__(self):
        self.requests, self.plan, self.connections = [], [], set()
        self.changed = threading.Condition()
        hook = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                hook.serve(self, body)

            def log_message(self, *_):
                pass
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_port}/hook?a=b"

    def serve(self, handler, body):
        update = json.loads(body)
        with self.changed:
            self.requests.append((handler.requestline, handler.headers.items(), body, update))
            self.connections.add(handler.client_address)
            answer = self.plan.pop(0) if self.plan else 200
            self.changed.notify_all()
        if callable(answer):
            answer = answer(update)
        if answer is None:
            handler.close_connection = True
            return
        status, headers, content = answer if isinstance(answer, tuple) else (answer, {}, b"")
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name, value)
        handler.send_header("Content-Length", str(len(content)))
        handler.end_headers()
        handler.wfile.write(content)

    def wait(self, count):
        with self.changed:
            assert self.changed.wait_for(lambda: len(self.requests) >= count, limit()), self.requests
            return [update for _, _, _, update in self.requests]

    def close(self):
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def hook():
    made = Hook()
    yield made
    made.close()


# ---- the command line ----

@pytest.mark.parametrize("arguments, code", [
    (["--help"], 0),
    ([], 64),
    (["--token", "no-colon"], 64),
    (["--token", "0:a"], 64),
    (["--token", TOKEN, "--listen", "127.0.0.1"], 64),
    (["--token", TOKEN, "--listen", "127.0.0.1:70000"], 64),
    (["--token", TOKEN, "--person", "x:Anna"], 64),
    (["--token", TOKEN, "--person", "5"], 64),
    (["--token", TOKEN, "--limits", "some"], 64),
    (["--token", TOKEN, "--first-message", "0"], 64),
    (["--token", TOKEN, "--retry-scale", "-1"], 64),
    (["--token", TOKEN, "--unknown"], 64),
    (["--token", TOKEN, "extra"], 64),
])
def test_command_line(arguments, code, tmp_path):
    program = Program("simulator", [binary("simulator"), *arguments], tmp_path)
    try:
        assert program.wait_end() == code
    finally:
        program.reap()


def test_a_taken_port_is_said(sim, tmp_path):
    port = sim.url.rsplit(":", 1)[1]
    program = Program("simulator", [binary("simulator"), "--token", TOKEN, "--listen", f"127.0.0.1:{port}"], tmp_path)
    try:
        assert program.wait_end() == 69
        assert "cannot listen" in program.output
    finally:
        program.reap()


def test_one_line_of_output(sim):
    assert sim.program.lines == [f"simulator: {sim.url}"]


def test_webhook_and_people_from_the_command_line(new_sim, hook):
    sim = new_sim("--webhook", hook.url, "--secret", "top-secret")
    sim.says(ANNA, "привіт")
    assert hook.wait(1)[0]["message"]["from"] == {
        "id": ANNA, "is_bot": False, "first_name": "Анна", "username": "anna", "language_code": "uk"}
    assert dict(hook.requests[0][1])["X-Telegram-Bot-Api-Secret-Token"] == "top-secret"


def test_stopping_ends_those_who_wait(new_sim):
    sim = new_sim()
    waiter, _ = in_background(lambda: sim.get("chat", id=ANNA, version=5, timeout=60000))
    assert sim.program.stop() == 0
    waiter.join(limit())
    assert not waiter.is_alive()


# ---- the control interface ----

@pytest.mark.parametrize("path, body, why", [
    ("person", {"first_name": "No id"}, "positive id"),
    ("person", {"id": 5}, "first_name"),
    ("send", {"from": 5, "text": "x"}, "no person 5"),
    ("send", {"from": ANNA}, "nothing to send"),
    ("send", {"from": ANNA, "text": ""}, "not empty"),
    ("send", {"from": STRANGER, "chat": GROUP, "text": "x"}, "in no chat"),
    ("send", {"from": ANNA, "edit": 999, "text": "x"}, "no message 999"),
    ("send", {"from": ANNA, "contact": {"phone_number": "1"}}, "first_name"),
    ("send", {"from": ANNA, "photo": {"file_id": "nonsense"}}, "file_id"),
    ("send", {"from": ANNA, "text": "x", "forward_from": 5}, "no person 5"),
    ("press", {"from": ANNA, "message_id": 1}, "give data"),
    ("press", {"from": ANNA, "message_id": 1, "text": "no such"}, "no button"),
    ("member", {"from": ANNA, "status": "king"}, "kicked or member"),
    ("member", {"from": ANNA, "status": "left"}, "kicked or member"),
    ("send", {"from": ANNA, "text": "*a", "parse_mode": "MarkdownV2"}, "Can't find end of Bold entity"),
    ("send", {"from": ANNA, "text": "x", "message_thread_id": 7}, "no topic 7"),
    ("send", {"from": ANNA, "share_users": {"request_id": 1, "user_ids": [5]}}, "no button with request_users"),
    ("topic", {"from": ANNA, "chat": GROUP, "name": "тема"}, "no forum"),
    ("topic", {"from": ANNA, "chat": GROUP}, "needs a name"),
    ("group", {"id": 5}, "negative id"),
    ("update", {"update": []}, "an object"),
    ("update", {"update": {"update_id": 77, "x": "y" * 600000}}, "queued"),
    ("fault", {"method": "*", "kind": "earthquake"}, "kind"),
    ("fault", {"kind": "slow"}, "method"),
    ("redeliver", {"update_id": 1}, "no such update"),
    ("redeliver", {"update_id": 1, "times": 1000}, "times"),
    ("deliver", {"update": {"update_id": 1}}, "no webhook"),
])
def test_control_refuses(sim, path, body, why):
    answer = requests.post(f"{sim.url}/sim/{path}", json=body, timeout=limit())
    assert answer.status_code == 400
    assert not answer.json()["ok"] and why in answer.json()["error"]


def test_control_refuses_what_is_no_json(sim):
    answer = requests.post(f"{sim.url}/sim/send", data="{", timeout=limit())
    assert (answer.status_code, answer.json()["ok"]) == (400, False)
    assert requests.get(f"{sim.url}/sim/send", timeout=limit()).status_code == 405
    assert requests.get(f"{sim.url}/sim/nothing", timeout=limit()).status_code == 404


@pytest.mark.parametrize("content, key", [
    ({"photo": True, "caption": "підпис"}, "photo"), ({"document": {"file_name": "a.pdf"}}, "document"),
    ({"video": True}, "video"), ({"voice": True}, "voice"), ({"sticker": True}, "sticker"),
    ({"animation": True}, "animation"), ({"audio": {"title": "Гімн"}}, "audio"), ({"video_note": True}, "video_note"),
    ({"location": True}, "location"), ({"contact": {"phone_number": "+1", "first_name": "C"}}, "contact"),
    ({"share_phone": True}, "contact"),
])
def test_every_kind_of_message(sim, content, key):
    sent = sim.control("send", **{"from": ANNA}, **content)
    message = sim.updates(offset=-1)[0]["message"]
    assert message["message_id"] == sent["message_id"] and key in message
    assert message.get("caption") == content.get("caption")
    if "photo" in content:
        assert [size["width"] for size in message["photo"]] == sorted(size["width"] for size in message["photo"])


def test_own_contact_is_as_the_button_sends_it(sim):
    sim.control("person", id=ANNA, phone="+380671112233")
    keyboard = sim.ok("sendMessage", chat_id=ANNA, text="?", reply_markup={"keyboard": [[{"text": "t", "request_contact": True}]]})
    sim.control("send", **{"from": ANNA}, share_phone=True)
    message = sim.updates(offset=-1)[0]["message"]
    assert message["contact"] == {"phone_number": "380671112233", "first_name": "Анна", "user_id": ANNA}
    assert message["reply_to_message"]["message_id"] == keyboard["message_id"]


def test_commands_albums_forwards_and_edits(sim):
    sim.says(ANNA, "/start abc")
    assert sim.updates(offset=-1)[0]["message"]["entities"] == [{"offset": 0, "length": 6, "type": "bot_command"}]
    sim.says(ANNA, "переслане", forward_from=BORYS)
    assert sim.updates(offset=-1)[0]["message"]["forward_origin"]["sender_user"]["id"] == BORYS
    sim.control("send", **{"from": ANNA}, photo=True, media_group_id="7")
    assert sim.updates(offset=-1)[0]["message"]["media_group_id"] == "7"
    mine = sim.says(ANNA, "раз")["message_id"]
    sim.says(ANNA, "два", edit=mine)
    edited = sim.updates(offset=-1)[0]["edited_message"]
    assert (edited["message_id"], edited["text"]) == (mine, "два") and edited["edit_date"] >= edited["date"]


def test_a_chat_as_its_person_sees_it(sim):
    seen = sim.get("chat", id=ANNA)
    sim.ok("sendMessage", chat_id=ANNA, text="a <b>b</b> &lt;", parse_mode="HTML",
           reply_markup={"inline_keyboard": [[{"text": "L", "callback_data": "d"}]]})
    changed = sim.get("chat", id=ANNA, version=seen["version"], timeout=60000)
    assert changed["version"] > seen["version"]
    message = changed["messages"][-1]
    assert message["from"] == "bot" and message["text"] == "a b <" and message["html"] == "a <b>b</b> &lt;"
    assert message["inline_keyboard"] == [[{"text": "L", "callback_data": "d"}]]
    pressed = sim.press(ANNA, message["message_id"], text="L")
    sim.ok("answerCallbackQuery", callback_query_id=pressed["callback_query_id"], text="ну", show_alert=True)
    assert sim.get("chat", id=ANNA)["callback_answers"] == [
        {"callback_query_id": pressed["callback_query_id"], "text": "ну", "show_alert": True}]


def test_buttons_keep_their_looks(sim):
    row = [{"text": "t", "style": "danger", "icon_custom_emoji_id": "5", "callback_data": "d"}, {"text": "u", "url": "https://x.ua/"}]
    sent = sim.ok("sendMessage", chat_id=ANNA, text="x", reply_markup={"inline_keyboard": [row]})
    assert sent["reply_markup"]["inline_keyboard"] == [row]
    plain = {"text": "t", "callback_data": "d"}
    sent = sim.ok("sendMessage", chat_id=ANNA, text="x", reply_markup={"inline_keyboard": [[plain | {"style": "Default"}]]})
    assert sent["reply_markup"]["inline_keyboard"] == [[plain]]


def test_the_keyboard_under_the_input(sim):
    def shown():
        return sim.get("chat", id=ANNA)["reply_keyboard"]
    assert shown() is None
    keys = {"keyboard": [["a", {"text": "b", "request_contact": True}]], "input_field_placeholder": "p"}
    sent = sim.ok("sendMessage", chat_id=ANNA, text="x", reply_markup=keys)
    assert shown() == {"rows": [[{"text": "a"}, {"text": "b", "request_contact": True}]], "placeholder": "p"}
    sim.ok("sendMessage", chat_id=ANNA, text="without")
    assert shown() is not None
    sim.ok("deleteMessage", chat_id=ANNA, message_id=sent["message_id"])
    assert shown() is None
    sim.ok("sendMessage", chat_id=ANNA, text="x", reply_markup=keys)
    sim.ok("sendMessage", chat_id=ANNA, text="x", reply_markup={"remove_keyboard": True})
    assert shown() is None


def test_a_forged_press_and_one_on_a_message_that_is_gone(sim):
    sim.press(ANNA, 999, data="забуте" * 20)
    query = sim.updates(offset=-1)[0]["callback_query"]
    assert query["data"] == "забуте" * 20
    assert query["message"] == {"chat": query["message"]["chat"], "message_id": 999, "date": 0}


def test_a_press_is_answered_in_time_or_never(sim):
    message = sim.ok("sendMessage", chat_id=ANNA, text="x")["message_id"]
    early = sim.press(ANNA, message, data="d", age=29000)["callback_query_id"]
    late = sim.press(ANNA, message, data="d", age=31000)["callback_query_id"]
    assert sim.ok("answerCallbackQuery", callback_query_id=early) is True
    assert sim.refused("answerCallbackQuery", callback_query_id=late) == (
        400, "Bad Request: query is too old and response timeout expired or query ID is invalid")


def test_who_blocked_the_bot_cannot_write_to_it(sim):
    sim.control("member", **{"from": ANNA}, status="kicked")
    answer = requests.post(f"{sim.url}/sim/send", json={"from": ANNA, "text": "x"}, timeout=limit())
    assert answer.status_code == 400 and "has blocked the bot" in answer.json()["error"]
    sim.says(ANNA, "у групі можна", chat=GROUP)
    sim.control("member", **{"from": ANNA}, status="member")
    sim.says(ANNA, "x")


def test_groups(sim):
    own = [sim.says(ANNA, "у групі", chat=GROUP)["message_id"], sim.ok("sendMessage", chat_id=GROUP, text="чую")["message_id"]]
    assert own == [1, 2]
    assert [m["text"] for m in sim.messages(GROUP)] == ["у групі", "чую"]


def test_calls_are_logged(sim):
    before = sim.get("calls", since=0)["last"]
    sim.ok("sendMessage", chat_id=str(ANNA), text="x", reply_markup=json.dumps({"remove_keyboard": True}))
    sim.refused("sendMessage", chat_id=5, text="x")
    sim.ok("getMe")
    calls = sim.get("calls", since=before, method="sendmessage")["calls"]
    assert [call["status"] for call in calls] == [200, 400]
    assert calls[0]["params"] == {"chat_id": ANNA, "text": "x", "reply_markup": {"remove_keyboard": True}}
    assert calls[1]["description"] == "Bad Request: chat not found"
    assert sim.get("state")["calls"] == {"sendMessage": 2, "getMe": 1}


@pytest.mark.parametrize("fault, status, description", [
    ({"code": 500}, 500, "Internal Server Error: made to fail"),
    ({"code": 400, "description": "chat not found"}, 400, "Bad Request: chat not found"),
    ({"code": 403, "description": "bot was blocked by the user"}, 403, "Forbidden: bot was blocked by the user"),
    ({"code": 429, "retry_after": 7}, 429, "Too Many Requests: retry after 7"),
    ({"code": 400, "migrate_to_chat_id": -100777}, 400, "Bad Request: group chat was upgraded to a supergroup chat"),
])
def test_faults_that_refuse(sim, fault, status, description):
    sim.control("fault", method="sendMessage", kind="error", chat=ANNA, skip=1, times=1, **fault)
    sim.ok("sendMessage", chat_id=BORYS, text="another chat")
    sim.ok("sendMessage", chat_id=ANNA, text="let pass")
    answer = sim.raw("sendMessage", json={"chat_id": ANNA, "text": "x"})
    assert (answer.status_code, answer.json()["description"]) == (status, description)
    assert answer.json().get("parameters", {}) == {key: fault[key] for key in ("retry_after", "migrate_to_chat_id") if key in fault}
    assert answer.headers.get("Retry-After") == (str(fault["retry_after"]) if "retry_after" in fault else None)
    sim.ok("sendMessage", chat_id=ANNA, text="again")
    assert [m["text"] for m in sim.messages() if m["from"] == "bot"] == ["let pass", "again"]


@pytest.mark.parametrize("kind, done", [("cut_before", False), ("cut_after", True)])
def test_faults_that_cut(sim, kind, done):
    sim.control("fault", method="sendMessage", kind=kind)
    with pytest.raises(requests.ConnectionError):
        requests.post(f"{sim.url}/bot{TOKEN}/sendMessage", json={"chat_id": ANNA, "text": "cut"}, timeout=limit())
    assert ("cut" in [m.get("text") for m in sim.messages()]) == done
    assert sim.get("calls", since=0)["calls"][-1]["status"] == (200 if done else 0)


def test_an_html_page_from_a_proxy_and_clearing(sim):
    sim.control("fault", method="*", kind="html", code=502, times=-1)
    answer = sim.raw("sendMessage", json={"chat_id": ANNA, "text": "x"})
    assert (answer.status_code, answer.headers["Content-Type"]) == (502, "text/html") and answer.text.startswith("<html>")
    assert requests.delete(f"{sim.url}/sim/fault", timeout=limit()).json() == {"ok": True}
    sim.ok("getMe")


def test_a_slow_call_holds_up_nobody_else(sim):
    sim.control("fault", method="sendMessage", kind="slow", ms=600000)
    slow, _ = in_background(lambda: requests.post(
        f"{sim.url}/bot{TOKEN}/sendMessage", json={"chat_id": ANNA, "text": "slow"}, timeout=limit(90)))
    seen = sim.get("chat", id=ANNA, version=1, timeout=60000)
    while "slow" not in [m["text"] for m in seen["messages"]]:
        seen = sim.get("chat", id=ANNA, version=seen["version"], timeout=60000)
    sim.ok("sendMessage", chat_id=ANNA, text="quick")
    assert slow.is_alive()
    assert requests.delete(f"{sim.url}/sim/fault", timeout=limit()).json() == {"ok": True}
    slow.join(limit(30))
    assert not slow.is_alive(), "clearing the faults ends what is slow"


def test_flood_limits(new_sim):
    sim = new_sim("--limits", "real")
    sim.says(ANNA)
    sim.control("group", id=GROUP, title="g", members=[ANNA])
    codes = [sim.raw("sendMessage", json={"chat_id": ANNA, "text": str(i)}).status_code for i in range(8)]
    assert codes[:5] == [200] * 5 and 429 in codes
    answer = sim.raw("sendMessage", json={"chat_id": ANNA, "text": "x"})
    if answer.status_code == 429:
        wait = answer.json()["parameters"]["retry_after"]
        assert answer.json()["description"] == f"Too Many Requests: retry after {wait}"
        assert answer.headers["Retry-After"] == str(wait)
    codes = [sim.raw("sendMessage", json={"chat_id": GROUP, "text": str(i)}).status_code for i in range(21)]
    assert codes[-1] == 429
    sim.control("limits", real=False)
    sim.ok("sendMessage", chat_id=ANNA, text="free")


def test_chats_are_bounded(sim):
    for i in range(2100):
        sim.says(ANNA, str(i))
    messages = sim.get("chat", id=ANNA)["messages"]
    assert len(messages) <= 2000 and messages[-1]["text"] == "2099"
    ids = [m["message_id"] for m in messages]
    assert ids == sorted(ids)
