"""The simulator's media: every kind both ways, files and their bytes, albums, forwards, copies, edits of media."""
import os

import pytest
import requests

from process import limit
from test_simulator import ANNA, BORYS, TOKEN, new_sim, sim  # noqa: F401 (fixtures)

# kind → (method, what the message must say beside the file's identifiers when the sender gave `GIVEN`)
GIVEN = {"duration": 42, "width": 320, "height": 200, "length": 240, "title": "Гімн", "performer": "Хор"}
KINDS = {
    "photo": ("sendPhoto", set()),
    "document": ("sendDocument", {"file_name", "mime_type"}),
    "video": ("sendVideo", {"duration", "width", "height", "file_name", "mime_type"}),
    "animation": ("sendAnimation", {"duration", "width", "height", "file_name", "mime_type"}),
    "audio": ("sendAudio", {"duration", "title", "performer", "file_name", "mime_type"}),
    "voice": ("sendVoice", {"duration", "mime_type"}),
    "video_note": ("sendVideoNote", {"duration", "length"}),
    "sticker": ("sendSticker", {"width", "height", "type", "is_animated", "is_video", "emoji"}),
}


def upload(sim, kind, data=b"bytes", **params):  # noqa: F811
    answer = sim.raw(KINDS[kind][0], data={"chat_id": ANNA, **params}, files={kind: ("f.bin", data)}).json()
    assert answer["ok"], answer
    return answer["result"]


def file_in(message, kind):
    return message[kind][-1] if kind == "photo" else message[kind]


def download(sim, file_id):  # noqa: F811
    file = sim.ok("getFile", file_id=file_id)
    answer = requests.get(f"{sim.url}/file/bot{TOKEN}/{file['file_path']}", timeout=limit(60))
    assert answer.status_code == 200 and len(answer.content) == file["file_size"]
    return answer.content


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_uploaded_and_sent_again(sim, kind):  # noqa: F811
    method, facts = KINDS[kind]
    sent = upload(sim, kind, caption="підпис", **GIVEN)
    file = file_in(sent, kind)
    assert set(file) - {"file_id", "file_unique_id", "file_size"} == (facts or {"width", "height"})
    assert all(file[name] == GIVEN[name] for name in facts & set(GIVEN))
    assert sent.get("caption") == (None if kind in ("video_note", "sticker") else "підпис")
    again = sim.ok(method, chat_id=BORYS, **{kind: file["file_id"]})
    assert file_in(again, kind) == file
    assert ("document" in again) == (kind in ("document", "animation"))
    assert download(sim, file["file_id"]) == b"bytes"


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_comes_from_people(sim, kind):  # noqa: F811
    sim.control("send", **{"from": ANNA}, **{kind: {"file_size": 3000}})
    file = file_in(sim.updates(offset=-1)[0]["message"], kind)
    assert file["file_size"] == 3000 and len(download(sim, file["file_id"])) == 3000
    assert file_in(sim.ok(KINDS[kind][0], chat_id=ANNA, **{kind: file["file_id"]}), kind)["file_id"] == file["file_id"]
    assert sim.messages()[-1]["media"]["type"] == kind
    sim.control("send", **{"from": BORYS}, **{kind: {"file_id": file["file_id"]}})
    assert file_in(sim.updates(offset=-1)[0]["message"], kind)["file_unique_id"] == file["file_unique_id"]


def test_a_document_keeps_its_bytes(sim):  # noqa: F811
    data = os.urandom(3_000_000)
    document = upload(sim, "document", data)["document"]
    assert download(sim, document["file_id"]) == data
    assert document["file_name"] == "f.bin"


def test_what_belongs_to_media(sim):  # noqa: F811
    hidden = upload(sim, "photo", has_spoiler="true", caption="над", show_caption_above_media="1")
    assert hidden["has_media_spoiler"] and hidden["show_caption_above_media"]
    assert "has_media_spoiler" not in upload(sim, "document", has_spoiler="true")


@pytest.mark.parametrize("kind", ["photo", "document", "video", "audio"])
def test_albums(sim, kind):  # noqa: F811
    ids = [file_in(upload(sim, kind), kind)["file_id"] for _ in range(2)]
    sent = sim.ok("sendMediaGroup", chat_id=ANNA, media=[{"type": kind, "media": i, "caption": "x"} for i in ids])
    assert [file_in(message, kind)["file_id"] for message in sent] == ids
    assert len({message["media_group_id"] for message in sent}) == 1
    assert [message["caption"] for message in sent] == ["x", "x"]


def test_an_album_is_of_one_sort(sim):  # noqa: F811
    files = {kind: file_in(upload(sim, kind), kind)["file_id"] for kind in ("photo", "video", "audio", "animation", "voice")}

    def answer(*kinds):
        return sim.call("sendMediaGroup", chat_id=ANNA, media=[{"type": kind, "media": files[file]} for kind, file in kinds])
    assert answer(("photo", "photo"), ("video", "video"))["ok"]
    assert answer(("photo", "photo"), ("audio", "audio"))["description"] == "Bad Request: audio can't be mixed with other media types"
    for file in ("animation", "voice"):
        assert answer(("video", "video"), ("video", file))["description"] == (
            "Bad Request: can't use the media of the specified type in the album")


