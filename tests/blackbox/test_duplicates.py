"""Telegram delivers an update again until it has a 200: however often it comes, it has one effect."""
import concurrent.futures

import pytest

import catalogue
from people import NEW_TICKET, STEPS, Answers

WAYS = {"five in a row": {"times": 5, "parallel": False}, "five at once": {"times": 5, "parallel": True}}


def again(desk, person, way):
    """The person's last update five times more; every one must be acknowledged."""
    desk.wait_settled()
    answer = desk.simulator.post("redeliver", update_id=person.update, **way)
    assert answer["statuses"] == [200] * 5
    desk.wait_settled()


@pytest.mark.webhook
@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS.keys())
def test_every_update_of_a_form_delivered_six_times_makes_one_ticket(desk, way):
    boss, person = desk.boss(), desk.person()
    answers = Answers(media={"photo": True})
    person.start()
    again(desk, person, way)
    person.open_form()
    again(desk, person, way)
    for n, step in enumerate(STEPS):
        person.give(step, answers)
        if step != STEPS[-1]:
            person.at(STEPS[n + 1])
        again(desk, person, way)
        assert len(person.chat().since(person.mark)) == 1, step
    person.filed()
    assert len(desk.tickets()) == 1
    boss.card()
    assert len([m for m in boss.chat().bot_messages if m.buttons]) == 1


@pytest.mark.webhook
@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS.keys())
def test_a_press_delivered_six_times(desk, way):
    person = desk.person()
    person.say("/lang", "choose_lang")
    person.press(catalogue.label("button_english"))
    person.answer("lang_chosen", "en")
    seen = len(person.chat().bot_messages)
    again(desk, person, way)
    assert len(person.chat().bot_messages) == seen


@pytest.mark.webhook
def test_a_new_update_five_times_at_once(desk):
    """Not one that is known already: the first of its kind arrives in five copies at the same instant."""
    person = desk.person()
    person.form_at("priority")
    person.mark = person.newest()
    update = {"update_id": 900_000_001, "message": {
        "message_id": person.newest() + 1000, "date": 1_700_000_000, "text": "🔴 Високий",
        "chat": {"id": person.id, "type": "private", "first_name": "Олена"},
        "from": {"id": person.id, "is_bot": False, "first_name": "Олена"}}}
    with concurrent.futures.ThreadPoolExecutor(5) as pool:
        answers = list(pool.map(lambda _: desk.bot.post(update).status_code, range(5)))
    assert answers == [200] * 5
    person.answer("ticket_filed")
    desk.wait_settled()
    assert len(desk.tickets()) == 1
    assert len(person.chat().since(person.mark)) == 1


@pytest.mark.webhook
def test_a_late_duplicate_of_an_early_step_changes_nothing(desk):
    person = desk.person()
    answers = Answers()
    person.open_form()
    person.give("name", answers)
    early = person.update
    person.at("phone")
    person.walk(answers, start="phone", stop="priority")
    seen = len(person.chat().bot_messages)
    assert desk.simulator.post("redeliver", update_id=early, times=1, parallel=False)["statuses"] == [200]
    desk.wait_settled()
    assert len(person.chat().bot_messages) == seen
    person.walk(answers, start="priority")
    assert len(desk.tickets()) == 1


def test_two_presses_of_the_last_button_file_one_ticket(desk):
    """Two different updates with the same text, as a double tap makes them."""
    person = desk.person()
    person.form_at("priority")
    person.do(text="🔴 Високий")
    person.do(text="🔴 Високий")
    person.wait(lambda chat: any(m.says("ticket_filed") for m in chat.bot_messages), "the number")
    desk.wait_settled()
    assert len(desk.tickets()) == 1


def test_a_double_press_of_new_ticket_is_one_form(desk):
    person = desk.person()
    person.start()
    person.send(NEW_TICKET)
    person.send(NEW_TICKET)
    desk.wait_settled()
    person.wait(lambda chat: chat.since(person.mark), "an answer to the second press")
    if not person.chat().screen == "text":
        raise AssertionError(person.chat().describe())
