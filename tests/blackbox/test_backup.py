"""`techsupport backup` and `techsupport restore`, within and between both stores (docs/BACKUP.md)."""
import gzip
import json
import os
import pathlib
import subprocess

import pytest

from people import Answers
from process import Program, binary, wait_until
from simulator import SECRET, TOKEN
from stores import DOCUMENTS, MongoStore, SqliteStore

USAGE, DATA, NO_INPUT, CANNOT_CREATE, NOT_NOW, CONFIG = 64, 65, 66, 73, 75, 78
PASSPHRASE = "пароль для копій"


@pytest.fixture
def filled(desk):
    """A desk with two tickets, the first accepted."""
    boss, author = desk.boss(), desk.person("Автор", username="author")
    first = author.file_ticket(Answers(description="Немає «мережі» <b>\n👩‍👩‍👧", media={"photo": True}))
    author.file_ticket()
    boss.press("✅ Прийняти", boss.card(first).id)
    desk.wait_settled()
    return desk


@pytest.fixture(params=["sqlite", "mongodb"])
def other(request, tmp_path):
    """An empty store of either kind: the settings that lead to it, and a look inside."""
    store = SqliteStore() if request.param == "sqlite" else MongoStore(request.getfixturevalue("mongo_server"))
    yield Other(store, tmp_path / "other")
    if request.param == "mongodb":
        store.drop()


class Other:
    def __init__(self, store, data):
        self.store, self.data = store, data
        self.settings = {**store.settings, "DATA_DIR": data}

    def rows(self, name):
        return self.store.rows(name, self.data)


def backup(desk, name="копія", **settings):
    file = desk.directory / name
    done = desk.command("backup", str(file), **settings)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == str(file)
    return file


def restore(desk, to, file, *arguments, code=0, **settings):
    environment = desk.environment(**{**to.settings, **settings})
    done = subprocess.run([binary("techsupport"), "restore", *arguments, str(file)], cwd=desk.directory, text=True,
                          env=environment, capture_output=True, timeout=120, stdin=subprocess.DEVNULL)
    assert done.returncode == code, done.stderr
    assert PASSPHRASE not in done.stderr
    return done.stderr


def contents(store):
    """What is stored, without what a restore takes away."""
    return {name: [{key: value for key, value in row.items() if key not in ("owner", "owed_at", "owes")}
                   for row in store.rows(name)] for name in DOCUMENTS}


def own(desk):
    return Other(desk.store, desk.bot.data)


@pytest.mark.parametrize("settings", [{}, {"BACKUP_PASSPHRASE": PASSPHRASE}], ids=["plain", "encrypted"])
def test_a_desk_moves_to_another_store(filled, other, settings):
    desk = filled
    file = backup(desk, **settings)
    assert file.stat().st_mode & 0o777 == 0o600
    assert ("мережі".encode() in file.read_bytes()) is False
    restore(desk, other, file, **settings)
    assert contents(other) == contents(own(desk))
    desk.bot.stop()
    moved = desk.add_bot()
    moved.data = other.data
    moved.start(**other.store.settings)
    desk.simulator.set_webhook(moved.hook)
    numbers = [row["_id"] for row in other.rows("tickets")]
    number = desk.people[1].file_ticket()
    assert number > max(numbers)
    assert [row["_id"] for row in other.rows("tickets")] == [*numbers, number]
    moved.stop()


def test_without_a_name_it_goes_into_the_data_folder(filled):
    done = filled.command("backup")
    assert done.returncode == 0, done.stderr
    file = filled.directory / done.stdout.strip()
    assert file.parent == pathlib.Path(filled.bot.data) / "backups"
    assert file.parent.stat().st_mode & 0o777 == 0o700
    assert [path.name for path in file.parent.iterdir()] == [file.name]
    lines = [json.loads(line) for line in gzip.decompress(file.read_bytes()).splitlines()]
    assert lines[0]["format"] == "techsupport-backup" and lines[0]["store"] == filled.store.kind
    assert lines[0]["bot_id"] == {"$numberLong": TOKEN.split(":")[0]}
    assert lines[-1]["documents"] == {"$numberLong": str(len(lines) - 2)}
    assert {line["collection"] for line in lines[1:-1]} == {"users", "tickets", "meta"}
    text = file.read_bytes() + b"\n".join(gzip.decompress(file.read_bytes()).splitlines())
    assert TOKEN.encode() not in text and SECRET.encode() not in text


def test_it_is_refused_while_a_copy_lives(filled):
    desk = filled
    file = backup(desk)
    before = contents(own(desk))
    said = restore(desk, own(desk), file, "--replace", code=NOT_NOW)
    assert "another `serve`" in said or "stop all of them" in said
    assert contents(own(desk)) == before
    author = desk.people[1]
    author.file_ticket()


