"""The process killed while somebody joins the staff or leaves it: the role, the word, the menu and the tickets follow."""
import pytest

from conversation import Keeper
from people import ACCEPT, ADMIN_MENU, USER_MENU

ROLE_POINTS = ("after_mark", "after_return")
POINTS = ("before_decide_ticket", "after_decide_ticket", "after_decide", "before_answer", "before_send", "after_send",
          "after_settle", "before_release")


def role_of(desk, person):
    return next(row for row in desk.store.rows("users", desk.bot.data) if row["_id"] == person.id).get("role", "user")


def told(person, text, menu):
    """They saw the word, and the menu stays; a word that was under way may have come twice."""
    person.wait(lambda chat: [m for m in chat.bot_messages if m.says(text)] and set(chat.labels) == menu, text)
    return len([m for m in person.chat().bot_messages if m.says(text)])


@pytest.mark.parametrize("point", POINTS)
def test_killed_while_one_is_added(desk, point):
    boss, person = desk.boss(), desk.person("Ірина")
    person.start()
    boss.say("➕ Додати адміна", "ask_staff")
    desk.wait_settled()
    desk.bot.restart_swept(FAULT=point)
    keeper = Keeper(desk.bot)
    boss.contact("380501112233", person.id)
    boss.answer("staff_added")
    assert told(person, "staff_welcome", ADMIN_MENU) <= 2
    desk.wait_settled()
    keeper.wait_start()
    keeper.stop()
    assert keeper.deaths == 1
    assert role_of(desk, person) == "admin"


@pytest.mark.parametrize("point", POINTS + ROLE_POINTS[1:])
def test_killed_while_one_is_dismissed(desk, point):
    boss, admin, author = desk.boss(), desk.admin("Ірина"), desk.person("Олена")
    number = author.file_ticket()
    admin.press_data(admin.card(number).id, f"accept:{number}")
    page = boss.say("➖ Видалити адміна", "list_dismiss")
    desk.wait_settled()
    desk.bot.restart_swept(FAULT=point)
    keeper = Keeper(desk.bot)
    boss.press_data(page.id, f"dismiss_sure:{admin.id}", wait=False)
    assert told(admin, "staff_goodbye", USER_MENU) <= 2
    boss.wait(lambda chat: [m for m in chat.bot_messages if f"№ {number} ·" in m.text and ACCEPT in m.labels],
              "the ticket is free again")
    desk.wait_settled()
    keeper.wait_start()
    keeper.stop()
    assert keeper.deaths == 1
    assert role_of(desk, admin) == "user"
    assert [row["status"] for row in desk.tickets()] == ["waiting"]


def test_killed_between_mark_and_count(desk):
    boss, other = desk.boss(), desk.person("Друга-Шефиня")
    assert desk.command("admin", "add", "--super", str(other.id)).returncode == 0
    assert desk.command("admin", "remove", str(other.id), FAULT="after_mark").returncode == -9
    assert role_of(desk, other) == "super_admin"
    assert desk.command("admin", "remove", str(boss.id)).returncode == 65, "nobody who is sure to stay"
    assert desk.command("admin", "remove", str(other.id)).returncode == 0
    assert desk.command("admin", "remove", str(boss.id)).returncode == 65
    assert (role_of(desk, boss), role_of(desk, other)) == ("super_admin", "user")


@pytest.mark.parametrize("point", ("after_decide", "before_send", "after_send", "after_settle", "before_release"))
def test_killed_while_the_menu_comes_again(desk, point):
    """The menu's message is known afterwards, so that the next one takes its place. Only a message that was under way
    when the process died may be there twice."""
    boss = desk.boss()
    boss.say("👥 Керування персоналом", "staff_menu")
    desk.wait_settled()
    desk.bot.restart_swept(FAULT=point)
    keeper = Keeper(desk.bot)
    boss.send("🔙 Назад до головного меню")
    boss.wait(lambda chat: [m for m in chat.bot_messages if m.says("menu_shown")] and
              not [m for m in chat.bot_messages if m.says("staff_menu")], "the menu in the place of the other one")
    desk.wait_settled()
    keeper.wait_start()
    assert keeper.deaths == 1
    shown = len([m for m in boss.chat().bot_messages if m.says("menu_shown")])
    assert 1 <= shown <= (2 if point == "after_send" else 1)
    boss.say("👥 Керування персоналом", "staff_menu")
    desk.wait_settled()
    assert len([m for m in boss.chat().bot_messages if m.says("menu_shown")]) == shown - 1
    keeper.stop()
