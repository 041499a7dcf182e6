"""A help desk for one test: the simulator, the bot on one store, and people."""
import itertools
import json
import os
import pathlib
import re
import subprocess

import requests

from people import Person
from process import LIMIT, SANITIZER, Program, binary, free_port, limit
from simulator import SECRET, TOKEN, Simulator

FIRST_PERSON = 7_100_000_001  # ids of people exceed 32 bits
BOSS = 7_000_000_001


class Bot:
    """One copy of the bot. It keeps its port and its data folder over restarts, as a deployment does."""

    def __init__(self, desk, name, data):
        self.desk, self.name, self.data = desk, name, data
        self.port = free_port()
        self.programs = []

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    @property
    def hook(self):
        return self.url + "/webhook"

    @property
    def program(self):
        return self.programs[-1]

    @property
    def running(self):
        return bool(self.programs) and self.program.running

    def launch(self, **settings):
        """Starts it and does not wait."""
        environment = self.desk.environment(
            **{"DATA_DIR": self.data, "LISTEN": f"127.0.0.1:{self.port}", **settings})
        self.programs.append(Program(self.name, [binary("techsupport"), "serve"], self.desk.directory, environment))
        return self

    def start(self, **settings):
        self.launch(**settings)
        self.program.wait_line(r"\blistening\b")
        return self

    def kill(self):
        self.program.kill()

    def wait_crash(self, seconds=LIMIT):
        code = self.program.wait_end(seconds)
        assert code == -9, f"{self.name} ended with {code}, not by the fault point:\n{self.program.output[-3000:]}"

    def stop(self):
        """A graceful stop: exit code 0."""
        code = self.program.stop()
        assert code == 0, f"{self.name}: exit code {code} on SIGTERM\n{self.program.output[-3000:]}"

    def restart(self, **settings):
        self.stop()
        return self.start(**settings)

    def restart_swept(self, **settings):
        """Until the start is over: its sweep delivers nothing any more of what comes next."""
        self.restart(**settings)
        self.program.wait_line("swept after the start")
        return self

    def get(self, path):
        return requests.get(self.url + path, timeout=limit(10))

    def metric(self, name, **labels):
        """The sum of the samples of that name that have these labels; None where there is none."""
        found = []
        for line in self.get("/metrics").text.splitlines():
            match = re.match(rf"{name}(?:\{{(.*)\}})? (\S+)$", line)
            if match and all(f'{key}="{value}"' in (match.group(1) or "") for key, value in labels.items()):
                found.append(float(match.group(2)))
        return sum(found) if found else None

    def post(self, update, secret=SECRET, path="/webhook", timeout=LIMIT):
        """A delivery by hand; the HTTP answer."""
        body = update if isinstance(update, (bytes, str)) else json.dumps(update)
        return requests.post(self.url + path, data=body if isinstance(body, bytes) else body.encode(),
                             headers={"X-Telegram-Bot-Api-Secret-Token": secret, "Content-Type": "application/json"},
                             timeout=limit(timeout))


