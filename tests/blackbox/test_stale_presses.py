"""Staff press twice, too late, both at once, or on what is long gone: nothing is overwritten, every press is answered."""
import pytest
import requests

import catalogue
from direct import answers, at_once, press_of, query_of, update_of
from people import ACCEPT, REJECT
from simulator import TOKEN
from test_assignment import COMPLETE, RETURN, alert, shows, three, ticket  # noqa: F401 (a fixture)

ROUNDS = 10


def bot_message(desk, person, data):
    """A message of the bot's that the bot has forgotten, with a button for each of `data`; its id."""
    rows = [[{"text": f"кнопка {n}", "callback_data": one}] for n, one in enumerate(data)]
    answer = requests.post(f"{desk.simulator.url}/bot{TOKEN}/sendMessage", timeout=20, json={
        "chat_id": person.id, "text": "Заявка торішнього бота", "reply_markup": {"inline_keyboard": rows}}).json()
    assert answer["ok"], answer
    return answer["result"]["message_id"]


def accepted(author, winner, *others):
    number = author.file_ticket()
    card = winner.card(number)
    for other in others:
        other.card(number)
    winner.press(ACCEPT)
    shows(winner, number, "Прийнята", [COMPLETE, RETURN, REJECT])
    return number, card


def kinds(row):
    return [event["what"] for event in row["events"]]


@pytest.mark.webhook
def test_completed_twice_at_once_and_once_more(desk, three):  # noqa: F811
    author, winner, _ = three
    for _ in range(ROUNDS):
        number, card = accepted(author, winner)
        presses = [press_of(winner, card.id, f"complete:{number}") for _ in range(2)]
        at_once(*[(desk.bot, press) for press in presses])
        winner.press_data(card.id, f"complete:{number}")
        text, loud = alert(winner)
        assert loud and "Завершена" in text
        row = ticket(desk, number)
        assert kinds(row) == ["created", "accepted", "completed"]
        told = answers(desk)
        assert sorted(told[query_of(press)][0][1] for press in presses) == [False, True]
        assert all("Завершена" in text for press in presses for text, loud in told[query_of(press)] if loud)
        shows(winner, number, "Завершена", [])


@pytest.mark.webhook
def test_completed_at_once_by_the_assignee_and_a_super_admin(desk, three):  # noqa: F811
    author, winner, _ = three
    boss = desk.boss()
    for _ in range(ROUNDS):
        number, card = accepted(author, winner, boss)
        other = shows(boss, number, "Прийнята", [])
        presses = [press_of(winner, card.id, f"complete:{number}"), press_of(boss, other.id, f"complete:{number}")]
        at_once(*[(desk.bot, press) for press in presses])
        row = ticket(desk, number)
        assert kinds(row) == ["created", "accepted", "completed"]
        told = answers(desk)
        won = [winner.id, boss.id].index(row["events"][-1]["who"])
        assert [told[query_of(press)][0][1] for press in presses] == [won != 0, won != 1]


@pytest.mark.webhook
def test_completed_and_returned_at_once(desk, three):  # noqa: F811
    """One person's presses take effect one after the other; the later one finds what is true then."""
    author, winner, other = three
    boss = desk.boss()
    for _ in range(ROUNDS):
        number, card = accepted(author, winner, boss)
        theirs = shows(boss, number, "Прийнята", [])
        presses = [press_of(winner, card.id, f"complete:{number}"), press_of(boss, theirs.id, f"return:{number}")]
        at_once(*[(desk.bot, press) for press in presses])
        row = ticket(desk, number)
        completed = row["status"] == "completed"
        assert kinds(row) == ["created", "accepted", "completed" if completed else "waiting"]
        told = answers(desk)
        assert [told[query_of(press)][0][1] for press in presses] == [not completed, completed]
        shows(other, number, "Завершена" if completed else "Очікує", [] if completed else [ACCEPT, REJECT])
        if not completed:
            other.press(ACCEPT)
            shows(other, number, "Прийнята", [COMPLETE, RETURN, REJECT])
            other.press(COMPLETE)  # a person has at most 20 open tickets


def test_accepting_what_was_rejected(desk, three):  # noqa: F811
    author, first, second = three
    number = author.file_ticket()
    first.card(number)
    late = second.card(number)
    first.press(REJECT)
    first.answer("ask_reason")
    first.say("дублікат", "done_rejected")
    second.press_data(late.id, f"accept:{number}")
    text, loud = alert(second)
    assert loud and "Відхилена" in text
    row = ticket(desk, number)
    assert (row["status"], row["reason"], kinds(row)) == ("rejected", "дублікат", ["created", "rejected"])
    assert "assignee" not in row or not row["assignee"]
    shows(second, number, "Відхилена", [])


