"""Messages out, when Telegram is slow, refuses or breaks off: nothing is lost, nobody else waits."""
import pytest

from people import STEPS, Answers

# Failures before Telegram took the message: it arrives exactly once.
CLEAN = {
    "500 three times": {"kind": "error", "code": 500, "times": 3},
    "429": {"kind": "error", "code": 429, "retry_after": 1, "times": 1},
    "connection cut before": {"kind": "cut_before", "times": 2},
    "a proxy's page": {"kind": "html", "code": 502, "times": 2},
}


@pytest.mark.parametrize("fault", CLEAN.values(), ids=CLEAN.keys())
def test_an_answer_survives_the_failures_of_its_sending(desk, fault):
    person = desk.person()
    person.start()
    desk.simulator.fault("sendMessage", chat=person.id, **fault)
    person.open_form()
    desk.wait_settled()
    assert len(person.chat().since(person.mark)) == 1
    person.walk()
    assert len(desk.tickets()) == 1


def test_an_answer_cut_after_telegram_took_it_may_come_twice_and_no_more(desk):
    person = desk.person()
    person.start()
    desk.simulator.fault("sendMessage", chat=person.id, kind="cut_after", times=1)
    person.open_form()
    desk.wait_settled()
    assert len(person.chat().since(person.mark)) in (1, 2)
    person.walk()
    assert len(desk.tickets()) == 1


HELD = {
    "429": {"kind": "error", "code": 429, "retry_after": 1},
    "500": {"kind": "error", "code": 500},
}


@pytest.mark.parametrize("fault", HELD.values(), ids=HELD.keys())
def test_one_held_chat_delays_nobody_else(desk, fault):
    held, other = desk.person("Повільний"), desk.person("Швидкий")
    held.start()
    other.start()
    desk.simulator.fault("sendMessage", chat=held.id, times=-1, **fault)
    held.send("/help")
    other.file_ticket()
    assert held.chat().since(held.mark) == [], "the other's whole form went by meanwhile"
    desk.simulator.clear_faults()
    held.answer("help")
    desk.wait_settled()
    assert len(held.chat().since(held.mark)) == 1


def test_a_slow_answer_of_telegram_delays_only_that_chat(desk):
    """The next message of the slow chat waits its turn; the other's whole form goes by."""
    slow, other = desk.person("Повільний"), desk.person("Швидкий")
    slow.start()
    other.start()
    desk.simulator.fault("sendMessage", chat=slow.id, kind="slow", ms=25_000, times=1)
    slow.say("/help", "help")
    slow.send("/id")
    other.file_ticket()
    assert slow.chat().since(slow.mark) == []
    desk.simulator.clear_faults()
    slow.answer("your_id")


def test_order_is_kept_behind_a_failure(desk):
    person = desk.person()
    person.start()
    desk.simulator.fault("sendMessage", chat=person.id, kind="error", code=500, times=2)
    mark = person.newest()
    for text in ("/help", "/id", "/lang"):
        person.send(text)
    person.wait(lambda chat: len(chat.since(mark)) == 3, "three answers")
    names = ["help", "your_id", "choose_lang"]
    assert [m.says(name) for m, name in zip(person.chat().since(mark), names)] == [True] * 3


def test_staff_who_blocked_the_bot_do_not_keep_the_card_from_the_others(desk):
    boss, admin, person = desk.boss(), desk.admin(), desk.person()
    admin.block()
    number = person.file_ticket()
    boss.card(number)
    desk.wait_settled()
    admin.unblock()
    second = person.file_ticket(Answers(description="Інша проблема"))
    boss.card(second)
    admin.card(second)


def test_403_without_notice_marks_the_person_and_is_not_retried(desk):
    desk.allow_errors("no staff member")
    boss, person = desk.boss(), desk.person()
    person.start()
    desk.wait_settled()
    since = len(desk.simulator.calls("sendMessage"))
    desk.simulator.fault("sendMessage", chat=boss.id, kind="error", code=403, times=1,
                         description="Forbidden: bot was blocked by the user")
    person.file_ticket()
    desk.wait_settled()
    assert [m for m in boss.chat().bot_messages if m.buttons] == []
    assert desk.simulator.calls("sendMessage")[since:], "the form's questions at least"
    boss.start()
    number = person.file_ticket()
    boss.card(number)


def test_a_blocking_author_loses_nothing_for_the_staff(desk):
    boss, person = desk.boss(), desk.person()
    person.form_at("priority")
    desk.simulator.fault("sendMessage", chat=person.id, kind="error", code=403, times=1,
                         description="Forbidden: bot was blocked by the user")
    person.give("priority", Answers())
    boss.card()


def test_nobody_of_the_staff_can_be_reached(desk):
    desk.allow_errors("staff|card|reach")
    boss, person = desk.boss(), desk.person()
    boss.block()
    person.file_ticket()
    desk.wait_settled()
    assert any("staff" in line for line in desk.bot.program.lines)


