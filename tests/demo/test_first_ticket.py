"""What a newcomer does after `make demo`: a ticket from filing to completion, in the page, in a real browser.

The pictures of it are left in build/demo, in light and in dark."""
import contextlib
import pathlib
import signal

import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

import catalogue
from people import ACCEPT, NEW_TICKET, PRIORITIES, SEND_PHONE
from process import ROOT, Program
from test_simulator_page import Page, browser  # noqa: F401 (fixture)

USER, BOSS = 0, 1  # columns
COMPLETE = "✅ Завершити виконання"
NAME = "Коваленко Олена Петрівна"
DESCRIPTION = 'Принтер на другому поверсі не друкує: <b>блимає</b> & пише "папір"'
PICTURES = ROOT / "build" / "demo"


@pytest.fixture
def demo(tmp_path):
    program = Program("demo", [ROOT / "scripts" / "demo", "--listen", "127.0.0.1:0"], tmp_path, watch="stdout")
    yield program
    program.stop()


class Phone(Page):
    """The page of the demo, at the address that it prints."""

    def __init__(self, browser, demo):  # noqa: F811
        self.url = demo.wait_line(r"(http://127\.0\.0\.1:\d+)/", seconds=60).group(1)
        browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride",
                                {"width": 1280, "height": 800, "deviceScaleFactor": 1, "mobile": False})
        super().__init__(browser, self, "?people=1001,2001&lang=uk")

    def type(self, column, text):
        self.one("textarea", column).send_keys(text, Keys.ENTER)

    def press(self, column, label, where=".keyboard"):
        def press_it():
            """A button that was drawn anew before it could be pressed is looked for again."""
            found = [button for button in self.all(f"{where} button", column) if button.text == label]
            return found and (found[0].click() or True)
        self.until(press_it)

    def answered(self, column, text):
        """Until the newest message is that text of the catalogue."""
        self.until(lambda: catalogue.says((self.bodies(column) or [""])[-1], text))

    def labels(self, column):
        return [button.text for button in self.all(".inline button", column)]

    def picture(self, name):
        PICTURES.mkdir(parents=True, exist_ok=True)
        for scheme in ("light", "dark"):
            self.prefer(scheme)
            assert self.browser.save_screenshot(str(PICTURES / f"{name}-{scheme}.png"))
        self.prefer("light")

    def prefer(self, scheme):
        self.browser.execute_cdp_cmd("Emulation.setEmulatedMedia",
                                     {"features": [{"name": "prefers-color-scheme", "value": scheme}]})

    def overflowing(self):
        """What is wider than its place, but for texts that are shortened on purpose."""
        return self.browser.execute_script(
            "return Array.from(document.querySelectorAll('html, .column, .messages, .bubble, .body, .keyboard, button'))"
            ".filter(node => node.scrollWidth > node.clientWidth + 1).map(node => node.className + node.textContent)")


def file_ticket(phone):
    phone.press(USER, NEW_TICKET)
    phone.answered(USER, "ask_name")
    phone.type(USER, NAME)
    phone.answered(USER, "ask_phone")
    phone.press(USER, SEND_PHONE)
    phone.answered(USER, "ask_description")
    phone.type(USER, DESCRIPTION)
    phone.answered(USER, "ask_media")
    phone.one(".open-attach").click()
    phone.one('.attach [data-kind="photo"]').click()
    phone.answered(USER, "ask_priority")
    phone.press(USER, PRIORITIES[2])
    phone.answered(USER, "ticket_filed")


def test_a_ticket_from_filing_to_completion(browser, demo):  # noqa: F811
    phone = Phone(browser, demo)
    phone.answered(USER, "greeting")
    phone.answered(BOSS, "greeting_staff")
    file_ticket(phone)
    phone.until(lambda: phone.labels(BOSS)[:1] == [ACCEPT])
    for column in (USER, BOSS):
        newest = phone.bodies(column)[-1]
        assert all(part in newest for part in ("№ 1", NAME, DESCRIPTION, PRIORITIES[2], "+380")), newest
    assert len(phone.all(".tile", BOSS)) == 1
    assert phone.overflowing() == []
    phone.picture("filed")

    phone.press(BOSS, ACCEPT, ".inline")
    phone.answered(USER, "notice_accepted")
    phone.press(BOSS, COMPLETE, ".inline")
    phone.answered(USER, "notice_completed")
    phone.until(lambda: catalogue.label("status_completed") in phone.bodies(BOSS)[-1] and not phone.labels(BOSS))
    assert phone.overflowing() == []
    phone.picture("completed")
    assert [entry for entry in browser.get_log("browser") if entry["level"] == "SEVERE"] == []


def children(parent):
    """Process ids and working directories."""
    found = {}
    for status in pathlib.Path("/proc").glob("[0-9]*/status"):
        with contextlib.suppress(OSError):
            if f"\nPPid:\t{parent}\n" in status.read_text():
                found[status.parent] = (status.parent / "cwd").resolve(strict=True)
    return found


def test_the_end_of_the_demo_is_the_end_of_everything(demo):
    demo.wait_line(r"http://")
    programs = children(demo.process.pid)
    folders = {folder for folder in programs.values() if folder.parent == PICTURES}
    assert len(programs) >= 2 and len(folders) == 1
    demo.process.send_signal(signal.SIGTERM)
    assert demo.wait_end() == 0
    assert not any(path.exists() for path in (*programs, *folders))
