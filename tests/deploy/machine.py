"""A clean Debian with systemd, on which the bot is installed and polls the simulator beside it."""
from engine import BASE
from people import Person
from process import binary, wait_until
from simulator import TOKEN
from stack import BOSS, CONTROL, RemoteSimulator

SETTINGS = f"""SUPER_ADMIN_IDS={BOSS}
MODE=polling
TELEGRAM_API_URL=http://127.0.0.1:8081
DATA_DIR=/var/lib/techsupport
SEND_RATE=0
CHAT_RATE=0
"""
INIT = ("apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends systemd "
        "systemd-sysv dbus && mount --make-rshared / && exec /sbin/init")
INSTALL = "DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "


class Machine:
    """A clean Debian with systemd in a container; mounts: what else is in it, by where."""

    def __init__(self, engine, mounts):
        self.engine = engine
        self.id = engine.docker(
            "run", "-d", "-p", f"127.0.0.1:{CONTROL}:8081", "--cap-add", "SYS_ADMIN", "--security-opt", "seccomp=unconfined",
            "--security-opt", "apparmor=unconfined", "--cgroupns", "host", "-v", "/sys/fs/cgroup:/sys/fs/cgroup:rw",
            "--tmpfs", "/run", "--tmpfs", "/run/lock", "--tmpfs", "/tmp", "-e", "container=docker", "--stop-signal",
            "SIGRTMIN+3", "-v", f"{binary('simulator')}:/opt/simulator:ro",
            *[part for there, here in mounts.items() for part in ("-v", f"{here}:{there}:ro")], BASE, "sh", "-c", INIT,
            quiet=True).stdout.strip()
        wait_until(lambda: self.sh("systemctl is-system-running", check=False).stdout.strip() in ("running", "degraded"),
                   "systemd", 180, 0.5)

    def sh(self, script, **more):
        return self.engine.docker("exec", self.id, "sh", "-c", script, **more)

    def unit(self, what):
        return self.sh(f"systemctl show techsupport -p {what} --value").stdout.strip()

    def start_simulator(self):
        self.sh(f"systemd-run --unit simulator /opt/simulator --listen 0.0.0.0:8081 --token {TOKEN} --quiet")

    def configure(self):
        """The settings, and the token in a file of root's own."""
        self.sh(f"cat >/etc/techsupport/techsupport.env <<'TEXT'\n{SETTINGS}TEXT\n"
                f"umask 077; echo {TOKEN} >/etc/techsupport/bot_token")

    def assert_answers(self, olena):
        assert (self.unit("ActiveState"), self.unit("StatusText")) == ("active", "Running")
        olena.start()
        assert olena.file_ticket() == 1
        assert TOKEN.split(":")[1] not in self.sh("journalctl -u techsupport --no-pager").stdout

    def close(self):
        self.engine.docker("rm", "-f", self.id)


class Desk:
    """What a Person needs of one."""

    def __init__(self):
        self.simulator = RemoteSimulator(f"http://127.0.0.1:{CONTROL}")

    def remember_private(self, content):
        pass


def person():
    return Person(Desk(), 7_300_000_001, "Олена")
