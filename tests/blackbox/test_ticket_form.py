"""The ticket form: the happy way, every wrong input at every step, and every way out of it and back."""
import re

import pytest

import catalogue
from people import (BACK, CANCEL, CANCEL_TICKET, NEW_TICKET, PRIORITIES, SEND_PHONE, SKIP, STEPS, USER_MENU, Answers,
                    squeeze)

EMOJI = "😀" * 4096

# What is wrong at every step, whatever it asks for.
ODD_KINDS = {
    "sticker": {"sticker": True}, "voice": {"voice": True}, "location": {"location": True},
    "someone's contact": {"contact": {"phone_number": "+380991234567", "first_name": "Інший", "user_id": 42}},
    "contact without an id": {"contact": {"phone_number": "+380991234567", "first_name": "Інший"}},
    "video": {"video": True},
}
PICTURES = {"photo": {"photo": True}, "photo with caption": {"photo": True, "caption": "Опис під фото, а не текстом"},
            "document": {"document": {"file_name": "a.pdf"}}}
WRONG = {
    "name": {**ODD_KINDS, **PICTURES, "one letter": {"text": "Я"}, "digits": {"text": "1234567"},
             "signs": {"text": "!!! ???"}, "101 letters": {"text": "я" * 101}, "emoji": {"text": EMOJI},
             "own contact": {"share_phone": True}},
    "phone": {**ODD_KINDS, **PICTURES,
              **{text: {"text": text} for text in
                 ("050123456", "+38050123456789012", "номер", "38050123456a", "++380501234567", "0501234567+",
                  "+", "050.123.45.67", "٠٥٠١٢٣٤٥٦٧", EMOJI)}},
    "description": {**ODD_KINDS, **PICTURES, "two letters": {"text": "аб"}, "3001 letters": {"text": "я" * 3001},
                    "emoji": {"text": EMOJI}},
    "media": {**ODD_KINDS, "text": {"text": "ось фото"}, "emoji": {"text": EMOJI}},
    "priority": {**ODD_KINDS, **PICTURES, "text": {"text": "терміново"}, "emoji": {"text": EMOJI},
                 "skip": {"text": SKIP}},
}


def test_the_happy_way(desk):
    boss, admin = desk.boss(), desk.admin()
    olena = desk.person("Олена", username="olena_k")
    olena.start()
    answers = Answers()
    number = olena.file_ticket(answers)
    assert set(olena.chat().labels) == USER_MENU
    for staff in (boss, admin):
        card = staff.card(number)
        for shown in (answers.name, answers.phone, answers.description, "olena_k", "Очікує", "Середній"):
            assert shown in card.text
        assert card.labels == ["✅ Прийняти", "❌ Відхилити"]
    assert len(desk.tickets()) == 1


def test_numbers_are_sequential(desk):
    first, second = desk.person("Олена"), desk.person("Петро")
    numbers = [person.file_ticket() for person in (first, second, first)]
    assert numbers == sorted(set(numbers))


def test_every_step_has_its_buttons(desk):
    person = desk.person(phone="+380671112233")
    person.open_form()
    for step in STEPS:
        person.at(step, new=False)
        labels = person.chat().labels
        assert labels[-2:] == [BACK, CANCEL], step
        person.give(step, Answers())
        if step != STEPS[-1]:
            person.at(STEPS[STEPS.index(step) + 1])


@pytest.mark.parametrize("step", STEPS)
def test_wrong_input_stays_at_the_step_and_is_explained(desk, step):
    person = desk.person()
    answers = Answers()
    person.form_at(step, answers)
    person.at(step, new=False)
    screen = person.chat().screen
    failures = []
    for kind, content in WRONG[step].items():
        person.do(**content)
        try:
            assert person.answer().text
            assert person.chat().screen == screen
        except AssertionError as reason:
            failures.append(f"{kind}: {reason}")
            break
    assert not failures, "\n".join(failures)
    person.walk(answers, start=step)
    ticket, = desk.tickets()
    assert (ticket["name"], ticket["phone"], ticket["description"]) == (
        answers.name, answers.phone, answers.description)


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
@pytest.mark.parametrize("typed, kept", [
    ("+38 (067) 111-22-33", "+380671112233"), ("067 111 22 33", "0671112233"), ("0671112233", "0671112233"),
    ("+380671112233", "+380671112233"), ("(380)671112233", "380671112233"), (" +49-1511-2345678 ", "+4915112345678"),
    ("123456789012345", "123456789012345")])
def test_typed_phones_are_kept_normalised(desk, typed, kept):
    person = desk.person()
    person.form_at("phone")
    person.send(typed)
    person.at("description")
    person.walk(start="description")
    assert desk.tickets()[0]["phone"] in (kept, "+" + kept.lstrip("+"))


@pytest.mark.parametrize("phone", ["+380671112233", "380671112233"])
def test_the_phone_by_the_button(desk, phone):
    person = desk.person(phone=phone)
    person.form_at("phone")
    assert [b["text"] for b in person.chat().buttons if b.get("request_contact")] == [SEND_PHONE]
    person.do(share_phone=True)
    person.at("description")
    person.walk(start="description")
    assert desk.tickets()[0]["phone"].lstrip("+") == "380671112233"


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
@pytest.mark.parametrize("step, text", [
    ("name", "Ян"), ("name", "я" * 100), ("name", "O'Ніл-Мак, 3-й"), ("name", "李明"), ("description", "абв"),
    ("description", "ї" * 3000), ("description", "рядок\nще рядок")])
