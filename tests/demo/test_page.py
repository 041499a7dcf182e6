"""The demo's page as a product: everything that the bot does through it, at a desk's and at a phone's width, with the
keyboard alone, through outages, and without barriers (axe)."""
import subprocess

import pytest
import requests
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

import catalogue
from people import ACCEPT, CALL, NEW_TICKET, PRIORITIES, SEND_PHONE, SKIP
from process import ROOT
from test_first_ticket import BOSS, COMPLETE, DESCRIPTION, NAME, USER, Phone, demo, file_ticket  # noqa: F401 (fixture)
from test_simulator_page import browser, png  # noqa: F401 (fixture)

DESK, POCKET = (1440, 900), (390, 844)
PEOPLE = ("1001", "2001")
LIKE = "👍"
BROADCAST, SEND = "📨 Створити розсилку", "✅ Надіслати"
STAFF, ADD, REMOVE = "👥 Керування персоналом", "➕ Додати адміна", "➖ Видалити адміна"
CAST = "Завтра о 9:00 мережа не працюватиме"


class Phones(Phone):
    """The page at some width; at a phone's, whose phone is used comes first."""

    def __init__(self, browser, demo, size=DESK, more=""):  # noqa: F811
        browser.get("about:blank")
        browser.get_log("browser")  # what the end of another demo left there
        super().__init__(browser, demo)
        self.size = size
        self.browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride",
                                     {"width": size[0], "height": size[1], "deviceScaleFactor": 1, "mobile": False})
        if more:
            browser.get(f"{self.url}/?people={','.join(PEOPLE)}&lang=uk{more}")
            self.until(lambda: len(self.columns()) == 2)

    def find(self, selector):
        return self.until(lambda: self.browser.find_elements(By.CSS_SELECTOR, selector))[0]

    def tab(self, name):
        if self.size == POCKET:
            self.find(f'.tab[data-tab="{name}"]').click()

    def type(self, column, text):
        self.tab(PEOPLE[column])
        super().type(column, text)

    def press(self, column, label, where=".keyboard"):
        self.tab(PEOPLE[column])
        super().press(column, label, where)

    def heard(self, column, text):
        """Until some message is that text of the catalogue."""
        self.until(lambda: any(catalogue.says(body, text) for body in self.bodies(column)))

    def get(self, path):
        return requests.get(f"{self.url}/sim/{path}", timeout=60).json()

    def mistakes(self):
        return [entry for entry in self.browser.get_log("browser") if entry["level"] == "SEVERE"]

    def barriers(self, where):
        """What axe finds, with the place of the page that it was looked for in."""
        found = self.browser.execute_async_script(
            "const done = arguments[0]; axe.run(document, {resultTypes: ['violations']}).then(result => done("
            "result.violations.map(one => [one.id, one.nodes.map(node => node.html + ' ' + node.failureSummary).slice(0, 3)])))")
        return [(where, *one) for one in found]


def take_ticket(phones):
    file_ticket(phones)
    phones.press(BOSS, ACCEPT, ".inline")
    phones.heard(USER, "notice_accepted")
    phones.press(BOSS, COMPLETE, ".inline")
    phones.heard(USER, "notice_completed")


def call_to_the_server_room(phones):
    phones.press(USER, CALL)
    phones.press(BOSS, LIKE, ".inline")
    phones.heard(USER, "call_coming")


def broadcast(phones):
    phones.press(BOSS, BROADCAST)
    phones.answered(BOSS, "ask_cast_text")
    phones.type(BOSS, CAST)
    phones.press(BOSS, SKIP)
    phones.press(BOSS, SEND, ".inline")
    phones.shows(CAST, USER)


def staff_change(phones):
    phones.press(BOSS, STAFF)
    phones.press(BOSS, ADD)
    phones.type(BOSS, PEOPLE[USER])
    phones.heard(USER, "staff_welcome")
    phones.tab(PEOPLE[USER])
    phones.until(lambda: BROADCAST in [button.text for button in phones.all(".keyboard button", USER)])


@pytest.mark.parametrize("size", [DESK, POCKET])
def test_what_the_bot_does(browser, demo, size):  # noqa: F811
    phones = Phones(browser, demo, size)
    phones.answered(USER, "greeting")
    phones.answered(BOSS, "greeting_staff")
    for story in (take_ticket, call_to_the_server_room, broadcast, staff_change):
        story(phones)
        assert phones.overflowing() == []
    assert phones.mistakes() == []


