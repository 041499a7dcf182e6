"""Updates by long polling: nothing lost and nothing doubled, one copy asks, and ways into polling and out of it."""
import collections
import threading

import pytest
import requests

from people import STEPS, Answers, after
from process import limit, wait_until
from simulator import TOKEN

pytestmark = pytest.mark.own_mode
only_sqlite = pytest.mark.parametrize("store", ["sqlite"], indirect=True)
only_mongodb = pytest.mark.parametrize("store", ["mongodb"], indirect=True)
LEASE = "techsupport_poll_lease"
FORM = Answers().typed()


@pytest.fixture
def polling(new_desk):
    return new_desk(MODE="polling").open()


def wait_asking(bot):
    """Until this copy is the one that asks, and has asked."""
    wait_until(lambda: bot.metric(LEASE) == 1 and bot.metric("techsupport_polls_total") > 0, f"{bot.name} polls",
               seconds=40)


def identity(bot):
    return int((bot.data / "copy").read_text())


def lease_holder(desk):
    return next((row["value"] for row in desk.store.rows("meta") if row["_id"] == "poller"), 0)


def test_the_pages_and_no_webhook(polling):
    person = polling.person()
    person.start()
    polling.wait_settled()
    assert polling.bot.get("/healthz").status_code == 200
    answer = polling.bot.get("/readyz")
    assert answer.status_code == 200 and "updates: ok" in answer.text
    assert polling.bot.metric(LEASE) == 1 and polling.bot.metric("techsupport_poll_window") == 0
    assert polling.bot.post({"update_id": 1}).status_code == 404
    assert polling.bot.get("/webhook").status_code == 404
    assert polling.simulator.calls("deleteWebhook")[0]["params"] in ({}, None)


def test_a_stop_during_the_long_poll_confirms_and_ends(polling):
    person = polling.person()
    person.start()
    polling.wait_settled()
    wait_asking(polling.bot)
    polling.bot.stop()
    assert polling.simulator.get("state")["pending"] == 0
    assert "not confirmed" not in polling.bot.program.output


def test_killed_in_the_midst_of_a_batch(new_desk):
    """Whole forms wait at Telegram, more than a window holds; the bot dies as soon as it has answered somebody."""
    desk = new_desk(MODE="polling")
    people = [desk.person(f"Людина номер {n}") for n in range(50)]
    for person in people:
        for text in FORM:
            person.send(text)
    desk.bot.start()
    people[0].wait(lambda chat: chat.bot_messages, "the first answer")
    desk.bot.kill()
    assert desk.simulator.get("state")["pending"] > 0, "it was faster than its death"
    desk.bot.start()
    desk.wait_settled()
    tickets = desk.tickets()
    assert collections.Counter(row["author"] for row in tickets) == {person.id: 1 for person in people}
    for row in tickets:
        assert (row["name"], row["phone"], row["description"]) == (Answers.name, Answers.phone, Answers.description)
    for person in people:
        messages = person.chat().bot_messages
        for name in [f"ask_{step}" for step in STEPS] + ["ticket_filed"]:
            # One whose answer from Telegram had not come when it died is sent again.
            assert 1 <= len([m for m in messages if m.says(name)]) <= 2, name
        assert len(messages) <= len(FORM) + 1, "one in flight for each chat"


@only_sqlite
def test_what_is_put_off_delays_its_queue_and_nothing_is_lost(polling):
    """The database is away for longer than an update waits for it."""
    polling.allow_errors("database|store")
    person, other = polling.person(), polling.person("Інша")
    person.form_at("phone")
    polling.wait_settled()
    holder = polling.store.take_away(polling.bot.data)
    person.send(Answers.phone)
    person.send(Answers.description)
    other.send("/start")
    polling.bot.program.wait_line("an update is put off")
    polling.store.give_back(holder)
    person.walk(start=after("description"))
    other.at("user")
    polling.wait_settled()
    row, = polling.tickets()
    assert (row["phone"], row["description"]) == (Answers.phone, Answers.description)


# --- one copy asks ---

@only_mongodb
def test_the_second_copy_takes_over_from_one_that_was_killed(polling):
    wait_asking(polling.bot)
    second = polling.add_bot().start()
    second.program.wait_line("this one waits")
    person = polling.person()
    person.form_at("media")
    assert second.metric(LEASE) == 0 and second.metric("techsupport_polls_total") == 0
    answer = second.get("/readyz")
    assert answer.status_code == 200 and "another copy" in answer.text
    polling.bot.kill()
    person.give("media", Answers())
    person.wait(lambda chat: any(m.says("ask_priority") for m in chat.since(person.mark)), "the next step", seconds=40)
    wait_asking(second)
    person.walk(start="priority")
    polling.wait_settled(second)
    assert len(polling.tickets()) == 1
    polling.bot.start()  # the first comes back as one that waits
    polling.bot.program.wait_line("this one waits")
    person.say("/help", "help")
    assert polling.bot.metric(LEASE) == 0


