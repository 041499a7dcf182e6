"""People at the help desk: what they do, and what they see in their chat."""
import dataclasses
import re
import time

import catalogue
from process import LIMIT, limit

STEPS = ("name", "phone", "description", "media", "priority")
TEXT_STEPS = set(STEPS) - {"phone", "media", "priority"}  # with no keyboard of their own
PRIORITIES = ("🔵 Низький", "🟡 Середній", "🔴 Високий")
BACK, CANCEL, SKIP = "⬅️ Назад", "✖️ Скасувати", "Пропустити"
NEW_TICKET, MY_TICKETS, CALL, CANCEL_TICKET = (
    "📝 Створити заявку", "📜 Історія заявок", "🔔 Виклик у серверну", "❌ Скасувати заявку")
SEND_PHONE = "📞 Надіслати номер телефону"
ACCEPT, REJECT = "✅ Прийняти", "❌ Відхилити"
USER_MENU = {NEW_TICKET, MY_TICKETS, CALL, CANCEL_TICKET}
ADMIN_MENU = {"📢 Активні заявки", "📨 Створити розсилку", "📖 Історія всіх заявок", "⚙️ Стан БД"}
SUPER_ADMIN_MENU = ADMIN_MENU | {"👥 Керування персоналом"}
MENUS = {"user": USER_MENU, "admin": ADMIN_MENU, "super_admin": SUPER_ADMIN_MENU}


def after(step):
    return STEPS[STEPS.index(step) + 1]


@dataclasses.dataclass
class Message:
    id: int
    bot: bool
    text: str
    html: str
    media: dict
    album: str
    buttons: list  # of (label, callback data)
    deleted: bool
    edited: int

    @classmethod
    def read(cls, item):
        rows = item.get("inline_keyboard") or []
        return cls(item["message_id"], item["from"] == "bot", item.get("text") or item.get("caption") or "",
                   item.get("html") or "", item.get("media") or {}, item.get("media_group_id") or "",
                   [(button["text"], button.get("callback_data")) for row in rows for button in row],
                   bool(item.get("deleted")), item.get("edit_date") or 0)

    def says(self, name, lang="uk"):
        return catalogue.says(self.text, name, lang)

    @property
    def labels(self):
        return [label for label, _ in self.buttons]


class Chat:
    """A chat as one person sees it at one moment."""

    def __init__(self, data):
        self.version = data["version"]
        self.messages = [Message.read(item) for item in data["messages"] if not item.get("deleted")]
        self.answers = data.get("callback_answers") or []
        self.commands = data.get("commands") or []
        keyboard = data.get("reply_keyboard") or {}
        self.buttons = [button for row in keyboard.get("rows", []) for button in row]
        self.labels = [button["text"] for button in self.buttons]

    @property
    def bot_messages(self):
        return [message for message in self.messages if message.bot]

    def since(self, mark):
        return [message for message in self.bot_messages if message.id > mark]

    @property
    def screen(self):
        """Which menu or form step the keyboard belongs to: a role's menu, a step; "text": one of the TEXT_STEPS."""
        labels = set(self.labels)
        for role, menu in MENUS.items():
            if labels == menu:
                return role
        if not {BACK, CANCEL} <= labels:
            return None
        if any(button.get("request_contact") for button in self.buttons):
            return "phone"
        if SKIP in labels:
            return "media"
        return "priority" if set(PRIORITIES) <= labels else "text"

    def describe(self):
        lines = [f"    {'bot' if m.bot else 'person'} {m.id}: {m.text[:200]!r} {m.media or ''} {m.labels or ''}"
                 for m in self.messages[-20:]]
        return "\n".join(lines + [f"    keyboard {self.labels}"])


@dataclasses.dataclass
class Answers:
    """What a person answers in the ticket form. The phone is as it is kept; media as keyword arguments of do()."""
    name: str = "Коваленко Олена Петрівна"
    phone: str = "+380671112233"
    description: str = "Принтер на другому поверсі не друкує"
    media: dict = None
    priority: str = PRIORITIES[1]

    def typed(self):
        """All that somebody types who files a ticket without media."""
        return [NEW_TICKET, *(SKIP if step == "media" else getattr(self, step) for step in STEPS)]


