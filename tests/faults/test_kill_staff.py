"""The process killed while a staff member acts on a ticket: one effect, true cards, everybody told."""
import pytest

from conversation import Keeper
from people import ACCEPT

TICKET_POINTS = ("before_decide_ticket", "after_decide_ticket")
POINTS = TICKET_POINTS + ("before_answer", "before_send", "after_send", "after_settle", "before_release")
COMPLETE, RETURN, REJECT = "✅ Завершити виконання", "↩️ Повернути в чергу", "❌ Відхилити"

# Button → the status that it leads to, the buttons that the presser then has, and the others, the notice to the author.
PRESSES = {
    ACCEPT: ("accepted", [COMPLETE, RETURN, REJECT], [], "notice_accepted"),
    COMPLETE: ("completed", [], [], "notice_completed"),
    RETURN: ("waiting", [ACCEPT, REJECT], [ACCEPT, REJECT], "notice_returned"),
}


def card_shows(person, labels):
    person.wait(lambda chat: [m for m in chat.bot_messages if "№" in m.text][-1].labels == labels,
                f"the card with {labels}")


@pytest.mark.parametrize("label", PRESSES)
@pytest.mark.parametrize("point", POINTS)
def test_killed_at(desk, point, label):
    status, own, others, notice = PRESSES[label]
    winner, other, author = desk.admin("Ірина"), desk.admin("Богдан"), desk.person("Олена")
    number = author.file_ticket()
    winner.card(number), other.card(number)
    if label != ACCEPT:
        winner.press(ACCEPT)
        card_shows(winner, PRESSES[ACCEPT][1])
    desk.wait_settled()
    before = len(author.chat().bot_messages)
    desk.bot.restart_swept(FAULT=point)
    keeper = Keeper(desk.bot)
    winner.press(label, wait=False)
    author.wait(lambda chat: any(m.says(notice) for m in chat.bot_messages), notice)
    card_shows(winner, own)
    card_shows(other, others)
    desk.wait_settled()
    keeper.wait_start()
    keeper.stop()
    assert keeper.deaths == 1
    ticket, = desk.tickets()
    assert ticket["status"] == status
    assert [event["what"] for event in ticket["events"]].count(ticket["events"][-1]["what"]) == 1
    told = author.chat().bot_messages[before:]
    assert 1 <= len(told) <= (1 if point in TICKET_POINTS[:1] else 2), "a notice comes twice only if it was under way"
    for person in (winner, other):
        cards = [m for m in person.chat().bot_messages if f"№ {number}" in m.text]
        assert len(cards) == 1, "cards are edited, not sent anew"
