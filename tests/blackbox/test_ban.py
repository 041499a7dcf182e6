"""Staff can ban and unban; who is banned is heard no more."""
import catalogue
import pytest
from people import NEW_TICKET
from process import wait_until


def alert(person):
    answer = person.chat().answers[-1]
    return answer["text"], answer["show_alert"]


@pytest.fixture
def admin(desk):
    return desk.admin("Ірина")


def test_banned_by_a_tickets_number_and_unbanned_by_id(desk, admin):
    author = desk.person()
    number = author.file_ticket()
    offer = author.say("/lang", "choose_lang")
    admin.card(number)
    assert str(author.id) in admin.say(f"/ban № {number}", "done_banned").text
    author.wait(lambda chat: any(m.says("banned") for m in chat.bot_messages), "the word")
    seen = len(author.chat().bot_messages)
    for text in (NEW_TICKET, "/start", "/help", "щось"):
        author.send(text)
    author.press_data(offer.id, offer.buttons[0][1])
    assert alert(author)[1] and catalogue.says(alert(author)[0], "banned")
    desk.wait_settled()
    assert len(author.chat().bot_messages) == seen
    admin.say(f"/ban {author.id}", "already_banned")
    admin.say(f"/unban {author.id}", "done_unbanned")
    author.wait(lambda chat: any(m.says("unbanned") for m in chat.bot_messages), "the word")
    author.start()
    admin.say(f"/unban {author.id}", "not_banned")
    assert desk.tickets()[0]["status"] == "waiting"


def test_what_cannot_be_banned(desk, admin):
    boss, user = desk.boss(), desk.person()
    user.start()
    admin.say(f"/ban {boss.id}", "staff_not_banned")
    admin.say(f"/ban {admin.id}", "staff_not_banned")
    admin.say("/ban 4242", "no_such_person")
    admin.say("/ban № 4242", "no_such_person")
    admin.say("/ban", "ban_usage")
    admin.say("/ban хтось", "ban_usage")
    user.say(f"/ban {admin.id}", "hint")


def test_a_banned_person_who_joins_the_staff_is_heard(desk, admin):
    person = desk.person()
    person.start()
    admin.say(f"/ban {person.id}", "done_banned")
    assert desk.command("admin", "add", str(person.id)).returncode == 0
    person.role = "admin"
    person.start()


def test_two_ban_at_once(desk, admin):
    other, person = desk.admin("Богдан"), desk.person()
    person.start()
    for who in (admin, other):
        who.send(f"/ban {person.id}")
    for who in (admin, other):
        who.wait(lambda chat: any(m.says("done_banned") or m.says("already_banned") for m in chat.bot_messages), "a word")
    desk.wait_settled()
    assert len([m for m in person.chat().bot_messages if m.says("banned")]) == 1


def test_whoever_has_a_hundred_answers_waiting_can_be_banned(desk, admin):
    flooder = desk.person()
    flooder.start()
    desk.wait_settled()
    desk.simulator.fault("sendMessage", chat=flooder.id, code=429, retry_after=300)
    for _ in range(100):
        flooder.send("/id")

    def user():
        return next(row for row in desk.store.rows("users", desk.bot.data) if row["_id"] == flooder.id)
    wait_until(lambda: len(user().get("owes", {})) == 100, "all of them waiting")
    admin.say(f"/ban {flooder.id}", "done_banned")
    assert user()["banned"]
