"""A database of an earlier version, and one of a later."""
import pytest

CONFLICT, DATA = 75, 65


def set_schema(desk, value):
    desk.store.put_number("schema", value, desk.bot.data)


def test_serve_brings_the_database_up_to_date(new_desk):
    desk = new_desk().open()
    olena = desk.person()
    olena.start()
    number = olena.file_ticket()
    desk.bot.stop()
    set_schema(desk, 1)
    done = desk.command("admin", "list")
    assert done.returncode == CONFLICT and "serve" in done.stderr
    desk.bot.start()
    desk.bot.program.wait_line("database brought up to date")
    assert olena.file_ticket() == number + 1
    assert desk.command("admin", "list").returncode == 0


@pytest.mark.parametrize("store", ["mongodb"], indirect=True)
def test_a_copy_of_the_earlier_version_is_awaited(new_desk):
    desk = new_desk().open()
    other = desk.add_bot()
    set_schema(desk, 1)
    other.launch()
    other.program.wait_line("copies of an earlier version", 60)
    olena = desk.person()
    olena.start()
    desk.bot.stop()
    other.program.wait_line("listening", 60)
    if desk.settings["MODE"] == "webhook":
        desk.simulator.set_webhook(other.hook)
    assert olena.file_ticket() == 1


def test_a_later_version_is_refused(new_desk):
    desk = new_desk().open()
    desk.bot.stop()
    set_schema(desk, 9)
    for command in (("serve",), ("check",), ("admin", "list")):
        done = desk.command(*command)
        assert done.returncode == DATA and "newer version" in done.stdout + done.stderr
