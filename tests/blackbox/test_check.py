"""`techsupport check`, `health` and `webhook`: what an administrator asks when something is not as it should be. And what
systemd is told."""
import os
import socket

import pytest
import requests

from process import free_port, limit, wait_until
from simulator import SECRET, TOKEN

NO_USER, UNAVAILABLE, CONFIG, USAGE = 67, 69, 78, 64


def lines(done):
    """(outcome, part, text) of each line; none holds a secret."""
    assert TOKEN.split(":")[1] not in done.stdout + done.stderr
    assert SECRET not in done.stdout + done.stderr
    return [(line[:8].strip(), line[9:18].strip(), line[19:]) for line in done.stdout.splitlines()]


def outcome(done, part):
    return [(word, text) for word, which, text in lines(done) if which == part]


def hook_of(desk):
    return {"WEBHOOK_URL": desk.bot.hook}


def set_hook(desk, *options):
    """Telegram takes one setWebhook a second."""
    def call():
        done = desk.command("webhook", "set", *options, **hook_of(desk))
        assert done.returncode in (0, UNAVAILABLE), done.stderr
        return done if done.returncode == 0 else None
    return wait_until(call, "setWebhook", pause=0.2)


def test_check_of_a_bot_that_runs(desk):
    done = desk.command("check", **hook_of(desk))
    assert done.returncode == 0, done.stdout
    assert {word for word, _, _ in lines(done)} == {"ok"} or desk.settings["MODE"] == "polling", done.stdout
    assert [part for _, part, _ in lines(done)] == ["settings", "database", "database", "telegram", "token", "clock",
                                                    "webhook"] + ["tls"] * (desk.settings["MODE"] == "webhook")


def test_check_names_a_wrong_setting(desk):
    done = desk.command("check", BOT_TOKEN="12345")
    assert done.returncode == CONFIG
    assert outcome(done, "settings")[0][0] == "WRONG" and "BOT_TOKEN" in done.stdout


def test_check_of_a_wrong_token(desk):
    done = desk.command("check", BOT_TOKEN="123456789:" + "B" * 35)
    assert done.returncode == CONFIG
    word, text = outcome(done, "token")[0]
    assert word == "WRONG" and "@BotFather" in text


def test_check_of_another_bots_database(desk):
    done = desk.command("check", BOT_TOKEN="987654321:" + TOKEN.split(":")[1])
    assert done.returncode == CONFIG
    assert any(word == "WRONG" and "123456789" in text for word, text in outcome(done, "database")), done.stdout


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
@pytest.mark.parametrize("command", [["admin", "list"], ["admin", "add", "5"], ["export"], ["backup"], ["show", "user", "5"]])
def test_no_command_works_on_a_database_that_no_bot_has_made(desk, tmp_path, command):
    """Such as with the settings of somebody else: an answer from an empty database would be taken for the truth."""
    done = desk.command(*command, data=tmp_path / "other")
    assert done.returncode == NO_USER and "DATA_DIR" in done.stderr, done.stderr
    assert not (tmp_path / "other").exists()


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_check_before_the_first_start(desk, tmp_path):
    done = desk.command("check", data=tmp_path / "other", **hook_of(desk))
    assert done.returncode == 0, done.stdout
    (word, text), = outcome(done, "database")
    assert word == "warning" and "has not run yet" in text
    assert not (tmp_path / "other").exists()


def test_check_without_telegram(desk):
    done = desk.command("check", TELEGRAM_API_URL=f"http://127.0.0.1:{free_port()}")
    assert done.returncode == UNAVAILABLE
    assert outcome(done, "telegram")[0][0] == "WRONG"


def test_check_without_a_database(desk):
    done = desk.command("check", MONGO_URI=f"mongodb://127.0.0.1:{free_port()}/?serverSelectionTimeoutMS=300")
    assert done.returncode == UNAVAILABLE
    assert outcome(done, "database")[0][0] == "WRONG"
    assert outcome(done, "token")[0][0] == "ok", "the rest is looked at all the same"


@pytest.mark.webhook
def test_check_of_the_webhook(desk):
    done = desk.command("check", WEBHOOK_URL="http://127.0.0.1:9/other")
    assert done.returncode == CONFIG
    assert outcome(done, "webhook")[0][0] == "WRONG" and "webhook set" in done.stdout
    assert desk.command("webhook", "delete").returncode == 0
    done = desk.command("check", **hook_of(desk))
    assert (done.returncode, outcome(done, "webhook")[0][0]) == (CONFIG, "WRONG")


@pytest.mark.webhook
def test_check_names_a_failed_delivery(desk):
    desk.simulator.set_webhook(desk.bot.hook, secret="another")
    desk.person().send("/start")
    wait_until(lambda: "401" in desk.command("webhook", "info").stdout, "a failed delivery")
    done = desk.command("check", **hook_of(desk))
    assert any(word == "warning" and "secret" in text for word, text in outcome(done, "webhook")), done.stdout
    set_hook(desk)
    desk.simulator.wait_idle()