class Person:
    def __init__(self, desk, id, first_name, **more):
        self.desk, self.id, self.first_name = desk, id, first_name
        self.role = "user"
        self.mark = 0  # the newest message when this person last did something: answers are newer
        desk.simulator.post("person", id=id, first_name=first_name, **more)

    # --- what they do ---

    def do(self, **content):
        """Sends whatever /sim/send takes; returns the message's id."""
        self.desk.remember_private(content)
        sent = self.desk.simulator.post("send", **{"from": self.id}, **content)
        self.update = sent["update_id"]
        if "chat" not in content and "edit" not in content:
            self.mark = sent["message_id"]
        return sent["message_id"]

    def send(self, text):
        return self.do(text=text)

    def edit(self, message, text):
        self.mark = self.newest()
        return self.do(edit=message, text=text)

    def photo(self, **more):
        return self.do(photo=True, **more)

    def document(self, file_name="звіт.pdf", **more):
        return self.do(document={"file_name": file_name}, **more)

    def album(self, count, kind="photo", group=None, caption=None):
        """An album of `count` items; the caption is on the first, as Telegram's clients do it."""
        group = group or f"album{self.id}_{self.newest()}"
        first = None
        for n in range(count):
            what = {"document": {"file_name": f"файл{n}.pdf"}} if kind == "document" else {kind: True}
            if n == 0 and caption:
                what["caption"] = caption
            sent = self.do(media_group_id=group, **what)
            first = first or sent
        self.mark = first
        return group

    def contact(self, phone, user_id=None, first_name="Хтось"):
        card = {"phone_number": phone, "first_name": first_name}
        if user_id is not None:
            card["user_id"] = user_id
        return self.do(contact=card)

    def press(self, label, message=None, wait=True):
        """Presses the newest inline button with that label."""
        if message is None:
            found = self.wait(lambda chat: [(m.id, data) for m in chat.bot_messages for text, data in m.buttons
                                            if text == label], f"a button {label!r}")
            message, data = found[-1]
        else:
            data = dict(self.message(message).buttons)[label]
        return self.press_data(message, data, wait)

    def press_data(self, message, data, wait=True):
        """A press with any callback data; unless told otherwise waits until it was answered."""
        self.mark = self.newest()
        pressed = self.desk.simulator.post("press", **{"from": self.id}, message_id=message, data=data)
        self.update = pressed["update_id"]
        if wait:
            self.wait(lambda chat: pressed["callback_query_id"] in [a["callback_query_id"] for a in chat.answers],
                      "the answer to a press")
        return self.update

    def block(self):
        self.desk.simulator.post("member", **{"from": self.id}, status="kicked")

    def unblock(self):
        self.desk.simulator.post("member", **{"from": self.id}, status="member")

    # --- what they see ---

    def chat(self):
        return Chat(self.desk.simulator.chat(self.id))

    def newest(self):
        return max((m.id for m in self.chat().messages), default=0)

    def message(self, id):
        return next(m for m in self.chat().messages if m.id == id)

    def wait(self, condition, what, seconds=LIMIT):
        """The first true value of `condition(chat)`."""
        end = time.monotonic() + limit(seconds)
        version = -1
        while True:
            left = end - time.monotonic()
            chat = Chat(self.desk.simulator.chat(self.id, version, min(max(left, 0.01), 20)))
            found = condition(chat)
            if found:
                return found
            if left <= 0:
                raise AssertionError(f"{self.first_name} ({self.id}) does not see {what}:\n{chat.describe()}")
            version = chat.version

    def answer(self, name=None, lang="uk"):
        """The bot's message after this person's last action; with `name`, the one that says that text."""
        found = self.wait(lambda chat: [m for m in chat.since(self.mark) if name is None or m.says(name, lang)],
                          f"an answer {name or ''}")
        return found[0]

    def say(self, text, name=None, lang="uk"):
        self.send(text)
        return self.answer(name, lang)

    def at(self, step, new=True):
        """Waits until the chat shows that form step or a role's menu; with `new`, after the last action."""
        screen = "text" if step in TEXT_STEPS else step

        def arrived(chat):
            asked = [m for m in chat.since(self.mark if new else 0)
                     if step not in STEPS or m.says(f"ask_{step}")]
            return chat.screen == screen and asked and asked[-1]
        return self.wait(arrived, f"the step {step}")

    # --- whole ways ---

    def start(self):
        self.send("/start")
        return self.at(self.role)

    def open_form(self):
        self.send(NEW_TICKET)
        return self.at("name")

    def give(self, step, answers):
        """Answers one step of the form."""
        if step == "media":
            return self.do(**answers.media) if answers.media else self.send(SKIP)
        return self.send(getattr(answers, step))

    def walk(self, answers=None, start="name", stop=None):
        """Answers the steps from `start` up to `stop`, which it leaves open; None: files the ticket."""
        answers = answers or Answers()
        way = STEPS[STEPS.index(start):]
        for step in way:
            if step == stop:
                return None
            self.give(step, answers)
            following = STEPS[STEPS.index(step) + 1:]
            if following:
                self.at(following[0])
        return self.filed()

    def form_at(self, step, answers=None):
        """A new form, open at `step`."""
        self.open_form()
        self.walk(answers, stop=step)

    def file_ticket(self, answers=None):
        """A whole form; the number of its ticket."""
        self.open_form()
        return self.walk(answers)

    def filed(self):
        """The number that the bot has just told, with the menu back."""
        def told(chat):
            summary = [m for m in chat.since(self.mark) if m.says("ticket_filed")]
            return chat.screen == self.role and summary and summary[-1]
        return number_in(self.wait(told, "the number of the ticket").text)

    def card(self, number=""):
        """The message of ticket `number`'s card (of the newest card) that has the buttons."""
        mark = f"№ {number} ·" if number else "№"
        return self.wait(lambda chat: [m for m in chat.bot_messages if ACCEPT in m.labels and mark in m.text],
                         f"card № {number}")[-1]

    def card_text(self, number):
        """All that the card's messages say, without white space: parts may break at any of it."""
        last = self.card(number)
        before = [m for m in self.chat().bot_messages if m.id <= last.id]
        return squeeze("".join(m.text for m in before))


def squeeze(text):
    return "".join(text.split())


def number_in(text):
    return int(re.search(r"№\s*(\d+)", text).group(1))
