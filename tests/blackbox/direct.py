"""Updates posted straight to chosen copies of the bot, past the simulator's webhook: at once, and many a second.

The simulator knows nothing of the presses among them: their answers are in its log of calls, /sim/calls."""
import concurrent.futures
import itertools
import threading

from people import Answers

_numbers = itertools.count(1_000_000)


def _sender(person):
    return {"id": person.id, "is_bot": False, "first_name": person.first_name}


def _chat(person):
    return {"id": person.id, "type": "private", "first_name": person.first_name}


def update_of(person, text, number=None):
    number = number or next(_numbers)
    return {"update_id": number, "message": {
        "message_id": 10_000_000 + number, "date": 1_700_000_000 + number % 1000, "text": text,
        "chat": _chat(person), "from": _sender(person)}}


def press_of(person, message, data, number=None):
    number = number or next(_numbers)
    return {"update_id": number, "callback_query": {
        "id": str(4_000_000_000_000 + number), "chat_instance": "1", "data": data, "from": _sender(person),
        "message": {"message_id": message, "date": 1_700_000_000, "chat": _chat(person)}}}


def query_of(press):
    return press["callback_query"]["id"]


def deliver(bot, update):
    """Until it is acknowledged, as Telegram does it."""
    for _ in range(20):
        status = bot.post(update).status_code
        if status != 503:
            break
    assert status == 200, f"{bot.name}: {status}"


def at_once(*deliveries):
    """Each (bot, update) in a thread of its own, let go together; all must be acknowledged."""
    barrier = threading.Barrier(len(deliveries))

    def go(item):
        barrier.wait()
        deliver(*item)
    with concurrent.futures.ThreadPoolExecutor(len(deliveries)) as pool:
        list(pool.map(go, deliveries))


def file_tickets(bot, authors, each):
    """Files `each` tickets for every author, the authors beside one another; all have said /start."""
    texts = Answers().typed() * each

    def file(author):
        for text in texts:
            deliver(bot, update_of(author, text))
    with concurrent.futures.ThreadPoolExecutor(len(authors)) as pool:
        list(pool.map(file, authors))


def answers(desk):
    """What every press was answered: callback query's id → the list of (text, alert)."""
    found = {}
    for call in desk.simulator.calls("answerCallbackQuery"):
        params = call["params"]
        alert = str(params.get("show_alert", "false")).lower() == "true"
        found.setdefault(str(params["callback_query_id"]), []).append((params.get("text", ""), alert))
    return found
