"""The chat page in a real browser: what a person sees there and can do."""
import re
import struct
import zlib

import pytest
import requests
from selenium import webdriver
from selenium.common.exceptions import NoSuchElementException, StaleElementReferenceException
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import WebDriverWait

from process import ROOT, limit
from test_simulator import ANNA, BORYS, new_sim, sim  # noqa: F401 (fixtures)

FLAGS = ("--headless --no-sandbox --disable-gpu --no-first-run --disable-background-networking --disable-component-update "
         "--disable-sync --window-size=1280,800").split()


@pytest.fixture(scope="module")
def browser():
    options = webdriver.ChromeOptions()
    for flag in FLAGS:
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    driver = webdriver.Chrome(service=Service("/usr/bin/chromedriver"), options=options)
    yield driver
    driver.quit()


class Page:
    def __init__(self, browser, sim, query=f"?people={ANNA},{BORYS}&lang=uk"):  # noqa: F811
        self.browser, self.sim = browser, sim
        browser.get(f"{sim.url}/{query}")
        self.until(lambda: len(self.columns()) == 2)

    def until(self, condition):
        # What is looked at may be drawn anew meanwhile.
        passing = (NoSuchElementException, StaleElementReferenceException)
        return WebDriverWait(self.browser, limit(), 0.05, passing).until(lambda _: condition())

    def columns(self):
        return self.browser.find_elements(By.CSS_SELECTOR, ".column")

    def all(self, selector, column=0):
        return self.columns()[column].find_elements(By.CSS_SELECTOR, selector)

    def one(self, selector, column=0):
        return self.until(lambda: self.all(selector, column))[0]

    def press_keys(self, *keys):
        """Keys to whatever has the focus."""
        ActionChains(self.browser).send_keys(*keys).perform()

    def focused(self):
        return self.browser.switch_to.active_element

    def bodies(self, column=0):
        return self.browser.execute_script(
            "return Array.from(document.querySelectorAll('.column')[arguments[0]].querySelectorAll('.item:not(.gone) .body'), "
            "node => Array.from(node.childNodes).filter(child => child.className !== 'meta')"
            ".map(child => child.textContent).join(''))", column)

    def shows(self, text, column=0):
        return self.until(lambda: text in self.bodies(column))


@pytest.fixture
def page(browser, sim):  # noqa: F811
    made = Page(browser, sim)
    yield made
    mistakes = [entry for entry in browser.get_log("browser") if entry["level"] == "SEVERE"]
    browser.get("about:blank")
    assert mistakes == []


def test_texts_are_text_and_entities_are_formatting(page):
    evil = '<img src=x onerror="document.title=1"> & <b>not bold</b>'
    page.sim.says(ANNA, evil)
    page.shows(evil)
    page.sim.ok("sendMessage", chat_id=ANNA, parse_mode="HTML",
                text="<b>жирний <i>і похилий 😀</i></b> <code>код</code> <a href='https://example.com/'>лінк</a>")
    page.shows("жирний і похилий 😀 код лінк")
    last = page.all(".body")[-1]
    assert last.find_element(By.CSS_SELECTOR, "b > i").text == "і похилий 😀"
    assert last.find_element(By.CSS_SELECTOR, "a").get_attribute("href") == "https://example.com/"
    assert page.browser.title != "1"


def test_two_people_side_by_side(page):
    page.one("textarea").send_keys("перший рядок", Keys.SHIFT, Keys.ENTER, Keys.NULL, "другий", Keys.ENTER)
    page.shows("перший рядок\nдругий")
    page.one("textarea", 1).send_keys("від Бориса", Keys.ENTER)
    page.shows("від Бориса", 1)
    assert "від Бориса" not in page.bodies(0)
    texts = [u["message"]["text"] for u in page.sim.updates()]
    assert texts[-2:] == ["перший рядок\nдругий", "від Бориса"]


