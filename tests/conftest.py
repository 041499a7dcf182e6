"""Fixtures: a desk on each store. A failed test prints its chats and the end of its logs."""
import os

import pytest

from desk import Desk
from stores import MongoServer, MongoStore, SqliteStore

STORES = ("sqlite", "mongodb")  # "own mongodb": on a server that the test may kill


def pytest_addoption(parser):
    parser.addoption("--mode", choices=("webhook", "polling"), default="webhook",
                     help="how the desks' updates come; in polling only tests with a desk that are not about the webhook")


def pytest_collection_modifyitems(config, items):
    if config.getoption("--mode") == "webhook":
        return
    kept = [item for item in items
            if {"desk", "new_desk"} & set(item.fixturenames)
            and not (item.get_closest_marker("webhook") or item.get_closest_marker("own_mode"))]
    config.hook.pytest_deselected(items=[item for item in items if item not in kept])
    items[:] = kept


@pytest.fixture(scope="session")
def mongo_server(tmp_path_factory):
    """One MongoDB for the session (of each xdist worker); every test has a database of its own in it."""
    server = MongoServer.given() or MongoServer.start(tmp_path_factory.mktemp("mongo"))
    yield server
    server.close()


@pytest.fixture(params=STORES)
def store(request, tmp_path):
    if request.param == "sqlite":
        yield SqliteStore()
        return
    own = request.param == "own mongodb"
    mongo = MongoStore(MongoServer.start_own(tmp_path) if own else request.getfixturevalue("mongo_server"))
    yield mongo
    if own:
        mongo.server.close()
    else:
        mongo.drop()


@pytest.fixture
def new_desk(store, tmp_path, request):
    """Makes a desk that is not open yet: for tests that start the bot in a way of their own."""
    desks = []

    def make(other_store=None, **settings):
        directory = tmp_path / f"desk{len(desks) + 1}"
        directory.mkdir()
        desks.append(Desk(directory, other_store or store, settings))
        request.node.desks = desks
        return desks[-1]
    yield make
    failed = getattr(request.node, "failed", False)
    for desk in desks:
        if failed:
            desk.reap()
        else:
            desk.close()


@pytest.fixture
def desk(new_desk):
    return new_desk().open()


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    report = (yield).get_result()
    if report.failed and call.when == "call":
        item.failed = True
        for desk in getattr(item, "desks", []):
            report.sections.append(("desk", desk.describe()))


def pytest_configure(config):
    config.addinivalue_line("markers", "webhook: about the webhook itself, or posts to it; deselected with --mode=polling")
    config.addinivalue_line("markers", "own_mode: says itself how updates come; deselected with --mode=polling")
    Desk.mode = config.getoption("--mode")
    os.environ.setdefault("ASAN_OPTIONS", "detect_leaks=1:abort_on_error=0:exitcode=99")
    os.environ.setdefault("UBSAN_OPTIONS", "print_stacktrace=1")
    os.environ.setdefault("TSAN_OPTIONS", "exitcode=98")