def test_a_ticket_with_the_keyboard_alone(browser, demo):  # noqa: F811
    phones = Phones(browser, demo)
    phones.answered(USER, "greeting")

    def go_to(label):
        """Tab, until the focus is on what is called so in the first phone."""
        name = ("const node = document.activeElement, column = node.closest('.column');"
                "return column && column !== document.querySelector('.column') ? '' : node.getAttribute('aria-label') || node.textContent")
        for _ in range(80):
            if browser.execute_script(name) == label:
                return
            phones.press_keys(Keys.TAB)
        raise AssertionError(f"the focus never comes to {label}")

    def press(label, answer):
        phones.until(lambda: label in [button.text for button in phones.all(".keyboard button", USER)])
        go_to(label)
        phones.press_keys(Keys.ENTER)
        phones.answered(USER, answer)

    def write(text, answer):
        go_to("Повідомлення")
        phones.press_keys(text, Keys.ENTER)
        phones.answered(USER, answer)

    press(NEW_TICKET, "ask_name")
    write(NAME, "ask_phone")
    press(SEND_PHONE, "ask_description")
    write(DESCRIPTION, "ask_media")
    go_to("Вкласти")
    phones.press_keys(Keys.ENTER, Keys.ARROW_DOWN, Keys.ENTER)  # the first sample is a photo
    phones.answered(USER, "ask_priority")
    press(PRIORITIES[0], "ticket_filed")
    assert phones.mistakes() == []


def test_an_uploaded_picture_is_seen_by_the_staff(browser, demo, tmp_path):  # noqa: F811
    phones = Phones(browser, demo)
    for label, answer in ((NEW_TICKET, "ask_name"), (NAME, "ask_phone"), ("+380671112233", "ask_description"),
                          (DESCRIPTION, "ask_media")):
        phones.type(USER, label)
        phones.answered(USER, answer)
    phones.one(".file", USER).send_keys(str(png(tmp_path / "screen.png")))
    phones.until(lambda: phones.all(".tray li", USER))
    phones.one("textarea", USER).send_keys(Keys.ENTER)
    phones.answered(USER, "ask_priority")
    phones.press(USER, PRIORITIES[1])
    phones.until(lambda: [image.get_property("naturalWidth") for image in phones.all(".tile img", BOSS)] == [40])
    assert phones.mistakes() == []


@pytest.mark.parametrize("event, field", [("drop", "dataTransfer"), ("paste", "clipboardData")])
def test_a_picture_that_is_dropped_or_pasted_is_sent(browser, demo, event, field):  # noqa: F811
    phones = Phones(browser, demo)
    phones.answered(USER, "greeting")
    browser.execute_async_script(
        "const [input, event, field, done] = arguments, canvas = document.createElement('canvas');"
        "canvas.width = canvas.height = 40;"
        "canvas.toBlob(blob => {"
        "  const data = new DataTransfer();"
        "  data.items.add(new File([blob], 'screen.png', {type: 'image/png'}));"
        "  const made = new Event(event, {bubbles: true, cancelable: true});"
        "  made[field] = data;"
        "  input.dispatchEvent(made);"
        "  done(made.defaultPrevented);"
        "});", phones.one("textarea", USER), event, field)
    phones.until(lambda: [item.text for item in phones.all(".tray li", USER)] == ["screen.png"])
    phones.one("textarea", USER).send_keys(Keys.ENTER)
    phones.until(lambda: [image.get_property("naturalWidth") for image in phones.all(".tile img", USER)] == [40])
    assert phones.mistakes() == []


def test_another_language_keeps_what_is_being_written(browser, demo):  # noqa: F811
    phones = Phones(browser, demo)
    phones.answered(USER, "greeting")
    for column, text in ((USER, "не друкує"), (BOSS, "іду")):
        phones.one("textarea", column).send_keys(text)
    phones.find("#language").click()
    phones.until(lambda: browser.find_element(By.TAG_NAME, "html").get_attribute("lang") == "en")
    phones.until(lambda: len(phones.columns()) == 2)
    assert [phones.one("textarea", column).get_property("value") for column in (USER, BOSS)] == ["не друкує", "іду"]
    browser.refresh()
    phones.until(lambda: len(phones.columns()) == 2)
    assert phones.one("textarea", USER).get_property("value") == ""
    assert phones.mistakes() == []


def test_the_bot_is_stopped_and_started_again(browser, demo):  # noqa: F811
    phones = Phones(browser, demo, more="&pane=1")
    phones.answered(USER, "greeting")
    button, state = phones.find('[data-hook="stop"]'), phones.find("#fault-state")
    button.click()
    phones.until(lambda: button.get_attribute("aria-pressed") == "true")
    phones.press(USER, NEW_TICKET)
    phones.until(lambda: "1" in state.text)
    assert not any(catalogue.says(body, "ask_name") for body in phones.bodies(USER))
    button.click()
    phones.answered(USER, "ask_name")
    phones.until(lambda: button.get_attribute("aria-pressed") == "false")
    assert [catalogue.says(body, "ask_name") for body in phones.bodies(USER)].count(True) == 1
    assert phones.mistakes() == []


