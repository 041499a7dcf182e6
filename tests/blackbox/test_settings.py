"""The command line and the settings: one clear line for what is wrong, exit codes of sysexits.h."""
import os
import pathlib
import signal
import subprocess

import pytest

from process import ROOT, Program, binary, free_port, limit
from simulator import TOKEN

USAGE, NO_USER, DATA, UNAVAILABLE, CONFIG = 64, 67, 65, 69, 78
OURS = ("BOT_TOKEN", "SUPER_ADMIN_IDS", "TELEGRAM_API_URL", "WEBHOOK_URL", "WEBHOOK_SECRET", "LISTEN", "PORT", "MONGO_URI",
        "MONGO_DB", "DATA_DIR", "DEFAULT_LANG", "MODE", "TZ", "WORKERS", "SEND_RATE", "CHAT_RATE", "USER_RATE", "LOG_LEVEL", "LOG_FORMAT",
        "BACKUP_EVERY", "BACKUP_PASSPHRASE", "SUPPORT_IDS")


def environment(**settings):
    """The driver of MongoDB keeps counters in shared memory, and warns where a killed process left some behind."""
    given = {name: value for name, value in os.environ.items() if name not in OURS}
    return {**given, "MONGOC_DISABLE_SHM": "1", **{name: str(value) for name, value in settings.items()}}


def run(directory, *arguments, **settings):
    return subprocess.run([binary("techsupport"), *arguments], cwd=directory, env=environment(**settings),
                          capture_output=True, text=True, timeout=limit(30))


def serve_once(directory, **settings):
    """From the start to the end: the database is made."""
    bot = Program("bot", [binary("techsupport"), "serve"], directory,
                  environment(BOT_TOKEN=TOKEN, LISTEN="127.0.0.1:0", TELEGRAM_API_URL="http://127.0.0.1:9", **settings))
    try:
        bot.wait_line("listening")
        assert bot.stop() == 0
    finally:
        bot.reap()


WRONG = [
    ("BOT_TOKEN", ""),
    ("BOT_TOKEN", "12345"),
    ("BOT_TOKEN", TOKEN + "!"),
    ("SUPER_ADMIN_IDS", "me"),
    ("SUPER_ADMIN_IDS", "1;2"),
    ("TELEGRAM_API_URL", "api.telegram.org"),
    ("TELEGRAM_API_URL", "http://api.telegram.org"),
    ("WEBHOOK_URL", "http://bot.example.org/webhook"),
    ("WEBHOOK_URL", "https://bot.example.org:8080/webhook"),
    ("WEBHOOK_URL", "https://bot.example.org/metrics"),
    ("WEBHOOK_SECRET", "two words"),
    ("WEBHOOK_SECRET", "s" * 257),
    ("LISTEN", "8080"),
    ("LISTEN", "127.0.0.1:99999"),
    ("PORT", "http"),
    ("MONGO_URI", "127.0.0.1:27017"),
    ("MONGO_DB", "a.b"),
    ("DEFAULT_LANG", "fr"),
    ("MODE", "pushing"),
    ("TZ", "Mars/Olympus"),
    ("WORKERS", "0"),
    ("WORKERS", "1000"),
    ("SEND_RATE", "much"),
    ("USER_RATE", "-1"),
    ("CHAT_RATE", "-1"),
    ("BACKUP_EVERY", "weekly"),
    ("BACKUP_PASSPHRASE", "short"),
    ("LOG_LEVEL", "verbose"),
    ("LOG_FORMAT", "yaml"),
]


@pytest.mark.parametrize("name,value", WRONG, ids=[f"{name}={value[:20]}" for name, value in WRONG])
def test_a_wrong_setting_is_one_line_and_78(tmp_path, name, value):
    ended = run(tmp_path, "serve", **{"BOT_TOKEN": TOKEN, "LISTEN": "127.0.0.1:0", name: value})
    assert ended.returncode == CONFIG, ended.stderr
    lines = ended.stderr.splitlines()
    assert len(lines) == 1 and name in lines[0], ended.stderr
    assert TOKEN.split(":")[1] not in ended.stderr
    assert not list(tmp_path.iterdir()), "something was opened before the settings were checked"


