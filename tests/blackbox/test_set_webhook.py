"""scripts/set-webhook.sh: with curl and a shell alone, before anything is built."""
import subprocess

import pytest
import requests

from process import ROOT, binary, free_port, limit, wait_until
from simulator import SECRET, TOKEN, Simulator

URL = "https://bot.example.org/webhook"


@pytest.fixture
def simulator(tmp_path):
    simulator = Simulator(tmp_path)
    yield simulator
    simulator.program.reap()


def run(directory, *arguments, **environment):
    done = subprocess.run([str(ROOT / "scripts/set-webhook.sh"), *arguments], cwd=directory, text=True,
                          capture_output=True, timeout=limit(60), env={"PATH": "/usr/bin:/bin", **environment})
    assert TOKEN.split(":")[1] not in done.stdout + done.stderr
    assert SECRET not in done.stdout + done.stderr
    return done


def by_program(directory):
    """`techsupport webhook set`; None where Telegram, which takes one setWebhook a second, refuses."""
    done = subprocess.run([binary("techsupport"), "webhook", "set"], cwd=directory, text=True, capture_output=True,
                          timeout=limit(60), env={"PATH": "/usr/bin:/bin"})
    assert done.returncode in (0, 69), done.stderr
    return done if done.returncode == 0 else None


def write_env(directory, simulator, **settings):
    values = {"BOT_TOKEN": TOKEN, "WEBHOOK_SECRET": SECRET, "WEBHOOK_URL": URL, "TELEGRAM_API_URL": simulator.url,
              **settings}
    (directory / ".env").write_text("# ours\n" + "".join(f"{name}={value}\n" for name, value in values.items()
                                                         if value is not None))


def known(simulator):
    return requests.get(f"{simulator.url}/bot{TOKEN}/getWebhookInfo", timeout=limit(10)).json()["result"]


def test_set_info_delete(tmp_path, simulator):
    write_env(tmp_path, simulator)
    done = run(tmp_path, "--max-connections", "9")
    assert done.returncode == 0 and URL in done.stdout and "at most 9" in done.stdout, done.stderr
    info = known(simulator)
    assert (info["url"], info["max_connections"]) == (URL, 9)
    assert set(info["allowed_updates"]) == {"message", "edited_message", "callback_query", "my_chat_member"}
    assert simulator.calls("setWebhook")[-1]["params"]["secret_token"] == SECRET
    assert "Waiting updates: 0" in run(tmp_path, "--info").stdout
    assert run(tmp_path, "--delete", "--drop-pending").returncode == 0
    assert known(simulator)["url"] == ""


@pytest.mark.parametrize("address, registered", [
    ("https://bot.example.org", "https://bot.example.org/webhook"),
    ("https://bot.example.org:8443?k=1", "https://bot.example.org:8443/webhook?k=1"),
    ("https://bot.example.org/", "https://bot.example.org/"),
    ("https://bot.example.org/hook?k=/", "https://bot.example.org/hook?k=/")])
def test_the_address_is_the_one_that_the_bot_listens_at(tmp_path, simulator, address, registered):
    write_env(tmp_path, simulator, WEBHOOK_URL=address, DATA_DIR=tmp_path)
    assert run(tmp_path).returncode == 0
    assert known(simulator)["url"] == registered
    run(tmp_path, "--delete")
    done = wait_until(lambda: by_program(tmp_path), "setWebhook", pause=0.2)
    assert known(simulator)["url"] == registered, done.stdout


def test_certificate_is_uploaded(tmp_path, simulator):
    write_env(tmp_path, simulator)
    assert run(tmp_path, "--certificate", "none.pem").returncode == 66
    (tmp_path / "own.pem").write_text("-----BEGIN CERTIFICATE-----\nMA==\n-----END CERTIFICATE-----\n")
    assert "uploaded" in run(tmp_path, "--certificate", "own.pem").stdout
    assert known(simulator)["has_custom_certificate"] is True


