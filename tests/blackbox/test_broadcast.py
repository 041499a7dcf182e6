"""«📨 Створити розсилку»: composing, preview, one confirmation, everybody reached once, the buttons of its progress."""
import concurrent.futures
import re

import pytest

import catalogue
from direct import file_tickets
from people import CANCEL, SKIP
from process import wait_until

BROADCAST = "📨 Створити розсилку"
SEND, DROP = "✅ Надіслати", "❌ Скасувати"


@pytest.fixture
def admin(desk):
    return desk.admin("Ірина")


def crowd(desk, count):
    people = [desk.person(f"Людина {n}") for n in range(count)]
    for person in people:
        person.start()
    desk.wait_settled()
    return people


def compose(admin, text="Завтра о 9:00 мережа не працюватиме", media=None, **more):
    """Up to the question under the preview; the message with its two buttons."""
    admin.say(BROADCAST, "ask_cast_text")
    admin.do(text=text, **more)
    admin.answer("ask_cast_media")
    if media:
        admin.do(**media)
    else:
        admin.send(SKIP)
    return admin.wait(lambda chat: next((m for m in chat.since(admin.mark) if SEND in m.labels), None), "the question")


def progress(admin, after=0):
    return admin.wait(lambda chat: next((m for m in chat.bot_messages if m.id > after and
                                         re.search(r"Надіслано: \d+", m.text)), None), "the progress")


def finished(admin):
    return admin.wait(lambda chat: next((m for m in chat.bot_messages if m.says("notice_cast_done")), None), "the end")


def got(person, text):
    return [m for m in person.chat().bot_messages if m.text == text]


def numbers(message):
    return [int(n) for n in re.findall(r": (\d+)", message.text)][:3]


def test_everybody_gets_it_once_and_the_author_sees_how_far_it_is(desk, admin):
    people = crowd(desk, 5)
    question = compose(admin)
    admin.press(SEND, question.id)
    report = finished(admin)
    text = "Завтра о 9:00 мережа не працюватиме"
    for person in people:
        assert len(got(person, text)) == 1
    # Staff too: the preview, and what everybody gets.
    assert len(got(admin, text)) == 2
    assert numbers(report) == [6, 0, 0]
    admin.wait(lambda chat: any(m.says("cast_done") and not m.buttons for m in chat.bot_messages), "the progress's end")
    assert admin.chat().screen == "admin"


def test_confirmed_twice_it_is_one(desk, admin):
    person, = crowd(desk, 1)
    question = compose(admin)
    data = dict(question.buttons)[SEND]
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda _: admin.press_data(question.id, data), range(2)))
    finished(admin)
    admin.press_data(question.id, data)
    answer = admin.chat().answers[-1]
    assert answer["show_alert"] and catalogue.says(answer["text"], "cast_gone")
    desk.wait_settled()
    assert len(got(person, "Завтра о 9:00 мережа не працюватиме")) == 1
    assert len(desk.store.rows("broadcasts", desk.bot.data)) == 1


def test_formatting_is_kept_and_the_preview_is_what_they_get(desk, admin):
    person, = crowd(desk, 1)
    text = "Увага: <мережа> & Wi-Fi 🚀 тут"
    entities = [{"type": "bold", "offset": 0, "length": 5},
                {"type": "text_link", "offset": text.index("тут") + 1, "length": 3, "url": "https://example.org/?a=1&b=2"}]
    question = compose(admin, text, entities=entities)
    preview = [m for m in admin.chat().bot_messages if m.id < question.id][-1]
    admin.press(SEND, question.id)
    finished(admin)
    message, = got(person, text)
    assert message.html == preview.html
    assert "<b>Увага</b>" in message.html and 'href="https://example.org/?a=1&amp;b=2"' in message.html


def test_formatting_that_telegram_would_not_take_is_left_out(desk, admin):
    person, = crowd(desk, 1)
    words = [f"слово{n:02}" for n in range(80)]
    entities = [{"type": "text_link", "offset": 8 * n, "length": 7, "url": "https://example.org/?" + "x" * 420}
                for n in range(len(words))]
    admin.press(SEND, compose(admin, " ".join(words), entities=entities).id)
    assert numbers(finished(admin)) == [2, 0, 0]
    assert len(got(person, " ".join(words))) == 1


