"""The webhook as nginx and Telegram see it: what is refused, what is answered, and a stop under way."""
import concurrent.futures
import http.client
import json

import pytest
import requests

from process import limit
from simulator import SECRET, TOKEN

LIMIT_BYTES = 1 << 20
HEADERS = {"X-Telegram-Bot-Api-Secret-Token": SECRET, "Content-Type": "application/json"}

pytestmark = pytest.mark.webhook
only_sqlite = pytest.mark.parametrize("store", ["sqlite"], indirect=True)


def start_of(person, update_id):
    return json.dumps({"update_id": update_id, "message": {
        "message_id": 1, "date": 1_700_000_000, "text": "/start", "chat": {"id": person, "type": "private"},
        "from": {"id": person, "is_bot": False, "first_name": "Олена"}}}).encode()


def send(desk, method="POST", path="/webhook", body=b"{}", **headers):
    """`None` takes a header away."""
    given = {name: value for name, value in {**HEADERS, **headers}.items() if value is not None}
    return requests.request(method, desk.bot.url + path, data=body, headers=given, timeout=limit(20))


REFUSED = [
    (404, {"path": "/"}),
    (404, {"path": "/webhook/"}),
    (404, {"path": "/WEBHOOK"}),
    (404, {"path": "/bot" + TOKEN}),
    (405, {"method": "GET"}),
    (405, {"method": "PUT"}),
    (405, {"method": "OPTIONS"}),
    (405, {"path": "/healthz"}),
    (401, {"X-Telegram-Bot-Api-Secret-Token": None}),
    (401, {"X-Telegram-Bot-Api-Secret-Token": SECRET[:-1]}),
    (401, {"X-Telegram-Bot-Api-Secret-Token": SECRET + "0"}),
    (401, {"X-Telegram-Bot-Api-Secret-Token": None, "body": b"x" * (LIMIT_BYTES + 1)}),
    (415, {"Content-Type": "application/x-www-form-urlencoded"}),
    (415, {"Content-Type": None}),
    (413, {"body": b" " * (LIMIT_BYTES + 1)}),
    (413, {"body": b" " * (3 * LIMIT_BYTES)}),
]


@only_sqlite
def test_what_is_refused(desk):
    for code, how in REFUSED:
        answer = send(desk, **how)
        assert answer.status_code == code, how
        assert "Server" not in answer.headers and SECRET not in answer.text
        assert (answer.headers.get("Allow") is not None) == (code == 405)


@only_sqlite
def test_what_is_taken(desk):
    for headers in ({}, {"Content-Type": "application/json; charset=utf-8"}, {"Content-Type": "APPLICATION/JSON"}):
        assert send(desk, body=start_of(1, 1), **headers).status_code == 200
    assert send(desk, path="/webhook?a=b").status_code == 200
    assert send(desk, body=b"{" + b" " * (LIMIT_BYTES - 2) + b"}").status_code == 200
    assert send(desk, body=iter([start_of(2, 2)[:40], start_of(2, 2)[40:]])).status_code == 200  # chunked


@only_sqlite
def test_one_connection_serves_many_updates(desk):
    connection = http.client.HTTPConnection("127.0.0.1", desk.bot.port, timeout=limit(20))
    connection.connect()
    socket = connection.sock
    for n in range(50):
        connection.request("POST", "/webhook", start_of(1000 + n, n + 1), HEADERS)
        answer = connection.getresponse()
        answer.read()
        assert answer.status == 200
        assert answer.headers["Connection"].lower() == "keep-alive" and "Content-Length" in answer.headers
        assert connection.sock is socket
    connection.close()


@only_sqlite
def test_the_path_of_the_webhook_url(new_desk):
    desk = new_desk()
    desk.bot.start(WEBHOOK_URL="https://bot.example.org/in/here?x=1")
    assert send(desk, path="/in/here").status_code == 200
    assert send(desk).status_code == 404


def test_a_stop_loses_nothing(desk):
    """Many people write while the bot is told to stop: whoever got a 200 is there after the restart, and is answered."""
    people = range(8_000_000_001, 8_000_000_061)

    def write(person):
        try:
            return person, desk.bot.post(start_of(person, person % 1000)).status_code
        except requests.ConnectionError:
            return person, 0
    with concurrent.futures.ThreadPoolExecutor(12) as pool:
        writes = [pool.submit(write, person) for person in people]
        next(concurrent.futures.as_completed(writes))
        desk.bot.program.terminate()
        codes = dict(write.result() for write in writes)
    assert desk.bot.program.wait_end() == 0
    assert set(codes.values()) <= {200, 503, 0} and 200 in codes.values(), codes
    desk.bot.start()
    desk.store.wait_nothing_owed(desk.bot.data)
    known = {row.get("id", row.get("_id")) for row in desk.store.rows("users", desk.bot.data)}
    assert {person for person, code in codes.items() if code == 200} <= known


@only_sqlite
def test_stop_with_idle_connections(desk):
    """An open connection that says nothing does not hold the stop up."""
    connections = [http.client.HTTPConnection("127.0.0.1", desk.bot.port) for _ in range(5)]
    for connection in connections:
        connection.connect()
    connections[0].send(b"POST /webhook HTTP/1.1\r\nHost: x\r\n")
    connections[1].send(b"POST /webhook HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nhalf")
    desk.person().start()
    desk.bot.stop()
    for connection in connections:
        connection.close()
    desk.bot.start()
