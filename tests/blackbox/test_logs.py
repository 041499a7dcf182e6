"""What the log tells, and what it must never tell. (Every test's end looks for secrets in its bots' logs.)"""
import json

import pytest

from people import Answers


@pytest.mark.parametrize("format", ["text", "json"])
def test_nothing_private_at_the_finest_level(new_desk, format):
    desk = new_desk(LOG_FORMAT=format, LOG_LEVEL="debug").open()
    boss = desk.boss()
    person = desk.person("Секретне-Ім'я", last_name="Таємне-Прізвище", phone="+380937654321", username="secret_user")
    desk.simulator.fault("sendMessage", kind="error", code=500, skip=2, times=1)
    desk.simulator.fault("sendMessage", kind="cut_after", skip=4, times=1)
    desk.simulator.fault("sendPhoto", kind="error", code=400, times=1,
                         description="Bad Request: wrong file identifier/HTTP URL specified")
    person.form_at("phone", Answers(name="Потаємне Ім'я Людини"))
    person.do(share_phone=True)
    person.at("description")
    media = {"photo": True, "caption": "Приватний підпис"}
    number = person.walk(Answers(description="Пароль від сейфа qwerty-4711", media=media), start="description")
    boss.card(number)
    desk.bot.restart()
    desk.bot.stop()
    output = "\n".join(program.output for program in desk.bot.programs)
    for private in ("secret_user", "380937654321", "qwerty-4711", "Потаємне", "Таємне", "Секретне", "Приватний",
                    "Пароль"):
        assert private not in output
    if format == "json":
        for program in desk.bot.programs:
            for line in program.lines:
                assert json.loads(line)["event"]


@pytest.mark.webhook
@pytest.mark.parametrize("format", ["text", "json"])
def test_nothing_of_what_is_refused_or_repeated(new_desk, format):
    desk = new_desk(LOG_FORMAT=format, LOG_LEVEL="debug").open()
    person = desk.person()
    person.start()
    desk.bot.post(b'{"update_id": 1, "message": "unreadable-private-text"}')
    desk.bot.post({"update_id": 2}, secret="wrong-secret-value")
    desk.simulator.post("redeliver", update_id=person.update, times=1, parallel=False)
    desk.bot.stop()
    for private in ("wrong-secret-value", "unreadable-private-text"):
        assert private not in desk.bot.program.output


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_a_line_for_each_update_at_debug_and_none_at_info(new_desk):
    fine = new_desk(LOG_LEVEL="debug").open()
    person = fine.person()
    person.start()
    fine.bot.program.wait_line(str(person.id))
    quiet = new_desk(LOG_LEVEL="info").open()
    person = quiet.person()
    person.start()
    quiet.bot.stop()
    assert str(person.id) not in quiet.bot.program.output


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_a_wrong_token_in_the_settings_is_not_repeated(new_desk):
    desk = new_desk(BOT_TOKEN="not-a-token-but-private")
    done = desk.command("serve")
    assert done.returncode == 78
    assert "BOT_TOKEN" in done.stderr
    assert "not-a-token-but-private" not in done.stderr + done.stdout
