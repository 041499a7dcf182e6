"""`techsupport migrate`: what the bot before had stored is taken over, into both stores."""
import collections
import csv
import fcntl
import io
import json
import re
import signal
import subprocess

import pytest

import legacy
from legacy import ADMIN, AUTHOR, NAMELESS, SUPER, LegacyDatabase, moment, old_id, ticket, variety
from people import Answers
from process import binary, limit, wait_until
from wire import ObjectId

COUNT = 3000
ASIDE = "migrate-aside.jsonl"


@pytest.fixture
def old(mongo_server):
    database = LegacyDatabase(mongo_server)
    yield database
    database.close()


def migrate(desk, old, *more, code=0, **settings):
    done = desk.command("migrate", "--from", old.uri, *more, **settings)
    assert done.returncode == code, done.stderr
    for private in ("Олена", "принтер", "380671112233", "Причина", "AgACAgIAAx"):
        assert private not in done.stderr + done.stdout
    return done


def counts(done, collection):
    """found, taken, there, aside, remarks"""
    return [int(word) for word in re.search(rf"^{collection}\s+(.*)$", done.stdout, re.M).group(1).split()]


def by_old_id(desk):
    return {row["legacy_id"]: row for row in desk.tickets() if "legacy_id" in row}


def status_of(number):
    return list(legacy.STATUSES)[number % len(legacy.STATUSES)]


def fill(old, count=COUNT):
    """Tickets out of their order, among them some that cannot be taken."""
    old.add_people()
    rows = [ticket(n, status_of(n), author=AUTHOR + n % 50, **variety(n)) for n in range(count)]
    odd = legacy.broken(count)
    old.add("tickets", *rows[1::2], *(row for row, _ in odd), *rows[0::2])
    old.add("users", {"_id": ObjectId.of(1, 9002), "telegram_id": "не число", "username": "broken"},
            {"_id": ObjectId.of(1, 9003), "telegram_id": AUTHOR, "username": "twice"})
    return odd


def test_three_thousand_tickets(new_desk, old, tmp_path):
    desk = new_desk()
    odd = fill(old)
    before = {name: old.rows(name) for name in ("users", "admins", "tickets", "broadcasts")}
    done = migrate(desk, old)
    assert counts(done, "tickets")[:4] == [COUNT + len(odd), COUNT, 0, len(odd)]
    assert counts(done, "users")[:4] == [53, 51, 0, 2]
    assert counts(done, "admins")[:4] == [3, 3, 0, 0]
    assert "tickets taken over: 3000 of" in done.stderr or "tickets taken over: 3001 of" in done.stderr
    assert {name: old.rows(name) for name in before} == before

    taken = by_old_id(desk)
    assert len(taken) == COUNT
    # filed later, numbered higher; of one second by _id
    filed = sorted(range(COUNT), key=lambda n: (moment(n), n))
    assert [taken[old_id(n)]["_id"] for n in filed] == list(range(1, COUNT + 1))
    assert collections.Counter(row["status"] for row in taken.values()) == {name: 600 for name in legacy.STATUSES}
    for n in (1, 7, 11, 13, 17, 19, 21, 22, 23, 24):
        check_ticket(n, taken[old_id(n)])
    assert not any(row.get("owed_at") for row in desk.tickets())

    people = {row["_id"]: row for row in desk.store.rows("users", desk.bot.data)}
    assert people[ADMIN]["role"] == "admin" and people[ADMIN]["username"] == "Old_Support"
    assert people[ADMIN]["started"]
    assert people[SUPER]["role"] == "super_admin" and not people[SUPER].get("started")
    assert people[NAMELESS]["role"] == "admin"
    assert people[AUTHOR + 1]["username"] == "author_1" and people[AUTHOR + 1]["started"]
    assert people[AUTHOR + 1]["created_at"] == round(moment(1).timestamp() * 1000)
    latest = max(n for n in range(COUNT) if n % 50 == 1)
    assert people[AUTHOR + 1]["full_name"] == f"Олена <b>{latest}</b> & Ко"
    assert people[AUTHOR + 1]["phone"] == taken[old_id(latest)]["phone"]
    check_aside(desk, done, odd)

    # once more: nothing changes
    stored = (desk.tickets(), desk.store.rows("users", desk.bot.data))
    again = migrate(desk, old)
    assert counts(again, "tickets")[:4] == [COUNT + len(odd), 0, COUNT, len(odd)]
    assert counts(again, "users")[1] == counts(again, "admins")[1] == 0
    assert (desk.tickets(), desk.store.rows("users", desk.bot.data)) == stored
    check_aside(desk, again, odd)

    # and an export of all of them, in pages
    done = desk.command("export")
    rows = list(csv.DictReader(io.StringIO(done.stdout[1:], newline="")))
    assert [int(row["№"]) for row in rows] == list(range(1, COUNT + 1))
    assert {row["Старий номер"] for row in rows} == set(taken)


