"""docs/OPERATIONS.md knows every alert, and every error of the log."""
import re

from process import ROOT

OPERATIONS = (ROOT / "docs/OPERATIONS.md").read_text()
FOLDERS = ("core", "db", "fsm", "handlers", "server", "telegram")
ALERTING = ("alerts_raise", "alerts_tell", "TEXT_BACKUP_KEPT")


def sources():
    return [path.read_text() for folder in FOLDERS for path in (ROOT / folder).rglob("*.c")]


def test_every_alert_is_explained():
    wanted = {name for text in sources() if any(word in text for word in ALERTING)
              for name in re.findall(r"\bTEXT_(?:ALERT|DATABASE|BACKUP)_\w+", text)}
    texts = (ROOT / "texts/en.c").read_text()
    assert len(wanted) > 5
    for name in wanted:
        beginning = re.search(rf'\[{name}\] =\s*"([^"{{<(.,:]*\w)', texts).group(1)
        assert f"«{beginning}" in OPERATIONS, name


def test_every_error_of_the_log_is_explained():
    lines = {line for text in sources() for line in re.findall(r'log_error\("([^"]+)"', text)}
    assert len(lines) > 3
    for line in lines:
        assert f"`{line}`" in OPERATIONS, line