def test_inline_buttons_toasts_and_alerts(page):
    page.sim.ok("sendMessage", chat_id=BORYS, text="Заявка", reply_markup={"inline_keyboard": [
        [{"text": "✅ Прийняти", "callback_data": "accept:1"}, {"text": "❌ Відхилити", "callback_data": "reject:1"}]]})
    buttons = page.until(lambda: page.all(".inline button", 1))
    assert [button.text for button in buttons] == ["✅ Прийняти", "❌ Відхилити"]
    for button, answer in ((buttons[0], {"text": "Прийнято"}), (buttons[1], {"text": "Вже ні", "show_alert": True})):
        last = page.sim.updates(offset=-1)[0]["update_id"]
        button.click()
        query = page.until(lambda seen=last: [u for u in page.sim.updates(offset=-1) if u["update_id"] > seen])[0]["callback_query"]
        assert "waiting" in button.get_attribute("class")
        page.sim.ok("answerCallbackQuery", callback_query_id=query["id"], **answer)
    page.until(lambda: page.one(".toast", 1).text == "Прийнято")
    page.until(lambda: page.browser.find_element(By.ID, "alert-text").text == "Вже ні")
    page.browser.find_element(By.CSS_SELECTOR, "#alert-dialog button").click()


def test_reply_keyboard_and_contact(page):
    sent = page.sim.ok("sendMessage", chat_id=ANNA, text="Телефон?", reply_markup={
        "keyboard": [[{"text": "📞 Надіслати", "request_contact": True}], ["⬅️ Назад"]], "input_field_placeholder": "номер"})
    page.until(lambda: [b.text for b in page.all(".keyboard button")] == ["📞 Надіслати", "⬅️ Назад"])
    assert page.one("textarea").get_attribute("placeholder") == "номер"
    page.all(".keyboard button")[0].click()
    contact = page.until(lambda: page.sim.updates(offset=-1)[0]["message"].get("contact"))
    assert contact["user_id"] == ANNA and not contact["phone_number"].startswith("+")
    page.all(".keyboard button")[1].click()
    page.shows("⬅️ Назад")
    page.sim.ok("deleteMessage", chat_id=ANNA, message_id=sent["message_id"])
    page.until(lambda: not page.one(".keyboard").is_displayed())
    page.until(lambda: "Телефон?" not in page.bodies())


def test_attachments_and_albums(page):
    page.one("textarea").send_keys("підпис")
    page.one(".open-attach").click()
    page.one('.attach [data-kind="photo"]').click()
    page.shows("підпис")
    page.one(".open-attach").click()
    page.one('.attach [data-kind="album"]').click()
    page.until(lambda: any(len(box.find_elements(By.CSS_SELECTOR, ".tile")) == 3 for box in page.all(".tiles")))
    page.sim.control("send", **{"from": ANNA}, document={"file_name": "звіт.pdf"})
    page.until(lambda: any("звіт.pdf" in tile.text for tile in page.all(".tile.file")))


def test_every_kind_of_medium_is_shown(page):
    def shown():
        return [node.text.replace("\n", " ") for node in page.all(".tile, .sticker")]
    kinds = {"video": {"duration": 75}, "animation": True, "voice": {"duration": 12}, "video_note": True, "sticker": True,
             "audio": {"title": "Гімн", "performer": "Хор", "duration": 184}}
    for kind, facts in kinds.items():
        page.sim.control("send", **{"from": ANNA}, **{kind: facts})
    page.until(lambda: shown() == ["Відео 1:15", "GIF 0:03", "0:12", "Відеоповідомлення 0:07", "🙂", "Хор — Гімн 3:04 · 53 КБ"])
    assert len(page.all(".wave i")) > 20 and len(page.all(".item.bare")) == 2
    icons = {node.get_attribute("href") for node in page.all(".tile use")}
    assert icons == {f"#icon-{kind}" for kind in kinds if kind != "sticker"}
    assert all(page.browser.execute_script("return document.querySelector(arguments[0]) !== null", icon) for icon in icons)
    page.sim.control("send", **{"from": ANNA}, photo=True, has_spoiler=True)
    page.until(lambda: shown()[-1] == "Фото під спойлером")