def check_ticket(n, row):
    words = variety(n)
    assert row["author"] == AUTHOR + n % 50
    assert row["name"] == f"Олена <b>{n}</b> & Ко"
    assert row["description"] == f"Опис {n}: <i>не працює</i>\nпринтер"
    assert row["status"] == status_of(n)
    assert row["priority"] == ("low", "medium", "high")[n % 3]
    assert row["created_at"] == round(moment(n).timestamp() * 1000)
    assert row.get("username") == (f"author_{n % 50}" if n % 50 % 3 else None)
    kinds = {"photo": 1, "document": 2}
    wanted = [{"kind": kinds[words["file_type"]], "file_id": words["image"]}] if "image" in words else []
    assert row.get("media", []) == wanted
    phones = {17: "0671112233", 19: "380671112233"}
    assert row["phone"] == next((phones[k] for k in phones if n % k == 0 and words), "+380671112233")
    if row["status"] in ("accepted", "completed"):
        assert row["assignee"] == ADMIN and row["assignee_name"] == "@Old_Support"
    else:
        assert "assignee" not in row
    assert row.get("reason") == (f"Причина {n} <u>" if row["status"] == "rejected" else None)


def check_aside(desk, done, odd):
    file = desk.bot.data / ASIDE
    assert file.stat().st_mode & 0o777 == 0o600
    kept = [json.loads(line) for line in file.read_text().splitlines()]
    tickets = [row for row in kept if row["collection"] == "tickets"]
    assert len(tickets) == len(odd) and len(kept) == len(odd) + 2
    for row, why in odd:
        assert [line for line in tickets if why in line["why"]
                and line["document"].get("ticket_id") == row.get("ticket_id")], why
    assert str(file) in done.stdout
    assert done.stderr.count("set aside") == len(kept)


def test_a_run_that_was_cut_off_goes_on(new_desk, old):
    desk = new_desk()
    count = 1200
    fill(old, count)
    process = subprocess.Popen([binary("techsupport"), "migrate", "--from", old.uri], cwd=desk.directory, text=True,
                               env=desk.environment(DATA_DIR=desk.bot.data), stdout=subprocess.DEVNULL,
                               stderr=subprocess.PIPE)
    for line in process.stderr:
        if line.startswith("tickets taken over: 500 "):
            process.send_signal(signal.SIGKILL)
            break
    process.stderr.close()
    assert process.wait(limit(30)) == -signal.SIGKILL
    first = by_old_id(desk)
    assert 500 <= len(first) < count
    done = migrate(desk, old)
    assert counts(done, "tickets")[1:3] == [count - len(first), len(first)]
    taken = by_old_id(desk)
    assert all(taken[key] == row for key, row in first.items())
    filed = sorted(range(count), key=lambda n: (moment(n), n))
    numbers = [taken[old_id(n)]["_id"] for n in filed]
    assert numbers == sorted(numbers) and len(set(numbers)) == count


def test_a_dry_run_touches_nothing(new_desk, old):
    desk = new_desk()
    odd = fill(old)
    done = migrate(desk, old, "--dry-run")
    assert "would be taken" in done.stdout
    assert counts(done, "tickets")[:4] == [COUNT + len(odd), COUNT, 0, len(odd)]
    assert not desk.bot.data.exists()
    if desk.store.kind == "mongodb":
        assert desk.tickets() == []


