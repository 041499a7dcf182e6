"""Other ways to run the images: without MongoDB, without nginx, on a cloud platform."""
import pytest

from engine import run
from process import wait_until
from simulator import SECRET, TOKEN
from stack import BOSS, BOT_USER


@pytest.fixture
def clean(stack):
    stack.down(volumes=True)
    yield stack
    stack.down(volumes=True)
    stack.write_env()


def running(stack):
    """Our own services; those of the test are always there."""
    names = stack.engine.docker("ps", "--format", '{{.Label "com.docker.compose.service"}}').stdout.split()
    return set(names) - {"telegram", "tls"}


def test_nothing_starts_without_a_profile(clean):
    clean.write_env(COMPOSE_PROFILES="")
    clean.compose("up", "-d")
    assert not running(clean)


def test_without_mongodb(clean):
    stack = clean
    stack.write_env(COMPOSE_PROFILES="sqlite")
    stack.up("bot-sqlite")
    assert running(stack) == {"bot-sqlite", "nginx"}
    stack.set_webhook()
    olena = stack.person()
    olena.start()
    number = olena.file_ticket()
    stack.compose("up", "-d", "--force-recreate", "bot-sqlite")
    wait_until(lambda: stack.state(stack.containers("bot-sqlite")[0]) == "healthy", "the bot is back", 60, 0.3)
    assert olena.file_ticket() == number + 1
    backup_into_an_empty_sqlite(stack)
    stack.up("bot-sqlite")
    assert olena.file_ticket() == number + 2


def backup_into_an_empty_sqlite(stack):
    """As docs/OPERATIONS.md has it for a rollback."""
    stack.exec("bot-sqlite", "techsupport", "backup", "/data/backups/now.backup")
    stack.compose("stop", "bot-sqlite")
    stack.compose("run", "--rm", "--entrypoint", "sh", "bot-sqlite", "-c", "mkdir newer && mv techsupport.db* newer/")
    stack.compose("run", "--rm", "-T", "bot-sqlite", "restore", "/data/backups/now.backup")


def test_without_nginx(clean):
    stack = clean
    stack.write_env(COMPOSE_PROFILES="polling")
    stack.up("bot-polling")
    assert running(stack) == {"bot-polling"}
    olena = stack.person()
    olena.start()
    assert olena.file_ticket()


def test_as_cloud_platforms_run_it(clean, tmp_path):
    """The image alone, with PORT and the settings in the environment, as docs/INSTALL.md has it. The platform's proxy,
    which ends TLS, is left out."""
    clean.compose("up", "-d", "--no-deps", "telegram")
    wait_until(clean.simulator_answers, "the simulator", 60, 0.2)
    settings = {"BOT_TOKEN": TOKEN, "SUPER_ADMIN_IDS": BOSS, "WEBHOOK_URL": "http://platform:9000/webhook", "WEBHOOK_SECRET": SECRET,
                "TELEGRAM_API_URL": "http://telegram:8081", "PORT": 9000, "CHAT_RATE": 0}
    given = [part for name, value in settings.items() for part in ("-e", f"{name}={value}")]
    started = clean.engine.docker("run", "-d", "--read-only", "--network", "tsdeploy_front", "--network-alias", "platform", *given,
                                  "-e", "DATA_DIR=/disk", "--tmpfs", f"/disk:size=16m,uid={BOT_USER}", "techsupport",
                                  quiet=True).stdout.strip()
    try:
        wait_until(lambda: clean.state(started) == "healthy", "the health", 60, 0.3)
        assert "port=9000" in clean.engine.docker("logs", started).stdout
        (tmp_path / ".env").write_text("".join(f"{name}={value}\n" for name, value in settings.items()))
        run(clean.tree / "scripts/set-webhook.sh", cwd=tmp_path,
            env={"PATH": "/usr/bin:/bin", "TELEGRAM_API_URL": clean.simulator.url})
        olena = clean.person()
        olena.start()
        assert olena.file_ticket() == 1
    finally:
        clean.engine.docker("rm", "-f", started)
    lost = clean.engine.docker("run", "--rm", *given, "-e", "DATA_DIR=/home", "--user", "0", "techsupport", "check",
                               check=False).stdout
    assert "set MONGO_URI" in lost
