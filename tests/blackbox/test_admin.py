"""`techsupport admin` beside a running bot: in force at that person's next update."""
from people import ADMIN_MENU, SUPER_ADMIN_MENU, USER_MENU


def test_add_and_remove_are_in_force_at_the_next_update(desk):
    person, author = desk.person("Новенький"), desk.person("Автор")
    person.start()
    assert desk.command("admin", "add", str(person.id)).returncode == 0
    person.role = "admin"
    person.start()
    assert set(person.chat().labels) == ADMIN_MENU
    number = author.file_ticket()
    person.card(number)
    assert desk.command("admin", "remove", str(person.id)).returncode == 0
    person.role = "user"
    person.start()
    assert set(person.chat().labels) == USER_MENU
    author.file_ticket()
    desk.wait_settled()
    assert len([m for m in person.chat().bot_messages if "✅ Прийняти" in m.labels]) == 1


def test_add_super(desk):
    person = desk.person()
    assert desk.command("admin", "add", "--super", str(person.id)).returncode == 0
    person.role = "super_admin"
    person.start()
    assert set(person.chat().labels) == SUPER_ADMIN_MENU


def test_list_shows_who_is_staff(desk):
    boss, person = desk.boss(), desk.person()
    desk.command("admin", "add", str(person.id))
    listed = desk.command("admin", "list")
    assert listed.returncode == 0
    assert str(boss.id) in listed.stdout and str(person.id) in listed.stdout
    desk.command("admin", "remove", str(person.id))
    assert str(person.id) not in desk.command("admin", "list").stdout


def test_taking_a_name_out_of_the_settings_does_not_demote(desk):
    boss = desk.boss()
    desk.bot.restart(SUPER_ADMIN_IDS=None)
    boss.start()
    assert set(boss.chat().labels) == SUPER_ADMIN_MENU


def test_wrong_arguments(desk):
    for arguments in (["add"], ["add", "abc"], ["add", "-5"], ["add", "99999999999999999999"], ["remove"], ["nonsense"],
                      []):
        done = desk.command("admin", *arguments)
        assert done.returncode == 64, (arguments, done)
        assert done.stderr.strip()


def test_a_dismissed_person_can_do_nothing_with_an_old_button(desk):
    admin, author = desk.admin(), desk.person("Автор")
    number = author.file_ticket()
    card = admin.card(number)
    desk.command("admin", "remove", str(admin.id))
    admin.press_data(card.id, dict(card.buttons)["✅ Прийняти"])
    desk.wait_settled()
    assert desk.tickets()[0]["status"] == "waiting"


def test_a_menu_label_of_the_old_role_counts_no_more(desk):
    admin = desk.admin()
    desk.command("admin", "remove", str(admin.id))
    admin.say("⚙️ Стан БД", "hint")
    admin.wait(lambda chat: set(chat.labels) == USER_MENU, "the user menu")