@only_mongodb
def test_a_graceful_stop_hands_over_at_once(polling):
    first, second = polling.bot, polling.add_bot()
    wait_asking(first)
    second.start()
    second.program.wait_line("this one waits")
    assert lease_holder(polling) == identity(first)
    person = polling.person()
    person.form_at("media")
    polling.wait_settled()
    first.stop()
    assert lease_holder(polling) in (0, identity(second)), "it was not given back"
    person.walk(start="media")
    wait_asking(second)
    assert "a copy died" not in second.program.output
    assert len(polling.tickets()) == 1


@only_mongodb
def test_a_copy_that_is_killed_and_started_again_goes_on_at_once(polling):
    wait_asking(polling.bot)
    polling.bot.kill()
    assert lease_holder(polling) == identity(polling.bot)
    polling.bot.start()
    polling.person().start()
    assert "this one waits" not in polling.bot.program.output


# --- Telegram ---

def foreign_poll(desk, ousted, answers):
    """Asks again until ours was the older question: its first may be on its way while the foreign one is there."""
    while not ousted.is_set():
        answers.append(requests.post(f"{desk.simulator.url}/bot{TOKEN}/getUpdates", json={"timeout": 50},
                                     timeout=limit(60)).json())


@only_sqlite
def test_a_foreign_poller(polling):
    """Telegram ends the older of two questions with 409. Ours is asked again, and ends the other's."""
    wait_asking(polling.bot)
    answers, ousted = [], threading.Event()
    foreign = threading.Thread(target=foreign_poll, args=(polling, ousted, answers))
    foreign.start()
    try:
        polling.bot.program.wait_line("gives the updates to somebody else")
    finally:
        ousted.set()
    foreign.join(limit(60))
    assert answers and all(answer["error_code"] == 409 for answer in answers)
    polling.person().start()
    assert polling.bot.metric("techsupport_poll_failures_total") >= 1
    wait_until(lambda: polling.bot.get("/readyz").status_code == 200, "ready again")
    assert polling.bot.metric(LEASE) == 1


@only_sqlite
def test_a_webhook_that_somebody_sets_meanwhile_is_removed(polling):
    wait_asking(polling.bot)
    polling.simulator.set_webhook("http://127.0.0.1:1/nobody")
    polling.bot.program.wait_line("gives the updates to somebody else")
    polling.person().start()
    assert polling.simulator.get("state")["webhook"]["url"] == ""


@only_sqlite
@pytest.mark.parametrize("code", [401, 404])
def test_a_token_that_telegram_refuses(polling, code):
    polling.allow_errors("refuses BOT_TOKEN")
    person = polling.person()
    person.start()
    polling.simulator.fault("getUpdates", code=code, times=2)
    person.send("/help")  # ends the question that waits; the next ones are refused
    polling.bot.program.wait_line("refuses BOT_TOKEN")
    person.answer("help")
    person.say("/id", "your_id")
    wait_until(lambda: polling.bot.get("/readyz").status_code == 200, "ready again")


@only_sqlite
@pytest.mark.parametrize("fault", [{"kind": "error", "code": 500}, {"kind": "html", "code": 502},
                                   {"kind": "cut_before"}, {"kind": "error", "code": 429, "retry_after": 1}],
                         ids=["500", "502", "cut", "429"])
def test_telegram_fails_for_a_while(polling, fault):
    person = polling.person()
    person.form_at("phone")
    polling.simulator.fault("getUpdates", times=3, **fault)
    person.walk(start="phone")
    assert len(polling.tickets()) == 1


# --- ways in and out ---

def test_from_the_webhook_to_polling_and_back(new_desk):
    """In between people go on writing; each message is answered once."""
    desk = new_desk(MODE="webhook").open()
    person, answers = desk.person(), Answers()
    person.form_at("phone", answers)
    desk.wait_settled()
    desk.bot.stop()
    person.give("phone", answers)
    desk.bot.start(MODE="polling")
    person.at("description")
    person.walk(answers, start="description", stop="media")
    desk.wait_settled()
    desk.bot.stop()
    person.give("media", answers)
    desk.bot.start(MODE="webhook")
    desk.simulator.set_webhook(desk.bot.hook)
    person.at("priority")
    person.walk(answers, start="priority")
    desk.wait_settled()
    row, = desk.tickets()
    assert (row["name"], row["phone"], row["description"]) == (answers.name, answers.phone, answers.description)
    assert len(person.chat().bot_messages) == len(STEPS) + 1
