"""Fifty on staff, and Telegram holds half of their chats back: in the end every card is true, and there is one of it."""
import concurrent.futures

import pytest

from people import ACCEPT, REJECT, Answers
from test_assignment import COMPLETE, RETURN, shows

STAFF = 50
HELD = {"kind": "error", "code": 429, "retry_after": 1, "times": -1}


@pytest.fixture
def fifty(desk):
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        return list(pool.map(lambda n: desk.admin(f"Черговий {n}"), range(STAFF)))


def hold(desk, chats):
    """Until the faults are cleared."""
    for person in chats:
        desk.simulator.fault("*", chat=person.id, **HELD)


def one_true_card(person, number, status, labels):
    shows(person, number, status, labels)
    cards = [m for m in person.chat().bot_messages if f"№ {number} ·" in m.text]
    assert len(cards) == 1, f"{person.first_name} has {len(cards)} cards"


@pytest.mark.parametrize("media", [None, {"photo": True}], ids=["text", "photo"])
def test_half_of_the_cards_and_then_of_the_edits_held_back(desk, fifty, media):
    author, winner = desk.person("Олена"), fifty[0]
    odd, even = fifty[1::2], fifty[0::2]
    author.form_at("priority", Answers(media=media))
    hold(desk, odd)
    author.give("priority", Answers())
    number = author.filed()
    for person in even:
        one_true_card(person, number, "Очікує", [ACCEPT, REJECT])
    winner.press(ACCEPT)
    for person in even[1:]:
        one_true_card(person, number, "Прийнята", [])
    assert not any("№" in m.text for person in odd for m in person.chat().bot_messages), "they are still held"
    desk.simulator.clear_faults()
    one_true_card(winner, number, "Прийнята", [COMPLETE, RETURN, REJECT])
    for person in odd:
        one_true_card(person, number, "Прийнята", [])
    hold(desk, even[1:])
    winner.press(RETURN)
    for person in odd:
        one_true_card(person, number, "Очікує", [ACCEPT, REJECT])
    odd[0].press(ACCEPT)
    one_true_card(odd[0], number, "Прийнята", [COMPLETE, RETURN, REJECT])
    odd[0].press(COMPLETE)
    one_true_card(winner, number, "Завершена", [])
    assert all("· Прийнята" in m.text for p in even[1:] for m in p.chat().bot_messages if f"№ {number} ·" in m.text)
    desk.simulator.clear_faults()
    desk.wait_settled()
    for person in fifty:
        one_true_card(person, number, "Завершена", [])