# ---- forwards and copies ----

def test_forwards_keep_their_origin(sim):  # noqa: F811
    hers = sim.control("send", **{"from": ANNA}, photo=True, caption="моє")["message_id"]
    sent = sim.ok("forwardMessage", chat_id=BORYS, from_chat_id=ANNA, message_id=hers)
    assert (sent["forward_origin"]["type"], sent["forward_origin"]["sender_user"]["id"]) == ("user", ANNA)
    assert sent["caption"] == "моє" and sent["photo"] and sent["chat"]["id"] == BORYS
    twice = sim.ok("forwardMessage", chat_id=ANNA, from_chat_id=BORYS, message_id=sent["message_id"])
    assert twice["forward_origin"] == sent["forward_origin"]
    assert sim.refused("editMessageCaption", chat_id=BORYS, message_id=sent["message_id"], caption="x") == (
        400, "Bad Request: message can't be edited")


@pytest.mark.parametrize("who, origin", [
    (BORYS, {"type": "user"}), ("Хтось Прихований", {"type": "hidden_user", "sender_user_name": "Хтось Прихований"})])
def test_people_forward(sim, who, origin):  # noqa: F811
    sim.says(ANNA, "переслане", forward_from=who)
    got = sim.updates(offset=-1)[0]["message"]["forward_origin"]
    assert origin.items() <= got.items() and got["date"] > 0
    assert got.get("sender_user", {}).get("id", who) == who


def test_copies_have_no_origin(sim):  # noqa: F811
    keyboard = {"inline_keyboard": [[{"text": "L", "callback_data": "d"}]]}
    first = sim.ok("sendMessage", chat_id=ANNA, text="<b>жирне</b>", parse_mode="HTML", reply_markup=keyboard)
    assert set(sim.ok("copyMessage", chat_id=BORYS, from_chat_id=ANNA, message_id=first["message_id"])) == {"message_id"}
    copy = sim.messages(BORYS)[-1]
    assert copy["html"] == "<b>жирне</b>" and "forward_origin" not in copy and "inline_keyboard" not in copy
    photo = upload(sim, "photo", caption="старий")["message_id"]
    sim.ok("copyMessage", chat_id=BORYS, from_chat_id=ANNA, message_id=photo, caption="*новий*", parse_mode="MarkdownV2",
           reply_markup=keyboard)
    copy = sim.messages(BORYS)[-1]
    assert copy["html"] == "<b>новий</b>" and copy["inline_keyboard"]


@pytest.mark.parametrize("method, origin", [("forwardMessages", True), ("copyMessages", False)])
def test_several_at_once(sim, method, origin):  # noqa: F811
    ids = [upload(sim, "photo", caption=str(i))["message_id"] for i in range(2)]
    sent = sim.ok(method, chat_id=BORYS, from_chat_id=ANNA, message_ids=[ids[0], 999999, ids[1]], remove_caption=True)
    got = sim.messages(BORYS)[-2:]
    assert [m["message_id"] for m in got] == [m["message_id"] for m in sent]
    assert ["forward_origin" in m for m in got] == [origin] * 2
    assert [m.get("caption") for m in got] == (["0", "1"] if origin else [None, None])


# ---- edits ----

def test_media_are_replaced(sim):  # noqa: F811
    photo = upload(sim, "photo", caption="було")
    other = upload(sim, "document")["document"]["file_id"]
    place = {"chat_id": ANNA, "message_id": photo["message_id"]}
    edited = sim.ok("editMessageMedia", **place, media={"type": "document", "media": other, "caption": "стало"})
    assert "photo" not in edited and edited["document"]["file_id"] == other and edited["caption"] == "стало"
    same = {"type": "document", "media": other, "caption": "стало"}
    assert "message is not modified" in sim.refused("editMessageMedia", **place, media=same)[1]
    answer = sim.raw("editMessageMedia", data={**place, "media": '{"type":"photo","media":"attach://new"}'},
                     files={"new": ("n.jpg", b"new bytes")}).json()
    assert download(sim, answer["result"]["photo"][-1]["file_id"]) == b"new bytes"
    text = sim.ok("sendMessage", chat_id=ANNA, text="лише текст")["message_id"]
    assert "text" not in sim.ok("editMessageMedia", chat_id=ANNA, message_id=text, media=same)


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind not in ("video_note", "sticker")])
def test_captions_of_every_kind_are_edited(sim, kind):  # noqa: F811
    sent = upload(sim, kind)
    assert sim.ok("editMessageCaption", chat_id=ANNA, message_id=sent["message_id"], caption="новий")["caption"] == "новий"