def test_the_bot_is_killed_in_the_middle_of_a_form(browser, demo):  # noqa: F811
    phones = Phones(browser, demo, more="&pane=1")
    phones.press(USER, NEW_TICKET)
    phones.answered(USER, "ask_name")
    phones.find('[data-hook="kill"]').click()
    phones.until(lambda: browser.find_elements(By.CSS_SELECTOR, ".entry.hook .outcome.ok"))
    phones.type(USER, NAME)
    phones.answered(USER, "ask_phone")
    phones.until(lambda: browser.find_elements(By.CSS_SELECTOR, ".entry.update .outcome.late"))
    assert phones.mistakes() == []


def test_telegram_is_away_and_comes_back(browser, demo):  # noqa: F811
    phones = Phones(browser, demo, more="&pane=1")
    phones.answered(USER, "greeting")
    away = phones.find('[data-fault="away"]')
    away.click()
    phones.until(lambda: away.get_attribute("aria-pressed") == "true")
    phones.press(USER, NEW_TICKET)
    phones.until(lambda: browser.find_elements(By.CSS_SELECTOR, ".entry.call .outcome.fail"))
    assert not any(catalogue.says(body, "ask_name") for body in phones.bodies(USER))
    away.click()
    phones.answered(USER, "ask_name")
    assert [catalogue.says(body, "ask_name") for body in phones.bodies(USER)].count(True) == 1
    assert phones.mistakes() == []


def test_the_database_is_away_and_comes_back_and_documents_are_as_stored(browser, demo):  # noqa: F811
    phones = Phones(browser, demo, more="&pane=1")
    phones.press(USER, NEW_TICKET)
    phones.answered(USER, "ask_name")
    phones.find("#tab-documents").click()
    stored = phones.get(f"document?kind=user&id={PEOPLE[USER]}")["document"]
    seen = phones.find("#document-user")
    phones.until(lambda: "form_name" in seen.text and str(stored["form_id"]) in seen.text)
    button = phones.find('[data-hook="database"]')
    button.click()
    phones.until(lambda: button.get_attribute("aria-pressed") == "true")
    phones.type(USER, NAME)
    phones.until(lambda: "form_name" not in seen.text)
    button.click()
    phones.answered(USER, "ask_phone")
    phones.until(lambda: "form_phone" in seen.text)
    assert [catalogue.says(body, "ask_phone") for body in phones.bodies(USER)].count(True) == 1
    assert phones.mistakes() == []


@pytest.fixture(scope="module")
def axe():
    path = subprocess.run([ROOT / "scripts" / "axe"], check=True, capture_output=True, text=True).stdout.strip()
    with open(path, encoding="utf-8") as source:
        return source.read()


OPEN = {"link": ".column .open-more, .column .deep-link", "commands": ".column .open-commands", "attach": ".column .open-attach",
        "photo": ".column .tile.shown"}


def open_all(phones, selectors):
    for selector in selectors.split(", "):
        phones.until(lambda wanted=selector: phones.find(wanted).is_displayed())
        phones.find(selector).click()


@pytest.mark.parametrize("size", [DESK, POCKET])
def test_axe_finds_no_barriers(browser, demo, axe, size):  # noqa: F811
    phones = Phones(browser, demo, size)
    file_ticket(phones)
    phones.until(lambda: phones.labels(BOSS) or size == POCKET)
    found = []
    for scheme in ("light", "dark"):
        for pane in ("", "&pane=1"):
            browser.get(f"{phones.url}/?people={','.join(PEOPLE)}&lang=uk&theme={scheme}{pane}")
            phones.until(lambda: len(phones.columns()) == 2 and len(phones.bodies(USER)) > 5)
            browser.execute_script(axe)
            found += phones.barriers(f"{scheme} {pane}")
            if pane:
                phones.tab("pane")
                phones.find(".entry summary").click()
                found += phones.barriers(f"{scheme} pane")
                phones.find("#tab-documents").click()
                found += phones.barriers(f"{scheme} documents")
        phones.tab(PEOPLE[USER])
        for name, selectors in OPEN.items():
            open_all(phones, selectors)
            found += phones.barriers(f"{scheme} {name}")
            phones.press_keys(Keys.ESCAPE)
        phones.find("#new-person").click()
        found += phones.barriers(f"{scheme} person")
        phones.press_keys(Keys.ESCAPE)
    assert found == []