@pytest.mark.parametrize("media,kind", [({"photo": True}, "photo"), ({"video": True}, "video"),
                                        ({"document": {"file_name": "план.pdf"}}, "document")])
def test_with_media_the_text_is_its_caption(desk, admin, media, kind):
    person, = crowd(desk, 1)
    question = compose(admin, media=media)
    admin.press(SEND, question.id)
    finished(admin)
    message, = got(person, "Завтра о 9:00 мережа не працюватиме")
    assert message.media["type"] == kind


def test_a_long_text_follows_its_media(desk, admin):
    person, = crowd(desk, 1)
    text = "слово " * 300 + "кінець"
    question = compose(admin, text, media={"photo": True})
    admin.press(SEND, question.id)
    finished(admin)
    photo, message = person.chat().bot_messages[-2:]
    assert photo.media["type"] == "photo" and not photo.text
    assert message.text == text


def test_who_blocked_the_bot_is_counted_and_left_out_next_time(desk, admin):
    gone, person = crowd(desk, 2)
    gone.block()
    desk.wait_settled()
    desk.simulator.fault("sendMessage", chat=person.id, code=403, times=1,
                         description="Forbidden: bot was blocked by the user")
    admin.press(SEND, compose(admin).id)
    assert numbers(finished(admin)) == [1, 0, 1]
    mark = admin.newest()
    admin.press(SEND, compose(admin, "Ще раз").id)
    report = admin.wait(lambda chat: next((m for m in chat.bot_messages if m.id > mark and m.says("notice_cast_done")),
                                          None), "the second end")
    assert numbers(report) == [1, 0, 0]


@pytest.mark.parametrize("method, media", [("sendMessage", None), ("sendPhoto", {"photo": True})])
def test_refused_by_telegram_it_is_counted_as_failed(desk, admin, method, media):
    person, other = crowd(desk, 2)
    text = "Завтра о 9:00 мережа не працюватиме"
    desk.simulator.fault(method, chat=person.id, code=400, times=1, description="Bad Request: something else")
    admin.press(SEND, compose(admin, text, media).id)
    assert numbers(finished(admin)) == [2, 1, 0]
    assert got(other, text) and not got(person, text)


@pytest.mark.parametrize("store", ["sqlite", "own mongodb"], indirect=True)
def test_the_database_is_away_in_the_middle(desk, admin):
    """What landed meanwhile is noted when it is back: nobody is left out, nobody gets it twice."""
    desk.allow_errors("database|store|mongo")
    people = crowd(desk, 4)
    text = "Завтра о 9:00 мережа не працюватиме"
    for person in people[1:]:
        desk.simulator.fault("sendMessage", chat=person.id, kind="slow", ms=300000, times=1)
    admin.press(SEND, compose(admin).id)
    people[0].wait(lambda chat: got(people[0], text), "it")
    base = desk.store.take_away(desk.bot.data)
    desk.simulator.clear_faults()
    for person in people:
        person.wait(lambda chat, person=person: got(person, text), "it")
    desk.bot.program.wait_line("the beat could not be written", seconds=60)
    desk.store.give_back(base)
    assert numbers(finished(admin)) == [len(people) + 1, 0, 0]
    assert [len(got(person, text)) for person in people] == [1] * len(people)


def test_paused_while_the_last_are_under_way(desk, admin):
    """They get it and are counted; going on then only says that it is done."""
    people = crowd(desk, 2)
    text = "Завтра о 9:00 мережа не працюватиме"
    for person in people:
        desk.simulator.fault("sendMessage", chat=person.id, kind="slow", ms=300000, times=1)
    admin.press(SEND, compose(admin).id)
    card = progress(admin)
    admin.wait(lambda chat: len(got(admin, text)) == 2, "one's own copy")
    admin.press(catalogue.label("button_cast_pause"), card.id)
    admin.wait(lambda chat: admin.message(card.id).says("cast_on_pause"), "on pause")
    desk.simulator.clear_faults()
    for person in people:
        person.wait(lambda chat, person=person: got(person, text), "it")
    wait_until(lambda: desk.store.rows("broadcasts", desk.bot.data)[0].get("sent") == len(people) + 1, "all are noted")
    row, = desk.store.rows("broadcasts", desk.bot.data)
    assert row["status"] == "paused"
    admin.press(catalogue.label("button_cast_go_on"), card.id)
    assert numbers(finished(admin)) == [len(people) + 1, 0, 0]
    assert [len(got(person, text)) for person in people] == [1] * len(people)


