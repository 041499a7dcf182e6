"""First contact, the menus, and the commands that work everywhere."""
import pytest

import catalogue
from people import ADMIN_MENU, CALL, MY_TICKETS, NEW_TICKET, SUPER_ADMIN_MENU, USER_MENU
from process import wait_until

NAMES = ("Олена", "<b>Bob & Co</b>", "😀", "\u202eשלום", '"quoted\' <i>', "&amp;")


def test_start_greets_and_shows_the_menu(desk):
    olena = desk.person("Олена")
    greeting = olena.start()
    assert greeting.says("greeting")
    assert "Олена" in greeting.text
    assert set(olena.chat().labels) == USER_MENU


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_any_first_name_is_greeted_as_it_is(desk):
    for name in NAMES:
        person = desk.person(name)
        assert name.strip("\u202e") in person.start().text


def test_staff_menus(desk):
    boss, admin = desk.boss(), desk.admin()
    assert set(boss.chat().labels) == SUPER_ADMIN_MENU
    assert set(admin.chat().labels) == ADMIN_MENU


def test_a_person_who_never_pressed_start_is_registered_and_answered(desk):
    person = desk.person()
    person.say("Добрий день, у мене питання", "hint")
    person.at("user", new=False)
    person.open_form()


def test_help_id_and_unknown_text(desk):
    person = desk.person()
    person.say("/help", "help")
    person.say("/id", "your_id")
    assert str(person.id) in person.answer().text
    person.say("/nosuchcommand", "hint")
    person.say("абв", "hint")
    boss = desk.boss()
    boss.say("/help", "help_staff")


def test_start_with_a_payload_and_with_the_bots_name(desk):
    person = desk.person()
    username = desk.simulator.get("state")["bot"]["username"]
    for text in ("/start from_the_site", "/START", f"/start@{username}"):
        person.send(text)
        assert person.at("user").says("greeting")


def test_cancel_with_nothing_open(desk):
    person = desk.person()
    person.start()
    person.say("/cancel", "nothing_to_cancel")
    assert person.chat().screen == "user"


@pytest.mark.parametrize("typed", ["📝 Створити заявку", "Створити заявку", "створити ЗАЯВКУ", " 📝  створити заявку "])
@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_a_label_is_known_without_emoji_and_in_any_case(desk, typed):
    person = desk.person()
    person.start()
    person.send(typed)
    person.at("name")


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_labels_of_other_menus_do_not_count(desk):
    person, boss = desk.person(), desk.boss()
    person.start()
    person.say("⚙️ Стан БД", "hint")
    person.say("✅ Прийняти", "hint")
    boss.say(NEW_TICKET, "hint")


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_every_label_of_a_menu_is_answered(desk):
    person, boss = desk.person(), desk.boss()
    person.start()
    for label in (MY_TICKETS, CALL, "🔔 Виклик в серверну", "❌ Скасувати заявку"):
        assert not person.say(label).says("hint"), label
    for label in SUPER_ADMIN_MENU:
        assert not boss.say(label).says("hint"), label


def called(desk, method, condition):
    """Waits for a call of that method whose parameters satisfy the condition: some go out after the start."""
    wait_until(lambda: any(condition(call["params"]) for call in desk.simulator.calls(method)), method)


def test_commands_are_set_for_each_language_and_for_staff(desk):
    boss = desk.boss()
    boss.wait(lambda chat: chat.commands, "commands of their own")
    names = {command["command"] for command in boss.chat().commands}
    assert {"start", "help", "cancel", "id"} <= names
    called(desk, "setMyCommands", lambda params: params.get("language_code") == "en" and not params.get("scope"))
    called(desk, "setMyCommands", lambda params: not params.get("language_code") and not params.get("scope"))
    for lang in ("uk", "en"):
        called(desk, "setMyDescription",
               lambda params, lang=lang: params.get("description") == catalogue.raw("bot_description", lang))
    admin = desk.admin()
    called(desk, "setMyCommands", lambda params: (params.get("scope") or {}).get("chat_id") == admin.id)
    desk.command("admin", "remove", str(admin.id))
    admin.send("/id")
    called(desk, "deleteMyCommands", lambda params: (params.get("scope") or {}).get("chat_id") == admin.id)
