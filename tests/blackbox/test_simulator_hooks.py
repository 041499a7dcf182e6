"""simulator --hooks: a program beside it is asked to do and to show what the simulator cannot."""
import pathlib
import threading

import pytest
import requests

from process import limit, wait_until
from test_simulator import new_sim  # noqa: F401 (fixture)
from test_simulator_events import Stream, log

PROGRAM = r"""#!/bin/sh
cd "$(dirname "$0")"
printf '%s|' "$@" >>asked
echo >>asked
case $1 in
kill) echo down >bot; echo killed; echo more ;;
start) echo up >bot ;;
refuse) echo 'it cannot be' >&2; echo second >&2; exit 3 ;;
flood) yes ;;
hang) echo $$ >hanging; exec sleep 1000 ;;
leave) sleep 1000 & echo $! >hanging ;;
tidy) ls /proc/self/fd | wc -l ;;
status) printf '{"bot":"%s","database":"here"}\n' "$(cat bot)" ;;
show)
    case $2-$3 in
    ticket-5) echo '{"_id": 5, "status": "waiting"}' ;;
    ticket-6) echo 'no json' ;;
    ticket-7) echo 'the store is away' >&2; exit 69 ;;
    esac ;;
esac
"""


@pytest.fixture
def hooked(new_sim, tmp_path):  # noqa: F811
    program = tmp_path / "hooks"
    program.write_text(PROGRAM)
    program.chmod(0o755)
    (tmp_path / "bot").write_text("up\n")
    sim = new_sim("--hooks", str(program))
    sim.folder = tmp_path
    return sim


def ask(sim, name, expected=200):
    answer = requests.post(f"{sim.url}/sim/hook", json={"name": name}, timeout=limit(30))
    assert answer.status_code == expected, answer.text
    return answer.json()


def asked(sim):
    path = sim.folder / "asked"
    return [line for line in path.read_text().splitlines() if line != "status|"] if path.exists() else []


def test_a_hook_is_run_and_written_down(hooked):
    assert ask(hooked, "kill") == {"ok": True, "text": "killed"}
    assert asked(hooked) == ["kill|"]
    entry = log(hooked)[-1]
    assert (entry["kind"], entry["name"], entry["ok"], entry["text"]) == ("hook", "kill", True, "killed")
    assert ask(hooked, "refuse", 400)["error"] == "refuse: it cannot be"
    assert (log(hooked)[-1]["ok"], log(hooked)[-1]["text"]) == (False, "it cannot be")


@pytest.mark.parametrize("name", ["", "Kill", "kill;ls", "../kill", "kill me", "-help", "a" * 33, 5, None, ["kill"]])
def test_only_names_are_taken(hooked, name):
    ask(hooked, name, 400)
    assert asked(hooked) == []


def test_the_state_of_bot_and_database(hooked):
    assert hooked.get("hook") == {"ok": True, "hooks": True, "bot": "up", "database": "here"}
    with Stream(hooked) as stream:
        assert stream.next()[1]["hooks"] is True
        stream.until("state", lambda state: state["hooks"] is True and state.get("demo") == {"bot": "up", "database": "here"})
        ask(hooked, "kill")
        stream.until("state", lambda state: state["demo"]["bot"] == "down")
        (hooked.folder / "bot").write_text("up\n")  # by itself, as the demo starts it again
        stream.until("state", lambda state: state["demo"]["bot"] == "up")


def test_documents(hooked):
    assert hooked.get("document", kind="ticket", id=5)["document"] == {"_id": 5, "status": "waiting"}
    assert hooked.get("document", kind="user", id=1001)["document"] is None
    assert asked(hooked) == ["show|ticket|5|", "show|user|1001|"]
    for query, why in (({"kind": "ticket", "id": 6}, "no JSON"), ({"kind": "ticket", "id": 7}, "the store is away")):
        answer = requests.get(f"{hooked.url}/sim/document", params=query, timeout=limit())
        assert answer.status_code == 200 and answer.json()["document"] is None and why in answer.json()["why"]


@pytest.mark.parametrize("query", [{"kind": "ticket"}, {"kind": "Ticket", "id": 5}, {"kind": "a b", "id": 5}, {"kind": "ticket", "id": "5;6"},
                                   {"kind": "ticket", "id": "-5"}, {"kind": "--help", "id": 5}, {"id": 5}])
def test_only_kinds_and_numbers_are_asked_for(hooked, query):
    assert requests.get(f"{hooked.url}/sim/document", params=query, timeout=limit()).status_code == 400
    assert asked(hooked) == []


def test_too_much_is_cut_off(hooked):
    assert "too much" in ask(hooked, "flood", 400)["error"]
    assert ask(hooked, "start")["ok"], "the next one is run"


def is_over(pid):
    try:
        return pathlib.Path(f"/proc/{pid}/stat").read_text().split(") ")[1][0] == "Z"
    except FileNotFoundError:
        return True


@pytest.mark.parametrize("name", ["hang", "leave"])
def test_what_takes_too_long_is_ended(hooked, name):
    assert "too long" in ask(hooked, name, 400)["error"]
    wait_until(lambda: is_over(int((hooked.folder / "hanging").read_text())), "the program's end")


def test_nothing_of_the_simulator_is_handed_on(hooked):
    with Stream(hooked) as stream:
        stream.until("state")
        assert int(ask(hooked, "tidy")["text"]) == 4, "the first three, and the one that ls reads the list by"


def test_a_hook_does_not_keep_the_simulator_from_ending(hooked):
    thread = threading.Thread(target=lambda: pytest.raises(Exception, ask, hooked, "hang"), daemon=True)
    thread.start()
    pid = int(wait_until(lambda: (hooked.folder / "hanging").exists() and (hooked.folder / "hanging").read_text().strip(), "the hook"))
    assert hooked.program.stop() == 0
    wait_until(lambda: is_over(pid), "the hook's end")


def test_without_hooks_there_are_none(new_sim, tmp_path):  # noqa: F811
    plain, broken = new_sim(), new_sim("--hooks", str(tmp_path / "nothing"))
    assert plain.get("hook") == {"ok": True, "hooks": False} and plain.get("state")["hooks"] is False
    assert "no hooks" in ask(plain, "kill", 400)["error"]
    assert requests.get(f"{plain.url}/sim/document?kind=user&id=1", timeout=limit()).status_code == 400
    assert "cannot be started" in ask(broken, "kill", 400)["error"]
