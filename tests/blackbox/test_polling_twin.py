"""One long conversation by the webhook and by polling: the same chats, the same documents."""
import itertools
import re

import pytest

from people import ACCEPT, NEW_TICKET, REJECT, SKIP, Answers
from stores import MongoStore

pytestmark = pytest.mark.own_mode
COMPLETE, RETURN = "✅ Завершити виконання", "↩️ Повернути в чергу"
GROUP = -1_001_234_567_890
OLD_BUTTONS = ("accept|1a2b3c4d", "reject|1a2b3c4d", "complete|1a2b3c4d", "srv_reply|yes|1a2b3c4d",
               "user_cancel|1a2b3c4d", "del_adm|7")


class Play:
    """Everybody acts in turn, and all is delivered before the next one does: what is seen depends on nothing else."""

    def __init__(self, desk):
        self.desk = desk
        self.boss, self.admin = desk.boss(), desk.admin("Ірина")
        self.olena, self.petro = desk.person("Олена"), desk.person("Петро")

    def settle(self):
        self.desk.wait_settled()

    def file(self, author, answers):
        author.open_form()
        number = author.walk(answers)
        self.admin.card(number)
        self.settle()
        return number

    def form_with_edits(self):
        answers = Answers(description="Не працює <b>принтер</b> & сканер 😀")
        self.olena.start()
        self.olena.open_form()
        self.olena.say("7", None)
        name = self.olena.give("name", answers)
        self.olena.at("phone")
        self.settle()
        self.olena.edit(name, "Шевченко Тарас")
        self.olena.answer("answer_changed")
        self.olena.do(contact={"phone_number": "380501112233", "first_name": "Олена", "user_id": self.olena.id})
        self.olena.at("description")
        self.olena.walk(answers, start="description", stop="media")
        self.settle()
        self.olena.album(4, caption="Усе видно на фото")
        self.olena.at("priority")
        self.settle()
        self.olena.send(answers.priority)
        self.settle()

    def accept_complete(self):
        number = self.file(self.petro, Answers(media={"photo": True, "caption": "Ось"}))
        for label in (ACCEPT, RETURN, ACCEPT, COMPLETE):
            self.admin.press(label)
            self.settle()
        self.admin.press_data(self.admin.newest(), f"accept:{number}")
        self.settle()

    def reject(self):
        self.file(self.petro, Answers(media={"document": {"file_name": "звіт.pdf"}}))
        self.boss.press(REJECT)
        self.boss.answer("ask_reason")
        self.boss.say("дублікат № 7", "done_rejected")
        self.settle()

    def draft_and_language(self):
        self.olena.open_form()
        self.olena.say("/start")
        self.olena.say(NEW_TICKET, "draft_offer")
        self.settle()
        self.olena.say("/lang", "choose_lang")
        self.settle()
        self.olena.press("English")
        self.settle()
        self.olena.send(SKIP)
        self.settle()

    def old_buttons(self):
        for person in (self.petro, self.admin):
            for data in OLD_BUTTONS:
                person.press_data(person.newest(), data)
                self.settle()

    def group_and_blocking(self):
        self.desk.simulator.post("group", id=GROUP, title="Чат", members=[self.olena.id, self.petro.id])
        self.petro.do(chat=GROUP, text="/id")
        self.settle()
        self.petro.do(chat=GROUP, text="балачка")
        self.petro.block()
        self.settle()
        self.petro.unblock()
        self.settle()
        self.petro.say("дякую")
        self.settle()

    def all(self):
        for act in (self.form_with_edits, self.accept_complete, self.reject, self.draft_and_language, self.old_buttons,
                    self.group_and_blocking):
            act()
        return self

    def text(self, text):
        """Without times, and with tickets counted: their numbers may have gaps."""
        numbers = [row["_id"] for row in self.desk.tickets()]
        counted = re.sub(r"№ (\d+)", lambda found: f"№ {number_of(numbers, int(found.group(1)))}", text)
        return re.sub(r"\d{1,2}:\d\d|\d\d\.\d\d\.\d{4}", "#", counted)

    def chats(self):
        people = (self.boss, self.admin, self.olena, self.petro)
        return {person.first_name: [(self.text(m.text), self.text(m.html), m.media.get("type"), m.labels,
                                     bool(m.edited)) for m in person.chat().bot_messages]
                + [person.chat().labels] + [(self.text(a["text"]), a["show_alert"]) for a in person.chat().answers]
                for person in people}

    def documents(self):
        users = [mask(row) for row in self.desk.store.rows("users", self.desk.bot.data)]
        return {"users": users, "tickets": [{**mask(row), "_id": n} for n, row in enumerate(self.desk.tickets())]}


def number_of(numbers, number):
    return f"[{numbers.index(number)}]" if number in numbers else number


# What differs between two runs of any kind: numbers of messages, files, forms, operations, copies.
MASKED = {"ops", "msg", "message", "message_id", "file_id", "form_id", "group", "owner", "legacy_id",
          "queue"}


def mask(value, key=None):
    """Times are milliseconds of the wall clock; every other number is kept, revisions among them."""
    if key in MASKED:
        return len(value) if isinstance(value, list) else "#"
    if isinstance(value, dict):
        return {name: mask(item, name) for name, item in value.items()}
    if isinstance(value, list):
        return [mask(item) for item in value]
    if isinstance(value, int) and not isinstance(value, bool) and value > 10 ** 12:
        return "time"
    return value


@pytest.fixture
def other_store(store):
    """As `store`, with nothing in it."""
    if store.kind == "sqlite":
        yield store
        return
    other = MongoStore(store.server)
    yield other
    other.drop()


def test_the_same_by_both_ways(new_desk, other_store):
    hooked = Play(new_desk(MODE="webhook").open()).all()
    chats, documents = hooked.chats(), hooked.documents()
    hooked.desk.bot.stop()
    polled = Play(new_desk(other_store, MODE="polling").open()).all()
    assert polled.desk.simulator.get("state")["webhook"]["url"] == ""
    for name, seen in polled.chats().items():
        assert list(itertools.zip_longest(seen, chats[name])) == [(item, item) for item in seen], name
    for name, rows in polled.documents().items():
        assert rows == documents[name], name
    assert len(documents["tickets"]) == 3 and len(chats["Ірина"]) > 10
