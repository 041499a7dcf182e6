"""scripts/demo as a program: what it starts, what becomes of it, and what it leaves behind."""
import os
import pathlib
import re
import signal
import subprocess

import pytest
import requests

from process import ROOT, Program, limit, wait_until

USER, ADMIN, BOSS = 1001, 3001, 2001


class Demo:
    def __init__(self, directory, *options, **environment):
        self.program = Program("demo", ["env", "--default-signal=INT", ROOT / "scripts" / "demo", *options], directory,
                               {**os.environ, **environment}, watch="stdout")

    def ready(self):
        found = self.program.wait_line(r"(http://127\.0\.0\.1:\d+)/\?people=1001,3001,2001(.*)", 60)
        self.program.wait_line(r"Ctrl-C ends the demo")
        self.url, self.note = found.groups()
        self.run = pathlib.Path(re.search(r"DEMO_RUN=([^\0]+)", self.environment()).group(1))
        return self

    def environment(self):
        return pathlib.Path(f"/proc/{self.children()['simulator']}/environ").read_text()

    def children(self):
        """Name → pid of what the script started."""
        listed = subprocess.run(["ps", "--ppid", str(self.program.process.pid), "-o", "pid=,comm="], text=True,
                                stdout=subprocess.PIPE, check=True).stdout
        return {name: int(pid) for pid, name in (line.split(None, 1) for line in listed.splitlines())}

    def hook(self, name):
        answer = requests.post(f"{self.url}/sim/hook", json={"name": name}, timeout=limit(30)).json()
        assert answer["ok"], answer

    def get(self, path, **query):
        return requests.get(f"{self.url}/sim/{path}", params=query, timeout=limit(30)).json()

    def state(self):
        found = self.get("hook")
        return found["bot"], found["database"]

    def says(self, person, text):
        requests.post(f"{self.url}/sim/send", json={"from": person, "text": text}, timeout=limit(30)).raise_for_status()

    def texts(self, person):
        return [message.get("text", "") for message in self.get("chat", id=person)["messages"]]

    def labels(self, person):
        keyboard = self.get("chat", id=person)["reply_keyboard"] or {"rows": []}
        return [button["text"] if isinstance(button, dict) else button for row in keyboard["rows"] for button in row]

    def answers(self, person, text):
        seen = len(self.texts(person))
        self.says(person, text)
        wait_until(lambda: len(self.texts(person)) > seen + 1, f"an answer to {text}", 60)

    def end(self, number):
        """With everything gone that was there before."""
        pids = [*self.children().values()]
        self.program.process.send_signal(number)
        code = self.program.wait_end(60)
        assert not [pid for pid in pids if pathlib.Path(f"/proc/{pid}").exists()] and not self.run.exists()
        return code


@pytest.fixture
def demo(tmp_path):
    made = []

    def make(*options, **environment):
        directory = tmp_path / f"demo{len(made)}"
        directory.mkdir()
        made.append(Demo(directory, *options, **environment))
        return made[-1]
    yield make
    for one in made:
        one.program.stop(60)
        one.program.reap()


@pytest.fixture
def kept():
    """build/demo/kept as a test's own: what somebody keeps there is put back."""
    folder, aside = ROOT / "build/demo/kept", ROOT / "build/demo/kept.aside"
    if folder.exists():
        folder.rename(aside)
    yield folder
    subprocess.run(["rm", "-rf", folder], check=True)
    if aside.exists():
        aside.rename(folder)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_three_people_and_an_end_without_a_trace(demo, number):
    one = demo("--listen", "127.0.0.1:0").ready()
    assert one.get("state")["hooks"] is True and one.state() == ("up", "here")
    roles = {person: len(one.labels(person)) for person in (USER, ADMIN, BOSS)}
    assert 0 < roles[USER] and roles[ADMIN] < roles[BOSS] and one.labels(ADMIN) != one.labels(USER)
    assert one.get("document", kind="user", id=ADMIN)["document"]["role"] == "admin"
    assert one.get("document", kind="ticket", id=1)["document"] is None
    assert one.end(number) == 0
    assert "The demo has ended." in one.program.output


def test_the_text_is_four_lines(demo):
    one = demo("--listen", "127.0.0.1:0", "--check")
    assert one.program.wait_end(60) == 0
    assert len([line for line in one.program.lines if line.strip()]) == 4


