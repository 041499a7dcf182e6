"""Every refusal of the simulator's table (simulator/errors.h), word for word as the real server writes it."""
import json
import re

import pytest
import requests

from process import ROOT, limit
from test_simulator import ANNA, BORYS, GROUP, STRANGER, TOKEN, new_sim, sim  # noqa: F401 (fixtures)

FORUM, LEFT = -1_001_000_000_055, -1_001_000_000_066
CLIP = {"type": "animation"}
LONG_ID = "BQACAgIAAxkB" + "A" * 46 + "Q"


class Scene:
    """The simulator with a message of every sort in Anna's chat."""

    def __init__(self, made):
        self.sim = made
        self.hers = made.says(ANNA, "моє")["message_id"]
        self.group_message = made.says(ANNA, "чуже", chat=GROUP)["message_id"]
        self.text = made.ok("sendMessage", chat_id=ANNA, text="текст")["message_id"]
        self.menu = made.ok("sendMessage", chat_id=ANNA, text="меню", reply_markup={"keyboard": [["a"]]})["message_id"]
        photo = self.upload("sendPhoto", "photo")
        self.photo_message, self.photo = photo["message_id"], photo["photo"][-1]["file_id"]
        self.document = self.upload("sendDocument", "document")["document"]["file_id"]
        made.control("send", **{"from": ANNA}, sticker=True)
        self.sticker = made.updates(offset=-1)[0]["message"]["sticker"]["file_id"]
        made.control("send", **{"from": ANNA}, document={"file_name": "big.iso", "file_size": 21 * 2**20})
        self.big = made.updates(offset=-1)[0]["message"]["document"]["file_id"]
        pressed = made.press(ANNA, self.text, data="x")
        self.answered = pressed["callback_query_id"]
        made.ok("answerCallbackQuery", callback_query_id=self.answered)
        self.open = made.press(ANNA, self.text, data="x")["callback_query_id"]
        made.control("person", id=1010, first_name="Blocker")
        made.says(1010)
        made.control("member", **{"from": 1010}, status="kicked")
        made.control("group", id=-1_001_000_000_099, title="out", members=[], kicked=True)
        for person in (1011, 1012, 1013):
            made.control("person", id=person, first_name="Met elsewhere")
        made.control("group", id=GROUP, title="g", members=[ANNA, BORYS, 1011])
        made.says(1011, "x", chat=GROUP)
        made.says(ANNA, "x", forward_from=1012)
        request = {"text": "t", "request_users": {"request_id": 1}}
        made.ok("sendMessage", chat_id=BORYS, text="?", reply_markup={"keyboard": [[request]]})
        made.control("send", **{"from": BORYS}, share_users={"request_id": 1, "user_ids": [1013]})
        made.control("group", id=LEFT, title="left", members=[ANNA])
        made.control("member", **{"from": ANNA}, chat=LEFT, status="left")
        made.control("group", id=FORUM, title="forum", members=[ANNA], forum=True)
        self.topic = made.control("topic", **{"from": ANNA}, chat=FORUM, name="тема")["message_thread_id"]
        self.protected = made.ok("sendMessage", chat_id=ANNA, text="таємне", protect_content=True)["message_id"]
        self.sticker_message = made.ok("sendSticker", chat_id=ANNA, sticker=self.sticker)["message_id"]
        self.album = made.ok("sendMediaGroup", chat_id=ANNA, media=[{"type": "photo", "media": self.photo}] * 2)[0]["message_id"]
        self.clip = self.upload("sendAnimation", "animation")["animation"]["file_id"]

    def upload(self, method, field, data=b"bytes"):
        answer = self.sim.raw(method, data={"chat_id": ANNA}, files={field: ("f.bin", data)}).json()
        assert answer["ok"], answer
        return answer["result"]


@pytest.fixture(scope="module")
def scene(tmp_path_factory):
    from test_simulator import Sim
    made = Sim(tmp_path_factory.mktemp("errors"))
    made.says(ANNA)
    made.says(BORYS)
    made.control("group", id=GROUP, title="g", members=[ANNA, BORYS])
    yield Scene(made)
    assert made.program.stop() == 0
    made.program.reap()


def send(**params):
    return lambda s: ("sendMessage", {"chat_id": ANNA, "text": "x", **params})


def send_text(text, **params):
    return send(text=text, **params)


def html(text):
    return send(text=text, parse_mode="HTML")


def keyboard(markup, **params):
    return send(reply_markup=markup, **params)


def inline(*row, **params):
    return keyboard({"inline_keyboard": [list(row)]}, **params)


def entities(*items, text="ab😀cd"):
    return send(text=text, entities=list(items))


def edit(message, method="editMessageText", **params):
    def make(s):
        if params.get("media") is CLIP:
            return method, {"chat_id": ANNA, "message_id": getattr(s, message), "media": CLIP | {"media": s.clip}}
        base = {"chat_id": ANNA, "message_id": getattr(s, message) if isinstance(message, str) else message}
        return method, base | ({"text": "new"} if method == "editMessageText" else {}) | params
    return make


def call(method, **params):
    return lambda s: (method, params)


def media(*items, **params):
    return lambda s: ("sendMediaGroup", {"chat_id": ANNA, "media": [
        {key: getattr(s, value[1:]) if value.startswith("$") else value for key, value in item.items()} for item in items]} | params)


def with_file(method, field, name, **params):
    return lambda s: (method, {"chat_id": ANNA, field: getattr(s, name)} | params)


def commands(*rows, **params):
    return call("setMyCommands", commands=list(rows), **params)