def test_accepted_at_the_limits(desk, step, text):
    person = desk.person()
    person.form_at(step)
    person.send(text)
    following = STEPS[STEPS.index(step) + 1]
    person.at(following)
    person.walk(start=following)
    assert desk.tickets()[0][step] == text


@pytest.mark.parametrize("label, typed", [(label, typed) for label in PRIORITIES
                                          for typed in (label, label.split()[1].upper())])
@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_priorities(desk, label, typed):
    boss, person = desk.boss(), desk.person()
    number = person.file_ticket(Answers(priority=typed))
    assert label.split()[1] in boss.card(number).text


@pytest.mark.parametrize("store", ["sqlite", "mongodb"], indirect=True)
def test_at_most_twenty_open_tickets(desk):
    person = desk.person()
    for n in range(20):
        person.file_ticket()
    person.say(NEW_TICKET, "too_many_open")
    assert person.chat().screen == "user"
    assert len(desk.tickets()) == 20


# --- back and out ---

def test_back_goes_one_step_at_a_time_and_forward_again(desk):
    person = desk.person()
    person.form_at("priority")
    for step in reversed(STEPS[:-1]):
        person.send(BACK)
        person.at(step)
    answers = Answers(name="Інше Ім'я", phone="0509998877", description="Тепер інша проблема")
    person.walk(answers)
    ticket, = desk.tickets()
    assert (ticket["name"], ticket["description"]) == (answers.name, answers.description)


def test_back_at_the_first_step_leaves_the_form(desk):
    person = desk.person()
    person.open_form()
    person.send("назад")
    person.wait(lambda chat: chat.since(person.mark) and chat.screen in ("user", "text"), "an answer")


@pytest.mark.parametrize("step", STEPS)
def test_cancel_at_each_step(desk, step):
    person = desk.person()
    person.form_at(step)
    person.send(CANCEL)
    person.answer("form_cancelled")
    person.at("user")
    person.open_form()  # afresh: there is no draft of what was cancelled
    person.send("/cancel")
    person.at("user")
    person.say("/cancel", "nothing_to_cancel")
    assert desk.tickets() == []


@pytest.mark.parametrize("way_out", ["/start", CANCEL_TICKET, "історія заявок"])
@pytest.mark.parametrize("step", STEPS)
def test_a_command_or_a_menu_label_wins_and_the_draft_is_offered(desk, step, way_out):
    person = desk.person()
    answers = Answers()
    person.form_at(step, answers)
    person.send(way_out)
    person.at("user")
    person.say(NEW_TICKET, "draft_offer")
    person.press(catalogue.label("button_draft_continue"))
    person.at(step)
    person.walk(answers, start=step)
    ticket, = desk.tickets()
    assert (ticket["name"], ticket["description"]) == (answers.name, answers.description)


def test_a_draft_can_be_started_afresh(desk):
    person = desk.person()
    person.form_at("media", Answers(description="Стара проблема з мишею"))
    person.send("/start")
    person.at("user")
    person.say(NEW_TICKET, "draft_offer")
    offer = person.answer("draft_offer")
    person.press(catalogue.label("button_draft_fresh"))
    person.at("name")
    answers = Answers(description="Нова проблема з екраном")
    person.walk(answers)
    assert desk.tickets()[0]["description"] == answers.description
    # The old buttons do nothing any more, and say so.
    old = [data for label, data in offer.buttons]
    for data in old:
        person.press_data(offer.id, data)
    person.say(NEW_TICKET, "ask_name")


def test_an_open_form_outlives_a_restart(desk):
    person = desk.person()
    answers = Answers()
    person.form_at("media", answers)
    desk.bot.restart()
    person.walk(answers, start="media")
    assert desk.tickets()[0]["description"] == answers.description


def test_remembered_name_and_phone_are_buttons_of_the_second_form(desk):
    person = desk.person()
    answers = Answers()
    person.file_ticket(answers)
    person.open_form()
    assert answers.name in person.chat().labels
    person.send(answers.name)
    person.at("phone")
    assert answers.phone in person.chat().labels
    person.send(answers.phone)
    person.at("description")
    person.walk(answers, start="description")
    assert [ticket["name"] for ticket in desk.tickets()] == [answers.name] * 2


@pytest.mark.parametrize("command, text", [("/help", "help"), ("/id", "your_id"), ("/lang", "choose_lang")])
@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_a_command_that_only_tells_leaves_the_form_where_it_is(desk, command, text):
    person = desk.person()
    person.form_at("phone")
    screen = person.chat().screen
    person.say(command, text)
    assert person.chat().screen == screen
    person.walk(start="phone")
    assert len(desk.tickets()) == 1


