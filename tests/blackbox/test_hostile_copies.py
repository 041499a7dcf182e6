"""A copy that stood still while another took its documents over."""
import os
import signal

import pytest

from process import wait_until

pytestmark = [pytest.mark.webhook, pytest.mark.parametrize("store", ["mongodb"], indirect=True)]


def helps(person):
    return [m for m in person.chat().since(person.mark) if m.says("help")]


def test_a_copy_that_stood_still_sends_nothing_of_what_was_taken_over(desk):
    """Its message waits for the end of a 429; it is stopped (a paused machine), the other copy delivers, it goes on."""
    second = desk.add_bot().start()
    person, other = desk.person(), desk.person("Інша")
    person.start()
    desk.wait_settled()
    desk.simulator.fault("sendMessage", chat=person.id, kind="error", code=429, retry_after=3, times=1)
    person.send("/help")
    desk.simulator.wait_idle()
    wait_until(lambda: desk.bot.metric("techsupport_request_holds_total"), "the 429")
    first = desk.bot.program.process.pid
    os.kill(first, signal.SIGSTOP)
    try:
        desk.simulator.set_webhook(second.hook)
        other.start()
        person.wait(lambda chat: any(m.says("help") for m in chat.since(person.mark)), "the owed answer", seconds=40)
    finally:
        os.kill(first, signal.SIGCONT)
    desk.simulator.set_webhook(desk.bot.hook)
    for _ in range(3):  # it works again, and its queue had its turn
        other.say("/help", "help")
    desk.wait_settled()
    assert len(helps(person)) == 1
