"""Telegram would not have a card, or its edit: no chat keeps live buttons for that, and no card is lost."""
import pytest
import requests

from people import ACCEPT, REJECT, Answers
from simulator import TOKEN
from test_assignment import COMPLETE, RETURN, alert, shows, three, ticket  # noqa: F401 (a fixture)

PHOTO = {"photo": True}


def copies(person, number):
    """The messages that can be taken for the ticket's card."""
    return [m for m in person.chat().bot_messages if f"№ {number} ·" in m.text]


def live(person, number):
    return [m for m in copies(person, number) if m.buttons]


def no_live_but(person, number, last):
    """Waits until no other copy than `last` has buttons."""
    person.wait(lambda chat: not [m for m in chat.bot_messages if m.buttons and m.id != last.id
                                  and f"№ {number} ·" in m.text], "no other live copy")


REFUSALS = ["Bad Request: message can't be edited", "Bad Request: message to edit not found",
            "Bad Request: MESSAGE_ID_INVALID", "Bad Request: something nobody has heard of"]


@pytest.mark.parametrize("why", REFUSALS)
@pytest.mark.parametrize("media", [None, PHOTO], ids=["text", "photo"])
def test_a_refused_edit_leaves_no_live_copy_behind(desk, three, media, why):  # noqa: F811
    author, winner, other = three
    number = author.file_ticket(Answers(media=media))
    old = other.card(number)
    winner.card(number)
    for method in ("editMessageText", "editMessageCaption"):
        desk.simulator.fault(method, chat=other.id, kind="error", code=400, description=why, times=1)
    winner.press(ACCEPT)
    new = shows(other, number, "Прийнята", [])
    assert new.id != old.id
    no_live_but(other, number, new)
    desk.wait_settled()
    winner.press(RETURN)
    assert shows(other, number, "Очікує", [ACCEPT, REJECT]).id == new.id


def test_an_edit_refused_again_and_again_does_not_fill_the_chat(desk, three):  # noqa: F811
    author, winner, other = three
    number = author.file_ticket()
    old = other.card(number)
    winner.card(number)
    for method in ("editMessageText", "sendMessage"):
        desk.simulator.fault(method, chat=other.id, kind="error", code=400, description="Bad Request: no", times=-1)
    winner.press(ACCEPT)
    shows(winner, number, "Прийнята", [COMPLETE, RETURN, REJECT])
    desk.wait_settled()
    other.wait(lambda chat: not other.message(old.id).buttons, "the old copy without buttons")
    assert len(copies(other, number)) == 1


def test_a_card_that_the_person_deleted_comes_again_once(desk, three):  # noqa: F811
    author, winner, other = three
    number = author.file_ticket()
    old = other.card(number)
    winner.card(number)
    done = requests.post(f"{desk.simulator.url}/bot{TOKEN}/deleteMessage", timeout=20,
                         json={"chat_id": other.id, "message_id": old.id}).json()
    assert done["ok"], done
    winner.press(ACCEPT)
    shows(other, number, "Прийнята", [])
    winner.press(COMPLETE)
    shows(other, number, "Завершена", [])
    desk.wait_settled()
    assert len(copies(other, number)) == 1


@pytest.mark.parametrize("verb", ["accept", "reject", "complete"])
def test_a_copy_whose_card_was_given_up_loses_its_buttons_at_a_press(desk, three, verb):  # noqa: F811
    """Its edit was refused, so was its replacement, and so was taking its buttons off."""
    author, winner, other = three
    number = author.file_ticket()
    old = other.card(number)
    winner.card(number)
    for method in ("editMessageText", "editMessageReplyMarkup", "sendMessage"):
        desk.simulator.fault(method, chat=other.id, kind="error", code=400, description="Bad Request: no", times=1)
    winner.press(ACCEPT)
    shows(winner, number, "Прийнята", [COMPLETE, RETURN, REJECT])
    desk.wait_settled()
    desk.simulator.clear_faults()
    assert other.message(old.id).buttons
    other.press_data(old.id, f"{verb}:{number}")
    other.wait(lambda chat: not other.message(old.id).buttons, "no buttons")


@pytest.mark.parametrize("refused", ["first", "last"])
def test_media_refused_in_one_chat_of_three(desk, three, refused):  # noqa: F811
    """The others have the photo already: each has one live card all the same."""
    author, *staff = three
    staff.append(desk.boss())
    author.form_at("priority", Answers(media=PHOTO))
    one = staff[0 if refused == "first" else -1]
    desk.simulator.fault("sendPhoto", chat=one.id, kind="error", code=400, times=1,
                         description="Bad Request: wrong file identifier/HTTP URL specified")
    author.give("priority", Answers())
    number = author.filed()
    desk.wait_settled()
    for person in staff:
        card = shows(person, number, "Очікує", [ACCEPT, REJECT])
        no_live_but(person, number, card)
    one.press(ACCEPT)
    shows(one, number, "Прийнята", [COMPLETE, RETURN, REJECT])
    for person in staff:
        if person is not one:
            shows(person, number, "Прийнята", [])
            assert not live(person, number)


def test_media_refused_in_the_middle_of_a_card(desk, three):  # noqa: F811
    author, *staff = three
    author.form_at("media")
    author.album(3)
    author.at("priority")
    desk.simulator.fault("sendMediaGroup", chat=staff[0].id, kind="error", code=400, times=1,
                         description="Bad Request: wrong file identifier/HTTP URL specified")
    author.give("priority", Answers())
    number = author.filed()
    desk.wait_settled()
    for person in staff:
        shows(person, number, "Очікує", [ACCEPT, REJECT])
        assert len(live(person, number)) == 1


def test_blocked_after_the_album_and_before_its_card(desk, three):  # noqa: F811
    author, first, second = three
    author.form_at("media")
    author.album(3)
    author.at("priority")
    desk.simulator.fault("sendMessage", chat=first.id, kind="error", code=403, times=1,
                         description="Forbidden: bot was blocked by the user")
    author.give("priority", Answers())
    number = author.filed()
    second.card(number)
    desk.wait_settled()
    assert not copies(first, number)
    second.press(ACCEPT)
    shows(second, number, "Прийнята", [COMPLETE, RETURN, REJECT])
    second.press(COMPLETE)
    shows(second, number, "Завершена", [])
    desk.wait_settled()
    assert not live(first, number)


def test_a_card_asked_for_while_the_edit_of_the_one_before_is_held_back(desk, three):  # noqa: F811
    """The held edit lands after the new card was promised: it must not be taken for that one."""
    author, first, second = three
    number = author.file_ticket()
    first.card(number), second.card(number)
    second.press(ACCEPT)
    shows(second, number, "Прийнята", [COMPLETE, RETURN, REJECT])
    old = shows(first, number, "Прийнята", [])
    desk.simulator.fault("editMessageText", chat=first.id, kind="error", code=429, retry_after=1, times=-1)
    second.press(RETURN)
    shows(second, number, "Очікує", [ACCEPT, REJECT])
    first.send(f"/t {number}")
    desk.simulator.wait_idle()
    desk.simulator.clear_faults()
    new = first.wait(lambda chat: [m for m in chat.bot_messages if m.id > old.id and f"№ {number} ·" in m.text],
                     "a new card")[-1]
    desk.wait_settled()
    assert first.message(new.id).labels == [ACCEPT, REJECT]
    assert [m.id for m in live(first, number)] == [new.id]