def test_forwards_name_their_author(page):
    page.sim.says(ANNA, "чуже", forward_from=BORYS)
    page.sim.says(ANNA, "нічиє", forward_from="Хтось Прихований")
    page.until(lambda: [note.text for note in page.all(".note")] == ["Переслано від Borys", "Переслано від Хтось Прихований"])
    page.one(".open-attach").click()
    page.one('.attach [data-kind="forward"]').click()
    origin = page.until(lambda: page.sim.updates(offset=-1)[0]["message"].get("forward_origin", {}).get("sender_user"))
    assert origin["id"] != ANNA


def test_what_is_found_in_a_text_is_a_link(page):
    page.sim.says(ANNA, "див. x.ua/a або @anna_k #тег /help")
    page.shows("див. x.ua/a або @anna_k #тег /help")
    links = page.all(".body")[-1].find_elements(By.TAG_NAME, "a")
    assert [(link.text, link.get_attribute("href")) for link in links] == [
        ("x.ua/a", "http://x.ua/a"), ("@anna_k", None), ("#тег", None)]
    page.all(".body")[-1].find_element(By.CSS_SELECTOR, ".command").click()
    page.until(lambda: page.bodies()[-1] == "/help")


def test_commands_menu(page):
    page.sim.ok("setMyCommands", commands=[{"command": "help", "description": "допомога"}])
    page.until(lambda: page.browser.execute_script(
        "return document.querySelector('.commands').textContent") == "/helpдопомога")
    page.one(".open-commands").click()
    page.one(".commands button").click()
    page.shows("/help")


def test_edits_and_deletions_show_at_once(page):
    message = page.sim.ok("sendMessage", chat_id=ANNA, text="до")["message_id"]
    page.shows("до")
    page.sim.ok("editMessageText", chat_id=ANNA, message_id=message, text="після")
    page.shows("після")
    assert "до" not in page.bodies()
    page.sim.ok("deleteMessage", chat_id=ANNA, message_id=message)
    page.until(lambda: "після" not in page.bodies())


def test_another_person_can_be_added(page):
    page.browser.find_element(By.ID, "new-person").click()
    form = page.browser.find_element(By.CSS_SELECTOR, "#person-dialog form")
    page.until(form.is_displayed)
    form.find_element(By.NAME, "first_name").send_keys("Новенька")
    form.find_element(By.CSS_SELECTOR, "button.primary").click()
    page.until(lambda: len(page.columns()) == 3)
    assert "Новенька" in page.one(".chooser", 2).text
    page.until(lambda: page.one(".start", 2).is_displayed())
    page.one(".start", 2).click()
    page.shows("/start", 2)


def test_enter_adds_the_person_and_escape_nobody(page):
    def open_dialog():
        page.browser.find_element(By.ID, "new-person").click()
        return page.browser.find_element(By.CSS_SELECTOR, "#person-dialog form")

    form = open_dialog()
    page.until(form.is_displayed)
    form.find_element(By.NAME, "first_name").send_keys("Ганна", Keys.ENTER)
    page.until(lambda: len(page.columns()) == 3)
    assert "Ганна" in page.one(".chooser", 2).text
    form = open_dialog()
    page.until(form.is_displayed)
    form.find_element(By.NAME, "first_name").send_keys("Ніхто", Keys.ESCAPE)
    page.until(lambda: not form.is_displayed())
    state = requests.get(f"{page.sim.url}/sim/state", timeout=limit()).json()
    assert not [person for person in state["people"] if person["first_name"] == "Ніхто"]


def test_blocking(page):
    page.one(".open-more").click()
    page.one(".block").click()
    page.until(lambda: page.one(".unblock").is_displayed())
    assert page.sim.refused("sendMessage", chat_id=ANNA, text="x")[0] == 403 and not page.one("textarea").is_displayed()
    page.one(".unblock").click()
    page.until(lambda: page.one("textarea").is_displayed())
    page.sim.ok("sendMessage", chat_id=ANNA, text="знову тут")
    page.shows("знову тут")


