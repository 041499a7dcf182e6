"""Lists of tickets: «📢 Активні заявки», «📜 Історія заявок», «❌ Скасувати заявку», «📖 Історія всіх заявок», /t."""
import re

import pytest

import catalogue
from people import ACCEPT, CANCEL_TICKET, MY_TICKETS, PRIORITIES, REJECT, Answers

ACTIVE, CLOSED = "📢 Активні заявки", "📖 Історія всіх заявок"
COMPLETE, RETURN = "✅ Завершити виконання", "↩️ Повернути в чергу"
BACK, ON = "◀️", "▶️"


def listed(person, label, title):
    """Opens a list from the menu; its message."""
    person.send(label)
    return person.wait(lambda chat: next((m for m in reversed(chat.since(person.mark)) if m.says(title)), None), title)


def now(person, message):
    return person.message(message.id)


def numbers(message):
    return [int(number) for number in re.findall(r"№ (\d+) · ", message.text)]


def turned(person, message, label, wanted):
    """Presses a button of the list and waits until it shows these numbers, in the same message."""
    data = dict(now(person, message).buttons)[label]
    person.press_data(message.id, data)
    person.wait(lambda chat: numbers(person.message(message.id)) == wanted, f"{label}: {wanted}")
    return now(person, message)


def file(person, desk, count, priorities=PRIORITIES):
    filed = []
    for n in range(count):
        filed.append(person.file_ticket(Answers(priority=priorities[n % len(priorities)], description=f"Проблема {n}")))
    desk.wait_settled()
    return filed


def alert(person):
    answer = person.chat().answers[-1]
    return answer["text"], answer["show_alert"]


@pytest.fixture
def admin(desk):
    return desk.admin("Ірина")


def test_active_tickets_urgent_first_then_oldest_page_by_page(desk, admin):
    author = desk.person()
    filed = file(author, desk, 12)
    order = filed[2::3] + filed[1::3] + filed[0::3]  # high, medium, low
    page = listed(admin, ACTIVE, "list_active")
    assert numbers(page) == order[:5]
    assert BACK not in page.labels
    turned(admin, page, ON, order[5:10])
    last = turned(admin, page, ON, order[10:])
    assert ON not in last.labels
    turned(admin, page, BACK, order[5:10])
    first = turned(admin, page, BACK, order[:5])
    assert BACK not in first.labels
    assert len([m for m in admin.chat().bot_messages if m.says("list_active")]) == 1


def test_filters_and_a_card_that_can_be_worked_with(desk, admin):
    author = desk.person()
    first, second = file(author, desk, 2, PRIORITIES[:1])
    page = listed(admin, ACTIVE, "list_active")
    old = admin.card(second)
    admin.press_data(page.id, f"open:{second}")
    card = admin.wait(lambda chat: next((m for m in chat.bot_messages if m.id > page.id and ACCEPT in m.labels), None),
                      "the card anew")
    assert f"№ {second} ·" in card.text
    admin.wait(lambda chat: not admin.message(old.id).buttons, "the old card without buttons")
    admin.press_data(card.id, f"accept:{second}")
    admin.wait(lambda chat: admin.message(card.id).labels == [COMPLETE, RETURN, REJECT], "the card as accepted")
    turned(admin, page, catalogue.label("filter_mine"), [second])
    turned(admin, page, catalogue.label("filter_new"), [first])
    turned(admin, page, catalogue.label("filter_all"), [first, second])
    admin.press_data(card.id, f"complete:{second}")
    turned(admin, page, "• " + catalogue.label("filter_all"), [first])
    desk.wait_settled()
    rows = {row["_id"]: row for row in desk.tickets()}
    assert [event["what"] for event in rows[second]["events"]] == ["created", "accepted", "completed"]


def test_opening_a_ticket_changes_nobody_elses_card(desk, admin):
    other, author = desk.admin("Богдан"), desk.person()
    number, = file(author, desk, 1)
    page = listed(admin, ACTIVE, "list_active")
    edits = len(desk.simulator.calls(method="editMessageText"))
    admin.press_data(page.id, f"open:{number}")
    admin.wait(lambda chat: len([m for m in chat.bot_messages if f"№ {number} ·" in m.text and m.id > page.id]) == 1,
               "the card")
    desk.wait_settled()
    assert len(desk.simulator.calls(method="editMessageText")) == edits
    other.press_data(other.card(number).id, f"accept:{number}")
    admin.wait(lambda chat: [m for m in chat.bot_messages if "· Прийнята" in m.text and m.id > page.id and not m.buttons],
               "the new card is kept true")


def test_my_tickets_with_their_reasons_and_cards(desk, admin):
    author, stranger = desk.person(), desk.person("Петро")
    filed = file(author, desk, 6)
    file(stranger, desk, 1)
    admin.press_data(admin.card(filed[5]).id, f"reject:{filed[5]}")
    admin.answer("ask_reason")
    admin.say("дублікат <i>№ 7</i>", "done_rejected")
    desk.wait_settled()
    page = listed(author, MY_TICKETS, "list_history")
    assert numbers(page) == filed[:0:-1]
    assert "Причина відхилення: дублікат <i>№ 7</i>" in page.text and "Відхилена" in page.text
    turned(author, page, ON, [filed[0]])
    author.press_data(page.id, f"open:{filed[0]}")
    card = author.wait(lambda chat: next((m for m in chat.bot_messages if m.id > page.id and f"№ {filed[0]} ·" in m.text),
                                         None), "the card")
    assert not card.buttons and "Проблема 0" in card.text


