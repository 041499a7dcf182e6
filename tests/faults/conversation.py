"""One conversation in which the bot may die at any moment: a keeper starts it again, as a supervisor does."""
import collections
import re
import threading

from people import NEW_TICKET, SKIP, STEPS, Answers
from process import wait_until

# What the author does, and the screen that follows.
ACTIONS = {"start": "user", "open": STEPS[0], **dict(zip(STEPS, STEPS[1:])), STEPS[-1]: "filed"}
ANSWERS = Answers(name="Коваленко Олена", phone="+380671112233", description="Не працює принтер <b>&")


class Keeper:
    """Starts the bot again whenever it was killed. `faults`: what FAULT says at the next starts, one each."""

    def __init__(self, bot, faults=()):
        self.bot, self.faults, self.deaths = bot, list(faults), 0
        self.starts = 0  # after a death
        self._stopping = False
        self._starting = threading.Lock()
        self._thread = threading.Thread(target=self._keep, daemon=True)
        self._thread.start()

    def _keep(self):
        while True:
            code = self.bot.program.process.wait()
            with self._starting:
                if self._stopping or code != -9:
                    return
                self._revive(self.faults.pop(0) if self.faults else None)

    def _revive(self, fault=None):
        self.deaths += 1
        try:
            self.bot.start(FAULT=fault)
            self.starts += 1
        except AssertionError:
            pass  # it died before it listened

    def wait_start(self):
        """Until it died and runs again: a death may come when nothing is owed any more."""
        wait_until(lambda: self.starts, "the fault point was passed and the bot runs again")

    def stop(self):
        """A graceful stop. What is being started is waited for; a death that comes first is counted like any other."""
        with self._starting:
            self._stopping = True
            if self.bot.program.stop() == -9:
                self._revive()
            self.bot.stop()
        self._thread.join(20)


class Conversation:
    def __init__(self, desk):
        self.desk = desk
        self.boss, self.admin = desk.boss(), desk.admin()
        self.author = desk.person("Олена")

    def act(self, action):
        author = self.author
        if action in ("start", "open"):
            author.send({"start": "/start", "open": NEW_TICKET}[action])
        elif action == "media":
            author.send(SKIP)
        else:
            author.send(getattr(ANSWERS, action))

    def arrive(self, action):
        if ACTIONS[action] == "filed":
            return self.author.filed()
        return self.author.at(ACTIONS[action])

    def walk(self, start=None, stop=None):
        """The actions from `start` up to `stop`, which is left to do."""
        actions = list(ACTIONS)
        for action in actions[actions.index(start) if start else 0:]:
            if action == stop:
                return
            self.act(action)
            self.arrive(action)

    def settle(self):
        self.boss.card()
        self.admin.card()
        self.desk.wait_settled()

    def seen(self):
        """What the bot told each of them, with times and the ticket's number made equal: a multiset a person."""
        return {person.first_name: collections.Counter(
            (re.sub(r"\d{1,2}:\d\d|\d\d\.\d\d\.\d{4}|№ \d+", "#", message.text), tuple(message.labels))
            for message in person.chat().bot_messages) for person in (self.author, self.boss, self.admin)}


def compare(seen, wanted, doubles_allowed):
    """Nothing is missing, nothing is foreign; how many messages came a second time is at most `doubles_allowed`."""
    doubles = 0
    for person, messages in wanted.items():
        missing = messages - seen[person]
        extra = seen[person] - messages
        assert not missing, f"{person} misses {list(missing)}"
        assert set(extra) <= set(messages), f"{person} sees what was never meant: {list(extra)}"
        doubles += sum(extra.values())
    assert doubles <= doubles_allowed, f"{doubles} messages came twice"