def test_beside_a_running_bot_with_people_of_its_own(desk, old):
    """Who is known already keeps what is known; numbers go on; nobody is sent anything."""
    boss = desk.boss()
    author = desk.person("Автор", id=AUTHOR, username="renamed")
    first = author.file_ticket()
    desk.wait_settled()
    seen = {person: len(person.chat().messages) for person in (boss, author)}
    old.add_people()
    old.add("tickets", *(ticket(n, status_of(n)) for n in range(10)))
    old.add("admins", {"_id": ObjectId.of(2, 9), "telegram_id": boss.id, "username": "boss", "is_super_admin": False})
    done = migrate(desk, old)
    assert counts(done, "users")[1:3] == [50, 1]
    assert sorted(row["_id"] for row in by_old_id(desk).values()) == list(range(first + 1, first + 11))
    people = {row["_id"]: row for row in desk.store.rows("users", desk.bot.data)}
    assert people[AUTHOR]["username"] == "renamed"
    assert people[AUTHOR]["full_name"] == Answers.name
    assert people[boss.id]["role"] == "super_admin"
    desk.wait_settled()
    assert {person: len(person.chat().messages) for person in seen} == seen
    assert author.file_ticket() > first + 10


def test_the_old_buttons(desk, old):
    """Accept, reject, complete as in messages of the bot before; and those that have no counterpart."""
    old.add_people()
    names = ("waiting", "waiting", "accepted", "accepted")
    old.add("tickets", *(ticket(n, status) for n, status in enumerate(names)),
            ticket(4, "accepted", accepted_by="vanished"), ticket(5))
    migrate(desk, old)
    author = desk.person("Автор", id=AUTHOR)
    admin, boss = desk.person("Адмін", id=ADMIN), desk.boss()
    author.start()
    admin.role = "admin"
    message = admin.start().id

    def state(n):
        return by_old_id(desk)[old_id(n)]

    admin.press_data(message, f"accept|{old_id(0)}")
    assert state(0)["status"] == "accepted" and state(0)["assignee"] == ADMIN
    author.answer("notice_accepted")
    card = admin.wait(lambda chat: [m for m in chat.bot_messages if "↩️ Повернути в чергу" in m.labels], "a card")[-1]
    assert f"№ {state(0)['_id']}" in card.text
    admin.press("✅ Завершити виконання", card.id)
    assert state(0)["status"] == "completed"

    admin.press_data(message, f"reject|{old_id(1)}")
    admin.answer("ask_reason")
    admin.send("Повторне звернення")
    wait_until(lambda: state(1)["status"] == "rejected", "the ticket is rejected")

    admin.press_data(message, f"complete|{old_id(2)}")
    assert state(2)["status"] == "completed"

    for data in (f"srv_reply|yes|{old_id(3)}", f"del_adm|{ADMIN}", f"accept|{old_id(77)}", "accept|nonsense"):
        admin.press_data(message, data)
    assert state(3)["status"] == "accepted"

    author.press_data(author.newest(), f"user_cancel|{old_id(5)}")
    question, sure = author.wait(lambda chat: [(m.id, data) for m in chat.bot_messages for _, data in m.buttons
                                               if data == f"cancel_sure:{state(5)['_id']}"], "the question")[-1]
    author.press_data(question, sure)
    assert state(5)["status"] == "cancelled"

    # accepted by one who is known no more: a super-admin's
    assert state(4)["assignee_name"] == "vanished" and "assignee" not in state(4)
    admin.press_data(message, f"complete|{old_id(4)}")
    assert state(4)["status"] == "accepted"
    number = state(4)["_id"]
    boss.send("📢 Активні заявки")
    found = boss.wait(lambda chat: [(m.id, data) for m in chat.bot_messages for text, data in m.buttons
                                    if f"№ {number}" in text], "the ticket in the list")
    boss.press_data(*found[-1])
    card = boss.wait(lambda chat: [m for m in chat.bot_messages if "↩️ Повернути в чергу" in m.labels], "its card")[-1]
    assert "vanished" in card.text
    boss.press("↩️ Повернути в чергу", card.id)
    assert state(4)["status"] == "waiting"
    admin.press_data(message, f"accept|{old_id(4)}")
    assert state(4)["assignee"] == ADMIN
    desk.wait_settled()


