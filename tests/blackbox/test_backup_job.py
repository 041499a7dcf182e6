"""Backups that `serve` makes by itself, and that arrive in a super-admin's chat (docs/BACKUP.md)."""
import pathlib
import subprocess

import pytest
import requests

from desk import BOSS
from direct import file_tickets
from process import binary, limit, wait_until
from simulator import TOKEN
from stores import DOCUMENTS, SqliteStore

PASSPHRASE = "пароль для копій"


def fetch(desk, message):
    """The document of a message, as a person would save it."""
    file = requests.get(f"{desk.simulator.url}/bot{TOKEN}/getFile", params={"file_id": message.media["file_id"]},
                        timeout=limit(30)).json()["result"]
    answer = requests.get(f"{desk.simulator.url}/file/bot{TOKEN}/{file['file_path']}", timeout=limit(30))
    assert answer.status_code == 200
    path = desk.directory / message.media["file_name"]
    path.write_bytes(answer.content)
    return path


def documents(chat):
    return [message for message in chat.bot_messages if message.media.get("type") == "document"]


def files(desk, bot=None):
    return sorted(path.name for path in (pathlib.Path((bot or desk.bot).data) / "backups").glob("techsupport-*"))


def contents(rows):
    return {name: [{key: value for key, value in row.items() if key not in ("owner", "owed_at", "owes")}
                   for row in rows(name)] for name in DOCUMENTS}


def number(store, name, data):
    return store.number(name, data) or 0


@pytest.fixture
def overdue(desk):
    """A desk with a ticket that was stopped, and whose next start finds a backup overdue."""
    boss, author = desk.boss(), desk.person("Автор")
    author.file_ticket()
    boss.card()
    desk.wait_settled()
    desk.bot.stop()
    desk.store.put_number("backup_made_at", 1, desk.bot.data)
    return desk, boss


def made(desk):
    wait_until(lambda: number(desk.store, "backup_made_at", desk.bot.data) > 1, "the backup is noted")


SECOND = BOSS + 1


@pytest.fixture
def two_bosses(new_desk):
    """The second one's chat takes nothing from now on for some seconds."""
    desk = new_desk(SUPER_ADMIN_IDS=f"{BOSS},{SECOND}", BACKUP_PASSPHRASE=PASSPHRASE).open()
    boss, second = desk.boss(), desk.person("Другий", id=SECOND)
    second.role = "super_admin"
    second.start()
    desk.wait_settled()
    desk.store.put_number("backup_made_at", 1, desk.bot.data)
    return desk, boss, second


def test_who_has_one_may_ask_again_while_another_is_still_to_be_told(two_bosses):
    desk, boss, second = two_bosses
    desk.simulator.fault("sendDocument", chat=second.id, code=429, retry_after=4, times=1)
    boss.send("⚙️ Стан БД")
    boss.press("📦 Резервна копія")
    boss.wait(lambda chat: len(documents(chat)) == 1, "the first")
    wait_until(lambda: number(desk.store, "backup_for", desk.bot.data) == 0, "the request is met")
    assert not documents(second.chat())
    boss.press("📦 Резервна копія")
    boss.wait(lambda chat: len(documents(chat)) == 2, "the second")
    assert len(documents(second.chat())) == 1


@pytest.mark.webhook  # the tickets are posted to it
def test_for_one_who_cannot_be_told_it_is_not_made_again(two_bosses):
    desk, boss, second = two_bosses
    authors = [desk.person(f"Людина {n}") for n in range(7)]
    for author in authors:
        author.start()
    desk.simulator.fault("sendMessage", chat=second.id, kind="slow", ms=300000, times=1)
    file_tickets(desk.bot, authors, 20)
    wait_until(lambda: desk.bot.metric("techsupport_requests_waiting") >= 127, "their cards wait")
    boss.send("⚙️ Стан БД")
    boss.press("📦 Резервна копія")
    made(desk)
    assert len(documents(boss.chat())) == 1 and len(files(desk)) == 1
    desk.simulator.clear_faults()


