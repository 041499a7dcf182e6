"""A ticket's life in the hands of staff: one winner, true cards, everybody is told."""
import concurrent.futures

import pytest

from people import ACCEPT, CANCEL, NEW_TICKET, REJECT, Answers

COMPLETE, RETURN = "✅ Завершити виконання", "↩️ Повернути в чергу"
RACES = 20


def shows(person, number, status, labels):
    """Waits until this person's copy of the card says that status and has those buttons."""
    def true(chat):
        found = [m for m in chat.bot_messages if f"№ {number} ·" in m.text]
        return found and f"· {status}" in found[-1].text and found[-1].labels == labels and found[-1]
    return person.wait(true, f"the card № {number} as {status} with {labels}")


def bare(person, number):
    """Waits until their copy of the card has no buttons: to one who was dismissed it is not kept true."""
    person.wait(lambda chat: [m.labels for m in chat.bot_messages if f"№ {number} ·" in m.text][-1] == [], "no buttons")


def told(person, name):
    return person.wait(lambda chat: any(m.says(name) for m in chat.bot_messages), name)


def alert(person):
    """What the last press was answered."""
    answer = person.chat().answers[-1]
    return answer["text"], answer["show_alert"]


@pytest.fixture
def three(desk):
    """An author, and two on staff of whom neither is a super-admin."""
    return desk.person(), desk.admin("Ірина"), desk.admin("Богдан")


def ticket(desk, number):
    desk.wait_settled()
    return next(row for row in desk.tickets() if row["_id"] == number)


def test_accepted_then_completed(desk, three):
    author, winner, other = three
    number = author.file_ticket()
    winner.card(number), other.card(number)
    winner.press(ACCEPT)
    shows(winner, number, "Прийнята", [COMPLETE, RETURN, REJECT])
    assert "Ірина" in shows(other, number, "Прийнята", []).text
    told(author, "notice_accepted")
    winner.press(COMPLETE)
    shows(winner, number, "Завершена", []), shows(other, number, "Завершена", [])
    told(author, "notice_completed")
    row = ticket(desk, number)
    assert (row["status"], row["assignee"]) == ("completed", winner.id)
    assert [event["what"] for event in row["events"]] == ["created", "accepted", "completed"]
    assert [event["who"] for event in row["events"]] == [author.id, winner.id, winner.id]


def test_of_two_at_once_one_wins_and_the_other_learns_who(desk, three):
    author, *staff = three
    for _ in range(RACES):
        number = author.file_ticket()
        cards = [person.card(number) for person in staff]
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            list(pool.map(lambda i: staff[i].press_data(cards[i].id, f"accept:{number}"), (0, 1)))
        row = ticket(desk, number)
        winner, loser = staff if row["assignee"] == staff[0].id else staff[::-1]
        assert row["assignee"] == winner.id
        assert [event["what"] for event in row["events"]] == ["created", "accepted"]
        text, loud = alert(loser)
        assert loud and winner.first_name in text
        winner.press(COMPLETE)
        shows(loser, number, "Завершена", [])


def test_only_the_assignee_or_a_super_admin_goes_on(desk, three):
    author, winner, other = three
    boss = desk.boss()
    number = author.file_ticket()
    card = other.card(number)
    boss_card = boss.card(number)
    winner.press(ACCEPT)
    told(author, "notice_accepted")
    for data in (f"complete:{number}", f"return:{number}"):
        other.press_data(card.id, data)
        text, loud = alert(other)
        assert loud and "Ірина" in text
        assert ticket(desk, number)["status"] == "accepted"
    boss.press_data(boss_card.id, f"complete:{number}")
    assert ticket(desk, number)["status"] == "completed"


def test_returned_to_the_queue_anybody_can_take_it(desk, three):
    author, first, second = three
    number = author.file_ticket()
    first.card(number), second.card(number)
    first.press(ACCEPT)
    shows(second, number, "Прийнята", [])
    first.press(RETURN)
    told(author, "notice_returned")
    shows(first, number, "Очікує", [ACCEPT, REJECT])
    shows(second, number, "Очікує", [ACCEPT, REJECT])
    second.press(ACCEPT)
    assert ticket(desk, number)["assignee"] == second.id


def test_rejected_with_a_reason_that_hurts(desk, three):
    author, first, second = three
    number = author.file_ticket()
    first.card(number)
    first.press(REJECT)
    first.answer("ask_reason")
    for wrong in ("ні", "ї" * 501):
        first.say(wrong, "bad_reason")
    first.photo()
    first.answer("bad_reason")
    reason = "дублікат <b>№ 7</b> & «інше»"
    first.say(reason, "done_rejected")
    author.wait(lambda chat: any(m.says("notice_rejected") and reason in m.text for m in chat.bot_messages), "why")
    assert reason in shows(second, number, "Відхилена", []).text
    assert ticket(desk, number)["reason"] == reason


