"""Groups in the simulator: topics, the bot's membership; whose commands are shown; people picked with a button; the bot's
name and menu."""
import pytest

from test_simulator import ANNA, BORYS, GROUP, new_sim, sim  # noqa: F401 (fixtures)

FORUM = -1_001_000_000_088


@pytest.fixture
def forum(sim):  # noqa: F811
    sim.control("group", id=FORUM, title="Форум", members=[ANNA, BORYS], forum=True)
    return sim


def test_topics(forum):
    topic = forum.control("topic", **{"from": ANNA}, chat=FORUM, name="Принтери")["message_thread_id"]
    opened = forum.updates(offset=-1)[0]["message"]
    assert opened["chat"]["is_forum"] and opened["forum_topic_created"]["name"] == "Принтери"
    assert (opened["message_id"], opened["message_thread_id"], opened["is_topic_message"]) == (topic, topic, True)
    forum.says(BORYS, "не друкує", chat=FORUM, message_thread_id=topic)
    asked = forum.updates(offset=-1)[0]["message"]
    assert asked["message_thread_id"] == topic and asked["reply_to_message"]["message_id"] == topic
    answers = [forum.ok("sendMessage", chat_id=FORUM, text="x", message_thread_id=topic),
               forum.ok("sendMessage", chat_id=FORUM, text="x", reply_parameters={"message_id": asked["message_id"]}),
               *forum.ok("sendMediaGroup", chat_id=FORUM, message_thread_id=topic, media=[
                   {"type": "photo", "media": photo(forum)}] * 2)]
    assert [(m["message_thread_id"], m["is_topic_message"]) for m in answers] == [(topic, True)] * 4
    assert answers[1]["reply_to_message"]["message_id"] == asked["message_id"]
    assert "message_thread_id" not in forum.ok("sendMessage", chat_id=FORUM, text="у загальну")


def photo(made):
    return made.raw("sendPhoto", data={"chat_id": ANNA}, files={"photo": ("p", b"x")}).json()["result"]["photo"][-1]["file_id"]


def test_topics_are_looked_for_where_they_can_be(forum):
    assert forum.refused("sendMessage", chat_id=FORUM, text="x", message_thread_id=1) == (400, "Bad Request: message thread not found")
    assert forum.refused("sendMessage", chat_id=ANNA, text="x", message_thread_id=1) == (400, "Bad Request: message thread not found")
    assert "message_thread_id" not in forum.ok("sendMessage", chat_id=GROUP, text="x", message_thread_id=1)
    forum.control("group", id=FORUM, title="Форум", members=[ANNA], forum=False)
    assert "is_forum" not in forum.ok("sendMessage", chat_id=FORUM, text="x", message_thread_id=1)["chat"]


@pytest.mark.parametrize("status, refusal", [
    ("kicked", "Forbidden: bot was kicked from the supergroup chat"),
    ("left", "Forbidden: bot is not a member of the supergroup chat"),
    ("administrator", None), ("member", None)])
def test_the_bot_in_a_group(sim, status, refusal):  # noqa: F811
    sim.control("member", **{"from": ANNA}, chat=GROUP, status=status)
    update = sim.updates(offset=-1)[0]["my_chat_member"]
    assert (update["chat"]["id"], update["from"]["id"]) == (GROUP, ANNA)
    assert (update["old_chat_member"]["status"], update["new_chat_member"]["status"]) == ("member", status)
    assert update["new_chat_member"].get("can_delete_messages") == (True if status == "administrator" else None)
    answer = sim.call("sendMessage", chat_id=GROUP, text="x")
    assert answer.get("description") == refusal
    assert (sim.says(ANNA, "чути?", chat=GROUP)["update_id"] is None) == (refusal is not None)
    sim.control("member", **{"from": ANNA}, chat=GROUP, status="member")
    assert sim.updates(offset=-1)[0]["my_chat_member"]["old_chat_member"]["status"] == status
    sim.ok("sendMessage", chat_id=GROUP, text="x")


def test_an_administrator_deletes_others_messages(sim):  # noqa: F811
    messages = [sim.says(ANNA, "x", chat=GROUP)["message_id"] for _ in range(3)]
    assert sim.refused("deleteMessage", chat_id=GROUP, message_id=messages[0])[1] == "Bad Request: message can't be deleted"
    sim.ok("deleteMessages", chat_id=GROUP, message_ids=messages)
    assert len(sim.messages(GROUP)) == 3
    sim.control("member", **{"from": ANNA}, chat=GROUP, status="administrator")
    assert sim.ok("deleteMessage", chat_id=GROUP, message_id=messages[0]) is True
    sim.ok("deleteMessages", chat_id=GROUP, message_ids=messages)
    assert sim.messages(GROUP) == []