def test_the_document_that_arrives_restores(overdue):
    desk, boss = overdue
    desk.bot.start(BACKUP_PASSPHRASE=PASSPHRASE)
    message = boss.wait(documents, "a document")[0]
    assert message.says("backup_caption")
    made(desk)
    desk.bot.stop()
    before = contents(lambda name: desk.store.rows(name, desk.bot.data))
    file = fetch(desk, message)
    assert [file.name] == files(desk)
    environment = desk.environment(MONGO_URI=None, DATA_DIR=desk.directory / "new", BACKUP_PASSPHRASE=PASSPHRASE)
    done = subprocess.run([binary("techsupport"), "restore", str(file)], cwd=desk.directory, env=environment, text=True,
                          capture_output=True, timeout=limit(60))
    assert done.returncode == 0, done.stderr
    assert contents(lambda name: SqliteStore().rows(name, desk.directory / "new")) == before


def test_a_restart_makes_no_other(overdue):
    desk, boss = overdue
    desk.bot.start(BACKUP_PASSPHRASE=PASSPHRASE)
    made(desk)
    at = number(desk.store, "backup_made_at", desk.bot.data)
    for _ in range(2):
        desk.bot.restart(BACKUP_PASSPHRASE=PASSPHRASE)
        boss.say("/help", "help_staff")
    desk.bot.stop()
    assert number(desk.store, "backup_made_at", desk.bot.data) == at
    assert len(files(desk)) == 1 and len(documents(boss.chat())) == 1


def test_without_a_passphrase_the_super_admin_is_told_where(overdue):
    desk, boss = overdue
    desk.bot.start()
    boss.wait(lambda chat: [m for m in chat.bot_messages if m.says("backup_kept")], "the message")
    made(desk)
    told = [m for m in boss.chat().bot_messages if m.says("backup_kept")]
    assert len(told) == 1 and files(desk)[0] in told[0].text
    assert not documents(boss.chat())


def test_again_and_again(desk):
    """Each BACKUP_EVERY one more."""
    boss = desk.boss()
    desk.bot.restart(BACKUP_EVERY="1s")
    boss.wait(lambda chat: len([m for m in chat.bot_messages if m.says("backup_kept")]) >= 3, "three messages")
    desk.bot.stop()
    assert 3 <= len(files(desk)) <= 8


def test_killed_while_it_is_sent_it_is_made_again(overdue):
    desk, boss = overdue
    desk.simulator.fault("sendDocument", code=500, description="Internal Server Error", times=-1)
    desk.bot.start(BACKUP_PASSPHRASE=PASSPHRASE)
    wait_until(lambda: desk.simulator.calls("sendDocument"), "an attempt to send")
    desk.bot.kill()
    assert number(desk.store, "backup_made_at", desk.bot.data) == 1
    desk.simulator.clear_faults()
    desk.bot.start(BACKUP_PASSPHRASE=PASSPHRASE)
    message = boss.wait(documents, "a document")[0]
    made(desk)
    assert len(files(desk)) == 2 and message.media["file_name"] == files(desk)[1]


def test_what_was_asked_for_before_a_crash_comes(overdue):
    """As if the process had ended right after backups_request."""
    desk, boss = overdue
    desk.store.put_number("backup_for", BOSS, desk.bot.data)
    desk.bot.start(BACKUP_EVERY="0", BACKUP_PASSPHRASE=PASSPHRASE)
    boss.wait(documents, "a document")
    wait_until(lambda: number(desk.store, "backup_for", desk.bot.data) == 0, "the request is done")
    assert number(desk.store, "backup_made_at", desk.bot.data) == 1


def test_a_document_that_telegram_refuses_is_told_of(overdue):
    desk, boss = overdue
    desk.simulator.fault("sendDocument", code=413, description="Request Entity Too Large", times=-1)
    desk.bot.start(BACKUP_PASSPHRASE=PASSPHRASE)
    boss.wait(lambda chat: [m for m in chat.bot_messages if m.says("backup_not_sent")], "the message")
    made(desk)
    told = [m for m in boss.chat().bot_messages if m.says("backup_not_sent")]
    assert len(told) == 1 and files(desk)[0] in told[0].text


@pytest.mark.parametrize("store", ["mongodb"], indirect=True)
def test_of_two_copies_one_makes_it(overdue):
    desk, boss = overdue
    second = desk.add_bot()
    for bot in desk.bots:
        bot.launch(BACKUP_PASSPHRASE=PASSPHRASE)
    for bot in desk.bots:
        bot.program.wait_line(r"\blistening\b")
    boss.wait(documents, "a document")
    made(desk)
    for bot in desk.bots:
        bot.stop()
    assert len(documents(boss.chat())) == 1
    assert len(files(desk) + files(desk, second)) == 1
