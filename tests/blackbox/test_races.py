"""Two on staff press at the same instant, on one copy of the bot or on two: one wins, the other is told who."""
import re

import pytest

from direct import answers, at_once, file_tickets, press_of, query_of
from people import ACCEPT

COMPLETE, RETURN, REJECT = "✅ Завершити виконання", "↩️ Повернути в чергу", "❌ Відхилити"
AUTHORS, EACH = 10, 20  # a person has at most 20 open tickets

pytestmark = [pytest.mark.webhook, pytest.mark.parametrize(
    "store, copies", [("sqlite", 1), ("mongodb", 1), ("mongodb", 2)], indirect=["store"])]


def cards_of(person):
    """Number → the message with its card."""
    found = [(re.search(r"№ (\d+) ·", m.text), m) for m in person.chat().bot_messages]
    return {int(match.group(1)): message for match, message in found if match}


@pytest.fixture
def race(desk, copies):
    for _ in range(copies - 1):
        desk.add_bot().start()
    staff = [desk.admin("Ірина"), desk.admin("Богдан")]
    authors = [desk.person(f"Автор номер {n}") for n in range(AUTHORS)]
    for author in authors:
        author.start()
    return staff, authors


def test_two_hundred_times_two_accept_at_once(desk, race):
    staff, authors = race
    file_tickets(desk.bot, authors, EACH)
    desk.wait_settled()
    cards = [cards_of(person) for person in staff]
    presses = {}
    for number in cards[0]:
        presses[number] = [press_of(person, cards[n][number].id, f"accept:{number}") for n, person in enumerate(staff)]
        at_once(*zip(desk.bots * 2, presses[number]))
    desk.wait_settled()
    met = sum(bot.metric("techsupport_update_conflicts_total") for bot in desk.bots)
    assert met > 0, "no two presses met between a load and a write: these were no races"
    rows, told, ends = {row["_id"]: row for row in desk.tickets()}, answers(desk), [cards_of(p) for p in staff]
    assert len(rows) == len(presses) == AUTHORS * EACH
    for number, row in rows.items():
        assert [event["what"] for event in row["events"]] == ["created", "accepted"]
        won = [person.id for person in staff].index(row["assignee"])
        winner, loser = staff[won], staff[1 - won]
        assert row["events"][1]["who"] == winner.id
        (text, alert), = told[query_of(presses[number][won])]
        assert not alert and str(number) in text
        (text, alert), = told[query_of(presses[number][1 - won])]
        assert alert and winner.first_name in text
        assert "· Прийнята" in ends[won][number].text and ends[won][number].labels == [COMPLETE, RETURN, REJECT]
        assert winner.first_name in ends[1 - won][number].text and ends[1 - won][number].labels == []
    for author in authors:
        assert sum(m.says("notice_accepted") for m in author.chat().bot_messages) == EACH
