"""Staff who could not be written to for a while find their cards when they can: the same ones, true, and each once."""
import pytest

from people import ACCEPT, REJECT
from test_assignment import COMPLETE, RETURN, alert, shows, three, ticket  # noqa: F401 (a fixture)
from test_cards_refused import copies


def back_by_unblocking(person):
    person.unblock()


def back_by_start(person):
    person.unblock()
    person.start()


BACK = {"unblocking": back_by_unblocking, "start": back_by_start}


@pytest.mark.parametrize("back", BACK.values(), ids=BACK.keys())
def test_a_ticket_filed_meanwhile(desk, three, back):  # noqa: F811
    author, away, other = three
    away.block()
    number = author.file_ticket()
    other.card(number)
    desk.wait_settled()
    back(away)
    away.card(number)
    away.press(ACCEPT)
    shows(away, number, "Прийнята", [COMPLETE, RETURN, REJECT])
    shows(other, number, "Прийнята", [])
    desk.wait_settled()
    assert len(copies(away, number)) == 1


def test_a_ticket_accepted_meanwhile(desk, three):  # noqa: F811
    author, away, other = three
    number = author.file_ticket()
    old = away.card(number)
    other.card(number)
    away.block()
    other.press(ACCEPT)
    shows(other, number, "Прийнята", [COMPLETE, RETURN, REJECT])
    desk.wait_settled()
    away.unblock()
    assert shows(away, number, "Прийнята", []).id == old.id
    other.press(RETURN)
    assert shows(away, number, "Очікує", [ACCEPT, REJECT]).id == old.id
    assert len(copies(away, number)) == 1


def test_a_press_on_a_card_that_is_behind(desk, three):  # noqa: F811
    """The 403 was of a moment only, so that nothing says when it is over: the press itself does."""
    author, away, other = three
    number = author.file_ticket()
    old = away.card(number)
    other.card(number)
    desk.simulator.fault("editMessageText", chat=away.id, kind="error", code=403, times=1,
                         description="Forbidden: bot was blocked by the user")
    other.press(ACCEPT)
    shows(other, number, "Прийнята", [COMPLETE, RETURN, REJECT])
    desk.wait_settled()
    assert away.message(old.id).labels == [ACCEPT, REJECT]
    away.press_data(old.id, f"accept:{number}")
    assert alert(away)[1] and "Богдан" in alert(away)[0]
    shows(away, number, "Прийнята", [])
    assert len(copies(away, number)) == 1


def test_a_ticket_completed_meanwhile_loses_its_buttons_at_a_press(desk, three):  # noqa: F811
    author, away, other = three
    number = author.file_ticket()
    old = away.card(number)
    other.card(number)
    away.block()
    other.press(ACCEPT)
    shows(other, number, "Прийнята", [COMPLETE, RETURN, REJECT])
    other.press(COMPLETE)
    shows(other, number, "Завершена", [])
    desk.wait_settled()
    away.unblock()
    away.press_data(old.id, f"accept:{number}")
    assert alert(away)[1] and "Завершена" in alert(away)[0]
    away.wait(lambda chat: not away.message(old.id).buttons, "no buttons")


def test_first_contact_after_the_ticket(desk, three):  # noqa: F811
    author, other, _ = three
    late = desk.person("Соломія")
    assert desk.command("admin", "add", str(late.id)).returncode == 0
    late.role = "admin"
    numbers = [author.file_ticket() for _ in range(3)]
    desk.wait_settled()
    late.send("/start")
    for number in numbers:
        late.card(number)
    desk.wait_settled()
    assert [len(copies(late, number)) for number in numbers] == [1, 1, 1]
