"""`techsupport export` beside a running bot, on both stores."""
import csv
import datetime
import io
import json
import os
import subprocess

import pytest

from people import PRIORITIES, Answers
from process import binary

HOSTILE = '=HYPERLINK("http://x","натисни"); <b>так</b>,\nдругий "рядок"'


@pytest.fixture
def filled(desk):
    """Two tickets, the second accepted. Gives the desk and the people."""
    boss, author = desk.boss(), desk.person("Автор", username="author")
    first = author.file_ticket(Answers(description=HOSTILE, media={"photo": True}, priority=PRIORITIES[2]))
    second = author.file_ticket(Answers(description="Немає мережі"))
    boss.press("✅ Прийняти", boss.card(second).id)
    desk.wait_settled()
    return desk, author, first, second


def table(text):
    assert text.startswith("\ufeff")
    return list(csv.DictReader(io.StringIO(text[1:], newline="")))


def export(desk, *arguments, **settings):
    done = desk.command("export", *arguments, **settings)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    return done.stdout


def test_csv(filled):
    desk, author, first, second = filled
    file = desk.directory / "заявки.csv"
    assert export(desk, "--output", str(file)) == ""
    assert file.stat().st_mode & 0o777 == 0o600
    raw = file.read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf") and raw.endswith(b"\r\n")
    rows = table(raw.decode())
    assert [row["№"] for row in rows] == [str(first), str(second)]
    assert [row["Статус"] for row in rows] == ["Очікує", "Прийнята"]
    assert rows[0]["Опис"] == "'" + HOSTILE
    assert rows[0]["Телефон"] == "'+380671112233"
    assert rows[0]["Пріоритет"] == "🔴 Високий"
    assert rows[0]["Файли"] == "1"
    assert rows[0]["Telegram ID"] == str(author.id)
    assert rows[1]["Виконавець"] == "Марія-Шефиня"
    assert os.listdir(desk.directory).count("заявки.csv") == 1
    assert not [name for name in os.listdir(desk.directory) if name.startswith("заявки.csv.")]


def test_csv_in_english_and_another_zone(filled):
    desk, _, first, _ = filled
    kyiv = table(export(desk))[0]["Створено"]
    row = table(export(desk, DEFAULT_LANG="en", TZ="Asia/Tokyo"))[0]
    assert row["Status"] == "Waiting" and row["No."] == str(first)
    apart = datetime.datetime.fromisoformat(row["Filed"]) - datetime.datetime.fromisoformat(kyiv)
    assert apart in (datetime.timedelta(hours=6), datetime.timedelta(hours=7))


def test_jsonl(filled):
    desk, author, first, second = filled
    rows = [json.loads(line) for line in export(desk, "--format", "jsonl").splitlines()]
    assert [row["number"] for row in rows] == [first, second]
    assert rows[0]["description"] == HOSTILE
    assert rows[0]["media"][0]["kind"] == "photo"
    assert rows[0]["author"] == author.id and rows[0]["username"] == "author"
    assert rows[0]["assignee"] is None and rows[1]["assignee_name"] == "Марія-Шефиня"
    assert [event["what"] for event in rows[1]["events"]] == ["created", "accepted"]
    assert rows[0]["created_at"].endswith("Z")
    stored = {row["_id"]: row for row in desk.tickets()}
    created = datetime.datetime.fromisoformat(rows[0]["created_at"].replace("Z", "+00:00"))
    assert round(created.timestamp() * 1000) == stored[first]["created_at"]


def test_choosing(filled):
    desk, _, first, second = filled

    def numbers(*arguments):
        lines = export(desk, "--format=jsonl", *arguments).splitlines()
        return [json.loads(line)["number"] for line in lines]
    assert numbers("--status", "waiting") == [first]
    assert numbers("--status=accepted") == [second]
    assert numbers("--status", "rejected") == []
    row = json.loads(export(desk, "--format=jsonl").splitlines()[1])
    now = datetime.datetime.fromisoformat(row["created_at"].replace("Z", "+00:00"))
    exact = now.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    assert second in numbers("--from", exact) and second in numbers("--to", exact)
    before = (now - datetime.timedelta(milliseconds=1)).isoformat(timespec="milliseconds")
    assert second not in numbers("--to", before)
    day = datetime.timedelta(days=1)
    assert numbers("--from", str(now.date() - day), "--to", str(now.date() + day)) == [first, second]
    assert numbers("--to", str(now.date() - 2 * day)) == []
    assert numbers("--from", str(now.date() + 2 * day)) == []


def test_what_cannot_be_written_leaves_what_was_there(filled):
    desk = filled[0]
    folder = desk.directory / "folder"
    folder.mkdir()
    for path in (folder, "/dev/null", desk.directory / "missing" / "file.csv"):
        done = desk.command("export", "--output", str(path))
        assert done.returncode == 73, path
        assert len(done.stderr.strip().splitlines()) == 1
    old = desk.directory / "old.csv"
    old.write_text("old")
    done = desk.command("export", "--output", str(old), MONGO_URI="mongodb://127.0.0.1:1/?serverSelectionTimeoutMS=100")
    assert done.returncode == 69
    assert old.read_text() == "old"


def test_a_full_disk_is_told(filled):
    desk = filled[0]
    with open("/dev/full", "wb") as full:
        done = subprocess.run([binary("techsupport"), "export"], cwd=desk.directory, stdout=full,
                              stderr=subprocess.PIPE, env=desk.environment(DATA_DIR=desk.bot.data), timeout=60)
    assert done.returncode == 74
    assert b"standard output" in done.stderr


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
@pytest.mark.parametrize("arguments", [
    ["--format", "xml"], ["--format"], ["--from", "31.03.2026"], ["--to", "2026-02-30"], ["--status", "new"],
    ["--nonsense"], ["rest"], ["--format", "csv", "--format", "csv"], ["--status="]])
def test_wrong_arguments(new_desk, arguments):
    done = new_desk().command("export", *arguments)
    assert done.returncode == 64
    assert len(done.stderr.strip().splitlines()) == 1
