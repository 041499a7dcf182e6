"""Inline buttons: every press is answered; what a client sends as data is never trusted."""
import pytest

import catalogue

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
