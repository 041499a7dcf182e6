"""«👥 Керування персоналом»: who joins the team, who leaves it, and that rights and menus follow at once."""
import concurrent.futures
import re

import pytest

import catalogue
from direct import at_once, deliver, press_of
from people import ACCEPT, ADMIN_MENU, CANCEL, SUPER_ADMIN_MENU, USER_MENU, Answers
from process import wait_until

STAFF, ADD, REMOVE, LIST, BACK = ("👥 Керування персоналом", "➕ Додати адміна", "➖ Видалити адміна", "📋 Список адмінів",
                                  "🔙 Назад до головного меню")
STAFF_MENU = {ADD, REMOVE, LIST, BACK}
SURE, KEEP = catalogue.label("button_dismiss_sure"), catalogue.label("button_keep")
STALE, NO_RIGHTS = catalogue.raw("stale_button"), catalogue.raw("no_rights")
REQUEST = 1


@pytest.fixture
def boss(desk):
    return desk.boss()


def menu(person, labels):
    person.wait(lambda chat: set(chat.labels) == labels, f"the menu {labels}")


def asked(boss):
    boss.say(ADD, "ask_staff")


def named(boss, person):
    """Types the id. It is no secret: the log names people by it."""
    boss.send(str(person.id))
    boss.desk.private.discard(str(person.id))


def listed(boss, label, title):
    boss.send(label)
    return boss.wait(lambda chat: next((m for m in reversed(chat.since(boss.mark)) if m.says(title)), None), title)


def alert(person):
    answer = person.chat().answers[-1]
    return answer["text"], answer["show_alert"]


def roles(desk):
    return {row["_id"]: row.get("role", "user") for row in desk.store.rows("users", desk.bot.data)}


def dismissed(boss, person):
    """Through list and question to the end."""
    page = listed(boss, REMOVE, "list_dismiss")
    boss.press_data(page.id, f"dismiss:{person.id}")
    boss.wait(lambda chat: boss.message(page.id).labels == [SURE, KEEP], "the question")
    assert person.first_name in boss.message(page.id).text and str(person.id) in boss.message(page.id).text
    boss.press(SURE, page.id)
    person.role = "user"
    return page


def test_the_menu_and_the_way_back(desk, boss):
    boss.say(STAFF, "staff_menu")
    menu(boss, STAFF_MENU)
    boss.say(BACK)
    menu(boss, SUPER_ADMIN_MENU)
    boss.say("додати адміна", "ask_staff")  # it counts whichever menu is shown
    boss.say(CANCEL, "staff_kept")
    menu(boss, STAFF_MENU)
    assert boss.say("хтось", "hint")


def test_added_by_each_way(desk, boss):
    """Digits, a forwarded message, a contact and a choice; each is told at once and sees the staff menu."""
    people = [desk.person(name) for name in ("Перший", "Другий", "Третій", "Четвертий")]
    ways = [lambda p: named(boss, p), lambda p: boss.do(text="доброго дня усім", forward_from=p.id),
            lambda p: boss.contact("380501112233", p.id), lambda p: boss.do(share_users={"request_id": REQUEST, "user_ids": [p.id]})]
    for person, way in zip(people, ways):
        person.start()
        asked(boss)
        way(person)
        told = boss.answer("staff_added")
        assert person.first_name in told.text and str(person.id) in told.text
        menu(boss, STAFF_MENU)
        person.wait(lambda chat: [m for m in chat.bot_messages if m.says("staff_welcome")], "the welcome")
        menu(person, ADMIN_MENU)
        person.wait(lambda chat: chat.commands, "the command list")
    author = desk.person("Автор")
    number = author.file_ticket()
    for person in people:
        person.card(number)


def test_added_before_the_first_start(desk, boss):
    person = desk.person("Майбутній")
    asked(boss)
    named(boss, person)
    boss.answer("staff_added_waiting")
    desk.wait_settled()
    assert not person.chat().bot_messages
    assert "очікуємо /start" in listed(boss, LIST, "list_staff").text
    person.role = "admin"
    person.start()
    assert person.chat().bot_messages[-1].says("greeting_staff")
    asked(boss)
    named(boss, person)
    boss.answer("staff_already")


def test_what_is_no_person(desk, boss):
    asked(boss)
    boss.say("Ірина", "bad_staff")
    boss.do(text="переслане повідомлення", forward_from="Прихований")
    boss.answer("bad_staff_hidden")
    boss.contact("380501112233")
    boss.answer("bad_staff_hidden")
    boss.photo()
    boss.answer("bad_staff")
    named(boss, boss)
    boss.answer("staff_already")


