"""Formatted texts in the simulator: MarkdownV2, the old Markdown, entities given and found, link previews."""
import pytest

from test_simulator import ANNA, BORYS, new_sim, sim  # noqa: F401 (fixtures)


def html_of(sim, text, mode):  # noqa: F811
    sim.ok("sendMessage", chat_id=ANNA, text=text, parse_mode=mode)
    return sim.messages()[-1]["html"]


@pytest.mark.parametrize("text, html", [
    ("*ж* _п_ __к__ ~з~ ||с|| `код`", "<b>ж</b> <i>п</i> <u>к</u> <s>з</s> <tg-spoiler>с</tg-spoiler> <code>код</code>"),
    ("*ж _п __к___*", "<b>ж <i>п <u>к</u></i></b>"),
    ("1\\. a\\-b \\\\ \\*", "1. a-b \\ *"),
    ("😀*ж*😀", "😀<b>ж</b>😀"),
    ("[л](https://x.ua/\\)a)", '<a href="https://x.ua/)a">л</a>'),
    ("[x\\.ua]", '<a href="http://x.ua/">x.ua</a>'),
    ("[Б](tg://user?id=%d)" % BORYS, '<a href="tg://user?id=%d">Б</a>' % BORYS),
    ("[нікуди](так)", "нікуди"),
    ("**порожнє", "порожнє"),
    ("```py\na*b\n```", '<pre><code class="language-py">a*b</code></pre>'),
    ("```\na.b```", "<pre>a.b</pre>"),
    ("`a\\`b_c`", "<code>a`b_c</code>"),
    (">ц *ж*\n>ще\nпісля", "<blockquote>ц <b>ж</b>\nще\n</blockquote>після"),
    (">ц", "<blockquote>ц</blockquote>"),
    (">ц\n>ще||\nпісля", "<blockquote expandable>ц\nще\n</blockquote>після"),
    (">ц||", "<blockquote expandable>ц</blockquote>"),
    ("![👍](tg://emoji?id=5368324170671202286)", '<tg-emoji emoji-id="5368324170671202286">👍</tg-emoji>'),
])
def test_markdown_v2(sim, text, html):  # noqa: F811
    assert html_of(sim, text, "MarkdownV2") == html


@pytest.mark.parametrize("text, html", [
    ("*ж* _п_ `код` a.b!", "<b>ж</b> <i>п</i> <code>код</code> a.b!"),
    ("\\*a\\_", "*a_"),
    ("[л](http://x.ua/a)", '<a href="http://x.ua/a">л</a>'),
    ("```c\nx;```", '<pre><code class="language-c">x;</code></pre>'),
    ("*a _b*", "<b>a _b</b>"),
    ("[x.ua]", '<a href="http://x.ua/">x.ua</a>'),
])
def test_old_markdown(sim, text, html):  # noqa: F811
    assert html_of(sim, text, "markdown") == html


FOUND = [
    ("пишіть @anna_k, сюди", [("mention", "@anna_k")]),
    ("a@anna_k @abc @" + "x" * 33, []),
    ("/start@techsupport_bot і /help та/ні a/b", [("bot_command", "/start@techsupport_bot"), ("bot_command", "/help")]),
    ("/1/2 </b>", []),
    ("#терміново, #1 #a#b x#y", [("hashtag", "#терміново")]),
    ("😀 https://example.com/a(b)?q=1. Далі", [("url", "https://example.com/a(b)?q=1")]),
    ("(див. example.com/шлях) HTTP://X.ABC", [("url", "example.com/шлях"), ("url", "HTTP://X.ABC")]),
    ("сайт.укр і 10.0.0.1:8080/a", [("url", "сайт.укр"), ("url", "10.0.0.1:8080/a")]),
    ("файл.txt версія 1.2.3 кінець.Початок a.b", []),
    ("ftp://host.ua http://host a..ua", [("url", "ftp://host.ua")]),
    ("it.desk+x@example.com.ua!", [("email", "it.desk+x@example.com.ua")]),
    ("@@name user@ @name.", [("mention", "@name"), ("mention", "@name")]),
]


@pytest.mark.parametrize("text, expected", FOUND)
def test_found_entities(sim, text, expected):  # noqa: F811
    def seen(message):
        units = message["text"].encode("utf-16-le")
        return [(e["type"], units[2 * e["offset"]:2 * (e["offset"] + e["length"])].decode("utf-16-le"))
                for e in message.get("entities", [])]
    sim.says(ANNA, text)
    assert seen(sim.updates(offset=-1)[0]["message"]) == expected
    assert seen(sim.ok("sendMessage", chat_id=ANNA, text=text)) == expected


def test_nothing_is_found_inside_what_is_no_prose(sim):  # noqa: F811
    message = sim.ok("sendMessage", chat_id=ANNA, parse_mode="HTML",
                     text="<code>/start</code> <a href='https://x.ua'>y.ua</a> <b>#тег</b> <pre>@name_x</pre>")
    assert [e["type"] for e in message["entities"]] == ["code", "text_link", "hashtag", "bold", "pre"]


def test_entities_instead_of_a_parse_mode(sim):  # noqa: F811
    custom = {"offset": 0, "length": 2, "type": "custom_emoji", "custom_emoji_id": "5368324170671202286"}
    bold = {"offset": 3, "length": 4, "type": "bold"}
    found = {"offset": 8, "length": 4, "type": "url"}
    sent = sim.ok("sendMessage", chat_id=ANNA, text="👍 жирн x.ua", entities=[custom, bold, found])
    assert sent["entities"] == [custom, bold, found]
    photo = sim.raw("sendPhoto", data={"chat_id": ANNA, "caption": "👍 жирн", "caption_entities": f'[{{"offset":3,"length":4,"type":"bold"}}]'},
                    files={"photo": ("p.jpg", b"x")}).json()["result"]
    assert photo["caption_entities"] == [bold]
    edited = sim.ok("editMessageText", chat_id=ANNA, message_id=sent["message_id"], text="жирн", entities=[{**bold, "offset": 0}])
    assert edited["entities"] == [{**bold, "offset": 0}]


def test_people_write_formatted(sim):  # noqa: F811
    sim.says(ANNA, "<b>ж</b> <tg-emoji emoji-id='77'>👍</tg-emoji> x.ua", parse_mode="HTML")
    message = sim.updates(offset=-1)[0]["message"]
    assert message["text"] == "ж 👍 x.ua"
    assert [(e["type"], e.get("custom_emoji_id")) for e in message["entities"]] == [("bold", None), ("custom_emoji", "77"), ("url", None)]
    given = [{"offset": 0, "length": 2, "type": "custom_emoji", "custom_emoji_id": "9"}]
    sim.says(ANNA, "👍", entities=given)
    assert sim.updates(offset=-1)[0]["message"]["entities"] == given


@pytest.mark.parametrize("params, kept", [
    ({"link_preview_options": {"is_disabled": True}}, {"is_disabled": True}),
    ({"link_preview_options": {"url": "https://x.ua/", "show_above_text": True, "is_disabled": False}},
     {"url": "https://x.ua/", "show_above_text": True}),
    ({"disable_web_page_preview": True}, {"is_disabled": True}),
    ({"link_preview_options": {}}, None), ({}, None),
])
def test_link_previews(sim, params, kept):  # noqa: F811
    sent = sim.ok("sendMessage", chat_id=ANNA, text="x.ua", **params)
    assert sent.get("link_preview_options") == kept
    edited = sim.ok("editMessageText", chat_id=ANNA, message_id=sent["message_id"], text="y.ua", **params)
    assert edited.get("link_preview_options") == kept