def test_one_who_was_dismissed_stays_dismissed(desk, old):
    desk.boss()
    old.add_people()
    migrate(desk, old)
    assert desk.command("admin", "remove", str(NAMELESS)).returncode == 0
    done = migrate(desk, old)
    assert counts(done, "admins")[1:3] == [0, 3]
    people = {row["_id"]: row for row in desk.store.rows("users", desk.bot.data)}
    assert people[NAMELESS]["role"] == "user"


def test_an_admin_named_twice_has_the_higher_role(new_desk, old):
    desk = new_desk()
    old.add("admins", {"telegram_id": ADMIN, "is_super_admin": False}, {"telegram_id": ADMIN, "is_super_admin": True})
    migrate(desk, old)
    assert desk.store.rows("users", desk.bot.data)[0]["role"] == "super_admin"


def test_a_backup_keeps_the_old_ids(new_desk, old):
    """Restored into a file of SQLite, a migration finds everything there."""
    desk = new_desk()
    old.add_people()
    old.add("tickets", *(ticket(n, status_of(n)) for n in range(20)))
    migrate(desk, old)
    file, moved = str(desk.directory / "backup"), {"data": desk.directory / "moved", "MONGO_URI": None}
    assert desk.command("backup", file).returncode == 0
    restored = desk.command("restore", file, **moved)
    assert restored.returncode == 0, restored.stderr
    done = migrate(desk, old, **moved)
    assert counts(done, "tickets")[1:3] == [0, 20]
    assert counts(done, "users")[1] == counts(done, "admins")[1] == 0


def test_an_author_who_is_no_user_becomes_one(new_desk, old):
    desk = new_desk()
    old.add("tickets", ticket(1, author=42))
    migrate(desk, old)
    people = {row["_id"]: row for row in desk.store.rows("users", desk.bot.data)}
    assert people[42]["started"]


def test_only_so_many_lines_are_said(new_desk, old):
    desk = new_desk()
    old.add("tickets", *(ticket(n) | {"status": "?"} for n in range(150)))
    done = migrate(desk, old)
    assert done.stderr.count("set aside") == 100
    assert counts(done, "tickets")[3] == 150
    assert len((desk.bot.data / ASIDE).read_text().splitlines()) == 150


@pytest.mark.parametrize("store", ["mongodb"], indirect=True)
def test_serve_names_the_command_for_a_database_of_the_old_shape(new_desk, old):
    old.add_people()
    desk = new_desk()
    for arguments in (["serve"], ["migrate", "--from", old.uri]):
        done = desk.command(*arguments, MONGO_DB=old.name)
        assert done.returncode == 65
        assert "techsupport migrate --from" in done.stderr


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_what_is_no_old_database(new_desk, old, mongo_server):
    desk = new_desk()
    assert migrate(desk, old, code=66).stdout == ""
    old.add("meta", {"_id": "schema", "value": 1})
    old.add("users", {"_id": 1, "telegram_id": 1})
    assert "database of this program" in migrate(desk, old, code=75).stderr
    assert not desk.bot.data.exists()


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_a_database_that_is_away(new_desk):
    done = new_desk().command("migrate", "--from", "mongodb://127.0.0.1:1/old?serverSelectionTimeoutMS=200")
    assert done.returncode == 69
    assert "127.0.0.1:1" in done.stderr or "MongoDB" in done.stderr


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_two_at_once(new_desk, old):
    desk = new_desk()
    old.add_people()
    migrate(desk, old)
    with open(desk.bot.data / ASIDE, "w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        assert "another" in migrate(desk, old, code=75).stderr


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
@pytest.mark.parametrize("arguments", [
    [], ["--from"], ["--from", "support_db"], ["--from", "mongodb://127.0.0.1:27017"],
    ["--from", "mongodb://127.0.0.1:27017/"], ["--from", "mongodb://user:geheim@host:port/x"],
    ["--from", "mongodb://127.0.0.1/x", "rest"], ["--from", "mongodb://127.0.0.1/x", "--dry-run=yes"],
    ["--to", "mongodb://127.0.0.1/x"]])
def test_wrong_arguments(new_desk, arguments):
    done = new_desk().command("migrate", *arguments)
    assert done.returncode == 64
    assert len(done.stderr.strip().splitlines()) == 1
    assert "geheim" not in done.stderr