BUTTON = {"text": "B", "callback_data": "d"}
PHOTO, DOCUMENT, STICKER = ({"type": kind, "media": "$" + name} for kind, name in (
    ("photo", "photo"), ("document", "document"), ("document", "sticker")))
COMMAND = {"command": "go", "description": "d"}

# id in simulator/errors.h → (call, what stands behind the prefix) …
CASES = {
    "METHOD": [(call("sendPigeon"), "Not Found: method not found")],
    "PARAMETERS_TOO_BIG": [(call("sendMessage", text="x" * (2**20 + 10)), "Request Entity Too Large: too many parameters")],
    "TEXT_ABSENT": [(call("sendMessage", chat_id=ANNA), "message text is empty"), (send_text(""), "message text is empty"),
                    (edit("text", text=""), "message text is empty")],
    "TEXT_BYTES": [(send_text("ї" * 16385), "text is too long")],
    "TEXT_EMPTY": [(send_text(text), "text must be non-empty") for text in (" ", "\n\t\r", "\u200b", "\u3000\u200e", "\u202e")]
    + [(html("<b> </b>"), "text must be non-empty"), (html("<b></b>"), "text must be non-empty")],
    "TEXT_TOO_LONG": [(send_text("x" * 4097), "message is too long"), (send_text("😀" * 2049), "message is too long"),
                      (edit("text", text="y" * 4097), "message is too long")],
    "CAPTION_TOO_LONG": [(with_file("sendPhoto", "photo", "photo", caption="x" * 1025), "message caption is too long"),
                         (edit("photo_message", "editMessageCaption", caption="x" * 1025), "message caption is too long"),
                         (media(PHOTO | {"caption": "x" * 1025}), "message caption is too long")],
    "PARSE_MODE": [(send(parse_mode="BBCode"), "unsupported parse_mode")],
    "HTML": [(html(text), f"can't parse entities: {why}") for text, why in (
        ("<x>a</x>", 'Unsupported start tag "x" at byte offset 0'),
        ("ї<3", "Unclosed start tag at byte offset 2"),
        ("1 <3 > 2", 'Unsupported start tag "3" at byte offset 2'),
        ("a < b > c", 'Unsupported start tag "" at byte offset 2'),
        ("<BR>", 'Unsupported start tag "br" at byte offset 0'),
        ("<b>a", "Can't find end tag corresponding to start tag \"b\""),
        ("<b><i>a</b></i>", 'Unmatched end tag at byte offset 7, expected "</i>", found "</b>"'),
        ("a</b>", "Unexpected end tag at byte offset 1"),
        ("<b>a</b", "Unclosed end tag at byte offset 4"),
        ("<b>a</b x>", "Unclosed end tag at byte offset 4"),
        ("<b", "Unclosed start tag at byte offset 0"),
        ("<a href", 'Unclosed start tag "a" at byte offset 0'),
        ("<a href=", 'Unclosed start tag "a" at byte offset 0'),
        ('<a href="x', "Unclosed start tag at byte offset 0"),
        ("<a href=x/y>z</a>", "Unexpected end of name token at byte offset 8"),
        ('<a ="x">z</a>', 'Empty attribute name in the tag "a" at byte offset 0'),
        ("<span>a</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
        ("<tg-emoji emoji-id='x'>a</tg-emoji>", "Invalid custom emoji identifier specified"),
        ("&#xd800;", "Text contains invalid Unicode characters after decoding HTML entities, check for unmatched "
                     "surrogate code units"))],
    "ENTITY": [(entities(item), f"can't parse MessageEntity: {why}") for item, why in (
        (5, "expected an Object"), ({"length": 1, "type": "bold"}, "Can't find field \"offset\""),
        ({"offset": 0, "type": "bold"}, "Can't find field \"length\""),
        ({"offset": 0, "length": 1}, "Can't find field \"type\""),
        ({"offset": 0, "length": 1, "type": "shiny"}, "Unsupported type specified"),
        ({"offset": 0, "length": 1, "type": "text_link"}, "Can't find field \"url\""))],
    "ENTITY_OFFSET": [(entities({"offset": -1, "length": 1, "type": "bold"}), "receive an entity with incorrect offset -1")],
    "ENTITY_LENGTH": [(entities({"offset": 0, "length": -1, "type": "bold"}), "receive an entity with incorrect length -1")],
    "ENTITY_PLACE": [
        (entities({"offset": 9, "length": 1, "type": "bold"}), "entity begins after the end of the text at UTF-16 offset 9"),
        (entities({"offset": 2, "length": 9, "type": "bold"}),
         "entity beginning at UTF-16 offset 2 ends after the end of the text at UTF-16 offset 11"),
        (entities({"offset": 3, "length": 1, "type": "bold"}), "entity begins in a middle of a UTF-16 symbol at byte offset 6"),
        (entities({"offset": 0, "length": 3, "type": "bold"}),
         "entity beginning at UTF-16 offset 0 ends in a middle of a UTF-16 symbol at byte offset 6")],
    "MARKDOWN": [(send(text=text, parse_mode=mode), f"can't parse entities: {why}") for text, mode, why in (
        ("1. a", "MarkdownV2", "Character '.' is reserved and must be escaped with the preceding '\\'"),
        ("a > b", "MarkdownV2", "Character '>' is reserved and must be escaped with the preceding '\\'"),
        ("a|b", "MarkdownV2", "Character '|' is reserved and must be escaped with the preceding '\\'"),
        ("!a", "MarkdownV2", "Character '!' is reserved and must be escaped with the preceding '\\'"),
        ("ї *a", "MarkdownV2", "Can't find end of Bold entity at byte offset 3"),
        ("*_a*_", "MarkdownV2", "Can't find end of Italic entity at byte offset 4"),
        ("```py\na", "MarkdownV2", "Can't find end of PreCode entity at byte offset 0"),
        (">*a\nb*", "MarkdownV2", "Can't find end of Bold entity at byte offset 1"),
        ("[a](http://x.ua", "MarkdownV2", "Can't find end of a URL at byte offset 4"),
        ("![a]", "MarkdownV2", "The entity must contain a tg://emoji or tg://time URL"),
        ("![a](tg://user?id=5)", "MarkdownV2", "Invalid tg://emoji or tg://time URL specified"),
        ("a *b", "Markdown", "Can't find end of the entity starting at byte offset 2"))],
    "CHAT_ID_EMPTY": [(call("sendMessage", text="x"), "chat_id is empty"), (call("getChat"), "chat_id is empty")],
    "CHAT_NOT_FOUND": [(send(chat_id=chat), "chat not found") for chat in (STRANGER, 5, -5, "abc", "@nobody")]
    + [(call("getChat", chat_id=STRANGER), "chat not found"),
       (commands(COMMAND, scope={"type": "chat", "chat_id": STRANGER}), "chat not found")],
    "CHAT_NOT_GIVEN": [(call("deleteMessage", message_id=1), "chat identifier is not specified")],
    "BLOCKED": [(send(chat_id=1010), "Forbidden: bot was blocked by the user"),
                (call("sendChatAction", chat_id=1010, action="typing"), "Forbidden: bot was blocked by the user")],
    "NOT_STARTED": [(send(chat_id=chat), "Forbidden: bot can't initiate conversation with a user") for chat in (1011, 1012, 1013)],
    "KICKED": [(send(chat_id=-1_001_000_000_099), "Forbidden: bot was kicked from the supergroup chat")],
    "NOT_MEMBER": [(send(chat_id=LEFT), "Forbidden: bot is not a member of the supergroup chat")],
    "MESSAGE_NOT_GIVEN": [(call("deleteMessage", chat_id=ANNA), "message identifier is not specified"),
                          (call("editMessageText", text="x"), "message identifier is not specified")],
    "MESSAGES_NOT_GIVEN": [(call("deleteMessages", chat_id=ANNA), "message identifiers are not specified"),
                           (call("deleteMessages", chat_id=ANNA, message_ids=[]), "message identifiers are not specified")],
    "MESSAGES_JSON": [(call("deleteMessages", chat_id=ANNA, message_ids="[1"), "can't parse message_ids JSON object")],
    "MESSAGES_ARRAY": [(call("deleteMessages", chat_id=ANNA, message_ids=5), "expected an Array of message identifiers")],
    "MESSAGES_TOO_MANY": [(call("deleteMessages", chat_id=ANNA, message_ids=list(range(1, 102))),
                           "too many message identifiers specified")],
    "MESSAGES_NUMBER": [(call("deleteMessages", chat_id=ANNA, message_ids=[{}]), "message identifier must be a Number")],
    "MESSAGES_INVALID": [(call("deleteMessages", chat_id=ANNA, message_ids=[-1]), "invalid message identifier specified")],
    "REPLY_NOT_FOUND": [(send(reply_parameters={"message_id": 999999}), "message to be replied not found"),
                        (send(reply_to_message_id=999999), "message to be replied not found")],
    "REPLY_JSON": [(send(reply_parameters="{"), "can't parse reply parameters JSON object")],
    "REPLY_OBJECT": [(send(reply_parameters=[1]), "object expected as reply parameters")],
    "EDIT_NOT_FOUND": [(edit(999999), "message to edit not found"), (edit(999999, "editMessageReplyMarkup"), "message to edit not found")],
    "EDIT_FORBIDDEN": [(edit(name, method), "message can't be edited") for name in ("menu", "hers")
                       for method in ("editMessageText", "editMessageReplyMarkup")],
    "EDIT_NO_TEXT": [(edit("photo_message"), "there is no text in the message to edit")],
    "EDIT_NO_CAPTION": [(edit("text", "editMessageCaption", caption="x"), "there is no caption in the message to edit")],
    "EDIT_SAME": [(edit("text", text=text), "message is not modified: specified new message content and reply markup are "
                   "exactly the same as a current content and reply markup of the message") for text in ("текст", " текст\n")],
    "DELETE_NOT_FOUND": [(call("deleteMessage", chat_id=ANNA, message_id=999999), "message to delete not found")],
    "DELETE_FORBIDDEN": [(lambda s: ("deleteMessage", {"chat_id": GROUP, "message_id": s.group_message}), "message can't be deleted")],
    "THREAD_NOT_FOUND": [(send(chat_id=chat, message_thread_id=5), "message thread not found") for chat in (ANNA, FORUM)],
    "COPY_NOT_FOUND": [(call("copyMessage", chat_id=ANNA, from_chat_id=ANNA, message_id=999999), "message to copy not found")],
    "FORWARD_NOT_FOUND": [(call("forwardMessage", chat_id=ANNA, from_chat_id=ANNA, message_id=999999),
                           "message to forward not found")],
    "COPY_REFUSED": [(lambda s: ("copyMessage", {"chat_id": ANNA, "from_chat_id": FORUM, "message_id": s.topic}),
                      "the message can't be copied")],
    "FORWARD_REFUSED": [(lambda s: ("forwardMessage", {"chat_id": ANNA, "from_chat_id": ANNA, "message_id": s.protected}),
                         "the message can't be forwarded")],
    "FORWARD_NONE": [(call(method, chat_id=ANNA, from_chat_id=ANNA, message_ids=[999999]), "there are no messages to forward")
                     for method in ("forwardMessages", "copyMessages")],
    "PREVIEW_JSON": [(send(link_preview_options="{"), "can't parse link preview options JSON object")],
    "PREVIEW_OBJECT": [(send(link_preview_options=[]), "object expected as link preview options")],
    "EDIT_MEDIA": [(edit("sticker_message", "editMessageMedia", media=CLIP), "message media can't be edited")],
    "EDIT_ALBUM": [(edit("album", "editMessageMedia", media=CLIP), "message content type can't be used in an album")],
    "EDIT_ALBUM_KIND": [(lambda s: ("editMessageMedia", {"chat_id": ANNA, "message_id": s.album, "media": {
        "type": "document", "media": s.document}}), "can't change media type in the album")],
    "MARKUP_JSON": [(keyboard("{"), "can't parse reply keyboard markup JSON object")],
    "MARKUP_OBJECT": [(keyboard(markup), "object expected as reply markup") for markup in (None, [], "5", "null")],
    "MARKUP_FIELD": [(keyboard({"keyboard": 5}), 'field "keyboard" must be of type Array')],
    "MARKUP_ROWS": [(keyboard({"keyboard": ["a"]}), 'field "keyboard" must be an Array of Arrays')],
    "MARKUP_INLINE_ROWS": [(keyboard({"inline_keyboard": [BUTTON]}),
                            'field "inline_keyboard" of the InlineKeyboardMarkup must be an Array of Arrays')],
    "BUTTON": [(keyboard({"keyboard": [[5]]}), "can't parse keyboard button: KeyboardButton must be a String or an Object"),
               (keyboard({"keyboard": [[{}]]}), "can't parse keyboard button: Can't find field \"text\""),
               (keyboard({"keyboard": [[{"text": "t", "style": "loud"}]]}), "can't parse keyboard button: invalid button style specified")],
    "INLINE_BUTTON": [
        (inline({"text": "t"}), "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"),
        (inline({"text": "t", "callback_data": ""}),
         "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"),
        (inline({"callback_data": "d"}), "can't parse inline keyboard button: Can't find field \"text\""),
        (inline(BUTTON | {"style": "loud"}), "can't parse inline keyboard button: invalid button style specified"),
        (inline("t"), "can't parse inline keyboard button: InlineKeyboardButton must be an Object")],
    "BUTTON_DATA": [(inline({"text": "t", "callback_data": data}), "BUTTON_DATA_INVALID") for data in ("x" * 65, "ї" * 33)],
    "BUTTON_URL": [(inline({"text": "t", "url": "no-dots"}), "inline keyboard button URL 'no-dots' is invalid: Wrong HTTP URL")],
    "PHONE_PRIVATE": [(keyboard({"keyboard": [[{"text": "t", "request_contact": True}]]}, chat_id=GROUP),
                       "phone number can be requested in private chats only")],
    "USERS_PRIVATE": [(keyboard({"keyboard": [[{"text": "t", "request_users": {"request_id": 1}}]]}, chat_id=GROUP),
                       "users can be requested in private chats only")],
    "MARKUP_INLINE_ONLY": [(edit("text", reply_markup=markup), "inline keyboard expected") for markup in (
        {"keyboard": [["a"]]}, {"remove_keyboard": True}, {"force_reply": True})],
    "MARKUP_TOO_LONG": [(keyboard({"inline_keyboard": [[{"text": "t" * 100, "callback_data": "d" * 64}] * 12] * 25}), "reply markup is too long")],
    "QUERY": [(call("answerCallbackQuery", **params), "query is too old and response timeout expired or query ID is invalid")
              for params in ({}, {"callback_query_id": "5"})]
    + [(lambda s: ("answerCallbackQuery", {"callback_query_id": s.answered}),
        "query is too old and response timeout expired or query ID is invalid")],
    "ANSWER_TOO_LONG": [(lambda s: ("answerCallbackQuery", {"callback_query_id": s.open, "text": "x" * 201}), "MESSAGE_TOO_LONG")],
    "NO_PHOTO": [(call("sendPhoto", chat_id=ANNA), "there is no photo in the request"),
                 (call("sendPhoto", chat_id=ANNA, photo="attach://f"), "there is no photo in the request")],
    "NO_DOCUMENT": [(call("sendDocument", chat_id=ANNA), "there is no document in the request")],
    "NO_VIDEO": [(call("sendVideo", chat_id=ANNA), "there is no video in the request")],
    "NO_ANIMATION": [(call("sendAnimation", chat_id=ANNA), "there is no animation in the request")],
    "NO_AUDIO": [(call("sendAudio", chat_id=ANNA), "there is no audio in the request")],
    "NO_VOICE": [(call("sendVoice", chat_id=ANNA), "there is no voice in the request")],
    "NO_VIDEO_NOTE": [(call("sendVideoNote", chat_id=ANNA), "there is no video note in the request")],
    "NO_STICKER": [(call("sendSticker", chat_id=ANNA), "there is no sticker in the request")],
    "FILE_ID": [(call("sendPhoto", chat_id=ANNA, photo="no such!"), "wrong remote file identifier specified: Wrong character in the string"),
                (call("sendPhoto", chat_id=ANNA, photo="nosuch"),
                 "wrong remote file identifier specified: can't unserialize it. Wrong last symbol")],
    "FILE_UNKNOWN": [(call("sendDocument", chat_id=ANNA, document=LONG_ID), "wrong file identifier/HTTP URL specified")],
    "FILE_URL": [(call("sendPhoto", chat_id=ANNA, photo="http://example.com/a.jpg"), "failed to get HTTP URL content")],
    "FILE_TYPE": [(with_file("sendPhoto", "photo", "document"), "can't use file of type Document as Photo"),
                  (with_file("sendDocument", "document", "photo"), "can't use file of type Photo as Document"),
                  (with_file("sendVideo", "video", "photo"), "can't use file of type Photo as Video"),
                  (media({"type": "photo", "media": "$document"}, PHOTO), "can't use file of type Document as Photo")],
    "FILE_NOT_GIVEN": [(call("getFile"), "file_id not specified")],
    "FILE_INVALID": [(call("getFile", file_id="nosuch"), "invalid file_id")],
    "FILE_TOO_BIG": [(lambda s: ("getFile", {"file_id": s.big}), "file is too big")],
    "PARAMETER": [(call("sendMediaGroup", chat_id=ANNA), 'parameter "media" is required')],
    "MEDIA_JSON": [(call("sendMediaGroup", chat_id=ANNA, media="["), "can't parse media JSON object")],
    "INPUT_MEDIA_JSON": [(edit("photo_message", "editMessageMedia", media="{"), "can't parse input media JSON object")],
    "MEDIA_ARRAY": [(call("sendMediaGroup", chat_id=ANNA, media={}), "expected an Array of InputMedia")],
    "MEDIA_ITEM": [(call("sendMediaGroup", chat_id=ANNA, media=[item]), f"can't parse InputMedia: {why}") for item, why in (
        (5, "expected an Object"), ({"media": "x"}, "Can't find field \"type\""), ({"type": "photo"}, "media not found"),
        ({"type": "photo", "media": "attach://none"}, "media not found"),
        ({"type": "animation", "media": "x"}, 'type "animation" can\'t be used in sendMediaGroup'),
        ({"type": "pigeon", "media": "x"}, 'type "pigeon" is unsupported'))],
    "MEDIA_NONE": [(media(), "there are no messages to send")],
    "MEDIA_TOO_MANY": [(media(*[PHOTO] * 11), "too many messages to send as an album")],
    "MEDIA_MIXED": [(media(PHOTO, DOCUMENT), "document can't be mixed with other media types")],
    "MEDIA_GROUPED": [(media(STICKER, DOCUMENT), "can't use the media of the specified type in the album")],
    "ACTION": [(call("sendChatAction", chat_id=ANNA, action="dance"), "wrong parameter action in request")],
    "SCOPE_JSON": [(commands(COMMAND, scope="{"), "can't parse BotCommandScope JSON object")],
    "SCOPE": [(commands(COMMAND, scope=scope), f"can't parse BotCommandScope: {why}") for scope, why in (
        ([], "BotCommandScope must be an Object"), ({}, "Can't find field \"type\""),
        ({"type": "moon"}, "Unsupported type specified"), ({"type": "chat"}, "Can't find field \"chat_id\""),
        ({"type": "chat_member", "chat_id": GROUP}, "Invalid user_id specified"))],
    "SCOPE_PRIVATE": [(commands(COMMAND, scope={"type": kind, "chat_id": ANNA, "user_id": ANNA}),
                       "can't use specified scope in private chats") for kind in ("chat_administrators", "chat_member")],
    "COMMANDS_JSON": [(call("setMyCommands", commands="["), "can't parse commands JSON object")],
    "COMMANDS_ARRAY": [(call("setMyCommands", commands={}), "expected an Array of BotCommand")],
    "COMMAND": [(commands({"description": "d"}), "can't parse BotCommand: Can't find field \"command\""),
                (commands(5), "can't parse BotCommand: expected an Object")],
    "COMMAND_NAME": [(commands(COMMAND | {"command": name}), "BOT_COMMAND_INVALID") for name in ("Go", "їхати", "a b")],
    "COMMAND_EMPTY": [(commands(COMMAND | {"command": name}), "command must be non-empty") for name in ("", " ", "/")],
    "COMMAND_LONG": [(commands(COMMAND | {"command": "x" * 33}), "command length must not exceed 32")],
    "COMMAND_DESCRIPTION_EMPTY": [(commands(COMMAND | {"description": " "}), "command description must be non-empty")],
    "COMMAND_DESCRIPTION_LONG": [(commands(COMMAND | {"description": "ї" * 257}), "command description length must not exceed 256")],
    "COMMANDS_TOO_MANY": [(commands(*[COMMAND] * 101), "BOT_COMMANDS_TOO_MUCH")],
    "LANGUAGE": [(commands(COMMAND, language_code="ukr"), "invalid language code specified")],
    "MENU_JSON": [(call("setChatMenuButton", menu_button="{"), "can't parse menu button JSON object")],
    "MENU": [(call("setChatMenuButton", menu_button=button), f"can't parse menu button: {why}") for button, why in (
        ([], "MenuButton must be an Object"), ({}, "Can't find field \"type\""),
        ({"type": "moon"}, "MenuButton has unsupported type"), ({"type": "web_app"}, "Can't find field \"text\""))],
    "USER_INVALID": [(call("setChatMenuButton", chat_id="-5"), "invalid chat_id specified")],
    "USER_NOT_FOUND": [(call("getChatMenuButton", chat_id=STRANGER), "user not found")],
    "DESCRIPTION_TOO_LONG": [(call("setMyDescription", description="x" * 513), "BOT_DESCRIPTION_TOO_LONG"),
                             (call("setMyName", name="x" * 65), "BOT_TITLE_INVALID"),
                             (call("setMyShortDescription", short_description="x" * 121), "BOT_SHORT_DESCRIPTION_TOO_LONG")],
}
# … and those that need more than one JSON call, tested below by themselves.
ELSEWHERE = {"TOKEN_SHAPE", "TOKEN", "PATH", "BODY_TOO_BIG", "MULTIPART", "UTF8", "FILE_EMPTY", "UPLOAD_TOO_BIG", "WEBHOOK_URL",
             "SECRET_LENGTH", "SECRET_CHARACTERS", "WEBHOOK_ACTIVE", "OTHER_POLLER", "POLL_WEBHOOK", "TOO_MANY"}
FLAT = [(name, number) for name, cases in CASES.items() for number in range(len(cases))]


def table():
    text = (ROOT / "simulator/errors.h").read_text()
    return {name: int(code) for name, code in re.findall(r"^ {4}X\((\w+), (\d+),", text, re.M)}


def test_every_error_has_a_case():
    assert set(table()) == set(CASES) | ELSEWHERE


@pytest.mark.parametrize("name, number", FLAT, ids=[f"{name}-{number}" for name, number in FLAT])
def test_error(scene, name, number):
    make, text = CASES[name][number]
    method, params = make(scene)
    answer = scene.sim.raw(method, json=params)
    prefix = {400: "Bad Request: "}.get(table()[name], "")
    assert answer.json() == {"ok": False, "error_code": table()[name], "description": prefix + text}
    assert answer.status_code == table()[name]
    assert answer.headers["Content-Type"] == "application/json"


@pytest.mark.parametrize("path, code, text", [
    ("/botnonsense/getMe", 401, "Unauthorized: invalid token specified"),
    ("/bot0:x/getMe", 401, "Unauthorized: invalid token specified"),
    (f"/bot5:{'x' * 90}/getMe", 401, "Unauthorized: invalid token specified"),
    ("/bot5:x/getMe", 401, "Unauthorized"),
    (f"/bot{TOKEN}", 404, "Not Found"),
    ("/nothing", 404, "Not Found"),
    (f"/file/bot{TOKEN}/documents/none", 404, "Not Found"),
])
def test_addresses(sim, path, code, text):  # noqa: F811
    answer = requests.get(sim.url + path, timeout=limit())
    assert (answer.status_code, answer.json()) == (code, {"ok": False, "error_code": code, "description": text})


def test_bodies_that_cannot_be_read(sim):  # noqa: F811
    def answer(data, kind):
        return sim.raw("sendMessage", data=data, headers={"Content-Type": kind}).json()["description"]
    assert answer(b'{"chat_id":1001,"text":"\xff"}', "application/json") == "Bad Request: strings must be encoded in UTF-8"
    assert answer(b"chat_id=1001&text=%ff", "application/x-www-form-urlencoded") == "Bad Request: strings must be encoded in UTF-8"
    assert answer(b'{"chat_id":1001,"text":"x"', "application/json") == "Bad Request: message text is empty"
    assert answer(b"text=x", "text/plain") == "Bad Request: message text is empty"


def form(*parts):
    return b"".join(b"--b\r\n" + part + b"\r\n" for part in parts) + b"--b--\r\n"


@pytest.mark.parametrize("data, kind, text", [
    (b"nonsense", "multipart/form-data", "boundary not found"),
    (b"nonsense", "multipart/form-data; boundary", "boundary value not found"),
    (b"nonsense", "multipart/form-data; boundary=", "boundary too big or empty"),
    (b"nonsense", "multipart/form-data; boundary=b", "boundary not found"),
    (b"--b\r\n\r\nx\r\n--b--", "multipart/form-data; boundary=b", "headers in multipart/form-data are empty"),
    (form(b"X: y\r\n\r\nx"), "multipart/form-data; boundary=b", "field name in multipart/form-data not found"),
    (form(b"nonsense\r\n\r\nx"), "multipart/form-data; boundary=b", "can't parse form data headers"),
    (form(b"Content-Disposition: form-data; name=x"), "multipart/form-data; boundary=b", "can't parse form data headers"),
    (form(b"Content-Disposition: attachment; name=x\r\n\r\nx"), "multipart/form-data; boundary=b",
     "expected form-data content disposition"),
    (form(b'Content-Disposition: form-data; name="x\r\n\r\nx'), "multipart/form-data; boundary=b",
     "unclosed quoted string in Content-Disposition header"),
    (form(b'Content-Disposition: form-data; name="x" y\r\n\r\nx'), "multipart/form-data; boundary=b",
     "expected ';' in Content-Disposition header"),
    (b"--b\r\nContent-Disposition: form-data; name=x\r\n\r\nx", "multipart/form-data; boundary=b", "boundary not found"),
])
def test_forms_that_cannot_be_read(sim, data, kind, text):  # noqa: F811
    assert sim.raw("sendMessage", data=data, headers={"Content-Type": kind}).json() == {
        "ok": False, "error_code": 400, "description": "Bad Request: " + text}


@pytest.mark.parametrize("kind, part", [
    ("boundary=b", b'Content-Disposition: form-data; name="document"; filename="\xd0\xb7\xd0\xb2\xd1\x96\xd1\x82 1.txt"'),
    ("boundary=b", b"content-disposition:form-data;name=document;filename=%D0%B7%D0%B2%D1%96%D1%82 1.txt\r\ncontent-type:text/plain"),
    ('charset=utf-8; boundary="b"', b'Content-Type: text/plain; charset=utf-8\r\nCONTENT-DISPOSITION: form-data; size=5; '
     b'filename="%D0%B7%D0%B2%D1%96%D1%82 1.txt"; name="document"'),
])
def test_forms_are_read_however_they_are_written(sim, kind, part):  # noqa: F811
    chat = b'Content-Disposition: form-data; name="chat_id"\r\n\r\n%d' % ANNA
    contents = b"\r\n--\r\n\0--bb"
    answer = sim.raw("sendDocument", data=b"prologue\r\n" + form(chat, part + b"\r\n\r\n" + contents),
                     headers={"Content-Type": f"multipart/form-data; {kind}"}).json()
    document = answer["result"]["document"]
    assert (document["file_name"], document["file_size"]) == ("звіт 1.txt", len(contents))


def test_files_that_are_empty_or_too_big(sim):  # noqa: F811
    def upload(method, field, data):
        return sim.raw(method, data={"chat_id": ANNA}, files={field: ("f", data)}).json()
    assert upload("sendDocument", "document", b"")["description"] == "Bad Request: file must be non-empty"
    size = 10 * 2**20 + 1
    assert upload("sendPhoto", "photo", bytes(size))["description"] == (
        f"Request Entity Too Large: file of size {size} is too big to be uploaded")
    assert upload("sendDocument", "document", bytes(size))["ok"]
    size = 50 * 2**20 + 1
    assert upload("sendVideo", "video", bytes(size))["description"] == (
        f"Request Entity Too Large: file of size {size} is too big to be uploaded")
    assert upload("sendDocument", "document", bytes(65 * 2**20))["error_code"] == 413


@pytest.mark.parametrize("params, text", [
    ({"url": "ftp://example.com/"}, "invalid webhook URL specified"),
    ({"url": "https://exa mple.com/"}, "invalid webhook URL specified"),
    ({"url": "https://example.com/", "secret_token": "x" * 257}, "secret token is too long"),
    ({"url": "https://example.com/", "secret_token": "пароль"}, "secret token contains unallowed characters"),
])
def test_webhook_parameters(sim, params, text):  # noqa: F811
    assert sim.refused("setWebhook", **params) == (400, f"Bad Request: {text}")
    answer = sim.raw("setWebhook", json=params)
    assert (answer.status_code, answer.headers["Retry-After"], answer.json()["parameters"]) == (429, "1", {"retry_after": 1})
    assert answer.json()["description"] == "Too Many Requests: retry after 1"


def test_polling_beside_a_webhook(sim):  # noqa: F811
    sim.ok("setWebhook", url="http://127.0.0.1:1/")
    assert sim.refused("getUpdates") == (409, "Conflict: can't use getUpdates method while webhook is active; "
                                         "use deleteWebhook to delete the webhook first")


def test_errors_name_their_source():
    rows = re.findall(r', *(?:\\\n *)?"([^"]+)"\) *\\?$', (ROOT / "simulator/errors.h").read_text(), re.M)
    assert len(rows) == len(table()) and all(re.fullmatch(r"\w+\.cpp(:\d+)?|[A-Z]{1,2}:\d+|obs|doc", row) for row in rows), rows


# ---- what is taken, and how ----

def content(sim, **params):  # noqa: F811
    message = sim.ok("sendMessage", chat_id=ANNA, **params)
    return message["text"], [tuple(value for key, value in entity.items()) for entity in message.get("entities", [])]


@pytest.mark.parametrize("text, plain, expected", [
    ("<b>a</b>", "a", [(0, 1, "bold")]),
    ("<STRONG>a</strong> <em>b</em> <ins>c</ins> <del>d</del>", "a b c d",
     [(0, 1, "bold"), (2, 1, "italic"), (4, 1, "underline"), (6, 1, "strikethrough")]),
    ("<b>a<i>😀</i></b>", "a😀", [(0, 3, "bold"), (1, 2, "italic")]),
    ("<b>a</>", "a", [(0, 1, "bold")]),
    ("&lt;b&gt; &amp;amp; &quot; &apos; &#65;&#x42; &nope &#0;", '<b> &amp; " &apos; AB &nope &#0;', []),
    ("&lt x &ltx", "< x &ltx", []),
    ("<a href='http://example.com'>x</a>", "x", [(0, 1, "text_link", "http://example.com/")]),
    ('<a href="https://example.com/?a=1&amp;b=2">x</a>', "x", [(0, 1, "text_link", "https://example.com/?a=1&b=2")]),
    ("<a href='localhost'>x</a>", "x", []),
    ("<a>example.com</a>", "example.com", [(0, 11, "text_link", "http://example.com/")]),
    ("<a href='tg://user?id=99999'>x</a>", "x", []),
    ("<pre>a</pre>", "a", [(0, 1, "pre")]),
    ("<pre><code class='language-c'>a</code></pre>", "a", [(0, 1, "pre", "c")]),
    ("<code>a<b>b</b></code>", "ab", [(0, 2, "code")]),
    ("<blockquote expandable>a</blockquote>", "a", [(0, 1, "expandable_blockquote")]),
    ("<span class='tg-spoiler'>a</span><tg-spoiler>b</tg-spoiler>", "ab", [(0, 1, "spoiler"), (1, 1, "spoiler")]),
    ("  <b> a </b>  ", " a", [(0, 2, "bold")]),  # only what stands before the first entity is trimmed
    ("<b>a</b>\n\n", "a", [(0, 1, "bold")]),
    ("x <b></b>y", "x y", []),
])
def test_html(sim, text, plain, expected):  # noqa: F811
    got_plain, got = content(sim, text=text, parse_mode="html")
    assert (got_plain, got) == (plain, expected)


@pytest.mark.parametrize("text, clean", [
    ("a\r\nb\tc\x01d", "a\nb c d"), ("  a b \n\n", "a b"), ("a\u2028b\u202ec", "abc"), ("\n\na", "a"),
    ("a\u200f\u200f\u200fb", "a\u200c\u200c\u200fb"),
])
def test_clean_up(sim, text, clean):  # noqa: F811
    assert content(sim, text=text)[0] == clean


def test_entities_move_with_the_clean_up(sim):  # noqa: F811
    items = [{"offset": 3, "length": 3, "type": "bold"}, {"offset": 0, "length": 1, "type": "url"}]
    assert content(sim, text="\r\r a bcd", entities=items) == ("a bcd", [(0, 3, "bold")])
    assert content(sim, text="a\r\rbcd", entities=[{"offset": 3, "length": 2, "type": "bold"}]) == ("abcd", [(1, 2, "bold")])


def test_limits_are_reached_exactly(sim):  # noqa: F811
    assert len(content(sim, text="x" * 4096)[0]) == 4096
    assert len(content(sim, text="😀" * 2048)[0]) == 2048
    assert content(sim, text="<b>" + "x" * 4096 + "</b>", parse_mode="HTML")[1] == [(0, 4096, "bold")]
    sim.ok("sendMessage", chat_id=ANNA, text="x", reply_markup={"inline_keyboard": [[{"text": "t", "callback_data": "x" * 64}]]})


def test_one_call_in_every_encoding(sim):  # noqa: F811
    markup = json.dumps({"inline_keyboard": [[{"text": "ї", "callback_data": "d"}]]})
    params = {"chat_id": str(ANNA), "text": "<b>ї</b>", "parse_mode": "HTML", "reply_markup": markup}
    url = f"{sim.url}/bot{TOKEN}/SENDmessage"
    answers = [requests.get(url, params=params, timeout=limit()), requests.post(url, data=params, timeout=limit()),
               requests.post(url, json=params | {"reply_markup": json.loads(markup)}, timeout=limit()),
               requests.post(url, files={key: (None, value) for key, value in params.items()}, timeout=limit()),
               requests.post(url + "?text=%D1%97", json={"text": "second"} | {"chat_id": ANNA}, timeout=limit())]
    assert [a.json()["result"]["text"] for a in answers] == ["ї"] * 5
    for answer in answers[:4]:
        assert answer.json()["result"]["reply_markup"] == json.loads(markup)


def test_keyboards_are_cut_silently(sim):  # noqa: F811
    rows = [[{"text": str(i), "callback_data": "d"} for i in range(14)], [{"text": "", "callback_data": "d"}]]
    shown = sim.ok("sendMessage", chat_id=ANNA, text="x", reply_markup={"inline_keyboard": rows})["reply_markup"]["inline_keyboard"]
    assert [len(row) for row in shown] == [12]
    assert "reply_markup" not in sim.ok("sendMessage", chat_id=ANNA, text="x", reply_markup={"inline_keyboard": [[]]})


def test_edits(sim):  # noqa: F811
    markup = {"inline_keyboard": [[{"text": "t", "callback_data": "d"}]]}
    message = sim.ok("sendMessage", chat_id=ANNA, text="a", reply_markup=markup)["message_id"]
    edited = sim.ok("editMessageText", chat_id=ANNA, message_id=message, text="b")
    assert edited["text"] == "b" and "reply_markup" not in edited and edited["edit_date"]
    assert sim.ok("editMessageReplyMarkup", chat_id=ANNA, message_id=message, reply_markup=markup)["reply_markup"] == markup
    assert sim.refused("editMessageReplyMarkup", chat_id=ANNA, message_id=message, reply_markup=markup)[1].startswith(
        "Bad Request: message is not modified")
    sim.ok("deleteMessage", chat_id=ANNA, message_id=message)
    assert sim.refused("editMessageText", chat_id=ANNA, message_id=message, text="c")[1] == "Bad Request: message to edit not found"
    assert sim.ok("deleteMessages", chat_id=ANNA, message_ids=[message, 1, "2"]) is True


def test_files_go_and_come_back(scene):
    album = scene.sim.ok("sendMediaGroup", chat_id=ANNA, media=[
        {"type": "photo", "media": scene.photo, "caption": "<b>a</b>", "parse_mode": "HTML"}, {"type": "photo", "media": scene.photo}])
    assert len({m["media_group_id"] for m in album}) == 1 and album[0]["caption_entities"][0]["type"] == "bold"
    assert scene.sim.ok("sendDocument", chat_id=ANNA, document=scene.sticker)["sticker"]["file_id"] == scene.sticker
    path = scene.sim.ok("getFile", file_id=scene.document)["file_path"]
    assert requests.get(f"{scene.sim.url}/file/bot{TOKEN}/{path}", timeout=limit()).content == b"bytes"
    sent = scene.sim.raw("sendMediaGroup", data={"chat_id": ANNA, "media": json.dumps([
        {"type": "document", "media": "attach://one"}, {"type": "document", "media": "attach://two"}])},
        files={"one": ("1.txt", b"1"), "two": ("2.txt", b"22")}).json()["result"]
    assert [m["document"]["file_name"] for m in sent] == ["1.txt", "2.txt"]


def test_commands_as_people_see_them(sim):  # noqa: F811
    def seen(person):
        return [c["command"] for c in sim.get("chat", id=person)["commands"]]
    for name, more in (("/all", {}), ("uk", {"language_code": "uk"}), ("own", {"scope": {"type": "chat", "chat_id": BORYS}})):
        sim.ok("setMyCommands", commands=[{"command": name, "description": "d"}], **more)
    assert (seen(ANNA), seen(BORYS)) == (["uk"], ["own"])
    sim.ok("deleteMyCommands", scope={"type": "chat", "chat_id": BORYS})
    assert seen(BORYS) == ["all"]
    assert sim.ok("getMyCommands", language_code="uk") == [{"command": "uk", "description": "d"}]


def test_a_query_is_answered_once(sim):  # noqa: F811
    query = sim.press(ANNA, 1, data="x")["callback_query_id"]
    assert sim.ok("answerCallbackQuery", callback_query_id=query, text="x" * 200) is True
    assert sim.refused("answerCallbackQuery", callback_query_id=query)[0] == 400