def test_nothing_comes_from_elsewhere(page):
    page.shows("/start")
    log = page.browser.get_log("performance")
    asked = {entry["message"].split('"url":"', 1)[1].split('"', 1)[0] for entry in log if "Network.requestWillBeSent\"" in entry["message"]}
    assert all(url.startswith((page.sim.url, "http://127.0.0.1:", "about:", "data:")) for url in asked), asked
    for path in ("/", "/index.html", "/style.css", "/page.js"):
        assert requests.get(page.sim.url + path, timeout=limit()).status_code == 200


def png(path, colour=(200, 40, 40)):
    """A real picture of 40 × 30 in one colour."""
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    rows = (b"\0" + bytes(colour) * 40) * 30
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 40, 30, 8, 2, 0, 0, 0))
                     + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))
    return path


def test_files_are_uploaded_and_photos_shown(page, tmp_path):
    page.one(".file").send_keys(f"{png(tmp_path / 'red.png')}\n{png(tmp_path / 'blue.png', (30, 30, 200))}")
    page.until(lambda: len(page.all(".tray li")) == 2)
    page.one("textarea").send_keys("два фото", Keys.ENTER)
    page.shows("два фото")
    page.until(lambda: [image.get_property("naturalWidth") for image in page.all(".tile img")] == [40, 40])
    assert not page.one(".tray").is_displayed()
    page.all(".tile.shown")[0].click()
    photo = page.browser.find_element(By.CSS_SELECTOR, "#photo-dialog img")
    page.until(lambda: photo.is_displayed() and photo.get_property("naturalWidth") == 40)
    page.press_keys(Keys.ESCAPE)
    page.until(lambda: not photo.is_displayed())
    assert page.focused() == page.all(".tile.shown")[0]

    (tmp_path / "план.txt").write_text("текст", encoding="utf-8")
    page.one(".file").send_keys(str(tmp_path / "план.txt"))
    page.until(lambda: page.all(".tray li"))
    page.one("textarea").send_keys(Keys.ENTER)
    link = page.until(lambda: page.all("a.tile.file"))[0]
    assert requests.get(link.get_attribute("href"), timeout=limit()).text == "текст"


def test_a_message_is_answered_and_edited_with_the_keyboard(page):
    page.sim.ok("sendMessage", chat_id=ANNA, text="Як справи?")
    page.shows("Як справи?")
    page.one(".messages").send_keys(Keys.ARROW_UP)
    page.press_keys(Keys.ENTER, Keys.ENTER)  # the message's menu, and its first row
    page.until(lambda: page.one(".replying").is_displayed())
    page.press_keys("Добре", Keys.ENTER)
    page.until(lambda: [quote.text for quote in page.all(".mine .quote")] == ["Бот\nЯк справи?"])
    page.until(lambda: "reply_to_message" in page.sim.updates(offset=-1)[0].get("message", {}))
    page.press_keys(Keys.ARROW_UP)
    page.until(lambda: page.one("textarea").get_property("value") == "Добре")
    page.press_keys(" дуже", Keys.ENTER)
    page.shows("Добре дуже")
    assert "змінено" in page.all(".mine .meta")[-1].text and "Добре" not in page.bodies()
    page.until(lambda: "edited_message" in page.sim.updates(offset=-1)[0])


def test_menus_are_walked_with_arrows_and_give_the_focus_back(page):
    opener = page.one(".open-attach")
    opener.send_keys(Keys.ENTER)
    assert page.focused().get_attribute("data-kind") == "file" and opener.get_attribute("aria-expanded") == "true"
    page.press_keys(Keys.ARROW_UP)
    assert page.focused().get_attribute("data-kind") == "forward"
    page.press_keys(Keys.ESCAPE)
    assert page.focused() == opener and not page.one(".attach").is_displayed()


def test_the_keyboard_folds(page):
    page.sim.ok("sendMessage", chat_id=ANNA, text="Оберіть", reply_markup={"keyboard": [["Так", "Ні"]]})
    page.until(lambda: page.one(".keyboard").is_displayed())
    page.one(".toggle-keyboard").click()
    assert not page.one(".keyboard").is_displayed()
    page.one(".toggle-keyboard").click()
    assert page.one(".keyboard").is_displayed()