@pytest.mark.parametrize("media, method", [({"photo": True}, "sendPhoto"),
                                           ({"document": {"file_name": "a.pdf"}}, "sendDocument")])
def test_refused_media_the_card_goes_without_and_says_so(desk, media, method):
    boss, person = desk.boss(), desk.person()
    desk.simulator.fault(method, kind="error", code=400, times=10,
                         description="Bad Request: wrong file identifier/HTTP URL specified")
    number = person.file_ticket(Answers(media=media))
    card = boss.card(number)
    assert not card.media
    assert card.says("ticket_media_refused") or "Вкладення" in card.text
    assert Answers.description in card.text


def test_a_refused_album_the_card_goes_without_and_says_so(desk):
    boss, person = desk.boss(), desk.person()
    person.form_at("media")
    person.album(3)
    person.at("priority")
    desk.simulator.wait_idle()
    desk.simulator.fault("sendMediaGroup", kind="error", code=400, times=10,
                         description="Bad Request: wrong remote file identifier specified: Wrong padding length")
    card = boss.card(person.walk(start="priority"))
    assert card.says("ticket_media_refused")


def test_markup_that_telegram_refuses_goes_once_more_as_plain_text(desk):
    boss, person = desk.boss(), desk.person("Bob <b>& Co")
    person.start()
    desk.simulator.fault("sendMessage", chat=boss.id, kind="error", code=400, times=1,
                         description="Bad Request: can't parse entities: Unmatched end tag at byte offset 5")
    number = person.file_ticket(Answers(description="a < b & c"))
    card = boss.card(number)
    assert "a < b & c" in card.text
    assert "<b>" not in card.text.replace("Bob <b>& Co", "")


def test_faults_of_every_kind_at_random_over_whole_forms(desk):
    """What is left after all of them: every person has their number, the staff every card."""
    boss = desk.boss()
    people = [desk.person(f"Людина номер {n}") for n in range(4)]
    for fault in ({"kind": "error", "code": 500, "skip": 1, "times": 3}, {"kind": "cut_before", "skip": 3, "times": 2},
                  {"kind": "error", "code": 429, "retry_after": 1, "skip": 7, "times": 1},
                  {"kind": "cut_after", "skip": 9, "times": 2}, {"kind": "html", "code": 502, "skip": 12, "times": 2},
                  {"kind": "slow", "ms": 300, "skip": 15, "times": 3}):
        desk.simulator.fault("sendMessage", **fault)
    numbers = [person.file_ticket() for person in people]
    assert numbers == sorted(set(numbers))
    for number in numbers:
        boss.card(number)
    desk.wait_settled()
    assert len(desk.tickets()) == 4


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_stop_with_a_message_that_must_wait_loses_nothing(desk):
    person = desk.person()
    person.start()
    desk.simulator.fault("sendMessage", chat=person.id, kind="error", code=429, retry_after=60, times=1)
    person.send("/help")
    desk.simulator.wait_idle()
    desk.bot.stop()
    assert person.chat().since(person.mark) == []
    desk.bot.start()
    person.answer("help")
    desk.wait_settled()
    assert len(person.chat().since(person.mark)) == 1


def test_stop_in_the_middle_of_a_send(desk):
    person = desk.person()
    person.start()
    desk.simulator.fault("sendMessage", chat=person.id, kind="slow", ms=1000, times=1)
    person.send("/help")
    desk.simulator.wait_idle()
    desk.bot.restart()
    person.answer("help")
    desk.wait_settled()
    assert len(person.chat().since(person.mark)) in (1, 2)


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_telegrams_limits_are_kept_with_the_settings_as_they_come(new_desk):
    desk = new_desk(SEND_RATE=None, CHAT_RATE=None).open()
    desk.simulator.post("limits", real=True)
    people = [desk.person(f"Людина номер {n}") for n in range(12)]
    for person in people:
        for text in ("/start", "/help", "/id"):
            person.send(text)
    people[0].send("/lang")
    people[0].send("/id")
    desk.wait_settled()
    assert [len(person.chat().bot_messages) for person in people] == [5] + [3] * 11
    assert [call for call in desk.simulator.calls() if call["status"] == 429] == []


def test_a_backlog_is_worked_off_in_order(desk):
    """What Telegram kept while nobody took it: everybody's whole form."""
    people = [desk.person(f"Людина номер {n}") for n in range(15)]
    desk.boss()
    desk.simulator.post("webhook", paused=True)
    for person in people:
        for text in Answers().typed():
            person.send(text)
    desk.simulator.post("webhook", paused=False)
    desk.wait_settled()
    for person in people:
        # The summary is owed by the ticket, the questions by the session: order is kept within each.
        asked = [m for m in person.chat().bot_messages if not m.says("ticket_filed")]
        assert [m.says(f"ask_{step}") for m, step in zip(asked, STEPS)] == [True] * len(STEPS)
        assert len(person.chat().bot_messages) == len(STEPS) + 1
    assert len({ticket["author"] for ticket in desk.tickets()}) == len(desk.tickets()) == 15
