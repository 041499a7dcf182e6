"""make install, the systemd unit, and the Debian package in a clean container."""
import re

import pytest

from engine import BASE, ROOT, run
from process import binary, wait_until
from simulator import TOKEN
from stack import BOSS, CONTROL, RemoteSimulator
from people import Person

EXPOSURE_MAX = 15  # systemd-analyze's tenths: 0 is as locked in as can be, 100 not at all


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    folder = tmp_path_factory.mktemp("installed")
    run("make", "-s", "install", f"DESTDIR={folder}", "PREFIX=/usr", cwd=ROOT)
    return folder


@pytest.fixture(scope="module")
def unit(installed, tmp_path_factory):
    """The unit with a program that is there, so that systemd-analyze can be asked."""
    text = (installed / "usr/lib/systemd/system/techsupport.service").read_text()
    path = tmp_path_factory.mktemp("unit") / "techsupport.service"
    path.write_text(text.replace("ExecStart=/usr/bin/techsupport", f"ExecStart={binary('techsupport')}"))
    assert "@" not in re.sub(r"[~]?@[a-z-]+", "", text)
    return path


def test_install_and_uninstall(installed):
    settings = installed / "etc/techsupport/techsupport.env"
    assert "DATA_DIR=/var/lib/techsupport" in settings.read_text()
    assert "techsupport" in run(installed / "usr/bin/techsupport", "version").stdout
    settings.write_text("mine\n")
    run("make", "-s", "install", f"DESTDIR={installed}", "PREFIX=/usr", cwd=ROOT)
    assert settings.read_text() == "mine\n"


def test_unit_is_valid(unit):
    done = run("systemd-analyze", "verify", "--man=no", unit)
    assert done.stdout.strip() == ""


def test_unit_is_confined(unit, capsys):
    done = run("systemd-analyze", "security", "--offline=true", f"--threshold={EXPOSURE_MAX}", unit)
    with capsys.disabled():
        print("\n" + done.stdout.strip().splitlines()[-1])


def test_uninstall_leaves_what_is_not_ours(installed):
    run("make", "-s", "uninstall", f"DESTDIR={installed}", "PREFIX=/usr", cwd=ROOT)
    left = {str(path.relative_to(installed)) for path in installed.rglob("*") if not path.is_dir()}
    assert left == {"etc/techsupport/techsupport.env", "etc/techsupport/.env"}


SETTINGS = f"""BOT_TOKEN={TOKEN}
SUPER_ADMIN_IDS={BOSS}
MODE=polling
TELEGRAM_API_URL=http://127.0.0.1:8081
DATA_DIR=/var/lib/techsupport
SEND_RATE=0
CHAT_RATE=0
"""


class Machine:
    """A clean Debian in a container."""

    def __init__(self, engine, package, simulator):
        self.engine = engine
        self.id = engine.docker("run", "-d", "--init", "-p", f"127.0.0.1:{CONTROL}:8081", "-v", f"{package}:/tmp/package:ro",
                                "-v", f"{simulator}:/simulator:ro", BASE, "sleep", "infinity", quiet=True).stdout.strip()

    def sh(self, script, **more):
        return self.engine.docker("exec", self.id, "sh", "-c", script, **more)

    def start(self, script):
        self.engine.docker("exec", "-d", self.id, "sh", "-c", script)

    def close(self):
        self.engine.docker("rm", "-f", self.id)


@pytest.fixture(scope="module")
def machine(engine):
    name = run("make", "-s", "deb", cwd=ROOT, quiet=True).stdout.strip().splitlines()[-1]
    machine = Machine(engine, (ROOT / name).parent, binary("simulator"))
    machine.package = f"/tmp/package/{(ROOT / name).name}"
    yield machine
    machine.close()


def test_package_is_installed(machine):
    machine.sh(f"apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends {machine.package}")
    assert "techsupport" in machine.sh("techsupport version").stdout
    assert machine.sh("stat -c '%U:%G %a' /etc/techsupport/techsupport.env /var/lib/techsupport").stdout.split("\n")[:2] == [
        "root:techsupport 640", "techsupport:techsupport 700"]


def test_package_runs(machine):
    machine.start(f"/simulator --listen 0.0.0.0:8081 --token {TOKEN} --quiet")
    machine.sh(f"cat >/etc/techsupport/techsupport.env <<'TEXT'\n{SETTINGS}TEXT")
    simulator = RemoteSimulator(f"http://127.0.0.1:{CONTROL}")
    as_service = "cd /etc/techsupport && setpriv --reuid techsupport --regid techsupport --clear-groups --no-new-privs "
    wait_until(lambda: machine.sh(as_service + "techsupport check", check=False).returncode == 0, "techsupport check", 60, 0.3)
    machine.start(as_service + "techsupport serve")
    wait_until(lambda: machine.sh(as_service + "techsupport health", check=False).returncode == 0, "techsupport health", 60, 0.3)

    class Desk:
        def __init__(self):
            self.simulator = simulator

        def remember_private(self, content):
            pass
    olena = Person(Desk(), 7_300_000_001, "Олена")
    olena.start()
    assert olena.file_ticket() == 1
    assert "1" in machine.sh(as_service + "techsupport export --format jsonl").stdout


def test_package_is_upgraded_removed_and_purged(machine):
    again = f"DEBIAN_FRONTEND=noninteractive apt-get install -y -q --reinstall --allow-downgrades {machine.package}"
    machine.sh(again)
    assert TOKEN in machine.sh("cat /etc/techsupport/techsupport.env").stdout, "settings stay as they are"
    machine.sh("apt-get remove -y -q techsupport")
    assert machine.sh("command -v techsupport", check=False).returncode != 0
    assert TOKEN in machine.sh("cat /etc/techsupport/techsupport.env").stdout
    machine.sh("apt-get purge -y -q techsupport")
    left = machine.sh("ls -A /var/lib/techsupport; ls /etc/techsupport /usr/share/techsupport 2>&1 || true").stdout
    assert "techsupport.db" in left and left.count("No such file") == 2