def test_a_link_of_the_bot_opens_it(page):
    name = page.sim.ok("getMe")["username"]
    page.sim.says(ANNA, f"https://t.me/{name}?start=room_12")
    page.until(lambda: page.all(".body a"))[0].click()
    page.shows("/start room_12")
    page.browser.get(f"{page.sim.url}/?people={BORYS}&lang=uk&start=room_7")
    page.shows("/start room_7")
    assert "start" not in page.browser.current_url


def test_read_further_up_one_is_told_what_came(page):
    for number in range(40):
        page.sim.says(ANNA, f"рядок {number}")
    page.shows("рядок 39")
    page.browser.execute_script("document.querySelector('.messages').scrollTop = 0")
    page.until(lambda: page.one(".jump").is_displayed())
    page.sim.ok("sendMessage", chat_id=ANNA, text="нове")
    page.until(lambda: page.one(".unread").text == "1")
    page.one(".jump").click()
    page.until(lambda: not page.one(".jump").is_displayed())


def test_people_are_chosen_for_a_button_that_asks(page):
    page.sim.ok("sendMessage", chat_id=ANNA, text="Кого?", reply_markup={
        "keyboard": [[{"text": "Вибрати", "request_users": {"request_id": 5}}]]})
    page.until(lambda: page.all(".keyboard button"))[0].click()
    choice = page.browser.find_element(By.CSS_SELECTOR, f'#users-dialog input[value="{BORYS}"]')
    choice.click()
    choice.send_keys(Keys.ENTER)
    shared = page.until(lambda: page.sim.updates(offset=-1)[0].get("message", {}).get("users_shared"))
    assert shared["user_ids"] == [BORYS]


def test_the_pane_has_updates_calls_and_faults(page):
    page.browser.find_element(By.ID, "pane-toggle").click()
    names = lambda: [node.text for node in page.browser.find_elements(By.CSS_SELECTOR, ".entry .name")]  # noqa: E731
    page.sim.says(ANNA, "<b>слово</b>")
    page.sim.ok("sendMessage", chat_id=BORYS, text="відповідь")
    page.until(lambda: names()[:2] == ["sendMessage", "message"])
    page.browser.find_elements(By.CSS_SELECTOR, ".entry summary")[1].click()
    page.until(lambda: '"text": "<b>слово</b>"' in page.browser.find_element(By.CSS_SELECTOR, ".entry .json").text)
    flood = page.browser.find_element(By.CSS_SELECTOR, '[data-fault="flood"]')
    flood.click()
    page.until(lambda: "429" in page.browser.find_element(By.ID, "fault-state").text)
    assert page.sim.refused("sendMessage", chat_id=ANNA, text="x")[0] == 429
    page.until(lambda: "429" in page.browser.find_element(By.CSS_SELECTOR, ".entry .outcome.fail").text)
    away = page.browser.find_element(By.CSS_SELECTOR, '[data-fault="away"]')
    away.click()
    page.until(lambda: away.get_attribute("aria-pressed") == "true")
    with pytest.raises(requests.ConnectionError):
        page.sim.call("getMe")
    away.click()
    page.until(lambda: away.get_attribute("aria-pressed") == "false")
    assert page.sim.ok("getMe") and not page.browser.find_element(By.CSS_SELECTOR, "[data-hook]").is_displayed()


def test_both_languages_have_every_text(page):
    texts = page.browser.execute_async_script(
        "const done = arguments[0]; import('/texts.js').then(module => done(module.TEXTS))")
    assert set(texts["uk"]) == set(texts["en"])
    assert not [key for key, text in texts["en"].items() if re.search("[а-яіїєґ]", text, re.I) and key[:14] != "other_language"]
    for path in (ROOT / "simulator" / "page").iterdir():
        assert path.name == "texts.js" or not re.search("[а-яіїєґ]", path.read_text(encoding="utf-8"), re.I), path
    page.browser.get(f"{page.sim.url}/?people={ANNA}&lang=en&theme=dark")
    page.until(lambda: page.one("textarea").get_attribute("placeholder") == "Message")
    assert page.browser.execute_script("return document.documentElement.lang + document.documentElement.dataset.theme") == "endark"
