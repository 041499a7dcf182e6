"""Whatever arrives under the right secret is acknowledged: kinds that we do not use, and what cannot be read."""
import json

import pytest

from process import ROOT

SAMPLES = sorted((ROOT / "tests" / "updates").glob("*.json"))

UNREADABLE = {
    "no JSON": b"{", "empty": b"", "text": b"hello", "null": b"null", "array": b"[]", "number": b"1", "string": b'"x"',
    "no id": b'{"message":{}}', "id a text": b'{"update_id":"x"}', "id too big": b'{"update_id":1e400}',
    "bad UTF-8": b'{"update_id":1,"message":{"text":"\xff\xfe"}}', "NUL": b'{"update_id":1,"a":"\\u0000"}',
    "lone surrogate": b'{"update_id":1,"message":{"text":"\\ud83d"}}', "deep": b"[" * 5000 + b"]" * 5000,
    "deep in an update": b'{"update_id":1,"message":' + b'{"a":' * 3000 + b"1" + b"}" * 3000 + b"}",
    "message a number": b'{"update_id":1,"message":5}', "message without a chat": b'{"update_id":1,"message":{"message_id":1}}',
    "chat a text": b'{"update_id":1,"message":{"message_id":1,"date":1,"chat":"x"}}',
    "from a list": b'{"update_id":1,"message":{"message_id":1,"date":1,"chat":{"id":1,"type":"private"},"from":[]}}',
    "query without data": b'{"update_id":1,"callback_query":{}}',
    "tail": b'{"update_id":1} trailing', "two": b'{"update_id":1}{"update_id":2}', "NaN": b'{"update_id":NaN}',
}


def test_there_is_a_sample_of_every_kind():
    assert len(SAMPLES) >= 24


@pytest.mark.parametrize("store", ["sqlite", "mongodb"], indirect=True)
def test_every_kind_of_update_is_acknowledged(desk):
    person = desk.person()
    for sample in SAMPLES:
        for update in updates_in(sample):
            answer = desk.bot.post(update)
            assert answer.status_code == 200, f"{sample.name}: {answer.status_code}"
    desk.allow_errors("^$")
    person.start()
    desk.wait_settled()
    assert desk.store.unread(desk.bot.data) == []


def updates_in(sample):
    content = json.loads(sample.read_text(encoding="utf-8"))
    return content if isinstance(content, list) else [content]


def test_what_cannot_be_read_is_acknowledged_and_kept(desk):
    for name, body in UNREADABLE.items():
        answer = desk.bot.post(body)
        assert answer.status_code == 200, f"{name}: {answer.status_code} {answer.text}"
    kept = desk.store.unread(desk.bot.data)
    assert len(kept) >= len(UNREADABLE) - 3
    desk.person().start()


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_what_is_kept_is_bounded(desk):
    for n in range(130):
        assert desk.bot.post(b"{%d" % n).status_code == 200
    assert desk.bot.post(b"x" * 300_000).status_code == 200
    kept = desk.store.unread(desk.bot.data)
    assert len(kept) <= 100
    assert max(len(row["data"]) for row in kept) <= 16384


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_torn_samples_never_harm(desk):
    """Every sample cut at several places, and each of its values turned into one of another type."""
    for sample in SAMPLES:
        for update in updates_in(sample):
            body = json.dumps(update).encode()
            for cut in range(1, len(body), max(1, len(body) // 7)):
                assert desk.bot.post(body[:cut]).status_code == 200
            for broken in with_other_types(update):
                assert desk.bot.post(broken).status_code == 200, broken
    desk.person().start()


def with_other_types(value, wrap=lambda broken: broken, depth=0):
    """Copies of an update with one value of the wrong type each, down to the members of its message's parts."""
    if not isinstance(value, dict) or depth > 2:
        return
    for key, item in value.items():
        if key == "update_id":
            continue
        for other in ([], 7.5) if isinstance(item, dict) else ({}, "x" if not isinstance(item, str) else 5):
            yield wrap({**value, key: other})
        yield from with_other_types(item, lambda broken, key=key: wrap({**value, key: broken}), depth + 1)