def test_dismissed_told_and_without_rights_at_once(desk, boss):
    admin, other, author = desk.admin("Ірина"), desk.admin("Богдан"), desk.person("Автор")
    number = author.file_ticket()
    card = admin.card(number)
    admin.press_data(card.id, f"accept:{number}")
    second = author.file_ticket(Answers(description="ще одна заявка"))
    old = admin.card(second)
    admin.press_data(old.id, f"reject:{second}")
    admin.answer("ask_reason")
    page = dismissed(boss, admin)
    assert catalogue.says(alert(boss)[0], "dismissed") and "Ірина" in alert(boss)[0]
    boss.wait(lambda chat: boss.message(page.id).says("list_dismiss"), "the list again")
    assert f"dismiss:{admin.id}" not in dict(boss.message(page.id).buttons).values()
    assert "Богдан" in boss.message(page.id).text
    admin.wait(lambda chat: [m for m in chat.bot_messages if m.says("staff_goodbye")], "the word")
    menu(admin, USER_MENU)
    wait_until(lambda: [c for c in desk.simulator.calls("deleteMyCommands") if str(admin.id) in str(c["params"])],
               "the command list of staff is taken away")
    other.wait(lambda chat: [m for m in chat.bot_messages if f"№ {number} ·" in m.text and ACCEPT in m.labels],
               "the ticket is free again")
    author.wait(lambda chat: [m for m in chat.bot_messages if m.says("notice_returned")], "the author is told")
    admin.press_data(old.id, f"accept:{second}")
    assert alert(admin) == (NO_RIGHTS, True)
    admin.say("причина", "hint")  # the question for it is over too
    desk.wait_settled()
    rows = {row["_id"]: row for row in desk.tickets()}
    assert {row["status"] for row in rows.values()} == {"waiting"}
    assert roles(desk)[admin.id] == "user"


def test_what_a_dismissed_person_has_is_not_kept_true(desk, boss):
    """Their copies lose the buttons, and say nothing of what comes later."""
    admin, author = desk.admin("Ірина"), desk.person("Автор")
    number = author.file_ticket()
    card, theirs = boss.card(number), admin.card(number)
    desk.wait_settled()
    dismissed(boss, admin)
    admin.wait(lambda chat: [m for m in chat.bot_messages if m.says("staff_goodbye")], "the word")
    boss.press_data(card.id, f"reject:{number}")
    boss.answer("ask_reason")
    boss.send("Підозра на витік")
    boss.wait(lambda chat: "Підозра на витік" in boss.message(card.id).text, "the reason on the card")
    admin.wait(lambda chat: not admin.message(theirs.id).labels, "no buttons")
    desk.wait_settled()
    assert "Очікує" in admin.message(theirs.id).text
    assert not [m for m in admin.chat().bot_messages if "Підозра" in m.text]


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_one_ticket_that_cannot_be_read_keeps_nobody_from_the_others(desk, boss):
    desk.allow_errors("a dismissed person's ticket cannot be given back|cannot be read|tickets: a document")
    admin, author = desk.admin("Ірина"), desk.person("Автор")
    numbers = [author.file_ticket(), author.file_ticket(Answers(description="ще одна заявка"))]
    for number in numbers:
        admin.press_data(admin.card(number).id, f"accept:{number}")
    desk.wait_settled()
    desk.store.damage("tickets", numbers[:1], desk.bot.data)
    dismissed(boss, admin)
    admin.wait(lambda chat: [m for m in chat.bot_messages if m.says("staff_goodbye")], "the word")
    boss.wait(lambda chat: [m for m in chat.bot_messages if f"№ {numbers[1]} ·" in m.text and ACCEPT in m.labels],
              "the other one is free again")
    admin.say("/help", "help")


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_one_staff_member_that_cannot_be_read_keeps_nobody_from_the_others(desk, boss):
    desk.allow_errors("cannot be read|users: a document")
    admin, author = desk.admin("Ірина"), desk.person("Автор")
    author.start()
    desk.wait_settled()
    desk.store.damage("users", [admin.id], desk.bot.data)
    done = desk.command("admin", "list")
    assert done.returncode == 0 and str(boss.id) in done.stdout and str(admin.id) not in done.stdout
    desk.bot.restart()
    boss.card(author.file_ticket())
    desk.wait_settled()


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_what_one_had_accepted_who_cannot_be_read_is_told_all_the_same(desk, boss):
    desk.allow_errors("cannot be read|users: a document")
    admin, author = desk.admin("Ірина"), desk.person("Автор")
    number = author.file_ticket()
    card = admin.card(number)
    desk.wait_settled()
    desk.simulator.fault("sendMessage", chat=author.id, code=429, retry_after=300, times=1)
    admin.press_data(card.id, f"accept:{number}")
    wait_until(lambda: desk.tickets()[0]["status"] == "accepted", "it is theirs")
    desk.bot.kill()
    desk.store.damage("users", [admin.id], desk.bot.data)
    desk.bot.start()
    author.wait(lambda chat: [m for m in chat.bot_messages if m.says("notice_accepted")], "the word")