@pytest.mark.parametrize("way_out", ["/cancel", CANCEL])
def test_thinking_better_of_a_rejection_keeps_the_ticket(desk, three, way_out):
    author, first, _ = three
    number = author.file_ticket()
    first.card(number)
    first.press(REJECT)
    first.answer("ask_reason")
    first.say(way_out, "ticket_kept")
    assert first.chat().screen == "admin"
    assert ticket(desk, number)["status"] == "waiting"
    first.say("це вже не причина", "hint")


def test_a_reason_for_a_ticket_that_was_closed_meanwhile_overwrites_nothing(desk, three):
    author, first, second = three
    number = author.file_ticket()
    first.card(number), second.card(number)
    first.press(REJECT)
    first.answer("ask_reason")
    second.press(ACCEPT)
    shows(second, number, "Прийнята", [COMPLETE, RETURN, REJECT])
    second.press(COMPLETE)
    shows(second, number, "Завершена", [])
    first.say("надто пізно", "already_closed")
    row = ticket(desk, number)
    assert row["status"] == "completed" and "reason" not in row


def test_a_person_dismissed_while_typing_a_reason_rejects_nothing(desk, three):
    author, first, _ = three
    number = author.file_ticket()
    first.card(number)
    first.press(REJECT)
    first.answer("ask_reason")
    assert desk.command("admin", "remove", str(first.id)).returncode == 0
    first.role = "user"
    first.say("мене вже звільнено", "hint")  # the question ended with the role, as they are told
    first.wait(lambda chat: any(m.says("staff_goodbye") for m in chat.bot_messages), "the word about it")
    assert ticket(desk, number)["status"] == "waiting"


def test_what_a_dismissed_person_had_accepted_goes_back_to_the_queue(desk, three):
    author, first, second = three
    number = author.file_ticket()
    first.card(number), second.card(number)
    first.press(ACCEPT)
    shows(second, number, "Прийнята", [])
    done = desk.command("admin", "remove", str(first.id))
    assert done.returncode == 0 and "1" in done.stdout.splitlines()[-1]
    shows(second, number, "Очікує", [ACCEPT, REJECT])
    told(author, "notice_returned")
    bare(first, number)
    second.press(ACCEPT)
    assert ticket(desk, number)["assignee"] == second.id


def test_every_press_on_a_closed_ticket_is_answered_with_what_is_true(desk, three):
    author, first, _ = three
    number = author.file_ticket()
    card = first.card(number)
    first.press(ACCEPT)
    shows(first, number, "Прийнята", [COMPLETE, RETURN, REJECT])
    first.press(COMPLETE)
    shows(first, number, "Завершена", [])
    for verb in ("accept", "reject", "complete", "return"):
        first.press_data(card.id, f"{verb}:{number}")
        text, loud = alert(first)
        assert loud and "Завершена" in text
    first.press_data(card.id, f"accept:{number + 1000}")
    assert str(number + 1000) in alert(first)[0]
    assert ticket(desk, number)["status"] == "completed"


def test_a_copy_of_the_card_that_nobody_knows_of_loses_its_buttons(desk, three):
    """As a crash between Telegram's taking a card and our note of it leaves one."""
    author, first, _ = three
    desk.simulator.fault("sendMessage", chat=first.id, kind="cut_after", times=1)
    number = author.file_ticket()
    first.wait(lambda chat: len([m for m in chat.bot_messages if ACCEPT in m.labels]) == 2, "two copies of the card")
    desk.wait_settled()
    lost = next(m for m in first.chat().bot_messages if ACCEPT in m.labels)
    first.press_data(lost.id, f"accept:{number}")
    shows(first, number, "Прийнята", [COMPLETE, RETURN, REJECT])
    first.wait(lambda chat: not first.message(lost.id).buttons, "the lost copy without buttons")


def test_rejecting_in_mid_form_keeps_the_form_as_a_draft(desk):
    """Staff have no form in their menu, but may have been users when they opened one."""
    author, later = desk.person(), desk.person("Зоряна")
    later.form_at("phone")
    assert desk.command("admin", "add", str(later.id)).returncode == 0
    later.role = "admin"
    number = author.file_ticket(Answers(name="Хтось Інший"))
    later.card(number)
    later.press(REJECT)
    later.answer("ask_reason")
    later.say("помилкова заявка", "done_rejected")
    assert desk.command("admin", "remove", str(later.id)).returncode == 0
    later.role = "user"
    later.say(NEW_TICKET, "draft_offer")