def test_blocking_and_coming_back_in_the_middle_of_a_form(desk):
    person = desk.person()
    person.form_at("description")
    person.block()
    desk.simulator.wait_idle()
    person.unblock()
    person.walk(start="description")
    assert len(desk.tickets()) == 1


# --- edited answers ---

@pytest.mark.parametrize("step, text", [("name", "Шевченко Тарас"), ("phone", "0931234567"),
                                        ("description", "Насправді не працює сканер")])
def test_an_edited_answer_replaces_the_one_it_gave(desk, step, text):
    person = desk.person()
    answers = Answers()
    person.form_at(step, answers)
    sent = person.give(step, answers)
    following = STEPS[STEPS.index(step) + 1]
    person.at(following)
    person.edit(sent, text)
    person.answer("answer_changed")
    person.walk(answers, start=following)
    assert desk.tickets()[0][step] == text


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_an_edit_that_comes_too_late_or_is_wrong_changes_nothing(desk):
    person = desk.person()
    answers = Answers()
    person.open_form()
    name = person.give("name", answers)
    person.at("phone")
    person.edit(name, "7")
    desk.simulator.wait_idle()
    person.give("phone", answers)
    person.at("description")
    person.edit(name, "Запізніле Ім'я")
    desk.simulator.wait_idle()
    person.walk(answers, start="description")
    person.edit(name, "Ще Пізніше")
    desk.simulator.wait_idle()
    assert desk.tickets()[0]["name"] == answers.name


def test_an_edited_caption_replaces_the_one_it_gave(desk):
    boss, person = desk.boss(), desk.person()
    person.form_at("media")
    photo = person.photo(caption="Перший підпис")
    person.at("priority")
    person.mark = person.newest()
    person.do(edit=photo, caption="Другий підпис")
    person.answer("answer_changed")
    number = person.walk(start="priority")
    text = boss.card_text(number)
    assert squeeze("Другий підпис") in text and squeeze("Перший підпис") not in text


# --- media ---

@pytest.mark.parametrize("media", [{"photo": True}, {"document": {"file_name": "рахунок.pdf"}}])
def test_one_file_is_the_card_with_its_caption(desk, media):
    boss, person = desk.boss(), desk.person()
    number = person.file_ticket(Answers(media=media))
    card = boss.card(number)
    assert card.media["type"] == next(iter(media))
    assert Answers.description in card.text


def test_a_caption_is_added_to_the_description(desk):
    boss, person = desk.boss(), desk.person()
    number = person.file_ticket(Answers(media={"photo": True, "caption": "Видно на фото: <b>тріщина</b> & пляма"}))
    text = boss.card_text(number)
    assert squeeze(Answers.description) in text
    assert squeeze("Видно на фото: <b>тріщина</b> & пляма") in text


@pytest.mark.parametrize("kind", ["photo", "document"])
def test_an_album_of_ten(desk, kind):
    boss, person = desk.boss(), desk.person()
    person.form_at("media")
    person.album(10, kind, caption="Усі десять")
    person.at("priority")
    desk.wait_settled()
    assert [m.text for m in person.chat().since(person.mark) if m.says("ask_priority")] != []
    assert len(person.chat().since(person.mark)) == 1, "the other nine are added silently"
    number = person.walk(start="priority")
    boss.card(number)
    sent = [m for m in boss.chat().bot_messages if m.media]
    assert [m.media["type"] for m in sent] == [kind] * 10
    assert len({m.media["file_id"] for m in sent}) == 10
    assert len({m.album for m in sent}) == 1
    assert squeeze("Усі десять") in boss.card_text(number)


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_an_eleventh_item_is_dropped(desk):
    boss, person = desk.boss(), desk.person()
    person.form_at("media")
    person.album(11)
    person.at("priority")
    desk.simulator.wait_idle()
    number = person.walk(start="priority")
    boss.card(number)
    assert len([m for m in boss.chat().bot_messages if m.media]) == 10


@pytest.mark.parametrize("step, kind", [("media", "video"), ("name", "photo"), ("description", "photo"),
                                        ("phone", "document"), ("priority", "photo")])
def test_a_wrong_album_is_complained_about_once(desk, step, kind):
    person = desk.person()
    person.form_at(step)
    mark = person.newest()
    person.album(5, kind)
    person.answer()
    desk.wait_settled()
    assert len(person.chat().since(mark)) == 1
    person.walk(start=step)


def test_times_are_shown_in_the_zone_of_the_settings(new_desk):
    desk = new_desk(TZ="Asia/Tokyo").open()
    boss, person = desk.boss(), desk.person()
    text = boss.card(person.file_ticket()).text
    shown = re.search(r"(\d\d):(\d\d)", text)
    assert shown, text
    import datetime
    utc = datetime.datetime.now(datetime.timezone.utc)
    tokyo = {(utc + datetime.timedelta(hours=9, minutes=-m)).strftime("%H:%M") for m in range(3)}
    assert shown.group(0) in tokyo


def test_numbers_follow_each_other(desk):
    """Also where the last step meets a conflict with the delivery of the question before it."""
    person = desk.person()
    numbers = [person.file_ticket() for _ in range(8)]
    assert numbers == list(range(numbers[0], numbers[0] + len(numbers)))