def test_thought_better_of(desk, boss):
    admin = desk.admin("Ірина")
    page = listed(boss, REMOVE, "list_dismiss")
    boss.press_data(page.id, f"dismiss:{admin.id}")
    boss.wait(lambda chat: boss.message(page.id).labels == [SURE, KEEP], "the question")
    boss.press(KEEP, page.id)
    boss.wait(lambda chat: boss.message(page.id).says("list_dismiss"), "the list again")
    assert roles(desk)[admin.id] == "admin"


def test_neither_oneself_nor_super_admins_are_offered(desk, boss):
    other = desk.person("Друга-Шефиня")
    desk.command("admin", "add", "--super", str(other.id))
    admins = [desk.admin(f"Адмін {n}") for n in range(6)]
    page = listed(boss, REMOVE, "list_dismiss")
    assert len([data for _, data in page.buttons if data.startswith("dismiss:")]) == 5
    seen = set(re.findall(r"dismiss:(\d+)", str(page.buttons)))
    boss.press("▶️", page.id)
    boss.wait(lambda chat: "◀️" in boss.message(page.id).labels, "the next page")
    seen |= set(re.findall(r"dismiss:(\d+)", str(boss.message(page.id).buttons)))
    assert seen == {str(admin.id) for admin in admins}
    page = listed(boss, LIST, "list_staff")
    boss.press("▶️", page.id)
    boss.wait(lambda chat: "◀️" in boss.message(page.id).labels, "the next page")
    everybody = page.text + boss.message(page.id).text
    for person in [boss, other, *admins]:
        assert str(person.id) in everybody


def test_forged_presses_change_nothing_and_are_logged(desk, boss):
    admin, user = desk.admin("Ірина"), desk.person("Користувач")
    user.start()
    message = boss.newest()
    boss.press_data(message, f"dismiss_sure:{boss.id}")
    assert catalogue.says(alert(boss)[0], "dismiss_self")
    other = desk.person("Друга-Шефиня")
    desk.command("admin", "add", "--super", str(other.id))
    boss.press_data(message, f"dismiss_sure:{other.id}")
    assert catalogue.says(alert(boss)[0], "dismiss_super_admin")
    boss.press_data(message, f"del_adm|{admin.id}")
    assert alert(boss) == (STALE, True)
    boss.press_data(message, "obey:1")
    assert alert(boss) == (STALE, True)
    for person, text in ((user, "no_rights"), (admin, "super_admin_only")):
        for data in (f"dismiss:{admin.id}", f"dismiss_sure:{admin.id}", "dismiss_keep", "page:5:0:0:0", "page:6:0:0:0"):
            person.press_data(person.newest(), data)
            assert alert(person) == (catalogue.raw(text), True)
        assert person.say(ADD, "hint")
    desk.wait_settled()
    assert roles(desk) == {boss.id: "super_admin", other.id: "super_admin", admin.id: "admin", user.id: "user"}
    refused = [line for line in desk.bot.program.lines if "a press was refused" in line]
    assert len(refused) == 14 and all(" warning " in line for line in refused)
    assert any(f"person={user.id}" in line and "verb=dismiss_sure" in line for line in refused)
    assert any(f"person={boss.id}" in line and "verb=dismiss_sure" in line for line in refused)


def test_the_command_line_beside_a_running_bot_changes_the_menu_at_once(desk, boss):
    person = desk.person("Новенький")
    person.start()
    person.form_at("phone")
    assert desk.command("admin", "add", str(person.id)).returncode == 0
    menu(person, ADMIN_MENU)
    assert desk.command("admin", "add", "--super", str(person.id)).returncode == 0
    menu(person, SUPER_ADMIN_MENU)
    assert desk.command("admin", "remove", str(person.id)).returncode == 0
    menu(person, USER_MENU)
    person.send("📝 Створити заявку")
    person.answer("draft_offer")  # the form that was open then


