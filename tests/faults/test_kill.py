"""The process killed at every write of the commit protocol, at every step of the form, on both stores."""
import re

import pytest

from conversation import ACTIONS, ANSWERS, Conversation, Keeper, compare
from desk import Desk
from test_kill_broadcast import BROADCAST_POINTS
from test_kill_roles import ROLE_POINTS
from test_kill_staff import TICKET_POINTS

EVERYWHERE = ("before_decide", "after_decide", "before_answer", "before_send", "after_send", "after_settle",
              "before_release")
EVENTS = ("before_event", "after_event")  # test_calls.py
CREATION = ("before_create", "after_create", "after_create_clear")
# The last step makes several documents and messages: later passings of a point as well. What came back together is noted
# together, so that there may be one note alone.
LATER = [(point, n) for point in ("before_send", "after_send") for n in (2, 3)]

DEATHS = ([(point, action, 1) for action in ACTIONS for point in EVERYWHERE]
          + [(point, "priority", 1) for point in CREATION]
          + [(point, "priority", n) for point, n in LATER])

# Messages to the author and two staff members are under way at the same time when a ticket was filed: a death then
# leaves the outcome of three unknown. Before anything is sent nothing may come twice.
AT_ONCE = 3
# Once the ticket is inserted, delivery may send what it owes, whatever keeps the worker from dying meanwhile.
NOTHING_SENT = ("before_decide", "after_decide", "before_create")


def doubles_allowed(point, action):
    if action == "priority" and point not in NOTHING_SENT:
        return AT_ONCE
    # The reply is under way when the 200 is due; the write that lets go has the note of the last message in it.
    return 1 if point in ("before_answer", "after_send", "before_release") else 0


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory):
    """What everybody sees when nothing dies; the same on both stores."""
    from stores import SqliteStore
    desk = Desk(tmp_path_factory.mktemp("undisturbed"), SqliteStore()).open()
    conversation = Conversation(desk)
    conversation.walk()
    conversation.settle()
    seen = conversation.seen()
    desk.close()
    return seen


def check(conversation, undisturbed, doubles):
    conversation.settle()
    ticket, = conversation.desk.tickets()
    assert (ticket["name"], ticket["phone"], ticket["description"], ticket["status"]) == (
        ANSWERS.name, ANSWERS.phone, ANSWERS.description, "waiting")
    compare(conversation.seen(), undisturbed, doubles)


def test_the_tables_name_every_fault_point(desk):
    listed = desk.command("version", FAULT_LIST="1")
    points = {word for word in listed.stdout.split() if "_" in word and word.islower()}
    assert points == set(EVERYWHERE + CREATION + TICKET_POINTS + ROLE_POINTS + EVENTS + BROADCAST_POINTS)


@pytest.mark.parametrize("point, action, n", DEATHS, ids=[f"{p}-{a}-{n}" for p, a, n in DEATHS])
def test_killed_at(desk, undisturbed, point, action, n):
    conversation = Conversation(desk)
    conversation.walk(stop=action)
    desk.wait_settled()
    desk.bot.restart_swept(FAULT=f"{point}:{n}")
    keeper = Keeper(desk.bot)
    conversation.walk(start=action)
    keeper.wait_start()
    check(conversation, undisturbed, doubles_allowed(point, action))
    keeper.stop()
    assert keeper.deaths == 1


def test_killed_after_every_answer(desk, undisturbed):
    """Between every two steps; the note of the last delivery may be lost with it."""
    conversation = Conversation(desk)
    for action in ACTIONS:
        conversation.act(action)
        conversation.arrive(action)
        desk.bot.kill()
        desk.bot.start()
    check(conversation, undisturbed, doubles=len(ACTIONS) + AT_ONCE)


def test_killed_between_settled_steps_nothing_comes_twice(desk, undisturbed):
    conversation = Conversation(desk)
    for action in ACTIONS:
        conversation.act(action)
        conversation.arrive(action)
        desk.wait_settled()
        desk.bot.kill()
        desk.bot.start()
    check(conversation, undisturbed, doubles=0)


def test_killed_while_every_update_is_under_way(desk, undisturbed):
    conversation = Conversation(desk)
    for action in ACTIONS:
        conversation.act(action)
        desk.bot.kill()
        desk.bot.start()
        conversation.arrive(action)
    check(conversation, undisturbed, doubles=len(ACTIONS) + AT_ONCE)


def test_killed_again_and_again_at_different_points_of_one_step(desk, undisturbed):
    conversation = Conversation(desk)
    conversation.walk(stop="priority")
    desk.wait_settled()
    desk.bot.restart_swept(FAULT="after_decide")
    keeper = Keeper(desk.bot, ["before_create", "after_create", "after_create_clear", "before_send", "before_release",
                               "after_settle"])
    conversation.walk(start="priority")
    check(conversation, undisturbed, doubles=3 * AT_ONCE)
    keeper.stop()
    # Worker and delivery meet in one step: while the kill of one is on its way the other may finish what the next death
    # would have waited for.
    assert keeper.deaths >= 4


def test_an_update_that_kills_the_process_again_and_again(desk):
    """Three processes died of it: the fourth does not try, acknowledges it with an apology, and the chat goes on."""
    desk.allow_errors("update|given|suspicious")
    boss, person = desk.boss(), desk.person()
    person.form_at("phone")
    desk.wait_settled()
    desk.bot.restart_swept(FAULT="before_decide")
    keeper = Keeper(desk.bot, ["before_decide"] * 2)
    person.send("+380671112233")
    apology = person.answer("apology")
    error_id = re.search(r"\b[0-9a-f]{8}\b", apology.text).group(0)
    boss.wait(lambda chat: any(m.says("alert_error") and error_id in m.text for m in chat.bot_messages), "the alert")
    desk.wait_settled()
    assert keeper.deaths == 3
    assert person.chat().screen == "phone"
    person.send("+380671112233")
    person.at("description")
    assert boss.card(person.walk(start="description"))
    keeper.stop()


def test_an_update_whose_apology_kills_the_process_too_is_acknowledged_in_silence(desk):
    desk.allow_errors("update|given|suspicious")
    person = desk.person()
    person.start()
    desk.wait_settled()
    desk.bot.restart_swept(FAULT="before_decide")
    keeper = Keeper(desk.bot, ["before_decide"] * 20)
    person.send("/help")
    desk.simulator.wait_idle()
    assert keeper.deaths <= 6
    keeper.faults.clear()
    keeper.stop()
    desk.bot.start()
    person.say("/id", "your_id")


def test_a_poisonous_update_does_not_take_the_others_with_it(desk):
    """Two people's updates arrive while one kills the process: the other's is done all the same."""
    desk.allow_errors("update|given|suspicious")
    poisonous, other = desk.person("Отрута"), desk.person("Інша людина")
    poisonous.start()
    other.start()
    desk.wait_settled()
    desk.bot.restart_swept(FAULT="before_decide")
    keeper = Keeper(desk.bot, ["before_decide"])
    poisonous.send("/help")
    other.send("/id")
    other.wait(lambda chat: chat.since(other.mark), "an answer")
    poisonous.wait(lambda chat: chat.since(poisonous.mark), "an answer")
    desk.wait_settled()
    keeper.stop()
    assert keeper.deaths == 2
