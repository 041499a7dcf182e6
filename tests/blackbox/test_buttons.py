"""Inline buttons: every press is answered; what a client sends as data is never trusted."""
import pytest

import catalogue
from people import ACCEPT, Answers

ODD_DATA = ["", ":", "accept", "accept:", "accept:x", "accept:-1", "accept:99999999999999999999", "accept:1:2",
            "reject:0", "draft:7", "lang:99", "nonsense:1", "accept|1a2b3c4d", "user_cancel|1", "\u0000", "x" * 64,
            "ї" * 32, "%s%n", "drop table"]


def test_odd_data_is_answered_and_changes_nothing(desk):
    person = desk.person()
    offer = person.say("/lang", "choose_lang")
    for data in ODD_DATA:
        if data and "\u0000" not in data:
            person.press_data(offer.id, data)
    person.start()


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_a_user_who_forges_a_staff_button(desk):
    boss, person = desk.boss(), desk.person()
    number = person.file_ticket()
    data = dict(boss.card(number).buttons)["✅ Прийняти"]
    person.press_data(person.newest(), data)
    desk.wait_settled()
    assert desk.tickets()[0]["status"] == "waiting"
    boss.card(number)


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_a_press_under_a_message_that_is_gone(desk):
    person = desk.person()
    offer = person.say("/lang", "choose_lang")
    data = dict(offer.buttons)[catalogue.label("button_english")]
    desk.simulator.fault("editMessageText", kind="error", code=400, times=1,
                         description="Bad Request: message to edit not found")
    person.press_data(offer.id, data)
    person.wait(lambda chat: any(m.says("lang_chosen", "en") for m in chat.bot_messages), "the new language")


def test_a_press_that_is_faster_than_the_answer_to_the_sending_of_its_card(desk):
    """The card is in the chat, Telegram's answer with its id is not there yet: no foreign copy, nothing to strip."""
    admin, person = desk.admin(), desk.person()
    person.form_at("priority")
    desk.simulator.fault("sendMessage", chat=admin.id, kind="slow", ms=1000, times=1)
    person.give("priority", Answers())
    card = admin.card()
    admin.press(ACCEPT)
    desk.wait_settled()
    assert desk.tickets()[0]["status"] == "accepted"
    shown, = [m for m in admin.chat().bot_messages if "№" in m.text]
    assert shown.id == card.id
    assert "Прийнята" in shown.text and "✅ Завершити виконання" in shown.labels
