"""Two copies of the bot on one MongoDB."""
import concurrent.futures

import pytest

import catalogue
from direct import at_once, press_of, update_of
from people import STEPS, Answers

pytestmark = [pytest.mark.webhook, pytest.mark.parametrize("store", ["mongodb"], indirect=True)]


@pytest.fixture
def two(desk):
    """A desk whose second copy runs as well; the simulator's webhook goes to the first."""
    desk.add_bot().start()
    return desk


def test_a_form_walked_over_both_copies_in_turn(two):
    person, boss = two.person(), two.boss()
    person.start()
    texts = ["📝 Створити заявку", Answers.name, Answers.phone, Answers.description, "Пропустити",
             Answers.priority]
    for n, text in enumerate(texts):
        at_once((two.bots[n % 2], update_of(person, text, 1000 + n)))
    person.wait(lambda chat: any(m.says("ticket_filed") for m in chat.bot_messages), "the number")
    boss.card()
    two.wait_settled()
    assert len(two.tickets()) == 1
    assert len(person.chat().since(person.mark)) == len(texts) + 1


@pytest.mark.parametrize("round", range(3))
def test_a_message_and_a_press_of_one_person_at_once(two, round):
    person = two.person()
    offer = person.say("/lang", "choose_lang")
    data = dict(offer.buttons)[catalogue.label("button_english")]
    person.open_form()
    at_once((two.bots[0], update_of(person, Answers.name, 2000)), (two.bots[1], press_of(person, offer.id, data, 2001)))
    two.wait_settled()
    person.wait(lambda chat: chat.screen == "phone" or any(b.get("request_contact") for b in chat.buttons),
                "the next step")
    row, = [row for row in two.store.rows("users") if row["_id"] == person.id]
    assert row["lang"] == "en"
    assert row["state"] and "phone" in row["state"]


def test_the_same_update_at_both_copies_at_once(two):
    person = two.person()
    person.open_form()
    for n, step in enumerate(STEPS):
        text = "Пропустити" if step == "media" else getattr(Answers, step)
        update = update_of(person, text, 3000 + n)
        at_once(*[(bot, update) for bot in two.bots * 2])
        two.wait_settled()
        assert len(person.chat().since(person.mark)) == n + 2, step
    assert len(two.tickets()) == 1


def test_many_people_over_both_copies(two):
    boss = two.boss()
    people = [two.person(f"Людина номер {n}") for n in range(6)]
    for person in people:
        person.start()

    def file(person):
        for n, text in enumerate(["📝 Створити заявку", Answers.name, Answers.phone, Answers.description, "Пропустити",
                                  Answers.priority]):
            at_once((two.bots[(n + person.id) % 2], update_of(person, text, person.id % 1000 * 100 + n)))
    with concurrent.futures.ThreadPoolExecutor(6) as pool:
        list(pool.map(file, people))
    boss.wait(lambda chat: len([m for m in chat.bot_messages if m.buttons]) == 6, "six cards")
    two.wait_settled()
    tickets = two.tickets()
    assert len(tickets) == 6
    assert {ticket["author"] for ticket in tickets} == {person.id for person in people}
    assert len([m for m in boss.chat().bot_messages if m.buttons]) == 6


def test_one_copy_killed_with_an_answer_and_a_ticket_owed_the_other_delivers(two):
    """The first copy has taken updates and cannot send; it dies, and its beat stands still."""
    boss, person, author = two.boss(), two.person("Олена"), two.person("Петро")
    person.start()
    author.form_at("priority")
    two.wait_settled()
    for chat in (person, author, boss):
        two.simulator.fault("sendMessage", chat=chat.id, kind="error", code=429, retry_after=60, times=1)
    person.send("/help")
    author.give("priority", Answers())
    two.simulator.wait_idle()
    two.simulator.set_webhook(two.bots[1].hook)
    two.bots[0].kill()
    boss.wait(lambda chat: any(m.buttons for m in chat.bot_messages), "the card", seconds=40)
    author.wait(lambda chat: any(m.says("ticket_filed") for m in chat.bot_messages), "the number", seconds=40)
    person.wait(lambda chat: any(m.says("help") for m in chat.since(person.mark)), "the owed answer", seconds=40)
    two.wait_settled(two.bots[1])
    assert len(person.chat().since(person.mark)) == 1
    assert len(two.tickets()) == 1


def test_what_owes_nothing_is_nobodys(two):
    """The copy that wrote it last is gone for good: whoever writes to it next delivers at once."""
    person, other = two.person("Олена"), two.person("Петро")
    person.start(), other.start()
    for one in (person, other):
        one.block(), one.unblock()
    two.wait_settled()
    assert not [row["_id"] for row in two.store.rows("users") if row.get("owner")]
    two.bots[0].stop()
    two.simulator.set_webhook(two.bots[1].hook)
    assert two.command("admin", "add", str(person.id), data=two.bots[1].data).returncode == 0
    person.wait(lambda chat: any(m.says("staff_welcome") for m in chat.bot_messages), "the word")
    other.say("/help", "help")


def test_the_second_copy_takes_over_the_webhook_in_the_middle_of_a_form(two):
    person = two.person()
    person.form_at("media")
    two.wait_settled()
    two.bots[0].stop()
    two.simulator.set_webhook(two.bots[1].hook)
    person.walk(start="media")
    assert len(two.tickets()) == 1
