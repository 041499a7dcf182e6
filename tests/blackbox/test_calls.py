"""«🔔 Виклик у серверну»: from the press to who is coming."""
import pytest

import catalogue
from direct import at_once, press_of, query_of, update_of
from people import CALL, NEW_TICKET, Answers
from test_stale_presses import bot_message

TAKE, DECLINE = "👍", "👎"


@pytest.fixture
def three(desk):
    """A caller and two whom the call reaches."""
    boss, admin, caller = desk.boss(), desk.admin("Ірина"), desk.person("Олена", username="olena")
    caller.start()
    return caller, boss, admin


def card(person, *words):
    """The newest card of a call that says these words."""
    return person.wait(lambda chat: [m for m in chat.bot_messages if m.says("call_card") and
                                     all(word in m.text for word in words)], f"a call's card with {words}")[-1]


def cards(person):
    return [m for m in person.chat().bot_messages if m.says("call_card")]


def hears(person, name, *words):
    return person.wait(lambda chat: [m for m in chat.bot_messages if m.says(name) and all(w in m.text for w in words)],
                       f"{name} {words}")[-1]


def without_buttons(person, *words):
    person.wait(lambda chat: [m for m in chat.bot_messages if m.says("call_card") and not m.labels and
                              all(word in m.text for word in words)], f"a card without buttons {words}")


def alert(person):
    return person.chat().answers[-1]


def test_whoever_answers_a_call_by_a_long_name_is_answered(desk):
    """Telegram takes 200 UTF-16 units as an answer; these letters have two each."""
    admin, caller = desk.admin("Ірина"), desk.person("Автор")
    caller.file_ticket(Answers(name="𝐀" * 100))
    caller.send(CALL)
    admin.wait(lambda chat: any(TAKE in m.labels for m in chat.bot_messages), "the call")
    admin.press(TAKE)
    assert "𝐀" * 50 in admin.chat().answers[-1]["text"]


@pytest.mark.parametrize("label", [CALL, "🔔 Виклик в серверну", "виклик у серверну"])
def test_a_call_and_who_comes(desk, three, label):
    caller, boss, admin = three
    caller.send(label)
    hears(caller, "call_made")
    hears(caller, "call_reached", "2 із 2")
    for person in (boss, admin):
        shown = card(person, "Олена", "@olena")
        assert shown.labels == [TAKE, DECLINE]
    admin.press(TAKE)
    hears(caller, "call_coming", "Ірина")
    without_buttons(boss, "Ірина")
    without_buttons(admin, "Ірина")
    desk.wait_settled()
    call, = desk.calls()
    assert (call["status"], call["taken_by"], call["caller"]) == ("taken", admin.id, caller.id)
    assert len(cards(boss)) == len(cards(admin)) == 1
    assert [m.says(name) for m, name in zip(caller.chat().since(caller.mark),
                                            ("call_made", "call_reached", "call_coming"))] == [True] * 3


def test_the_card_has_the_latest_phone(desk, three):
    caller, boss, _ = three
    caller.file_ticket()
    caller.say(CALL, "call_made")
    card(boss, "Коваленко Олена Петрівна", "+380671112233")


def test_the_second_call_is_told_the_time_left(desk, three):
    caller, boss, _ = three
    caller.say(CALL, "call_made")
    card(boss)
    answer = caller.say(CALL, "call_too_soon")
    assert "4:5" in answer.text or "5:00" in answer.text
    boss.press(TAKE)
    desk.wait_settled()
    assert len(desk.calls()) == len(cards(boss)) == 1


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_without_a_cooldown(desk, three):
    caller, boss, _ = three
    desk.bot.restart(CALL_COOLDOWN=0)
    for n in range(3):
        caller.say(CALL, "call_made")
        boss.wait(lambda chat, n=n: len([m for m in chat.bot_messages if m.says("call_card")]) == n + 1, "its card")
        boss.press(TAKE)
    desk.wait_settled()
    assert len(desk.calls()) == 3


@pytest.mark.webhook
def test_the_second_to_press_learns_who_comes(desk, three):
    caller, boss, admin = three
    caller.say(CALL, "call_made")
    shown = {person: card(person) for person in (boss, admin)}
    at_once(*[(desk.bot, press_of(person, shown[person].id, dict(shown[person].buttons)[TAKE]))
              for person in (boss, admin)])
    desk.wait_settled()
    call, = desk.calls()
    winner, loser = (boss, admin) if call["taken_by"] == boss.id else (admin, boss)
    hears(caller, "call_coming", winner.first_name)
    assert len([m for m in caller.chat().bot_messages if m.says("call_coming")]) == 1
    texts = [call["params"].get("text") or "" for call in desk.simulator.calls("answerCallbackQuery")]
    assert any(catalogue.says(text, "call_taken") and winner.first_name in text for text in texts)
    assert any(catalogue.says(text, "call_yours") for text in texts)
    without_buttons(loser, winner.first_name)


