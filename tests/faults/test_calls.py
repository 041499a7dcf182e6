"""The call to the server room with the process killed at every step, and with the clock moved."""
import collections

import pytest

import catalogue
from conversation import Keeper
from people import CALL
from process import wait_until
from test_kill import CREATION, EVENTS, EVERYWHERE
from test_kill_staff import TICKET_POINTS

MINUTE = 60 * 1000
TAKE, DECLINE = "👍", "👎"


@pytest.fixture
def three(desk):
    boss, admin, caller = desk.boss(), desk.admin("Ірина"), desk.person("Олена")
    caller.start()
    desk.wait_settled()
    return caller, boss, admin


def cards(person):
    return [m for m in person.chat().bot_messages if m.says("call_card")]


def wait_card(person, labels, words=""):
    person.wait(lambda chat: [m for m in chat.bot_messages if m.says("call_card") and m.labels == labels and
                              words in m.text], f"a card with {labels} {words}")


def hears(person, name):
    person.wait(lambda chat: any(m.says(name) for m in chat.bot_messages), name)


def heard(person):
    names = ("call_made", "call_reached", "call_coming", "call_declined", "call_unanswered", "call_unreached",
             "call_too_soon")
    return collections.Counter(name for m in person.chat().bot_messages for name in names if m.says(name))


def once_each(person, *names, doubles):
    """Everything was said, nothing else was, and at most `doubles` of it came twice."""
    counts = heard(person)
    assert set(counts) == set(names), counts
    assert sum(counts.values()) - len(names) <= doubles, counts


@pytest.mark.parametrize("point", EVERYWHERE + CREATION + EVENTS)
def test_killed_while_a_call_is_made(desk, three, point):
    caller, boss, admin = three
    desk.bot.restart_swept(FAULT=point)
    keeper = Keeper(desk.bot)
    caller.send(CALL)
    for person in (boss, admin):
        wait_card(person, [TAKE, DECLINE])
    hears(caller, "call_reached")
    boss.press(TAKE, wait=False)  # what is let go of is the call when it is over
    hears(caller, "call_coming")
    for person in (boss, admin):
        wait_card(person, [])
    desk.wait_settled()
    keeper.wait_start()
    keeper.stop()
    assert keeper.deaths == 1
    call, = desk.calls()
    assert call["taken_by"] == boss.id
    once_each(caller, "call_made", "call_reached", "call_coming", doubles=1)
    # What was under way at the death has an unknown outcome: one card to each at most.
    assert len(cards(boss)) + len(cards(admin)) <= 4


@pytest.mark.parametrize("label", [TAKE, DECLINE])
@pytest.mark.parametrize("point", TICKET_POINTS + EVERYWHERE)
def test_killed_while_staff_answer(desk, three, point, label):
    caller, boss, admin = three
    caller.send(CALL)
    for person in (boss, admin):
        wait_card(person, [TAKE, DECLINE])
    hears(caller, "call_reached")
    if label == DECLINE:
        boss.press(DECLINE)
        wait_card(admin, [TAKE, DECLINE], "👎")
        desk.simulator.wait_idle()
    desk.bot.restart_swept(FAULT=point)
    keeper = Keeper(desk.bot)
    admin.press(label, wait=False)
    told = "call_coming" if label == TAKE else "call_declined"
    hears(caller, told)
    for person in (boss, admin):
        wait_card(person, [] if label == TAKE else [TAKE, DECLINE], "Ірина")
    desk.wait_settled()
    keeper.wait_start()
    keeper.stop()
    assert keeper.deaths == 1
    call, = desk.calls()
    assert call["status"] == ("taken" if label == TAKE else "declined")
    once_each(caller, "call_made", "call_reached", told, doubles=1)
    assert len(cards(boss)) == len(cards(admin)) == 1, "cards are edited, not sent anew"


@pytest.mark.parametrize("n", [1, 2])
@pytest.mark.parametrize("point", EVENTS)
def test_killed_while_a_cooldown_is_given_back(desk, three, point, n):
    """The first event counts the cards, the second gives the cool-down back."""
    desk.allow_errors("no staff member")
    caller, boss, admin = three
    boss.block(), admin.block()
    desk.wait_settled()
    desk.bot.restart_swept(FAULT=f"{point}:{n}")
    keeper = Keeper(desk.bot)
    caller.send(CALL)
    hears(caller, "call_unreached")
    desk.wait_settled()
    keeper.wait_start()
    keeper.stop()
    assert keeper.deaths == 1
    once_each(caller, "call_made", "call_unreached", doubles=0)
    row, = [row for row in desk.store.rows("users", desk.bot.data) if row["_id"] == caller.id]
    assert "last_call_at" not in row
    desk.bot.start()
    caller.say(CALL, "call_made")


def test_nobody_takes_it_for_three_minutes(desk, three):
    """The three minutes pass while the bot is away, or nearly: then they end while it runs."""
    caller, boss, admin = three
    caller.send(CALL)
    hears(caller, "call_reached")
    boss.press(DECLINE)
    call, = desk.calls()
    desk.bot.stop()
    assert not heard(caller)["call_unanswered"]
    desk.bot.start(CLOCK_OFFSET_MS=3 * MINUTE - 5000)
    hears(caller, "call_unanswered")
    for person in (boss, admin):
        wait_card(person, [TAKE, DECLINE], catalogue.label("call_card_unanswered").strip())
    desk.wait_settled()
    call, = desk.calls()
    assert call["status"] == "unanswered" and call["changed_at"] - call["made_at"] >= 3 * MINUTE
    admin.press(TAKE)  # late, and still welcome
    hears(caller, "call_coming")
    desk.wait_settled()
    once_each(caller, "call_made", "call_reached", "call_unanswered", "call_coming", doubles=0)


@pytest.mark.parametrize("point", EVENTS + ("before_send", "after_send", "after_settle", "before_release"))
def test_killed_when_the_three_minutes_are_over(desk, three, point):
    caller, boss, admin = three
    caller.send(CALL)
    hears(caller, "call_reached")
    desk.simulator.wait_idle()
    wait_until(lambda: all(card["shown"] for call in desk.calls() for card in call["cards"].values()), "cards are noted")
    desk.settings["CLOCK_OFFSET_MS"] = 4 * MINUTE  # also after the death
    desk.bot.stop()
    desk.bot.launch(FAULT=point)  # what is due is done before it listens
    keeper = Keeper(desk.bot)
    hears(caller, "call_unanswered")
    for person in (boss, admin):
        wait_card(person, [TAKE, DECLINE], catalogue.label("call_card_unanswered").strip())
    desk.wait_settled()
    keeper.wait_start()
    keeper.stop()
    assert keeper.deaths == 1
    once_each(caller, "call_made", "call_reached", "call_unanswered", doubles=1)
    assert len(cards(boss)) == len(cards(admin)) == 1


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_the_cooldown_ends_in_five_minutes(desk, three):
    caller, boss, _ = three
    caller.send(CALL)
    hears(caller, "call_reached")
    boss.press(TAKE)
    desk.wait_settled()
    desk.bot.restart(CLOCK_OFFSET_MS=4 * MINUTE + 30_000)
    assert "0:" in caller.say(CALL, "call_too_soon").text
    desk.bot.restart(CLOCK_OFFSET_MS=5 * MINUTE)
    caller.say(CALL, "call_made")