def test_pause_go_on_and_stop(desk, admin):
    people = crowd(desk, 4)
    for person in people:
        desk.simulator.fault("sendMessage", chat=person.id, kind="slow", ms=300000, times=1)
    admin.press(SEND, compose(admin).id)
    card = progress(admin)
    admin.press(catalogue.label("button_cast_pause"), card.id)
    admin.wait(lambda chat: admin.message(card.id).says("cast_on_pause"), "on pause")
    admin.press(catalogue.label("button_cast_go_on"), card.id)
    admin.wait(lambda chat: admin.message(card.id).says("cast_running"), "going on")
    admin.press(catalogue.label("button_cast_stop"), card.id)
    admin.wait(lambda chat: admin.message(card.id).says("cast_was_stopped") and not admin.message(card.id).buttons, "stopped")
    desk.simulator.clear_faults()
    desk.wait_settled()
    row, = desk.store.rows("broadcasts", desk.bot.data)
    assert row["status"] == "stopped"


def test_nobody_new_gets_what_was_confirmed_before_they_came(desk, admin):
    person, = crowd(desk, 1)
    desk.simulator.fault("sendMessage", chat=person.id, kind="slow", ms=300000, times=1)
    admin.press(SEND, compose(admin).id)
    wait_until(lambda: desk.store.rows("broadcasts", desk.bot.data), "the broadcast")
    late = desk.person("Пізній гість")
    late.start()
    desk.simulator.clear_faults()
    finished(admin)
    assert not got(late, "Завтра о 9:00 мережа не працюватиме")


@pytest.mark.parametrize("text, media", [("Завтра о 9:00 мережа не працюватиме", None),
                                         ("слово " * 300 + "кінець", {"photo": True})], ids=["whole", "second_part"])
def test_a_held_chat_holds_nobody_else(desk, admin, text, media):
    people = crowd(desk, 3)
    desk.simulator.fault("sendMessage", chat=people[0].id, code=429, retry_after=6, times=1)
    admin.press(SEND, compose(admin, text, media).id)
    for person in people[1:]:
        person.wait(lambda chat, person=person: got(person, text), "it")
    deferred = wait_until(lambda: desk.store.rows("broadcasts", desk.bot.data)[0].get("deferred"), "one is put off")
    assert [(item["id"], item.get("part", 0)) for item in deferred] == [(people[0].id, 1 if media else 0)]
    assert numbers(finished(admin)) == [len(people) + 1, 0, 0]
    assert len(got(people[0], text)) == 1
    assert len([m for m in people[0].chat().bot_messages if m.media]) == (1 if media else 0)


@pytest.mark.webhook  # the tickets are posted to it
def test_a_chat_for_which_a_hundred_wait_holds_nobody_else(desk, admin):
    """A held chat may be so full that the sender takes nothing more for it; it is put off as any held one is."""
    away = desk.admin("Богдан")
    authors, text = crowd(desk, 7), "Завтра о 9:00 мережа не працюватиме"
    desk.simulator.fault("sendMessage", chat=away.id, kind="slow", ms=300000, times=1)
    file_tickets(desk.bot, authors, 20)  # each is a card for them
    wait_until(lambda: desk.bot.metric("techsupport_requests_waiting") >= 127, "their cards wait")
    admin.press(SEND, compose(admin).id)
    for person in authors:
        person.wait(lambda chat, person=person: got(person, text), "it")
    deferred = wait_until(lambda: desk.store.rows("broadcasts", desk.bot.data)[0].get("deferred"), "one is put off")
    assert [item["id"] for item in deferred] == [away.id]
    desk.simulator.clear_faults()


@pytest.mark.parametrize("step", ["text", "media", "question"])
def test_left_before_it_was_sent_nothing_goes_out(desk, admin, step):
    person, = crowd(desk, 1)
    admin.say(BROADCAST, "ask_cast_text")
    if step == "text":
        admin.photo()
        admin.answer("bad_cast_text")
        admin.say(CANCEL, "cast_cancelled")
    else:
        admin.say("Текст розсилки", "ask_cast_media")
        if step == "media":
            admin.say("не фото", "bad_cast_media")
            admin.say("/cancel", "cast_cancelled")
        else:
            admin.send(SKIP)
            question = admin.wait(lambda chat: next((m for m in chat.since(admin.mark) if DROP in m.labels), None), "?")
            admin.press(DROP, question.id)
            admin.wait(lambda chat: admin.message(question.id).says("cast_cancelled"), "dropped")
    desk.wait_settled()
    assert not desk.store.rows("broadcasts", desk.bot.data)
    assert not got(person, "Текст розсилки")
    assert admin.chat().screen == "admin"