@pytest.mark.webhook
def test_both_asked_for_the_reason_and_typing_at_once(desk, three):  # noqa: F811
    author, *staff = three
    for n in range(ROUNDS):
        number = author.file_ticket()
        reasons = [f"причина {person.first_name} {n}" for person in staff]
        for person in staff:
            person.card(number)
            person.press(REJECT)
            person.answer("ask_reason")
        marks = [person.newest() for person in staff]
        at_once(*[(desk.bot, update_of(person, reason)) for person, reason in zip(staff, reasons)])
        row = ticket(desk, number)
        assert kinds(row) == ["created", "rejected"]
        won = [person.id for person in staff].index(row["events"][-1]["who"])
        assert (row["status"], row["reason"]) == ("rejected", reasons[won])
        texts = [[m for m in person.chat().since(mark) if m.says("done_rejected") or m.says("already_closed")]
                 for person, mark in zip(staff, marks)]
        assert [len(found) for found in texts] == [1, 1]
        assert texts[won][0].says("done_rejected") and texts[1 - won][0].says("already_closed")
        for person in staff:
            assert reasons[won] in shows(person, number, "Відхилена", []).text
            assert person.chat().screen == "admin"
        assert [m for m in author.chat().bot_messages if m.says("notice_rejected")][-1].text.count(reasons[won]) == 1


# What a staff member does at the instant in which the author cancels: the update, and the ticket that comes of it.
RIVALS = {
    "accept": (lambda person, card, number: press_of(person, card, f"accept:{number}"), "accepted"),
    "complete": (lambda person, card, number: press_of(person, card, f"complete:{number}"), "completed"),
    "return": (lambda person, card, number: press_of(person, card, f"return:{number}"), "waiting"),
    "reject": (lambda person, card, number: update_of(person, "дублікат"), "rejected"),
}


@pytest.mark.webhook
@pytest.mark.parametrize("rival", RIVALS)
def test_the_author_cancels_at_the_same_instant(desk, three, rival):  # noqa: F811
    author, staff, _ = three
    make, status = RIVALS[rival]
    for _ in range(ROUNDS):
        number = author.file_ticket()
        card = staff.card(number)
        if rival in ("complete", "return"):
            staff.press(ACCEPT)
            shows(staff, number, "Прийнята", [COMPLETE, RETURN, REJECT])
        if rival == "reject":
            staff.press(REJECT)
            staff.answer("ask_reason")
        mark = staff.newest()
        cancel, other = press_of(author, author.newest(), f"cancel_sure:{number}"), make(staff, card.id, number)
        at_once((desk.bot, cancel), (desk.bot, other))
        row = ticket(desk, number)
        last = row["events"][-1]
        assert (row["status"], last["what"]) in ((status, status), ("cancelled", "cancelled"))
        assert kinds(row).count("cancelled") <= 1
        (text, _), = answers(desk)[query_of(cancel)]
        if row["status"] != "cancelled":
            assert status in ("completed", "rejected") and catalogue.label(f"status_{status}") in text
        elif status in kinds(row):  # both took effect, one after the other
            assert status in ("accepted", "waiting")
        if rival == "reject":
            said = "done_rejected" if status == "rejected" == row["status"] else "already_closed"
            assert any(m.says(said) for m in staff.chat().since(mark))
            assert ("reason" in row) == (row["status"] == "rejected")
        shows(staff, number, catalogue.label(f"status_{row['status']}"), [])


ANCIENT = ["accept:999999", "reject:999999", "complete:999999", "return:999999", "frobnicate:1", "reopen:7:now", "x",
           "accept:", "del_adm|7", "srv_reply|yes|1a2b3c4d", "user_cancel|1a2b3c4d", "accept|1a2b3c4d",
           "complete|1a2b3c4d", "reject|1a2b3c4d"]


@pytest.mark.parametrize("who", ["staff", "user"])
def test_buttons_of_last_year(desk, three, who):  # noqa: F811
    author, staff, _ = three
    person = staff if who == "staff" else author
    number = author.file_ticket()
    staff.card(number)
    for data in ANCIENT:
        message = bot_message(desk, person, [data])
        person.press_data(message, data)
        assert alert(person)[0] and alert(person)[1], data
        person.wait(lambda chat: data not in dict(person.message(message).buttons).values(), f"no button {data}")
    row = ticket(desk, number)
    assert kinds(row) == ["created"] and row["status"] == "waiting"
    shows(staff, number, "Очікує", [ACCEPT, REJECT])


@pytest.mark.parametrize("verb", ["accept", "reject", "complete", "return"])
def test_a_forgotten_copy_of_a_card_loses_its_buttons_whatever_is_pressed(desk, three, verb):  # noqa: F811
    author, staff, _ = three
    number = author.file_ticket()
    staff.card(number)
    desk.wait_settled()
    data = [f"{one}:{number}" for one in ("accept", "reject", "complete", "return")]
    message = bot_message(desk, staff, data)
    staff.press_data(message, f"{verb}:{number}")
    staff.wait(lambda chat: not staff.message(message).buttons, "a copy without buttons")


def test_a_dismissed_person_presses_the_buttons_that_are_left(desk, three):  # noqa: F811
    author, first, second = three
    number = author.file_ticket()
    card = first.card(number)
    desk.wait_settled()
    assert desk.command("admin", "remove", str(first.id)).returncode == 0
    first.press_data(card.id, f"accept:{number}")
    assert catalogue.says(alert(first)[0], "no_rights")
    first.wait(lambda chat: not first.message(card.id).buttons, "no buttons")
    assert ticket(desk, number)["status"] == "waiting"
    second.press(ACCEPT)
    shows(second, number, "Прийнята", [COMPLETE, RETURN, REJECT])