def test_a_copy_that_was_killed_is_waited_for(filled):
    desk = filled
    file = backup(desk)
    desk.bot.kill()
    restore(desk, own(desk), file, "--replace")
    desk.bot.start()
    numbers = [row["_id"] for row in desk.tickets()]
    assert desk.people[1].file_ticket() > max(numbers)


def test_what_is_there_is_not_replaced_unasked(filled, other):
    desk = filled
    first = backup(desk, "перша")
    restore(desk, other, first)
    desk.people[1].file_ticket()
    desk.wait_settled()
    second = backup(desk, "друга")
    before = contents(other)
    assert "--replace" in restore(desk, other, second, code=CANNOT_CREATE)
    assert contents(other) == before
    restore(desk, other, second, "--replace")
    assert contents(other) == contents(own(desk)) != before
    saved = list((other.data / "backups").iterdir())
    assert len(saved) == 1 and saved[0].name.startswith("before-restore-")
    restore(desk, other, saved[0], "--replace")
    assert contents(other) == before


def test_a_wrong_passphrase_changes_nothing(filled, other):
    desk = filled
    file = backup(desk, BACKUP_PASSPHRASE=PASSPHRASE)
    assert "BACKUP_PASSPHRASE must be set" in restore(desk, other, file, code=CONFIG)
    said = restore(desk, other, file, code=CONFIG, BACKUP_PASSPHRASE=PASSPHRASE + "!")
    assert "not the one" in said and len(said.splitlines()) == 1
    assert not other.data.exists(), "the database was opened before the file was found good"
    restore(desk, other, file, BACKUP_PASSPHRASE=PASSPHRASE)


@pytest.mark.parametrize("settings", [{}, {"BACKUP_PASSPHRASE": PASSPHRASE}], ids=["plain", "encrypted"])
def test_damage_changes_nothing(filled, settings):
    desk = filled
    whole = backup(desk, **settings).read_bytes()
    target = Other(SqliteStore(), desk.directory / "target")
    half = len(whole) // 2
    flipped = bytearray(whole)
    flipped[half] ^= 0xff
    for number, data in enumerate([b"", whole[:1], whole[:half], whole[:-1], whole + b"\0", whole + whole,
                                   bytes(flipped), b"PK\3\4" + whole, os.urandom(2000)]):
        file = desk.directory / f"damaged{number}"
        file.write_bytes(data)
        said = restore(desk, target, file, code=DATA, **settings)
        assert len(said.splitlines()) == 1 and ("damaged" in said or "no backup" in said), (number, said)
        assert not target.data.exists()


def test_kill_leaves_no_half_file(filled):
    """With a passphrase there is a quarter of a second between the file's first name and its last."""
    desk = filled
    file = desk.directory / "копія"
    for number in range(5):
        environment = desk.environment(DATA_DIR=desk.bot.data, BACKUP_PASSPHRASE=PASSPHRASE)
        program = Program(f"backup{number}", [binary("techsupport"), "backup", str(file)], desk.directory, environment)
        wait_until(lambda: len(list(desk.directory.glob("копія.*"))) > number or not program.running,
                   "the file has a name", pause=0)
        program.kill()
        program.reap()
        assert not file.exists()
        assert len(list(desk.directory.glob("копія.*"))) == number + 1


def test_what_a_cut_off_restore_left_is_not_served(filled, other):
    """The mark that a restore sets first, as if it had been killed right after."""
    desk = filled
    file = backup(desk)
    restore(desk, other, file)
    other.store.put_number("restoring", 1, other.data)
    done = desk.command("backup", data=other.data, **other.store.settings)
    assert done.returncode == NOT_NOW and "not whole" in done.stderr
    bot = desk.add_bot()
    bot.data = other.data
    bot.launch(**other.store.settings)
    assert bot.program.wait_end() == NOT_NOW
    assert "techsupport restore" in bot.program.output
    restore(desk, other, file)
    bot.start(**other.store.settings).stop()
    assert contents(other)["tickets"] == contents(own(desk))["tickets"]


def test_wrong_arguments(desk):
    for arguments in (["backup", "a", "b"], ["backup", "--all"], ["restore"], ["restore", "--replace"],
                      ["restore", "a", "b"], ["restore", "--force", "a"]):
        done = desk.command(*arguments)
        assert done.returncode == USAGE and done.stderr, (arguments, done)
    done = desk.command("restore", "no-such-file")
    assert done.returncode == NO_INPUT and "no-such-file" in done.stderr
    done = desk.command("backup", str(desk.directory / "no-such-folder" / "копія"))
    assert done.returncode == CANNOT_CREATE and "no-such-folder" in done.stderr
    for name in ("backup", "restore"):
        done = desk.command(name, "--help")
        assert done.returncode == 0 and name in done.stdout
