"""The process killed, stopped and held up while a broadcast runs: everybody gets it, few of them twice, none is counted
wrongly."""
import random
import time

import pytest

from conversation import Keeper
from process import wait_until
from test_broadcast import SEND, compose, crowd, finished, got, numbers

BROADCAST_POINTS = ("broadcast_before_send", "broadcast_landed", "broadcast_before_note", "broadcast_noted")
WINDOW = 16  # recipients between «handed to the sender» and «noted», server/broadcasts.h
TEXT = "Завтра о 9:00 мережа не працюватиме"
KILLS = 20


def copies(people):
    """How often each got it."""
    return [len(got(person, TEXT)) for person in people]


def check_counts(desk, admin, people, doubles):
    """The author is a recipient too, and has seen the preview."""
    assert numbers(finished(admin)) == [len(people) + 1, 0, 0]
    counts = copies(people) + [len(got(admin, TEXT)) - 1]
    assert min(counts) == 1, "somebody was left out"
    assert max(counts) <= 1 + (doubles > 0)
    assert sum(counts) - len(counts) <= doubles
    row, = desk.store.rows("broadcasts", desk.bot.data)
    assert (row["status"], row["total"], row["sent"]) == ("done", len(people) + 1, len(people) + 1)


@pytest.mark.parametrize("n", (1, 3))
@pytest.mark.parametrize("point", BROADCAST_POINTS)
def test_killed_at(desk, point, n):
    admin = desk.admin("Ірина")
    people = crowd(desk, 40)
    question = compose(admin)
    desk.wait_settled()
    desk.bot.restart_swept(FAULT=f"{point}:{n}")
    keeper = Keeper(desk.bot)
    admin.press(SEND, question.id, wait=False)
    keeper.wait_start()
    check_counts(desk, admin, people, WINDOW)
    keeper.stop()
    assert keeper.deaths == 1


@pytest.mark.timeout(300)
def test_killed_many_times_at_chance_moments(desk):
    """Each death may double those in flight; who had it noted never gets it again."""
    admin = desk.admin("Ірина")
    people = crowd(desk, 120)
    for person in people[::3]:
        desk.simulator.fault("sendMessage", chat=person.id, kind="slow", ms=random.randrange(50, 300), times=1)
    question = compose(admin)
    desk.wait_settled()
    desk.bot.restart(SEND_RATE=60)
    admin.press(SEND, question.id)
    for _ in range(KILLS):
        time.sleep(random.uniform(0, 0.15))
        before = copies(people)
        desk.bot.kill()
        desk.bot.start(SEND_RATE=60)
        assert sum(before) <= sum(copies(people))
    counts = numbers(finished(admin))
    assert counts == [len(people) + 1, 0, 0]
    found = copies(people)
    assert min(found) == 1
    assert sum(found) - len(found) <= KILLS * WINDOW


@pytest.mark.timeout(300)
def test_one_death_doubles_at_most_those_in_flight(desk):
    admin = desk.admin("Ірина")
    people = crowd(desk, 60)
    for person in people:
        desk.simulator.fault("sendMessage", chat=person.id, kind="slow", ms=200, times=1)
    admin.press(SEND, compose(admin).id)
    wait_until(lambda: sum(copies(people)) >= random.randrange(5, 40), "the middle")
    desk.bot.kill()
    desk.bot.start()
    check_counts(desk, admin, people, WINDOW)


def test_stopped_gracefully_in_the_middle_nobody_gets_it_twice(desk):
    admin = desk.admin("Ірина")
    people = crowd(desk, 60)
    for person in people[::2]:
        desk.simulator.fault("sendMessage", chat=person.id, kind="slow", ms=100, times=1)
    question = compose(admin)
    desk.wait_settled()
    admin.press(SEND, question.id)
    for share in (5, 20, 40):
        wait_until(lambda share=share: sum(copies(people)) >= share, "the middle")
        desk.bot.restart()
    check_counts(desk, admin, people, 0)


@pytest.mark.parametrize("store", ["mongodb"], indirect=True)
@pytest.mark.timeout(300)
def test_its_owner_killed_another_copy_goes_on(desk):
    admin = desk.admin("Ірина")
    people = crowd(desk, 40)
    desk.add_bot().start()
    for person in people:
        desk.simulator.fault("sendMessage", chat=person.id, kind="slow", ms=200, times=1)
    admin.press(SEND, compose(admin).id)
    wait_until(lambda: sum(copies(people)) >= 10, "the middle")
    desk.bot.kill()
    desk.simulator.set_webhook(desk.bots[1].hook)
    admin.wait(lambda chat: any(m.says("notice_cast_done") for m in chat.bot_messages), "the end", 60)
    check_counts(desk, admin, people, WINDOW)