class Desk:
    mode = "webhook"  # of --mode; a test may say otherwise in its settings

    def __init__(self, directory, store, settings=None):
        self.directory = pathlib.Path(directory)
        self.store = store
        self.settings = {"SUPER_ADMIN_IDS": str(BOSS), "MODE": self.mode, **(settings or {})}
        self.private = {TOKEN, TOKEN.split(":")[1], SECRET}
        self.errors_allowed = []
        self.staffed = False
        self._ids = itertools.count(FIRST_PERSON)
        self.people = []
        self.bots = []
        self.simulator = Simulator(self.directory)
        self.bot = self.add_bot()

    # --- the bot ---

    def environment(self, **more):
        """Nothing of the developer's own settings but what instrumented builds need."""
        kept = {key: value for key, value in os.environ.items()
                if key in ("PATH", "HOME", "LANG", "LD_PRELOAD") or key.endswith("SAN_OPTIONS")}
        values = {**kept, "BOT_TOKEN": TOKEN, "TELEGRAM_API_URL": self.simulator.url, "WEBHOOK_SECRET": SECRET,
                  "SEND_RATE": "0", "CHAT_RATE": "0", "USER_RATE": "0", "LOG_LEVEL": "debug", "WORKERS": "4",
                  # libmongoc's shared counters: a killed process leaves them behind, and the next of its pid says so.
                  "MONGOC_DISABLE_SHM": "1",
                  **self.store.settings, **self.settings, **more}
        return {key: str(value) for key, value in values.items() if value is not None}

    def add_bot(self):
        """Another copy, with a data folder of its own; not started yet."""
        number = len(self.bots) + 1
        self.bots.append(Bot(self, f"bot{number}", self.directory / f"data{number}"))
        return self.bots[-1]

    def open(self, **settings):
        self.bot.start(**settings)
        if self.settings["MODE"] == "webhook":
            self.simulator.set_webhook(self.bot.hook)
        return self

    def command(self, *arguments, data=None, **settings):
        """Runs a subcommand of the bot; its completed process."""
        environment = self.environment(DATA_DIR=data or self.bot.data, **settings)
        return subprocess.run([binary("techsupport"), *arguments], cwd=self.directory, env=environment, text=True,
                              capture_output=True, timeout=limit(120), stdin=subprocess.DEVNULL)

    # --- people ---

    def person(self, first_name="Олена", id=None, **more):
        self.private.add(first_name if len(first_name) > 3 else TOKEN)
        for key in ("last_name", "phone"):
            if len(more.get(key) or "") > 3:
                self.private.add(more[key].lstrip("+"))
        person = Person(self, id or next(self._ids), first_name, **more)
        self.people.append(person)
        return person

    def boss(self, **more):
        """The super-admin of SUPER_ADMIN_IDS, who has said /start."""
        return self._staff(self.person("Марія-Шефиня", id=BOSS, **more), "super_admin")

    def admin(self, first_name="Адміністратор", **more):
        """Another staff member, made one beside the running bot, who has said /start."""
        person = self.person(first_name, **more)
        done = self.command("admin", "add", str(person.id))
        assert done.returncode == 0, done.stderr
        return self._staff(person, "admin")

    @staticmethod
    def _staff(person, role):
        person.role = role
        person.start()
        person.desk.staffed = True
        return person

    def remember_private(self, content):
        """People's texts and phones must not turn up in a log."""
        for key in ("text", "caption"):
            text = content.get(key) or ""
            if len(text) >= 6 and not text.startswith("/"):
                self.private.add(text)
        self.private.add((content.get("contact") or {}).get("phone_number", TOKEN))

    # --- what is stored ---

    def tickets(self):
        return self.store.rows("tickets", self.bot.data)

    def calls(self):
        return self.store.rows("calls", self.bot.data)

    def wait_settled(self, bot=None):
        """Until every update was taken and nothing is owed any more."""
        self.simulator.wait_idle()
        self.store.wait_nothing_owed((bot or self.bot).data)

    # --- the end ---

    def allow_errors(self, pattern):
        """Lines of level error that this test provokes."""
        self.errors_allowed.append(re.compile(pattern))

    def close(self):
        """Stops every copy that still runs and looks at what they left behind."""
        try:
            for bot in self.bots:
                if bot.running:
                    bot.stop()
            for bot in self.bots:
                self._check_log(bot)
        finally:
            self.reap()

    def _check_log(self, bot):
        for program in bot.programs:
            assert not SANITIZER.search(program.output), program.output
            shown = program.output
            for secret in self.private:
                assert secret not in shown, f"the log of {bot.name} holds {secret!r}"
            for line in program.lines:
                if re.match(r'\S+ error |.*"level":\s*"error"', line) and not self._is_allowed(line):
                    raise AssertionError(f"{bot.name}: {line}")

    def _is_allowed(self, line):
        if not self.staffed and "no staff member" in line:
            return True  # what a ticket says in a test that has no use for staff
        return any(pattern.search(line) for pattern in self.errors_allowed)

    def reap(self):
        for program in [p for bot in self.bots for p in bot.programs] + [self.simulator.program]:
            program.reap()

    def describe(self):
        """For the report of a failed test."""
        parts = [f"store {self.store.kind}, directory {self.directory}"]
        for person in self.people:
            try:
                parts.append(f"  {person.first_name[:30]} {person.id}\n{person.chat().describe()}")
            except Exception as reason:  # the report must not hide the failure
                parts.append(f"  {person.id}: {reason}")
        for bot in self.bots:
            for program in bot.programs[-2:]:
                parts.append(f"  {bot.name} exit {program.process.poll()}:\n    " + "\n    ".join(program.lines[-25:]))
        return "\n".join(parts)
