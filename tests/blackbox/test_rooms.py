"""/rooms: the places that calls come from, for super-admins."""
import itertools

import pytest

import catalogue
from people import CALL
from test_calls import card, hears

NAME = "Серверна <1> & склад"


@pytest.fixture
def link(desk):
    username = desk.simulator.get("state")["bot"]["username"]
    return lambda code: f"https://t.me/{username}?start=room_{code}"


def listed(boss, *words, without=()):
    """The newest list that says these words."""
    return boss.wait(lambda chat: [m for m in chat.bot_messages if m.says("list_rooms") and all(w in m.text for w in words)
                                   and not any(w in m.text for w in without)], f"a list with {words}")[-1]


def data_of(message, label):
    return dict(message.buttons)[label]


def test_a_room_is_added_and_calls_carry_its_name(desk, link):
    boss, caller = desk.boss(), desk.person("Олена")
    boss.wait(lambda chat: desk.simulator.calls("getMe"), "the bot has asked for its name")
    assert catalogue.says(boss.say("/rooms", "list_rooms").text, "list_rooms_empty")
    saved = boss.say(f"/rooms A-1_x  {NAME}", "room_saved")
    assert NAME in saved.text and link("A-1_x") in saved.text
    boss.send("/rooms")
    assert link("A-1_x") in listed(boss, NAME).text
    caller.send("/start room_A-1_x")
    hears(caller, "call_made_room", NAME)
    card(boss, NAME)
    boss.press("👍")
    desk.wait_settled()
    call, = desk.calls()
    assert (call["room"], call["room_name"]) == ("A-1_x", NAME)
    assert NAME in boss.say("/start room_A-1_x", "room_link_staff").text


def test_a_room_is_renamed_removed_and_added_again(desk):
    boss, caller = desk.boss(), desk.person("Олена")
    boss.say("/rooms 7 Перша назва", "room_saved")
    boss.say("/rooms 7 Друга назва", "room_saved")
    boss.send("/rooms")
    shown = listed(boss, "Друга назва", without=["Перша"])
    boss.press_data(shown.id, data_of(shown, "Друга назва"))
    screen = boss.wait(lambda chat: [m for m in chat.bot_messages if m.id == shown.id and m.says("room")], "the room")[-1]
    remove = dict(screen.buttons)[catalogue.label("button_room_remove")]
    boss.press_data(shown.id, remove)
    boss.wait(lambda chat: boss.message(shown.id).says("room_remove_sure"), "the question")
    sure = dict(boss.message(shown.id).buttons)[catalogue.label("button_room_remove_sure")]
    boss.press_data(shown.id, dict(boss.message(shown.id).buttons)[catalogue.label("button_keep")])
    boss.wait(lambda chat: boss.message(shown.id).says("room"), "the room again")
    boss.press_data(shown.id, remove)
    boss.wait(lambda chat: boss.message(shown.id).says("room_remove_sure"), "the question")
    boss.press_data(shown.id, sure)
    boss.wait(lambda chat: boss.message(shown.id).says("list_rooms_empty"), "the empty list")
    boss.press_data(shown.id, sure)  # once more
    assert catalogue.says(boss.chat().answers[-1]["text"], "room_gone")
    caller.send("/start room_7")
    hears(caller, "call_made_unknown", "7")
    card(boss, "невідомий код 7")
    boss.say("/rooms 7 Третя назва", "room_saved")
    boss.send("/rooms")
    listed(boss, "Третя назва")


def test_many_rooms_stand_on_pages(desk):
    boss = desk.boss()
    codes = [f"{letter}-{n}" for letter, n in itertools.product("abc", range(4))]
    for code in codes:
        boss.say(f"/rooms {code} Кімната {code}.", "room_saved")
    boss.send("/rooms")
    seen, shown = [], listed(boss, "Кімната")
    for page in range(3):
        here = [code for code in codes if f"Кімната {code}." in shown.text]
        assert here == sorted(here) and len(here) == (5, 5, 2)[page]
        seen += here
        if page < 2:
            before = shown.text
            boss.press_data(shown.id, data_of(shown, "▶️"))
            boss.wait(lambda chat: boss.message(shown.id).text != before, "the next page")
            shown = boss.message(shown.id)
    assert sorted(seen) == codes
    boss.press_data(shown.id, data_of(shown, "◀️"))


@pytest.mark.parametrize("text", ["/rooms 7", "/rooms кімната Назва", "/rooms a.b Назва", "/rooms " + "a" * 60 + " Назва",
                                  "/rooms 7 " + "н" * 101])
@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_what_is_no_room(desk, text):
    boss = desk.boss()
    boss.say(text, "room_usage")
    assert not desk.store.rows("rooms", desk.bot.data)


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_rooms_are_a_super_admins(desk):
    boss, admin, user = desk.boss(), desk.admin(), desk.person()
    boss.say("/rooms 7 Серверна", "room_saved")
    boss.send("/rooms")
    data = data_of(listed(boss, "Серверна"), "Серверна")
    for person in (admin, user):
        person.say("/rooms", "hint")
        person.say("/rooms 8 Назва", "hint")
        for pressed in (data, data.replace("room:", "room_remove_sure:"), "rooms", "page:7:0:0:0"):
            person.press_data(person.chat().bot_messages[0].id, pressed)
            assert person.chat().answers[-1]["text"], pressed
    boss.press_data(boss.chat().bot_messages[0].id, "room:1")
    assert catalogue.says(boss.chat().answers[-1]["text"], "room_gone")
    room, = desk.store.rows("rooms", desk.bot.data)
    assert (room["code"], room["name"]) == ("7", "Серверна")
    user.say(CALL, "call_made")
