"""People's texts are data: whatever they hold, the card reaches all staff, complete and unbroken."""
import unicodedata

import pytest

from people import Answers, squeeze

HURT = {
    "tags": "<b>жирний</b> <script>alert(1)</script> </b></i> <a href='x'>",
    "ampersands": "& && &amp; &lt;b&gt; &#60; &nbsp; &quot;",
    "quotes": "\"подвійні\" 'одинарні' «ялинки» `зворотні` \\\\ \\n %s %d {name} {number}",
    "markdown": "*зірки* _низ_ [текст](http://a.b) ~x~ ||y||",
    "right to left": "\u202eשלום עולם\u202c مرحبا بالعالم",
    "zero width": "a\u200b\u200d\u2060b \ufeff c",
    "families": "👨‍👩‍👧‍👦🏳️‍🌈👩🏽‍💻" * 30,
    "combining": "Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞͉͚̯̞̠͍A̴̵̜̰͔ͫ͗͢L̠ͨͧͩ͘G̴̻͈͍͔̹̑͗̎̅͛́Ǫ̵̹̻̝̳͂̌̌͘!",
    "lines": "\n".join(f"{n}) рядок" for n in range(200)),
    "a command inside": "напишіть /start або /cancel, @admin #1 https://example.org/?a=1&b=2",
}


@pytest.mark.parametrize("description", HURT.values(), ids=HURT.keys())
@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_odd_descriptions_reach_all_staff_as_they_are(desk, description):
    boss, admin, person = desk.boss(), desk.admin(), desk.person()
    number = person.file_ticket(Answers(description=description))
    for staff in (boss, admin):
        assert visible(description) in visible(staff.card_text(number))
    assert visible(desk.tickets()[0]["description"]) == visible(description)


def visible(text):
    """Without what Telegram takes out of texts itself: marks of direction, heaps of combining marks."""
    return "".join(c for c in squeeze(text) if unicodedata.category(c) not in ("Cf", "Mn"))


LONG = {
    "3000 letters": "ї" * 3000,
    "3000 ampersands": "&" * 3000,
    "3000 emoji": "😀" * 3000,
    "3000 of mixed width": "a<ї😀&" * 600,
    "words": "слово " * 499 + "кінець",
}
MEDIA = {"nothing": None, "a photo": {"photo": True},
         "a photo with a long caption": {"photo": True, "caption": "&" * 1024}}


@pytest.mark.parametrize("media", MEDIA.values(), ids=MEDIA.keys())
@pytest.mark.parametrize("description", LONG.values(), ids=LONG.keys())
@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_long_descriptions_are_complete(desk, description, media):
    boss, admin, person = desk.boss(), desk.admin(), desk.person()
    number = person.file_ticket(Answers(description=description, media=media))
    for staff in (boss, admin):
        assert squeeze(description) in staff.card_text(number)
        assert len([m for m in staff.chat().bot_messages if m.media]) == (1 if media else 0)
    assert all(call["status"] == 200 for call in desk.simulator.calls("sendMessage"))


def test_a_long_description_with_an_album_of_ten_on_both_stores(desk):
    boss, admin, person = desk.boss(), desk.admin(), desk.person("😀")
    description = "a<ї😀&" * 600
    person.form_at("media", Answers(description=description, name="Ім'я <b>&"))
    person.album(10)
    person.at("priority")
    desk.simulator.wait_idle()
    number = person.walk(start="priority")
    for staff in (boss, admin):
        text = staff.card_text(number)
        assert squeeze(description) in text
        assert squeeze("Ім'я <b>&") in text
        assert len([m for m in staff.chat().bot_messages if m.media]) == 10


NAMES = {"one emoji": "😀", "tags": "<b>&amp;</b>", "right to left": "\u202eכהן"}


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES.keys())
@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_odd_profiles(desk, name):
    boss, person = desk.boss(), desk.person(name, last_name="</i>\"'&")
    person.start()
    number = person.file_ticket(Answers(name="<u>Ім'я</u> & Co \"x\""))
    assert "<u>Ім'я</u> & Co \"x\"" in boss.card(number).text


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_4096_emoji_are_refused_and_the_form_goes_on(desk):
    boss, person = desk.boss(), desk.person()
    person.form_at("description")
    person.say("😀" * 4096, "bad_description_length")
    assert boss.card(person.walk(start="description"))


def test_no_message_was_refused_for_its_markup(desk):
    boss, person = desk.boss(), desk.person("<i>")
    for description in HURT.values():
        boss.card(person.file_ticket(Answers(description=description)))
    refused = [call for call in desk.simulator.calls() if call["status"] != 200]
    assert refused == []
