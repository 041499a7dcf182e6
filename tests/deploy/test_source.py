"""docs/INSTALL.md's way from source, from its first line to a bot that answers, on a Debian that has nothing."""
import pytest

from engine import ROOT, run
from machine import SETTINGS, Machine, person
from simulator import TOKEN
from stack import BOSS

PLACES = {  # what is for people to fill in, or to answer
    "apt install ": "DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends ",
    "<address of this repository>": "/repository",
    "editor ": "cat /settings >",
    "cat >/etc/techsupport/bot_token": f"echo {TOKEN} >/etc/techsupport/bot_token",
    "systemctl status ": "systemctl --no-pager status ",
}


@pytest.fixture
def machine(engine, tmp_path):
    run("git", "clone", "-q", "--bare", ROOT, tmp_path / "repository")
    (tmp_path / "settings").write_text(SETTINGS)
    machine = Machine(engine, {f"/{name}": tmp_path / name for name in ("repository", "settings")})
    yield machine
    machine.close()


def steps():
    text = (ROOT / "docs/INSTALL.md").read_text().split("\n## 2. ")[1].split("\n### ")[0]
    for line in text.splitlines():
        if line.startswith("    "):
            for place, filling in PLACES.items():
                line = line.replace(place, filling)
            yield line.strip()


def test_from_source(machine):
    lines = list(steps())
    ready = next(number for number, line in enumerate(lines) if line.startswith("systemctl"))
    assert lines[0].startswith("DEBIAN_FRONTEND") and lines[-1] == "techsupportctl admin list"
    machine.sh("cd && set -ex\n" + "\n".join(lines[:ready]))
    machine.start_simulator()
    done = machine.sh("cd && set -ex\n" + "\n".join(lines[ready:])).stdout
    assert 'Status: "Running"' in done and str(BOSS) in done and "WRONG" not in done, done
    machine.assert_answers(person())
    assert "build/techsupport_" in machine.sh("cd ~/techsupport && scripts/install-deps --build && make deb").stdout
