"""The operator's pages, and what happens when the database is away."""
import pytest

from process import wait_until


def test_pages_of_a_healthy_bot(desk):
    person = desk.person()
    person.file_ticket()
    assert desk.bot.get("/healthz").status_code == 200
    assert desk.bot.get("/readyz").status_code == 200
    metrics = desk.bot.get("/metrics")
    assert metrics.status_code == 200
    assert metrics.headers["Content-Type"].startswith("text/plain")
    for line in metrics.text.splitlines():
        assert line.startswith("#") or len(line.rsplit(" ", 1)) == 2, line
        if not line.startswith("#"):
            float(line.rsplit(" ", 1)[1])
    for private in desk.private | {str(person.id)}:
        assert private not in metrics.text


@pytest.mark.webhook
def test_metrics_count_updates(desk):
    person = desk.person()
    person.start()
    desk.bot.post(b"{")
    desk.simulator.post("redeliver", update_id=person.update, times=2, parallel=False)
    text = desk.bot.get("/metrics").text
    counted = {name: sum(float(line.rsplit(" ", 1)[1]) for line in text.splitlines() if f'"{name}"' in line)
               for name in ("handled", "duplicate", "unreadable")}
    assert counted == {"handled": 1, "duplicate": 2, "unreadable": 1}


def hold_until_503(desk, person, text):
    """Sends while the store is away; the update must be put off with a Retry-After of at most 5 s, not lost."""
    update = {"update_id": 5, "message": {
        "message_id": 777_777, "date": 1_700_000_000, "text": text,
        "chat": {"id": person.id, "type": "private", "first_name": "Олена"},
        "from": {"id": person.id, "is_bot": False, "first_name": "Олена"}}}
    answer = desk.bot.post(update, timeout=60)
    assert answer.status_code == 503
    assert 0 <= int(answer.headers["Retry-After"]) <= 5


@pytest.mark.webhook
@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_sqlite_held_by_another_program(desk):
    desk.allow_errors("database|store")
    person = desk.person()
    person.form_at("phone")
    desk.wait_settled()
    holder = desk.store.take_away(desk.bot.data)
    hold_until_503(desk, person, "/help")
    person.send("+380671112233")
    desk.store.give_back(holder)
    person.at("description")
    person.walk(start="description")
    assert len(desk.tickets()) == 1
    wait_until(lambda: desk.bot.get("/readyz").status_code == 200, "/readyz says that all is well")


@pytest.mark.webhook
@pytest.mark.parametrize("store", ["own mongodb"], indirect=True)
def test_mongodb_killed_and_started_again(desk):
    desk.allow_errors("database|store|mongo")
    boss, person = desk.boss(), desk.person()
    person.form_at("priority")
    desk.wait_settled()
    desk.store.server.kill()
    hold_until_503(desk, person, "/help")
    assert desk.bot.get("/healthz").status_code == 200
    wait_until(lambda: desk.bot.get("/readyz").status_code == 503, "/readyz says that the database is away")
    person.send("🔴 Високий")
    desk.store.server.restart()
    person.wait(lambda chat: any(m.says("ticket_filed") for m in chat.bot_messages), "the number", seconds=40)
    boss.card()
    assert len(desk.tickets()) == 1


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_telegram_away(desk):
    """Updates are taken and answered later; /readyz says that the way out is closed."""
    person = desk.person()
    person.start()
    desk.simulator.fault("sendMessage", kind="cut_before", times=4)
    person.send("/help")
    desk.simulator.wait_idle()
    person.answer("help")


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_a_second_serve_on_the_same_folder_is_refused(desk):
    done = desk.command("serve", LISTEN="127.0.0.1:0")
    assert done.returncode not in (0, -6, -11)
    assert "serve" in done.stderr or "lock" in done.stderr
    desk.person().start()


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_any_free_port(new_desk):
    desk = new_desk()
    program = desk.bot.launch(LISTEN="127.0.0.1:0").program
    desk.bot.port = int(program.wait_line(r"listening.*port\"?[=:]\s*\"?(\d+)").group(1))
    assert desk.bot.get("/healthz").status_code == 200
