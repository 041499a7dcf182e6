"""The compose file's other ways: without MongoDB, without nginx."""
import pytest

from process import wait_until


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
