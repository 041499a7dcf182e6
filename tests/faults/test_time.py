"""What passes with time: CLOCK_OFFSET_MS moves the wall clock of the builds that have fault points."""
import pytest

import catalogue
from people import NEW_TICKET, Answers

HOUR = 3600 * 1000
DAY = 24 * HOUR


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_a_draft_is_forgotten_after_a_day(desk):
    person = desk.person()
    person.form_at("description")
    person.send("/start")
    person.at("user")
    desk.bot.restart(CLOCK_OFFSET_MS=23 * HOUR)
    offer = person.say(NEW_TICKET, "draft_offer")
    desk.bot.restart(CLOCK_OFFSET_MS=25 * HOUR)
    person.press(catalogue.label("button_draft_continue"), offer.id)
    assert person.chat().screen == "user"
    person.open_form()


def test_an_open_form_never_expires(desk):
    person = desk.person()
    answers = Answers()
    person.form_at("media", answers)
    desk.bot.restart(CLOCK_OFFSET_MS=30 * DAY)
    person.walk(answers, start="media")
    assert desk.tickets()[0]["description"] == answers.description
