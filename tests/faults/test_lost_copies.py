"""The process killed between Telegram's taking a card and our note of it: the copy that nobody knows of loses its
buttons at the first press on it, and nothing else is lost."""
import pytest

from people import ACCEPT, REJECT, Answers
from test_assignment import COMPLETE, RETURN, shows

# What a ticket comes with, and how many messages land when it is filed: the author's summary and three cards.
KINDS = {"text": (None, 4), "photo": ({"photo": True}, 4), "document": ({"document": {"file_name": "звіт.pdf"}}, 4),
         "album": ("album", 7)}
ROUNDS = 25  # on each store


def plan():
    """Which message of which kind of ticket it dies of: every one of them, then all over again."""
    every = [(kind, n) for kind, (_, landings) in KINDS.items() for n in range(1, landings + 1)]
    return (every * 2)[:ROUNDS]


def file_and_die(desk, author, kind, n):
    answers = Answers(media=KINDS[kind][0])
    if kind == "album":
        author.form_at("media")
        author.album(2)
        author.at("priority")
    else:
        author.form_at("priority", answers)
    desk.wait_settled()
    desk.bot.restart_swept(FAULT=f"after_send:{n}")
    author.give("priority", answers)
    desk.bot.wait_crash()
    desk.bot.start()
    number = author.filed()
    desk.wait_settled()
    return number


def copies(person, number):
    """The messages that can be taken for the ticket's card."""
    return [m for m in person.chat().bot_messages if f"№ {number} ·" in m.text]


def row_of(desk, number):
    desk.wait_settled()
    return next(row for row in desk.tickets() if row["_id"] == number)


def known(row, person):
    return row["cards"][str(person.id)]["message"]


def press_each_lost_copy(desk, staff, number):
    """One press on each; how many there were."""
    row, lost = row_of(desk, number), []
    for person in staff:
        assert shows(person, number, "Очікує", [ACCEPT, REJECT])
        lost += [(person, m.id) for m in copies(person, number) if m.id != known(row, person)]
    for person, message in lost:
        person.press_data(message, f"accept:{number}")
        person.wait(lambda chat: not person.message(message).buttons, f"copy {message} without buttons")
    return len(lost)


def only_known_cards_are_live(desk, staff, number):
    row = row_of(desk, number)
    for person in staff:
        for message in copies(person, number):
            live = message.id == known(row, person) and row.get("assignee") == person.id
            assert message.labels == ([COMPLETE, RETURN, REJECT] if live else []), (person.first_name, message)
        assert "· Прийнята" in person.message(known(row, person)).text
    return next(person for person in staff if person.id == row["assignee"])


@pytest.mark.timeout(300)
def test_killed_between_a_card_and_its_note(desk):
    staff = [desk.admin("Ірина"), desk.admin("Богдан"), desk.admin("Соломія")]
    author = desk.person("Олена")
    lost = 0
    for turn, (kind, n) in enumerate(plan()):
        number = file_and_die(desk, author, kind, n)
        here = press_each_lost_copy(desk, staff, number)
        if not here:
            staff[turn % 3].press_data(known(row_of(desk, number), staff[turn % 3]), f"accept:{number}")
        lost += here
        winner = only_known_cards_are_live(desk, staff, number)
        winner.press_data(known(row_of(desk, number), winner), f"complete:{number}")
        row = row_of(desk, number)
        assert [event["what"] for event in row["events"]] == ["created", "accepted", "completed"]
        for person in staff:
            assert all(not message.buttons for message in copies(person, number))
            assert "· Завершена" in person.message(known(row, person)).text
    assert len(desk.tickets()) == ROUNDS
    assert lost >= ROUNDS // 2, f"only {lost} copies were lost: the process did not die where it should"