@pytest.mark.parametrize("line", ['BOT_TOKEN="{0}"', "BOT_TOKEN='{0}' # ours", "export BOT_TOKEN={0}  # ours",
                                  "BOT_TOKEN = {0}\r", "BOT_TOKEN_FILE=token"])
def test_notations_of_env(tmp_path, simulator, line):
    write_env(tmp_path, simulator, BOT_TOKEN=None)
    (tmp_path / "token").write_text(TOKEN + "\n")
    with open(tmp_path / ".env", "a", encoding="utf-8", newline="") as file:
        file.write(line.format(TOKEN) + "\n")
    assert run(tmp_path, "--info").returncode == 0


def test_no_list_of_processes_has_a_secret(tmp_path, simulator):
    write_env(tmp_path, simulator)
    shim = tmp_path / "shim/curl"
    shim.parent.mkdir()
    shim.write_text(f'#!/bin/sh\necho "$*" >>{tmp_path}/arguments\nenv >>{tmp_path}/environment\nexec /usr/bin/curl "$@"\n')
    shim.chmod(0o755)
    assert run(tmp_path, PATH=f"{shim.parent}:/usr/bin:/bin").returncode == 0
    seen = (tmp_path / "arguments").read_text() + (tmp_path / "environment").read_text()
    assert "--config" in seen and TOKEN not in seen and SECRET not in seen


def test_the_environment_wins(tmp_path, simulator):
    write_env(tmp_path, simulator, WEBHOOK_URL="https://other.example.org/webhook")
    assert run(tmp_path, WEBHOOK_URL=URL).returncode == 0
    assert known(simulator)["url"] == URL


def test_what_is_missing_is_named(tmp_path, simulator):
    for name in ("BOT_TOKEN", "WEBHOOK_URL", "WEBHOOK_SECRET"):
        write_env(tmp_path, simulator, **{name: None})
        done = run(tmp_path)
        assert done.returncode == 78 and name in done.stderr
    write_env(tmp_path, simulator, BOT_TOKEN="123456789:" + "B" * 35)
    done = run(tmp_path)
    assert done.returncode == 78 and "@BotFather" in done.stderr
    write_env(tmp_path, simulator, TELEGRAM_API_URL=f"http://127.0.0.1:{free_port()}")
    for arguments in ((), ("--info",), ("--delete",)):
        done = run(tmp_path, *arguments)
        assert done.returncode == 69 and done.stderr.count("set-webhook:") == 1, done.stderr
    assert run(tmp_path, "--nothing").returncode == 64


def test_help_needs_nothing(tmp_path):
    for option in ("--help", "-h"):
        done = run(tmp_path, option, PATH="/bin")
        assert done.returncode == 0 and "--delete" in done.stdout and not done.stderr


def test_polling_gets_no_webhook(tmp_path, simulator):
    """The bot would remove it at its start; asking and deleting are harmless."""
    write_env(tmp_path, simulator, MODE="polling")
    done = run(tmp_path)
    assert done.returncode == 78 and "MODE" in done.stderr and known(simulator)["url"] == ""
    assert run(tmp_path, "--info").returncode == 0 and run(tmp_path, "--delete").returncode == 0


def test_missing_kinds_are_told(tmp_path, simulator):
    write_env(tmp_path, simulator)
    assert "Kinds of updates: all" in run(tmp_path).stdout
    fewer = {"url": URL + "2", "secret_token": SECRET, "allowed_updates": ["message", "edited_message"]}
    wait_until(lambda: requests.post(f"{simulator.url}/bot{TOKEN}/setWebhook", timeout=limit(10), json=fewer).json()["ok"],
               "that Telegram takes another webhook so soon")
    assert "some are missing" in run(tmp_path, "--info").stdout


def test_a_refusal_is_told_in_telegrams_words(tmp_path, simulator):
    write_env(tmp_path, simulator)
    simulator.fault("setWebhook", kind="error", code=400, description="Bad Request: bad webhook")
    done = wait_until(lambda: run(tmp_path), "an answer")
    assert done.returncode == 78 and "bad webhook" in done.stderr
