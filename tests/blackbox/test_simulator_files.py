"""Files with bytes of their own: uploaded by people in the page, sent by the bot, looked at by the page."""
import struct
import zlib

import pytest
import requests

from process import limit
from test_simulator import ANNA, TOKEN, new_sim, sim  # noqa: F401 (fixtures)


def png(width, height):
    def chunk(name, data):
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
    rows = b"".join(b"\0" + b"\xff\0\0" * width for _ in range(height))
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
            + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))


JPEG = (b"\xff\xd8\xff\xe0\x00\x10JFIF\0\1\1\0\0\1\0\1\0\0" + b"\xff\xc4\x00\x04\0\0"
        + b"\xff\xc0\x00\x11\x08" + struct.pack(">HH", 33, 44) + b"\3\1\x11\0\2\x11\0\3\x11\0" + b"\xff\xd9")


def upload(sim, data, name, kind, content_type="application/octet-stream", **headers):  # noqa: F811
    return requests.post(f"{sim.url}/sim/upload", params={"name": name, "type": kind}, data=data,
                         headers={"Content-Type": content_type, **headers}, timeout=limit())


def uploaded(sim, *what):  # noqa: F811
    answer = upload(sim, *what)
    assert answer.status_code == 200, answer.text
    return {"upload": answer.json()["file"]}


def looked_at(sim, file_id):  # noqa: F811
    return requests.get(f"{sim.url}/sim/file", params={"file_id": file_id}, timeout=limit())


def last_media(sim):  # noqa: F811
    return sim.messages()[-1]["media"]


@pytest.mark.parametrize("data, content_type, extent", [(png(30, 20), "image/png", (30, 20)), (JPEG, "image/jpeg", (44, 33))])
def test_a_photo_is_the_one_that_was_uploaded(sim, data, content_type, extent):  # noqa: F811
    sim.control("send", **{"from": ANNA}, photo=uploaded(sim, data, "фото.jpg", "photo", content_type), caption="Ось")
    message = sim.updates(offset=-1)[0]["message"]
    small, whole = message["photo"]
    assert (whole["file_size"], whole["width"], whole["height"]) == (len(data), *extent) and message["caption"] == "Ось"
    media = last_media(sim)
    assert media["viewable"] is True and (media["width"], media["height"]) == extent
    for file_id in (small["file_id"], whole["file_id"], media["file_id"]):
        shown = looked_at(sim, file_id)
        assert (shown.content, shown.headers["Content-Type"]) == (data, content_type)
        assert shown.headers["Content-Disposition"] == "inline" and shown.headers["X-Content-Type-Options"] == "nosniff"
    path = sim.ok("getFile", file_id=whole["file_id"])["file_path"]
    assert requests.get(f"{sim.url}/file/bot{TOKEN}/{path}", timeout=limit()).content == data


def test_a_document_keeps_its_name_and_size(sim):  # noqa: F811
    page = b"<script>alert(1)</script>"
    sim.control("send", **{"from": ANNA}, document=uploaded(sim, page, "звіт за май.html", "document", "text/html"))
    document = sim.updates(offset=-1)[0]["message"]["document"]
    assert (document["file_name"], document["file_size"], document["mime_type"]) == ("звіт за май.html", len(page), "text/html")
    media = last_media(sim)
    assert media["file_name"] == "звіт за май.html" and "viewable" not in media
    shown = looked_at(sim, media["file_id"])
    assert shown.content == page and shown.headers["Content-Type"] == "application/octet-stream"
    assert shown.headers["Content-Disposition"] == "attachment" and shown.headers["X-Content-Type-Options"] == "nosniff"


def test_what_the_bot_uploads_can_be_looked_at(sim):  # noqa: F811
    picture = png(3, 2)
    sim.raw("sendDocument", data={"chat_id": ANNA}, files={"document": ("знімок.png", picture, "image/png")})
    assert last_media(sim)["viewable"] is True and looked_at(sim, last_media(sim)["file_id"]).content == picture
    sim.raw("sendDocument", data={"chat_id": ANNA}, files={"document": ("звіт.csv", b"a,b\n")})
    assert "viewable" not in last_media(sim) and looked_at(sim, last_media(sim)["file_id"]).content == b"a,b\n"


def test_made_up_files_have_nothing_to_look_at(sim):  # noqa: F811
    sim.control("send", **{"from": ANNA}, photo=True)
    assert "viewable" not in last_media(sim) and looked_at(sim, last_media(sim)["file_id"]).status_code == 404
    assert looked_at(sim, "nothing").status_code == looked_at(sim, "").status_code == 404


@pytest.mark.parametrize("data, name, kind", [
    (b"", "a.txt", "document"), (b"x", "", "document"), (b"x", "a/b", "document"), (b"x", "a\nb", "document"),
    (b"x", "ж" * 128, "document"), (b"x", "a", "video"), (None, "a.jpg", "photo")])
def test_what_cannot_be_uploaded(sim, data, name, kind):  # noqa: F811
    if data is None:
        data = b"x" * (10 * 1024 * 1024 + 1)  # as a parameter it would be the test's name
    assert upload(sim, data, name, kind).status_code == 400


def test_uploads_have_limits_and_a_kind(sim):  # noqa: F811
    assert upload(sim, b"x" * (65 * 1024 * 1024), "a.bin", "document").status_code == 413
    document = uploaded(sim, b"x", "a.bin", "document")
    for body in ({"photo": document}, {"document": {"upload": "nothing"}}):
        answer = sim.session.post(f"{sim.url}/sim/send", json={"from": ANNA, **body}, timeout=limit())
        assert answer.status_code == 400 and "file_id" in answer.json()["error"]
    assert upload(sim, b"x", "a.bin", "document", "text/plain", Origin="http://evil.example").status_code == 403


def test_a_broken_image_has_no_extent(sim):  # noqa: F811
    for data in (b"\xff\xd8\xff", b"\xff\xd8\xff\xe0\x00\x00\xff\xe0", b"\x89PNG\r\n\x1a\n", JPEG[:30]):
        sim.control("send", **{"from": ANNA}, photo=uploaded(sim, data, "a.jpg", "photo"))
        assert last_media(sim)["width"] > 0 and looked_at(sim, last_media(sim)["file_id"]).content == data
