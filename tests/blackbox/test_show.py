"""`techsupport show` beside a running bot, on both stores."""
import json

import pytest

from people import Answers


def show(desk, *arguments):
    return desk.command("show", *[str(argument) for argument in arguments])


def shown(desk, *arguments):
    done = show(desk, *arguments)
    assert (done.returncode, done.stderr) == (0, ""), done
    document = json.loads(done.stdout)
    assert done.stdout == json.dumps(document, indent=2, ensure_ascii=False) + "\n"
    return document


def test_what_is_stored(desk):
    boss, author = desk.boss(), desk.person("Олена", username="olena")
    description = 'Принтер «блимає» <b>і</b>\nмовчить 😀'
    first = author.file_ticket(Answers(description=description))
    second = author.file_ticket()
    boss.press("✅ Прийняти", boss.card(second).id)
    desk.wait_settled()
    user = shown(desk, "user", author.id)
    assert (user["_id"], user["username"]) == (author.id, "olena")
    ticket = shown(desk, "ticket", first)
    assert (ticket["_id"], ticket["description"], ticket["status"]) == (first, description, "waiting")
    assert shown(desk, "ticket", second)["status"] == "accepted"
    stored = {row["_id"]: row for row in desk.store.rows("tickets", desk.bot.data)}
    assert set(ticket) == set(stored[first]), "all of it, and no more"
    assert shown(desk, "ticket", first) == ticket, "nothing was changed by looking"


def test_what_is_not_there(desk):
    for kind in ("user", "ticket", "call", "broadcast", "room"):
        done = show(desk, kind, 987654321)
        assert (done.returncode, done.stdout) == (67, "")
        assert done.stderr == f"techsupport: there is no {kind} 987654321\n"
    desk.boss()
    assert show(desk, "user", 1).returncode == 67, "not the next one"
    assert show(desk, "room", -1001).returncode == 67


@pytest.mark.parametrize("arguments", [(), ("user",), ("user", "x"), ("user", "1", "2"), ("users", "1"), ("", "1"),
                                       ("user", "9223372036854775808")])
def test_arguments_that_are_wrong(desk, arguments):
    done = show(desk, *arguments)
    assert (done.returncode, done.stdout) == (64, "") and done.stderr.startswith("techsupport: show: ")


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_one_that_cannot_be_read(desk):
    author = desk.person("Автор")
    first, second = author.file_ticket(), author.file_ticket()
    desk.wait_settled()
    desk.store.damage("tickets", [first], desk.bot.data)
    done = show(desk, "ticket", first)
    assert (done.returncode, done.stdout) == (65, "") and done.stderr.count("\n") == 1
    assert shown(desk, "ticket", second)["_id"] == second


def test_help(desk):
    done = desk.command("help", "show")
    assert done.returncode == 0 and "show user|ticket|call|broadcast|room ID" in done.stdout