def test_forged_presses_of_its_buttons(desk, admin):
    person, = crowd(desk, 1)
    other = desk.admin("Богдан")
    desk.simulator.fault("sendMessage", chat=person.id, kind="slow", ms=300000, times=1)
    admin.press(SEND, compose(admin).id)
    card = progress(admin)
    number = dict(card.buttons)[catalogue.label("button_cast_stop")].split(":")[1]
    for who in (person, other):
        offer = who.say("/lang", "choose_lang") if who is other else who.chat().bot_messages[-1]
        for data in (f"cast_stop:{number}", f"cast_pause:{number}", "cast_stop:5", f"cast_send:{number}"):
            who.press_data(offer.id, data)
            assert who.chat().answers[-1]["show_alert"], data
    desk.simulator.clear_faults()
    finished(admin)


def test_killed_in_the_middle_it_goes_on(desk, admin):
    people = crowd(desk, 12)
    desk.simulator.fault("sendMessage", chat=people[6].id, kind="slow", ms=300000, times=1)
    admin.press(SEND, compose(admin).id)
    people[5].wait(lambda chat: got(people[5], "Завтра о 9:00 мережа не працюватиме"), "it")
    desk.bot.kill()
    desk.simulator.clear_faults()
    desk.bot.start()
    finished(admin)
    for person in people:
        assert 1 <= len(got(person, "Завтра о 9:00 мережа не працюватиме")) <= 2


def test_under_telegrams_real_limits_nobody_is_lost(new_desk):
    """The settings as they come, the limits of the real server, and 429s beyond them."""
    desk = new_desk(SEND_RATE=None, CHAT_RATE=None).open()
    admin = desk.admin("Ірина")
    people = crowd(desk, 40)
    desk.simulator.post("limits", real=True)
    for person in people[::8]:
        desk.simulator.fault("sendMessage", chat=person.id, code=429, retry_after=1, times=2)
    desk.simulator.fault("sendMessage", skip=10, code=429, retry_after=1, times=3)
    admin.press(SEND, compose(admin).id)
    # A reply has its share while it runs.
    people[-1].say("/id", "your_id")
    assert numbers(finished(admin)) == [len(people) + 1, 0, 0]
    text = "Завтра о 9:00 мережа не працюватиме"
    assert [len(got(person, text)) for person in people] == [1] * len(people)


def test_stopped_with_recipients_under_way_they_are_counted(desk, admin):
    people = crowd(desk, 5)
    for person in people:
        desk.simulator.fault("sendMessage", chat=person.id, kind="slow", ms=3000, times=1)
    text = "Завтра о 9:00 мережа не працюватиме"
    admin.press(SEND, compose(admin).id)
    card = progress(admin)
    # The author's own copy is the first: with it the others were handed to the sender.
    admin.wait(lambda chat: len(got(admin, text)) == 2, "one's own copy")
    admin.press(catalogue.label("button_cast_stop"), card.id)
    admin.wait(lambda chat: admin.message(card.id).says("cast_was_stopped"), "stopped")
    for person in people:
        person.wait(lambda chat, person=person: got(person, text), "it")
    desk.wait_settled()
    row, = desk.store.rows("broadcasts", desk.bot.data)
    assert row["sent"] == len(people) + 1


def test_its_author_dismissed_it_is_stopped(desk, admin):
    people = crowd(desk, 2)
    text = "Завтра о 9:00 мережа не працюватиме"
    desk.simulator.fault("sendMessage", chat=people[1].id, code=429, retry_after=300)
    admin.press(SEND, compose(admin).id)
    card = progress(admin)
    people[0].wait(lambda chat: got(people[0], text), "it")
    desk.command("admin", "remove", str(admin.id)).check_returncode()
    admin.role = "user"
    admin.wait(lambda chat: admin.message(card.id).says("cast_was_stopped"), "stopped")
    desk.wait_settled()
    row, = desk.store.rows("broadcasts", desk.bot.data)
    assert row["status"] == "stopped" and not got(people[1], text)