@pytest.mark.webhook
def test_webhook_is_set_shown_and_deleted(desk):
    set_hook(desk, "--max-connections", "7")
    info = requests.get(f"{desk.simulator.url}/bot{TOKEN}/getWebhookInfo", timeout=limit(10)).json()["result"]
    assert (info["url"], info["max_connections"]) == (desk.bot.hook, 7)
    assert set(info["allowed_updates"]) == {"message", "edited_message", "callback_query", "my_chat_member"}
    shown = desk.command("webhook", "info")
    assert shown.returncode == 0 and desk.bot.hook in shown.stdout and "at most 7" in shown.stdout
    desk.person().start()
    assert desk.command("webhook", "delete").returncode == 0
    assert "No webhook" in desk.command("webhook", "info").stdout


@pytest.mark.webhook
def test_webhook_uploads_a_certificate(desk):
    certificate = desk.directory / "own.pem"
    certificate.write_text("-----BEGIN CERTIFICATE-----\nMA==\n-----END CERTIFICATE-----\n")
    assert "uploaded" in set_hook(desk, "--certificate", "own.pem").stdout
    missing = desk.command("webhook", "set", "--certificate", "none.pem", **hook_of(desk))
    assert missing.returncode == CONFIG and "none.pem" in missing.stderr


@pytest.mark.parametrize("arguments", [(), ("put",), ("info", "--certificate", "x"), ("delete", "--max-connections", "3"),
                                       ("set", "--max-connections", "0"), ("set", "more")])
def test_webhook_misused(new_desk, arguments):
    assert new_desk().command("webhook", *arguments, WEBHOOK_URL="http://127.0.0.1:1/webhook").returncode == USAGE


def test_webhook_needs_an_address(new_desk):
    done = new_desk().command("webhook", "set", MODE="webhook")
    assert done.returncode == CONFIG and "WEBHOOK_URL" in done.stderr
    done = new_desk().command("webhook", "set", MODE="polling", WEBHOOK_URL="http://127.0.0.1:1/webhook")
    assert done.returncode == CONFIG and "polling" in done.stderr


def test_health(desk):
    listen = f"127.0.0.1:{desk.bot.port}"
    assert desk.command("health", LISTEN=listen).returncode == 0
    assert desk.command("health", LISTEN=f"0.0.0.0:{desk.bot.port}", BOT_TOKEN="").returncode == 0
    assert desk.command("health", PORT=desk.bot.port).returncode == 0
    assert desk.command("health", LISTEN=f"127.0.0.1:{free_port()}").returncode == UNAVAILABLE
    desk.bot.stop()
    assert desk.command("health", LISTEN=listen).returncode == UNAVAILABLE


def test_secrets_from_files(new_desk):
    desk = new_desk()
    (desk.directory / "token").write_text(TOKEN + "\n")
    desk.open(BOT_TOKEN=None, BOT_TOKEN_FILE="token")
    desk.person().start()
    both = desk.command("serve", BOT_TOKEN_FILE="token")
    assert both.returncode == CONFIG and "BOT_TOKEN_FILE" in both.stderr
    missing = desk.command("serve", BOT_TOKEN=None, BOT_TOKEN_FILE="nowhere")
    assert missing.returncode == CONFIG and "nowhere" in missing.stderr


def listen_for_systemd(directory):
    """Its end of NOTIFY_SOCKET."""
    path = directory / "notify"
    ear = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    ear.bind(str(path))
    ear.settimeout(limit())
    return ear, path


def hear(ear, word):
    while True:
        said = ear.recv(4096).decode()
        if word in said.splitlines():
            return


def test_systemd_is_told(new_desk):
    desk = new_desk()
    ear, path = listen_for_systemd(desk.directory)
    with ear:
        desk.open(NOTIFY_SOCKET=str(path), WATCHDOG_USEC="300000")
        hear(ear, "READY=1")
        hear(ear, "WATCHDOG=1")
        hear(ear, "WATCHDOG=1")
        desk.bot.program.terminate()
        hear(ear, "STOPPING=1")
        assert desk.bot.program.wait_end() == 0


def test_systemd_is_told_of_waiting(new_desk, store):
    if store.kind == "sqlite":
        settings = {"MONGO_URI": f"mongodb://127.0.0.1:{free_port()}/?serverSelectionTimeoutMS=200"}
    else:
        settings = {"MONGO_URI": f"mongodb://localhost:{free_port()}/?serverSelectionTimeoutMS=200"}
    desk = new_desk()
    ear, path = listen_for_systemd(desk.directory)
    with ear:
        desk.bot.launch(NOTIFY_SOCKET=str(path), **settings)
        hear(ear, "STATUS=Waiting for the database")
        assert desk.bot.program.stop() == 0


def test_a_disk_that_is_thrown_away(new_desk):
    """Cloud platforms set PORT, and their root is the disk that does not last."""
    desk = new_desk()
    on_root = os.stat(desk.directory).st_dev == os.stat("/").st_dev
    for port, expected in (("0", on_root), (None, False)):
        done = desk.command("check", PORT=port, MONGO_URI="")
        warned = any(word == "warning" and "MONGO_URI" in text for word, text in outcome(done, "settings"))
        assert warned == expected, done.stdout