def test_a_uri_that_no_driver_can_read(tmp_path):
    ended = run(tmp_path, "serve", BOT_TOKEN=TOKEN, MONGO_URI="mongodb://user:S3CRET@host:99999/")
    assert ended.returncode == CONFIG, ended.stderr
    assert len(ended.stderr.splitlines()) <= 2 and "S3CRET" not in ended.stderr, ended.stderr


@pytest.mark.parametrize("text,place", [("BOT_TOKEN", "line 1"), ("# fine\nLISTEN='x", "line 2"), ("A=1\nA=2", "line 2")])
def test_a_mistake_in_the_env_file_is_one_line(tmp_path, text, place):
    (tmp_path / ".env").write_text(text)
    ended = run(tmp_path, "serve", BOT_TOKEN=TOKEN)
    assert ended.returncode == CONFIG
    assert len(ended.stderr.splitlines()) == 1 and place in ended.stderr and ".env" in ended.stderr


def test_the_example_is_current(tmp_path):
    assert run(tmp_path, "settings", "--example").stdout == (ROOT / ".env.example").read_text()


def test_the_example_names_compose_profiles_and_the_bot_says_nothing_of_them(tmp_path):
    example = (ROOT / ".env.example").read_text()
    assert example.count("\nCOMPOSE_PROFILES=mongodb\n") == 1
    (tmp_path / ".env").write_text("COMPOSE_PROFILES=sqlite\nCOMPOSE_PROJECT_NAME=desk\nCOMPOSED=1\n")
    ended = run(tmp_path, "serve", BOT_TOKEN=TOKEN, LISTEN="203.0.113.1:1")
    assert "COMPOSE_P" not in ended.stderr and "there is no setting COMPOSED" in ended.stderr, ended.stderr


def test_the_example_alone_asks_for_the_token(tmp_path):
    (tmp_path / ".env").write_text((ROOT / ".env.example").read_text())
    ended = run(tmp_path, "serve")
    assert ended.returncode == CONFIG and "BOT_TOKEN is not set" in ended.stderr


def test_settings_come_from_the_env_file_and_the_rest_is_named(tmp_path):
    port = free_port()
    (tmp_path / ".env").write_text(f'export BOT_TOKEN="{TOKEN}"\nLISTEN=127.0.0.1:{port} # here\nSUPPORT_IDS=1,2\n'
                                   "BOT_TOKEM=x\nTELEGRAM_API_URL=http://127.0.0.1:9\n")
    bot = Program("bot", [binary("techsupport"), "serve"], tmp_path, environment())
    try:
        assert bot.wait_line(r"listening.*port=(\d+)").group(1) == str(port)
        assert "SUPER_ADMIN_IDS" in bot.wait_line(r"SUPPORT_IDS.*").group(0)
        assert bot.wait_line(r"line 4: there is no setting (\w+)").group(1) == "BOT_TOKEM"
        assert bot.stop() == 0
        assert TOKEN.split(":")[1] not in bot.output
    finally:
        bot.reap()


def test_another_bots_database_is_refused(tmp_path):
    settings = {"LISTEN": "127.0.0.1:0", "TELEGRAM_API_URL": "http://127.0.0.1:9"}
    serve_once(tmp_path)
    ended = run(tmp_path, "serve", BOT_TOKEN="987" + TOKEN, **settings)
    assert ended.returncode == CONFIG
    assert "another" not in ended.stdout and TOKEN.split(":")[0] in ended.stderr and "987" in ended.stderr


def test_a_port_in_use(tmp_path):
    settings = {"BOT_TOKEN": TOKEN, "TELEGRAM_API_URL": "http://127.0.0.1:9"}
    first = Program("first", [binary("techsupport"), "serve"], tmp_path,
                    environment(LISTEN="127.0.0.1:0", DATA_DIR="one", **settings))
    try:
        port = first.wait_line(r"listening.*port=(\d+)").group(1)
        ended = run(tmp_path, "serve", LISTEN=f"127.0.0.1:{port}", DATA_DIR="two", **settings)
        assert ended.returncode == UNAVAILABLE
        assert f"127.0.0.1:{port}" in ended.stderr
        assert first.stop() == 0
    finally:
        first.reap()


