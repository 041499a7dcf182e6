"""USER_RATE: who sends too much is told once, then there is silence; presses are answered, nobody else waits."""
import catalogue
from people import NEW_TICKET

BURST, STAFF = 30, 4


def flood(person, count):
    for n in range(count):
        person.send("/id")
    person.desk.wait_settled()


def replies(person, name):
    return [m for m in person.chat().bot_messages if m.says(name)]


def test_one_polite_word_then_silence(new_desk):
    desk = new_desk(USER_RATE="1").open()
    person, other = desk.person(), desk.person("Петро")
    offer = person.say("/lang", "choose_lang")
    flood(person, BURST + 10)
    assert len(replies(person, "your_id")) == BURST - 1
    assert len(replies(person, "too_fast")) == 1
    person.press_data(offer.id, offer.buttons[0][1])
    answer = person.chat().answers[-1]
    assert answer["show_alert"] and catalogue.says(answer["text"], "too_fast")
    other.say("/id", "your_id")
    assert desk.bot.metric("techsupport_updates_total", result="put_off") == 0


def test_staff_may_send_four_times_as_much(new_desk):
    desk = new_desk(USER_RATE="1").open()
    admin = desk.admin("Ірина")
    flood(admin, BURST * STAFF - 1)
    assert len(replies(admin, "your_id")) == BURST * STAFF - 1
    assert not replies(admin, "too_fast")
    flood(admin, 2)
    assert len(replies(admin, "too_fast")) == 1


def test_an_open_form_outlives_the_silence(new_desk):
    desk = new_desk(USER_RATE="1").open()
    person = desk.person()
    person.open_form()
    flood(person, BURST + 5)
    assert len(replies(person, "too_fast")) == 1
    desk.bot.restart()
    person.send(NEW_TICKET)
    person.at("name")