def test_a_card_from_the_history_has_its_media(desk, admin):
    author = desk.person()
    author.file_ticket(Answers(media={"photo": True}))
    desk.wait_settled()
    number = desk.tickets()[0]["_id"]
    author.send(f"/t {number}")
    card = author.wait(lambda chat: next((m for m in chat.since(author.mark) if f"№ {number} ·" in m.text), None), "card")
    assert card.media["type"] == "photo"
    admin.send(f"/t {number}")
    card = admin.wait(lambda chat: next((m for m in chat.since(admin.mark) if ACCEPT in m.labels), None), "card")
    assert card.media["type"] == "photo"


def test_other_peoples_tickets_are_not_there(desk, admin):
    author, stranger = desk.person(), desk.person("Петро")
    number, = file(author, desk, 1)
    stranger.start()
    page = listed(stranger, MY_TICKETS, "list_history")
    assert numbers(page) == [] and not page.buttons
    stranger.say(f"/t {number}", "no_such_ticket")
    stranger.say("/t", "ticket_usage")
    for data in (f"open:{number}", f"cancel:{number}", f"cancel_sure:{number}", "page:1:0:0:0", "page:4:0:0:0"):
        stranger.press_data(page.id, data)
        text, loud = alert(stranger)
        assert loud and text, data
    desk.wait_settled()
    assert desk.tickets()[0]["status"] == "waiting"


def test_cancelling_a_ticket_that_somebody_works_on(desk, admin):
    author = desk.person()
    first, second = file(author, desk, 2)
    admin.press_data(admin.card(first).id, f"accept:{first}")
    desk.wait_settled()
    page = listed(author, CANCEL_TICKET, "list_open")
    assert numbers(page) == [second, first]
    author.press_data(page.id, f"cancel:{first}")
    author.wait(lambda chat: author.message(page.id).says("cancel_sure"), "the question in the list's place")
    author.press_data(page.id, f"cancel_keep:{first}")
    author.wait(lambda chat: numbers(author.message(page.id)) == [second, first], "the list again")
    author.press_data(page.id, f"cancel:{first}")
    author.wait(lambda chat: author.message(page.id).says("cancel_sure"), "the question")
    author.press_data(page.id, f"cancel_sure:{first}")
    author.wait(lambda chat: numbers(author.message(page.id)) == [second], "the list without it")
    assert alert(author) == (f"Заявку № {first} скасовано.", True)
    admin.wait(lambda chat: any(m.says("notice_cancelled") for m in chat.bot_messages), "the assignee is told")
    admin.wait(lambda chat: any("· Скасована" in m.text and not m.buttons for m in chat.bot_messages), "a true card")
    author.press_data(page.id, f"cancel_sure:{first}")
    assert "Скасована" in alert(author)[0]
    page = listed(admin, CLOSED, "list_closed")
    assert numbers(page) == [first]


def test_cancelling_what_was_closed_meanwhile(desk, admin):
    author = desk.person()
    number, = file(author, desk, 1)
    page = listed(author, CANCEL_TICKET, "list_open")
    author.press_data(page.id, f"cancel:{number}")
    author.wait(lambda chat: author.message(page.id).says("cancel_sure"), "the question")
    card = admin.card(number).id
    admin.press_data(card, f"accept:{number}")
    admin.press_data(card, f"complete:{number}")
    desk.wait_settled()
    author.press_data(page.id, f"cancel_sure:{number}")
    assert "Завершена" in alert(author)[0]
    author.wait(lambda chat: author.message(page.id).says("list_open_empty"), "the list without it")
    desk.wait_settled()
    assert desk.tickets()[0]["status"] == "completed"


def test_a_list_whose_message_is_gone_comes_anew(desk, admin):
    author = desk.person()
    file(author, desk, 6)
    page = listed(admin, ACTIVE, "list_active")
    desk.simulator.fault("editMessageText", chat=admin.id, kind="error", code=400, times=1,
                         description="Bad Request: message to edit not found")
    admin.press_data(page.id, dict(page.buttons)[ON])
    new = admin.wait(lambda chat: next((m for m in chat.bot_messages if m.id > page.id and m.says("list_active")), None),
                     "a new message")
    assert len(numbers(new)) == 1


def test_a_label_in_mid_form_keeps_the_form_as_a_draft_and_brings_the_menu(desk):
    author = desk.person()
    author.form_at("phone")
    page = listed(author, MY_TICKETS, "list_history")
    assert page
    assert author.chat().screen == "user"
    author.say("📝 Створити заявку", "draft_offer")


def test_pages_after_a_dismissal_are_refused(desk, admin):
    author = desk.person()
    file(author, desk, 6)
    page = listed(admin, ACTIVE, "list_active")
    assert desk.command("admin", "remove", str(admin.id)).returncode == 0
    admin.role = "user"
    admin.press_data(page.id, dict(page.buttons)[ON])
    text, loud = alert(admin)
    assert loud and catalogue.says(text, "no_rights", "uk")
    admin.wait(lambda chat: not admin.message(page.id).buttons, "the list without buttons")


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_behind_a_page_that_cannot_be_read_are_the_others(desk):
    author = desk.person()
    filed = file(author, desk, 7)
    desk.store.damage("tickets", filed[2:], desk.bot.data)
    page = listed(author, MY_TICKETS, "list_history")
    assert numbers(page) == [] and ON in page.labels
    turned(author, page, ON, filed[1::-1])
