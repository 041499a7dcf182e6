import pytest

from engine import Engine
from stack import EVERYTHING, Stack


@pytest.fixture(scope="session")
def engine():
    engine = Engine()
    try:
        engine.provide_base()
        yield engine
    finally:
        engine.close()


@pytest.fixture(scope="session")
def stack(engine):
    """The images are built; nothing runs."""
    stack = Stack(engine)
    stack.real_mongo = engine.pull("mongo:7")
    if not stack.real_mongo:
        print("\nno registry gives mongo:7: a compatible server stands in, without authentication and replica set")
    stack.lay_out()
    stack.down(volumes=True)
    stack.compose("build")
    try:
        yield stack
    finally:
        stack.down(volumes=True)


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    report = (yield).get_result()
    stack = getattr(item, "funcargs", {}).get("stack")
    if report.failed and stack:
        for service in ("bot", "bot-sqlite", "bot-polling", "nginx", "mongo", "telegram", "tls"):
            done = stack.compose(*EVERYTHING, "logs", "--no-color", "--tail", "25", service, check=False)
            report.sections.append((service, done.stdout[-4000:]))
