"""A staff member is dismissed at the instant in which they accept a ticket: it never stays with them."""
import concurrent.futures
import random
import time

import pytest

from conversation import Keeper
from direct import deliver, file_tickets, press_of
from people import ACCEPT, REJECT
from process import wait_until
from test_assignment import COMPLETE, RETURN, bare, shows

LEAVERS = 20  # and tickets: a person has at most 20 open ones

# Where the press waits while the person is dismissed, and where the process dies after that (None: nowhere).
HELD = [(held, dies) for held in ("before_decide_ticket", "after_decide_ticket")
        for dies in (None, "after_decide_ticket", "after_decide", "before_answer", "before_send", "after_send")
        if held != dies]


def dismiss(desk, person):
    assert desk.command("admin", "remove", str(person.id)).returncode == 0
    person.role = "user"


def free_again(desk, number, gone, other):
    """The ticket is nobody's, as every card of staff says, and somebody on staff can take it."""
    desk.wait_settled()
    shows(other, number, "Очікує", [ACCEPT, REJECT])
    bare(gone, number)
    other.press(ACCEPT)
    shows(other, number, "Прийнята", [COMPLETE, RETURN, REJECT])
    bare(gone, number)
    desk.wait_settled()
    row = next(row for row in desk.tickets() if row["_id"] == number)
    assert row["assignee"] == other.id
    return [event["what"] for event in row["events"]]


@pytest.mark.parametrize("held, dies", HELD)
def test_while_the_press_is_under_way(desk, tmp_path, held, dies):
    gone, other, author = desk.admin("Ірина"), desk.admin("Богдан"), desk.person("Олена")
    number = author.file_ticket()
    gone.card(number), other.card(number)
    desk.wait_settled()
    file = tmp_path / "held"
    desk.bot.restart_swept(FAULT_HOLD=held, FAULT_HOLD_FILE=file, FAULT=dies)
    keeper = Keeper(desk.bot)
    gone.press(ACCEPT, wait=False)
    wait_until(file.exists, f"the press at {held}")
    dismiss(desk, gone)
    file.unlink()
    desk.simulator.wait_idle()
    events = free_again(desk, number, gone, other)
    keeper.stop()
    assert keeper.deaths == (1 if dies else 0)
    assert events == ["created", "accepted", "waiting", "accepted"]


def test_many_times_at_chance_moments(desk):
    """Each time somebody else is dismissed: nobody comes later who would find what an earlier one left behind."""
    stays, leave = desk.admin("Богдан"), [desk.admin(f"Звільнений {n}") for n in range(LEAVERS)]
    author = desk.person("Олена")
    author.start()
    file_tickets(desk.bot, [author], LEAVERS)
    desk.wait_settled()
    leaver = dict(zip((row["_id"] for row in desk.tickets()), leave))  # numbers may have gaps
    takes = 0.05
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        for number, person in leaver.items():
            card = person.card(number)
            begun = time.monotonic()
            dismissal = pool.submit(dismiss, desk, person)
            time.sleep(random.uniform(0, takes))
            deliver(desk.bot, press_of(person, card.id, f"accept:{number}"))
            dismissal.result()
            takes = time.monotonic() - begun
    desk.wait_settled()
    rows = desk.tickets()
    assert len(rows) == LEAVERS
    for row in rows:
        assert row["status"] == "waiting" and not row.get("assignee")
        assert [event["what"] for event in row["events"]] in (["created"], ["created", "accepted", "waiting"])
        shows(stays, row["_id"], "Очікує", [ACCEPT, REJECT])
        bare(leaver[row["_id"]], row["_id"])
