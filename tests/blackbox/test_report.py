"""«⚙️ Стан БД»: how the bot and its database are, for staff."""
import re

import pytest

import catalogue
from people import ADMIN_MENU, SUPER_ADMIN_MENU, Answers

DATABASE = "⚙️ Стан БД"
REFRESH, BACKUP = catalogue.label("button_refresh"), catalogue.label("button_backup")


def screen(person):
    person.send(DATABASE)
    return person.wait(lambda chat: next((m for m in chat.since(person.mark) if REFRESH in m.labels), None), "the screen")


def number(text, word):
    return int(re.search(rf"{word}: (\d+)", text).group(1))


def test_what_it_says(desk):
    admin, boss, author = desk.admin("Ірина"), desk.boss(), desk.person("Автор")
    numbers = [author.file_ticket(Answers(description=f"заявка номер {n}")) for n in range(3)]
    admin.press_data(admin.card(numbers[0]).id, f"accept:{numbers[0]}")
    desk.wait_settled()
    shown = screen(admin)
    assert shown.labels == [REFRESH]
    assert desk.store.kind in shown.text
    assert number(shown.text, "Очікують") == 2 and number(shown.text, "У роботі") == 1
    assert number(shown.text, "Скасовані") == 0
    assert "Користувачі: 3, у команді: 2" in shown.text
    assert f"Режим: {desk.settings['MODE']}, 1\u00a0копія бота" in shown.text
    version = desk.command("version").stdout.split()
    assert any(word in shown.text for word in version if word[:1].isdigit())
    assert set(admin.chat().labels) == ADMIN_MENU
    shown = screen(boss)
    assert shown.labels == [REFRESH, BACKUP]
    assert set(boss.chat().labels) == SUPER_ADMIN_MENU


def test_counts_are_kept_a_minute_and_the_screen_is_renewed_in_place(desk):
    admin, author = desk.admin("Ірина"), desk.person("Автор")
    shown = screen(admin)
    author.file_ticket()
    desk.wait_settled()
    admin.press(REFRESH, shown.id)
    desk.wait_settled()
    again = admin.message(shown.id)
    assert number(again.text, "Очікують") == 0, "as it was counted"
    assert catalogue.pattern("report_counts").search(again.text)
    assert len([m for m in admin.chat().bot_messages if REFRESH in m.labels]) == 1


def test_a_backup_on_demand(desk):
    boss = desk.boss()
    shown = screen(boss)
    boss.press(BACKUP, shown.id)
    answer = boss.chat().answers[-1]
    assert (answer["text"], answer["show_alert"]) == (catalogue.raw("backup_asked"), True)
    boss.wait(lambda chat: [m for m in chat.since(shown.id)], "what became of the backup", 60)


@pytest.mark.parametrize("data, text", [("report", "no_rights"), ("backup", "no_rights")])
def test_not_for_users(desk, data, text):
    user = desk.person("Користувач")
    user.start()
    user.press_data(user.newest(), data)
    assert user.chat().answers[-1]["text"] == catalogue.raw(text)
    assert user.say(DATABASE, "hint")


def test_a_backup_that_waits_for_anothers_keeps_nobody_waiting(desk):
    boss, other = desk.boss(), desk.person("Друга")
    assert desk.command("admin", "add", "--super", str(other.id)).returncode == 0
    other.role = "super_admin"
    other.start()
    screens = [(person, screen(person)) for person in (boss, other)]
    desk.simulator.fault("sendMessage", chat=boss.id, kind="slow", ms=300000, times=1)
    for person, shown in screens:
        person.press(BACKUP, shown.id)
        assert catalogue.says(person.chat().answers[-1]["text"], "backup_asked")
    for _ in range(3):
        other.say("/help", "help_staff")
    desk.simulator.clear_faults()
    for person, shown in screens:
        person.wait(lambda chat: [m for m in chat.since(shown.id) if m.says("backup_kept")], "the backup")
