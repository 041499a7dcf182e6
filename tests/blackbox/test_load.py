"""POST /sim/load and scripts/bench: many people at once, nothing lost and nothing doubled."""
import pathlib
import subprocess
import sys

from people import STEPS
from process import ROOT, Program, binary, limit
from test_simulator import ANNA, TOKEN, in_background, new_sim, sim  # noqa: F401 (fixtures)

PEOPLE = 30
FORM = 1 + len(STEPS)


def test_everybody_files_one_ticket_and_it_is_completed(desk):
    staff = [desk.boss(), desk.admin()]
    found = desk.simulator.post("load", people=PEOPLE, at_once=10, staff=[person.id for person in staff],
                          timeout=int(limit() * 1000))
    assert found["over"], found
    assert (found["finished"], found["tickets"], found["closed"], found["surplus"]) == (PEOPLE, PEOPLE, PEOPLE, 0)
    assert found["to_reply"]["count"] == FORM * PEOPLE
    if desk.mode == "webhook":
        assert found["to_200"]["count"] == (FORM + 2) * PEOPLE, "the form, and two presses"
        assert 0 < found["to_200"]["p50_us"] <= found["to_200"]["p99_us"] <= found["to_200"]["max_us"]
    assert desk.simulator.chat(100000)["messages"][-1]["from"] == "bot"


def test_a_message_too_many_is_counted(new_sim):  # noqa: F811
    sim = new_sim()  # noqa: F811
    sim.ok("setWebhook", url="http://127.0.0.1:9/nobody")
    sim.control("webhook", paused=True)
    thread, answers = in_background(lambda: sim.control("load", people=1, steps=1, timeout=60000))
    while sim.call("sendMessage", chat_id=100000, text="one")["ok"] is False:
        pass
    sim.ok("sendMessage", chat_id=100000, text="two")
    sim.ok("deleteWebhook", drop_pending_updates=True)
    thread.join(limit())
    found = answers[0]
    assert (found["finished"], found["surplus"], found["to_reply"]["count"]) == (1, 1, 1), found


def test_people_without_an_answer_are_not_finished(new_sim):  # noqa: F811
    found = new_sim().control("load", people=3, at_once=2, timeout=50)
    assert (found["over"], found["finished"], found["to_200"]["count"]) == (False, 0, 0)


def test_what_cannot_be_walked_is_refused(new_sim):  # noqa: F811
    sim = new_sim()  # noqa: F811
    for request in ({"people": 0}, {"people": 2, "at_once": 3}, {"people": 10001}, {"steps": 99}, {"first_id": 0},
                    {"staff": list(range(1, 10))}, {"staff": [99]}):
        answer = sim.session.post(f"{sim.url}/sim/load", json=request, timeout=limit(30))
        assert answer.status_code == 400, request


def test_the_answerer_answers_everybody(new_sim, tmp_path):  # noqa: F811
    sim = new_sim("--retry-scale", "0.01")  # noqa: F811
    answerer = Program("answerer", [binary("simulator"), "answerer", "127.0.0.1:0", f"{sim.url}/bot{TOKEN}"], tmp_path,
                       watch="stdout")
    try:
        port = answerer.wait_line(r"answerer: port (\d+)").group(1)
        sim.ok("setWebhook", url=f"http://127.0.0.1:{port}/")
        found = sim.control("load", people=PEOPLE, at_once=10, timeout=int(limit() * 1000))
        assert (found["over"], found["finished"], found["surplus"]) == (True, PEOPLE, 0), found
        assert answerer.stop() == 0
    finally:
        answerer.reap()


def test_bench_explains_itself():
    done = subprocess.run([sys.executable, ROOT / "scripts/bench", "--help"], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0 and "--quick" in done.stdout


def test_the_mongodb_driver_is_there_only_where_it_is_needed(desk):
    mapped = pathlib.Path(f"/proc/{desk.bot.program.process.pid}/maps").read_text()
    assert ("libmongoc" in mapped) == (desk.store.kind == "mongodb")
