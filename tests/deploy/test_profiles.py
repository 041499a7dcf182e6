"""Other ways to run the images: without MongoDB, without nginx, on a cloud platform."""
import pytest

from process import wait_until
from stack import API


@pytest.fixture
def clean(stack):
    stack.down(volumes=True)
    yield stack
    stack.down(volumes=True)


def test_without_mongodb(clean):
    stack = clean
    stack.up("bot-sqlite", "nginx", profile="sqlite")
    assert not stack.containers("mongo") and not stack.containers("bot")
    stack.set_webhook()
    olena = stack.person()
    olena.start()
    number = olena.file_ticket()
    stack.compose("--profile", "sqlite", "up", "-d", "--force-recreate", "bot-sqlite")
    wait_until(lambda: stack.state(stack.containers("bot-sqlite")[0]) == "healthy", "the bot is back", 60, 0.3)
    assert olena.file_ticket() == number + 1


def test_without_nginx(clean):
    stack = clean
    stack.up("bot-polling", profile="polling")
    assert not stack.containers("nginx") and not stack.containers("mongo")
    olena = stack.person()
    olena.start()
    assert olena.file_ticket()


def test_as_cloud_platforms_run_it(clean):
    """The image alone, with PORT and the settings in the environment; SQLite on its own disk is warned about."""
    started = clean.engine.docker("run", "-d", "--read-only", "--env-file", clean.tree / ".env", "-e", "PORT=9000", "-e",
                                  "DATA_DIR=/tmp", "--tmpfs", "/tmp:size=16m", "-e", f"TELEGRAM_API_URL=http://{API}",
                                  "techsupport", quiet=True).stdout.strip()
    try:
        wait_until(lambda: clean.state(started) == "healthy", "the health", 60, 0.3)
        assert "port=9000" in clean.engine.docker("logs", started).stdout
    finally:
        clean.engine.docker("rm", "-f", started)
    lost = clean.engine.docker("run", "--rm", "--env-file", clean.tree / ".env", "-e", "PORT=9000", "-e", "DATA_DIR=/home",
                               "--user", "0", "techsupport", "check", check=False).stdout
    assert "set MONGO_URI" in lost