def test_a_killed_bot_comes_back_at_its_place(demo):
    one = demo("--listen", "127.0.0.1:0").ready()
    webhook, first = one.get("state")["webhook"]["url"], one.children()["techsupport"]
    one.hook("kill")
    assert one.state()[0] == "down"
    one.says(USER, "/lang")
    wait_until(lambda: one.state()[0] == "up", "the bot's return")
    one.answers(USER, "/start")
    assert one.get("state", wait="idle", timeout=20000)["pending"] == 0 and one.get("state")["webhook"]["url"] == webhook
    os.kill(one.children()["techsupport"], signal.SIGKILL)
    wait_until(lambda: one.children().get("techsupport") not in (None, first), "the next one")
    one.answers(USER, "/start")


def test_a_stopped_bot_stays_down_until_it_is_started(demo):
    one = demo("--listen", "127.0.0.1:0").ready()
    one.hook("stop")
    assert one.state()[0] == "down"
    one.says(USER, "/lang")
    one.hook("start")
    assert one.state()[0] == "up"
    wait_until(lambda: one.get("state")["pending"] == 0, "what was said meanwhile is taken")
    one.hook("stop")
    assert one.end(signal.SIGINT) == 0, "also while it is down"


def test_the_database_goes_and_comes_back(demo):
    one = demo("--listen", "127.0.0.1:0").ready()
    one.hook("database-away")
    assert one.state() == ("up", "away")
    seen = len(one.texts(BOSS))
    wait_until(lambda: len(one.texts(BOSS)) > seen, "the super-admin is told", 60)
    assert one.get("document", kind="user", id=USER) == {"ok": True, "document": None, "why": "the database is away"}
    one.hook("database-back")
    assert one.state() == ("up", "here")
    assert one.get("document", kind="user", id=USER)["document"]["_id"] == USER
    one.answers(USER, "/start")
    one.hook("database-away")
    holder = int((one.run / "away.pid").read_text())
    assert one.end(signal.SIGTERM) == 0
    assert not pathlib.Path(f"/proc/{holder}").exists()


def test_what_is_kept_is_there_again(demo, kept):
    one = demo("--listen", "127.0.0.1:0", "--keep").ready()
    one.answers(USER, "/lang")
    before = one.get("document", kind="user", id=USER)["document"]
    first = one.get("chat", id=USER)["messages"][0]["message_id"]
    busy = demo("--listen", "127.0.0.1:0", "--keep")
    assert busy.program.wait_end(60) == 1
    assert one.end(signal.SIGINT) == 0 and (kept / "data").exists()
    two = demo("--listen", "127.0.0.1:0", DEMO_KEEP="1").ready()
    assert two.get("document", kind="user", id=USER)["document"]["created_at"] == before["created_at"]
    assert two.get("chat", id=USER)["messages"][0]["message_id"] > first + 1000, "no message has another's id"
    assert two.end(signal.SIGINT) == 0
    three = demo("--listen", "127.0.0.1:0", "--reset").ready()
    assert three.get("document", kind="user", id=USER)["document"]["created_at"] != before["created_at"]


def test_two_at_once_and_in_english(demo):
    one, two = demo().ready(), demo("--lang", "en").ready()
    assert one.url != two.url and "taken" in two.note
    assert {person["first_name"] for person in two.get("state")["people"]} == {"Olena", "Andrii", "Iryna"}
    assert "📝 New ticket" in two.labels(USER) and "📝 New ticket" not in one.labels(USER)
    assert two.end(signal.SIGINT) == 0
    one.answers(USER, "/start")


@pytest.mark.parametrize("arguments", [["--lang"], ["--lang", "de"], ["--listen"], ["other"]])
def test_arguments_that_are_wrong(arguments):
    done = subprocess.run([ROOT / "scripts" / "demo", *arguments], capture_output=True, text=True, timeout=60)
    assert done.returncode == 64 and "Usage" in done.stderr


def test_a_port_that_is_taken_is_said(demo):
    one = demo("--listen", "127.0.0.1:0").ready()
    done = subprocess.run([ROOT / "scripts" / "demo", "--listen", one.url.split("//")[1]], capture_output=True, text=True, timeout=60)
    assert done.returncode == 1 and "does not listen" in done.stderr


def test_hooks_explain_themselves():
    script = ROOT / "scripts" / "demo-hooks"
    assert subprocess.run([script, "--help"], stdout=subprocess.DEVNULL, timeout=60).returncode == 0
    assert subprocess.run([script, "kill"], stderr=subprocess.DEVNULL, timeout=60, env={"PATH": os.environ["PATH"]}).returncode != 0