# From the widest to the narrowest, as Telegram looks them up backwards.
SCOPES_GROUP = [{"type": "default"}, {"type": "all_group_chats"}, {"type": "all_chat_administrators"},
                {"type": "chat", "chat_id": GROUP}, {"type": "chat_administrators", "chat_id": GROUP},
                {"type": "chat_member", "chat_id": GROUP, "user_id": ANNA}]
SCOPES_PRIVATE = [{"type": "default"}, {"type": "all_private_chats"}, {"type": "chat", "chat_id": ANNA}]


@pytest.mark.parametrize("chat, scopes", [(GROUP, SCOPES_GROUP), (ANNA, SCOPES_PRIVATE)])
def test_the_narrowest_commands_are_shown(sim, chat, scopes):  # noqa: F811
    sim.control("group", id=GROUP, title="g", members=[ANNA, BORYS], admins=[ANNA])

    def shown(person):
        return [c["command"] for c in sim.get("chat", id=chat, person=person)["commands"]]
    for scope in scopes:
        name = scope["type"]
        sim.ok("setMyCommands", scope=scope, commands=[{"command": name, "description": "d"}])
        assert shown(ANNA) == [name]
        sim.ok("setMyCommands", scope=scope, language_code="uk", commands=[{"command": name + "_uk", "description": "d"}])
        assert shown(ANNA) == [name + "_uk"], "her language comes before none"
    if chat == GROUP:
        assert shown(BORYS) == ["chat"], "no administrator, another language"
    for scope in reversed(scopes):
        assert sim.ok("getMyCommands", scope=scope, language_code="uk")[0]["command"] == scope["type"] + "_uk"
        sim.ok("deleteMyCommands", scope=scope, language_code="uk")
        assert shown(ANNA) == [scope["type"]], "a wider scope in her language comes after a narrower one in none"
        sim.ok("deleteMyCommands", scope=scope)
    assert shown(ANNA) == []


def test_people_are_picked_with_a_button_that_is_shown(sim):  # noqa: F811
    def share(request_id, *people):
        return sim.session.post(f"{sim.url}/sim/send", json={"from": ANNA, "share_users": {
            "request_id": request_id, "user_ids": list(people)}}).json()
    request = {"request_id": 7, "max_quantity": 2, "request_name": True, "request_username": True}
    sim.ok("sendMessage", chat_id=ANNA, text="Кого?", reply_markup={"keyboard": [[{"text": "Обрати", "request_users": request}]]})
    assert "request_id 8" in share(8, BORYS)["error"]
    assert "another number" in share(7)["error"] and "another number" in share(7, 1, 2, 3)["error"]
    assert share(7, BORYS, 5555)["ok"]
    assert sim.updates(offset=-1)[0]["message"]["users_shared"] == {
        "request_id": 7, "user_ids": [BORYS, 5555],
        "users": [{"user_id": BORYS, "first_name": "Borys", "username": "borys"}, {"user_id": 5555}]}
    sim.ok("sendMessage", chat_id=ANNA, text="x", reply_markup={"keyboard": [[{"text": "Обрати", "request_users": {"request_id": 9}}]]})
    assert "another number" in share(9, BORYS, ANNA)["error"], "one, unless the button says more"
    assert share(9, BORYS)["ok"]
    assert sim.updates(offset=-1)[0]["message"]["users_shared"]["users"] == [{"user_id": BORYS}]
    sim.ok("sendMessage", chat_id=ANNA, text="x", reply_markup={"remove_keyboard": True})
    assert "no button" in share(9, BORYS)["error"]


def test_name_and_menu(sim):  # noqa: F811
    assert sim.ok("getMyName") == {"name": "TechSupport"}
    sim.ok("setMyName", name="Підтримка", language_code="uk")
    assert (sim.ok("getMyName", language_code="uk"), sim.ok("getMyName")) == ({"name": "Підтримка"}, {"name": "TechSupport"})
    assert sim.ok("getChatMenuButton") == {"type": "commands"}
    for button in ({"type": "web_app", "text": "Т", "web_app": {"url": "https://x.ua/"}}, {"type": "default"}, {"type": "commands"}):
        sim.ok("setChatMenuButton", chat_id=ANNA, menu_button=button)
        assert sim.ok("getChatMenuButton", chat_id=ANNA) == button
    assert sim.ok("getChatMenuButton", chat_id=BORYS) == {"type": "default"}


@pytest.mark.parametrize("method", ["logOut", "close"])
def test_the_session_cannot_be_ended(sim, method):  # noqa: F811
    answer = sim.call(method)
    assert (answer["error_code"], answer["parameters"]) == (429, {"retry_after": 600})