def test_a_second_bot_on_one_data_folder(tmp_path):
    settings = {"BOT_TOKEN": TOKEN, "LISTEN": "127.0.0.1:0", "TELEGRAM_API_URL": "http://127.0.0.1:9"}
    first = Program("first", [binary("techsupport"), "serve"], tmp_path, environment(**settings))
    try:
        first.wait_line("listening")
        ended = run(tmp_path, "serve", **settings)
        assert ended.returncode == 75, ended.stderr
        assert first.stop() == 0
    finally:
        first.reap()


def test_waits_for_a_database_that_is_not_there_yet(tmp_path):
    settings = {"BOT_TOKEN": TOKEN, "LISTEN": "127.0.0.1:0", "MONGO_URI": f"mongodb://127.0.0.1:{free_port()}/"}
    bot = Program("bot", [binary("techsupport"), "serve"], tmp_path, environment(**settings))
    try:
        bot.wait_line("database is away", 40)
        assert bot.running
        assert bot.stop(40) == 0
    finally:
        bot.reap()


def test_a_second_signal_ends_it_at_once(tmp_path):
    settings = {"BOT_TOKEN": TOKEN, "LISTEN": "127.0.0.1:0", "TELEGRAM_API_URL": "http://127.0.0.1:9"}
    bot = Program("bot", [binary("techsupport"), "serve"], tmp_path, environment(**settings))
    try:
        bot.wait_line("listening")
        bot.process.send_signal(signal.SIGINT)
        bot.wait_line("stopping")
        bot.process.send_signal(signal.SIGTERM)
        assert bot.wait_end() in (0, 1)  # 0 where the graceful stop was faster
    finally:
        bot.reap()


MISUSED = [(), ("bogus",), ("serve", "x"), ("version", "x"), ("help", "bogus"), ("admin",), ("admin", "promote", "1"),
           ("admin", "add"), ("admin", "add", "x"), ("admin", "add", "0"), ("admin", "add", "1", "2"),
           ("admin", "remove", "--super", "1"), ("admin", "list", "1"), ("settings",)]


@pytest.mark.parametrize("arguments", MISUSED, ids=["-".join(arguments) or "none" for arguments in MISUSED])
def test_wrong_arguments(tmp_path, arguments):
    ended = run(tmp_path, *arguments)
    assert ended.returncode == USAGE
    assert ended.stderr and not ended.stdout
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("arguments", [("help",), ("--help",), ("-h",), ("help", "admin"), ("serve", "--help"),
                                       ("admin", "add", "--help"), ("version", "--help"), ("version",), ("--version",)],
                         ids=" ".join)
def test_help_and_version(tmp_path, arguments):
    ended = run(tmp_path, *arguments)
    assert ended.returncode == 0 and "techsupport" in ended.stdout and not ended.stderr


def test_help_lists_every_setting(tmp_path):
    text = run(tmp_path, "serve", "--help").stdout
    for name in OURS:
        assert (f"  {name}" in text) == (name != "SUPPORT_IDS"), name


def staff(directory, settings):
    lines = run(directory, "admin", "list", **settings).stdout.splitlines()[1:]
    return {int(line.split()[0]): line.split()[1] for line in lines}


def test_staff_by_hand(store, tmp_path):
    """On both stores, while no bot runs, and without a token."""
    settings = {name: value for name, value in store.settings.items() if value}
    serve_once(tmp_path, **settings)

    def admin(*arguments):
        ended = run(tmp_path, "admin", *arguments, **settings)
        return ended.returncode, ended.stdout + ended.stderr
    assert "Nobody" in admin("list")[1]
    assert admin("add", "7000000001") == (0, "7000000001 is a support admin now\n")
    assert admin("add", "--super", "7000000001")[1] == "7000000001 is a super-admin now\n"
    assert "already" in admin("add", "7000000001")[1]
    assert admin("add", "5")[0] == 0
    assert staff(tmp_path, settings) == {5: "admin", 7000000001: "super_admin"}
    assert admin("remove", "7000000001")[0] == DATA  # the last super-admin
    assert admin("remove", "6")[0] == NO_USER
    assert admin("remove", "5")[0] == 0
    assert staff(tmp_path, settings) == {7000000001: "super_admin"}