def test_all_decline(desk, three):
    caller, boss, admin = three
    caller.say(CALL, "call_made")
    hears(caller, "call_reached")
    card(admin), card(boss)
    admin.press(DECLINE)
    card(boss, "👎 Ірина")
    card(admin, "👎 Ірина")
    assert not any(m.says("call_declined") for m in caller.chat().bot_messages)
    admin.press(DECLINE)
    boss.press(DECLINE)
    hears(caller, "call_declined")
    desk.wait_settled()
    call, = desk.calls()
    assert [one["who"] for one in call["declined"]] == [admin.id, boss.id] and call["status"] == "declined"
    admin.press(TAKE)  # thinks better of it
    hears(caller, "call_coming", "Ірина")
    without_buttons(boss, "Іде: Ірина")
    desk.wait_settled()
    assert len([m for m in caller.chat().bot_messages if m.says("call_declined")]) == 1


def test_it_reaches_some(desk, three):
    caller, boss, admin = three
    admin.block()
    desk.wait_settled()
    caller.say(CALL, "call_made")
    hears(caller, "call_reached", "1 із 2")
    boss.press(DECLINE)
    hears(caller, "call_declined")


def test_it_reaches_nobody_and_the_cooldown_is_given_back(desk, three):
    desk.allow_errors("no staff member")
    caller, boss, admin = three
    boss.block(), admin.block()
    desk.wait_settled()
    for _ in range(2):
        caller.say(CALL, "call_made")
        caller.answer("call_unreached")
        desk.wait_settled()
    boss.unblock()
    caller.say(CALL, "call_made")
    hears(caller, "call_reached", "1 із 2")
    boss.press(TAKE)
    desk.wait_settled()
    assert sorted(call["status"] for call in desk.calls()) == ["taken", "unreached", "unreached"]


def test_staff_of_later_and_staff_of_before(desk, three):
    caller, boss, admin = three
    caller.say(CALL, "call_made")
    data = dict(card(admin).buttons)
    late = desk.admin("Пізній")
    message = late.newest()
    assert not cards(late)
    for label in (TAKE, DECLINE):
        late.press_data(message, data[label])
        assert catalogue.says(alert(late)["text"], "stale_button")
    assert desk.command("admin", "remove", str(admin.id)).returncode == 0
    for label in (TAKE, DECLINE):
        admin.press_data(card(admin).id, data[label])
        assert catalogue.says(alert(admin)["text"], "no_rights")
    caller.press_data(caller.newest(), data[TAKE])
    assert catalogue.says(alert(caller)["text"], "no_rights")
    for forged in ("call_take:1", "call_take:9223372036854775807", "call_take:-5", "call_decline:x", "call_take"):
        boss.press_data(boss.chat().bot_messages[0].id, forged)
        assert catalogue.says(alert(boss)["text"], "stale_button"), forged
    call, = desk.calls()
    assert call["status"] == "waiting" and "declined" not in call
    boss.press(TAKE)
    hears(caller, "call_coming")


def test_a_call_in_mid_form_keeps_the_draft(desk, three):
    caller, boss, _ = three
    caller.form_at("description")
    caller.send(CALL)
    hears(caller, "draft_kept")
    hears(caller, "call_made")
    assert caller.wait(lambda chat: chat.screen == "user", "the menu")
    offer = caller.say(NEW_TICKET, "draft_offer")
    caller.press(catalogue.label("button_draft_continue"), offer.id)
    caller.at("description")


def test_links_of_rooms(desk, three):
    caller, boss, _ = three
    stranger = desk.person("Петро")
    stranger.send("/start room_B-7_x")
    hears(stranger, "greeting")
    hears(stranger, "call_made_unknown", "B-7_x")
    card(boss, "Петро", "невідомий код B-7_x")
    stranger.say("/start room_B-7_x", "call_too_soon")
    boss.say("/start room_B-7_x", "room_link_staff")
    boss.press(TAKE)
    desk.wait_settled()
    call, = desk.calls()
    assert call["room"] == "B-7_x" and "room_name" not in call


@pytest.mark.parametrize("answer", ["yes", "no"])
def test_calls_of_the_bot_before(desk, three, answer):
    _, boss, _ = three
    data = f"srv_reply|{answer}|7"
    message = bot_message(desk, boss, [data])
    boss.press_data(message, data)
    assert catalogue.says(alert(boss)["text"], "call_over")
    boss.wait(lambda chat: not boss.message(message).buttons, "no buttons")


@pytest.mark.webhook
@pytest.mark.parametrize("store", ["mongodb"], indirect=True)
@pytest.mark.parametrize("round", range(5))
def test_two_presses_at_once_on_two_copies_are_one_call(desk, three, round):
    caller, boss, admin = three
    desk.add_bot().start()
    at_once(*[(bot, update_of(caller, CALL)) for bot in desk.bots * 2])
    card(boss), card(admin)
    caller.wait(lambda chat: len([m for m in chat.bot_messages if m.says("call_too_soon")]) == 3, "three refusals")
    hears(caller, "call_reached", "2 із 2")
    shown = {person: card(person) for person in (boss, admin)}
    presses = [press_of(person, shown[person].id, dict(shown[person].buttons)[TAKE]) for person in (boss, admin)]
    at_once(*zip(desk.bots, presses))
    desk.wait_settled(desk.bots[0])
    call, = desk.calls()
    assert call["status"] == "taken" and len(cards(boss)) == len(cards(admin)) == 1
    assert len([m for m in caller.chat().bot_messages if m.says("call_coming")]) == 1
    answers = {one["params"]["callback_query_id"]: one["params"].get("text") or ""
               for one in desk.simulator.calls("answerCallbackQuery")}
    said = sorted(catalogue.says(answers[query_of(press)], "call_yours") for press in presses)
    assert said == [False, True]
