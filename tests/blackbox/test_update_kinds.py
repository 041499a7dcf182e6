"""Whatever arrives under the right secret is acknowledged: kinds that we do not use, and what cannot be read."""
import json

import pytest
import requests

from process import ROOT
from simulator import SECRET

HEADERS = {"X-Telegram-Bot-Api-Secret-Token": SECRET, "Content-Type": "application/json"}
SAMPLES = sorted((ROOT / "tests" / "updates").glob("*.json"))

BROKEN = sorted((ROOT / "tests" / "updates" / "broken").glob("*"))
# What a file with a readable name would only hide.
BROKEN_BYTES = {"nothing": b"", "no JSON": b"{", "a text": b"hello", "null": b"null",
                "an infinite id": b'{"update_id":1e400}', "deep": b"[" * 5000 + b"]" * 5000, "a tail": b'{"update_id":1} trailing',
                "two": b'{"update_id":1}{"update_id":2}', "NaN": b'{"update_id":NaN}'}


def test_there_is_a_sample_of_every_kind():
    assert len(SAMPLES) >= 24


@pytest.mark.webhook
def test_every_kind_of_update_is_acknowledged(desk):
    person = desk.person()
    for sample in SAMPLES:
        for update in updates_in(sample):
            answer = desk.bot.post(update)
            assert answer.status_code == 200, f"{sample.name}: {answer.status_code}"
    person.start()
    desk.wait_settled()
    assert desk.store.unread(desk.bot.data) == []


def updates_in(sample):
    content = json.loads(sample.read_text(encoding="utf-8"))
    return content if isinstance(content, list) else [content]


@pytest.mark.webhook
def test_what_cannot_be_read_is_acknowledged_and_kept(desk):
    for name, body in {**{file.name: file.read_bytes() for file in BROKEN}, **BROKEN_BYTES}.items():
        answer = desk.bot.post(body)
        assert answer.status_code == 200, f"{name}: {answer.status_code} {answer.text}"
    assert len(desk.store.unread(desk.bot.data)) > len(BROKEN) / 2
    desk.person().start()


@pytest.mark.webhook
@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_what_is_kept_is_bounded(desk):
    for n in range(130):
        assert desk.bot.post(b"{%d" % n).status_code == 200
    assert desk.bot.post(b"x" * 300_000).status_code == 200
    kept = desk.store.unread(desk.bot.data)
    assert len(kept) <= 100
    assert max(len(row["data"]) for row in kept) <= 16384


@pytest.mark.webhook
@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_torn_samples_never_harm(desk):
    """Every sample cut at several places, and each of its values turned into one of another type."""
    with requests.Session() as session:
        for sample in SAMPLES:
            for update in updates_in(sample):
                body = json.dumps(update).encode()
                cuts = [body[:cut] for cut in range(1, len(body), max(1, len(body) // 5))]
                for broken in cuts + [json.dumps(other).encode() for other in with_other_types(update)]:
                    answer = session.post(desk.bot.hook, data=broken, headers=HEADERS, timeout=30)
                    assert answer.status_code == 200, broken
    desk.person().start()


def with_other_types(value, wrap=lambda broken: broken, depth=0):
    """Copies of an update with one value of the wrong type each, down to the members of its message's parts."""
    if not isinstance(value, dict) or depth > 2:
        return
    for key, item in value.items():
        if key == "update_id":
            continue
        yield wrap({**value, key: 7.5 if isinstance(item, (dict, str)) else {}})
        yield from with_other_types(item, lambda broken, key=key: wrap({**value, key: broken}), depth + 1)
