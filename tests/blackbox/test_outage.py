"""The database is lost and comes back: who is told what, and that nothing is lost."""
import pytest

import catalogue
from people import Answers, after
from process import wait_until

OUTAGE = 60  # seconds that a loss may take to be noticed and said


def said(person, name):
    return [m for m in person.chat().bot_messages if m.says(name)]


def is_told(person, name):
    person.wait(lambda chat: [m for m in chat.bot_messages if m.says(name)], name, seconds=OUTAGE)


def outage(desk, boss, person):
    """From the loss to the return; `person` is at the form's phone step."""
    admin = desk.admin("Ірина")
    offer = admin.say("/lang", "choose_lang")
    press = dict(offer.buttons)[catalogue.label("button_english")]
    desk.wait_settled()
    held = desk.store.take_away(desk.bot.data)
    is_told(boss, "database_lost")
    person.send(Answers.phone)
    is_told(person, "we_have_it")
    person.send(Answers.description)
    admin.press_data(offer.id, press)
    assert admin.chat().answers[-1]["show_alert"]
    assert admin.chat().answers[-1]["text"] == catalogue.raw("press_again")
    boss.send("⚙️ Стан БД")
    is_told(boss, "report_away")
    desk.store.give_back(held)
    is_told(boss, "database_back")
    person.at(after("description"), new=False)
    person.walk(start=after("description"))
    desk.wait_settled()
    for who, name in ((boss, "database_lost"), (boss, "database_back"), (person, "we_have_it")):
        assert len(said(who, name)) == 1, name
    for name in ("database_lost", "database_back"):
        assert not said(admin, name), "super-admins alone are told"
    ticket, = desk.tickets()
    assert (ticket["phone"], ticket["description"]) == (Answers.phone, Answers.description)
    boss.wait(lambda chat: [m for m in chat.bot_messages if catalogue.label("button_refresh") in m.labels],
              "what was asked for meanwhile")


@pytest.mark.webhook  # in polling a copy that cannot write does not ask: another one may do so
@pytest.mark.parametrize("store", ["own mongodb"], indirect=True)
def test_mongodb_is_killed(desk):
    desk.allow_errors("database|store|mongo")
    boss, person = desk.boss(), desk.person()
    person.form_at("phone")
    outage(desk, boss, person)


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_sqlite_takes_no_writes(desk):
    """Another program keeps the file's write lock: reading works, nothing can be stored."""
    desk.allow_errors("database|store")
    boss, person = desk.boss(), desk.person()
    person.form_at("phone")
    outage(desk, boss, person)


@pytest.mark.webhook
@pytest.mark.parametrize("store", ["own mongodb"], indirect=True)
def test_each_copy_tells_once(desk):
    desk.allow_errors("database|store|mongo")
    boss = desk.boss()
    desk.add_bot().start()
    wait_until(lambda: all(bot.get("/readyz").status_code == 200 for bot in desk.bots), "both copies are ready")
    desk.wait_settled()
    desk.store.server.kill()
    boss.wait(lambda chat: len([m for m in chat.bot_messages if m.says("database_lost")]) == 2, "both", seconds=OUTAGE)
    desk.store.server.restart()
    boss.wait(lambda chat: len([m for m in chat.bot_messages if m.says("database_back")]) == 2, "both", seconds=OUTAGE)
    assert len(said(boss, "database_lost")) == 2
