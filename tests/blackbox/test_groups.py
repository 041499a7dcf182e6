"""In groups and channels the bot is silent but for /id and /help; nothing there touches anyone's private form."""
from people import NEW_TICKET

GROUP = -1_001_234_567_890


def group_answers(desk):
    return [m for m in desk.simulator.chat(GROUP)["messages"] if m["from"] == "bot"]


def test_a_group_is_answered_only_to_id_and_help(desk):
    person = desk.person()
    desk.simulator.post("group", id=GROUP, title="Група", members=[person.id])
    for content in ({"text": "добрий день"}, {"text": NEW_TICKET}, {"text": "/start"}, {"text": "/cancel"},
                    {"text": "/lang"}, {"photo": True}, {"sticker": True}):
        person.do(chat=GROUP, **content)
    desk.wait_settled()
    assert group_answers(desk) == []
    assert person.chat().bot_messages == []
    person.do(chat=GROUP, text="/id")
    person.do(chat=GROUP, text="/help")
    desk.wait_settled()
    answers = group_answers(desk)
    assert len(answers) == 2
    assert str(person.id) in answers[0]["text"] or str(GROUP) in answers[0]["text"]


def test_a_group_that_became_a_supergroup_is_answered_there(desk):
    old, person = -4_455_667, desk.person()
    desk.simulator.post("group", id=old, title="Мала", members=[person.id])
    desk.simulator.post("group", id=GROUP, title="Велика", members=[person.id])
    desk.simulator.fault("sendMessage", chat=old, kind="error", code=400, times=1, migrate_to_chat_id=GROUP,
                         description="Bad Request: group chat was upgraded to a supergroup chat")
    person.do(chat=old, text="/id")
    desk.wait_settled()
    assert len(group_answers(desk)) == 1


def test_a_group_does_not_touch_a_private_form(desk):
    person = desk.person()
    desk.simulator.post("group", id=GROUP, title="Група", members=[person.id])
    person.form_at("description")
    for text in ("Це написано в групі", "/start", "/cancel", "✖️ Скасувати"):
        person.do(chat=GROUP, text=text)
    desk.simulator.wait_idle()
    person.walk(start="description")
    assert len(desk.tickets()) == 1


def test_the_bots_membership_in_groups_is_no_matter(desk):
    person = desk.person()
    desk.simulator.post("group", id=GROUP, title="Група", members=[person.id])
    desk.simulator.post("update", update={"my_chat_member": {
        "chat": {"id": GROUP, "type": "supergroup", "title": "Група"}, "date": 1,
        "from": {"id": person.id, "is_bot": False, "first_name": "Олена"},
        "old_chat_member": {"status": "member", "user": {"id": 1, "is_bot": True, "first_name": "b"}},
        "new_chat_member": {"status": "left", "user": {"id": 1, "is_bot": True, "first_name": "b"}}}})
    desk.simulator.wait_idle()
    person.start()