@pytest.mark.webhook
def test_a_double_press_dismisses_once(desk, boss):
    admin = desk.admin("Ірина")
    page = listed(boss, REMOVE, "list_dismiss")
    press = press_of(boss, page.id, f"dismiss_sure:{admin.id}")
    at_once((desk.bot, press), (desk.bot, press))
    desk.wait_settled()
    assert len([m for m in admin.chat().bot_messages if m.says("staff_goodbye")]) == 1


@pytest.mark.webhook
def test_two_super_admins_add_and_dismiss_one_person_at_once(desk, boss):
    """The person's document decides: they are on staff or not, were told the last of it last, and see that menu."""
    second, person = desk.person("Друга-Шефиня"), desk.person("Ірина")
    desk.command("admin", "add", "--super", str(second.id))
    second.role = "super_admin"
    second.start(), person.start()
    for n in range(6):
        asked(boss)
        press = press_of(second, second.newest(), f"dismiss_sure:{person.id}", 5000 + n)
        with concurrent.futures.ThreadPoolExecutor(1) as pool:
            pressed = pool.submit(deliver, desk.bot, press)
            named(boss, person)
            pressed.result()
        desk.wait_settled()
        menu(person, ADMIN_MENU if roles(desk)[person.id] == "admin" else USER_MENU)
        desk.command("admin", "remove", str(person.id))


@pytest.mark.parametrize("super_admins", [2])
def test_two_super_admins_are_dismissed_at_the_same_instant(desk, boss, super_admins):
    """By the command line, the only way there is: one of them stays."""
    other = desk.person("Друга-Шефиня")
    for _ in range(4):
        for person in (boss, other):
            desk.command("admin", "add", "--super", str(person.id))
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            done = list(pool.map(lambda person: desk.command("admin", "remove", str(person.id)), (boss, other)))
        left = [role for role in roles(desk).values() if role == "super_admin"]
        assert len(left) >= 1, [end.stderr for end in done]
        assert len(left) == super_admins - len([end for end in done if end.returncode == 0])


def service_messages(person):
    return [m for m in person.chat().bot_messages if m.says("menu_shown") or m.says("staff_menu")]


def test_the_menu_comes_again_with_every_answer_and_the_chat_stays_clean(desk, boss):
    """Each press in the menu is answered once, with the menu before it; of the messages that only bring the menu the
    last one stays, and no inline screen goes."""
    author = desk.person("Автор")
    author.file_ticket()
    boss.card()
    for label, title in ((STAFF, None), ("📢 Активні заявки", "list_active"), ("📖 Історія всіх заявок", "list_closed"),
                         (REMOVE, "list_dismiss"), (LIST, "list_staff"), (BACK, None), ("📢 Активні заявки", "list_active")):
        before = len(desk.simulator.calls("sendMessage"))
        boss.send(label)
        if title:
            boss.wait(lambda chat: [m for m in chat.since(boss.mark) if m.says(title)], title)
        desk.wait_settled()
        assert len(desk.simulator.calls("sendMessage")) - before == (2 if title else 1)
        kept, = service_messages(boss)
        assert kept.id > boss.mark
        staff_menu = label in (STAFF, REMOVE, LIST)
        assert set(boss.chat().labels) == (STAFF_MENU if staff_menu else SUPER_ADMIN_MENU)
    assert len([m for m in boss.chat().bot_messages if m.says("list_active")]) == 2


def test_a_menu_message_that_cannot_be_deleted_stays(desk, boss):
    boss.say(STAFF, "staff_menu")
    desk.wait_settled()
    desk.simulator.fault("deleteMessage", code=400, description="Bad Request: message can't be deleted for everyone")
    boss.say(BACK, "menu_shown")
    desk.wait_settled()
    menu(boss, SUPER_ADMIN_MENU)
    assert len(service_messages(boss)) == 2


def test_an_admin_gets_no_service_messages(desk):
    admin = desk.admin("Ірина")
    listed(admin, "📢 Активні заявки", "list_active")
    desk.wait_settled()
    assert not service_messages(admin)


def test_whoever_has_a_hundred_answers_waiting_can_be_dismissed(desk, boss):
    admin = desk.admin("Ірина")
    desk.wait_settled()
    desk.simulator.fault("sendMessage", chat=admin.id, code=429, retry_after=300)
    for _ in range(100):
        admin.send("/id")

    def user():
        return next(row for row in desk.store.rows("users", desk.bot.data) if row["_id"] == admin.id)
    wait_until(lambda: len(user().get("owes", {})) == 100, "all of them waiting")
    page = dismissed(boss, admin)
    boss.wait(lambda chat: boss.message(page.id).says("list_dismiss"), "the list again")
    assert roles(desk)[admin.id] == "user"
