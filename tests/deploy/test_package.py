"""make install, the systemd unit, and the Debian package in a clean container."""
import json
import os
import re

import pytest

from engine import ROOT, run
from machine import INSTALL, Machine, person
from process import binary, wait_until
from stack import BOSS

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
    assert "DATA_DIR=/var/lib/techsupport" in settings.read_text() and "ompose" not in settings.read_text()
    assert "techsupport" in run(installed / "usr/bin/techsupport", "version").stdout
    done = run(installed / "usr/sbin/techsupportctl", "--help").stdout
    assert done.startswith("Usage: techsupportctl COMMAND") and "set -eu" not in done and "@" not in done
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


def test_deb_says_what_it_could_not_do(tmp_path):
    broken = tmp_path / "dpkg-shlibdeps"
    broken.write_text("#!/bin/sh\necho 'no package has libc.so.6' >&2\nexit 2\n")
    broken.chmod(0o755)
    done = run("scripts/deb", tmp_path / "made", cwd=ROOT, check=False,
               env={**os.environ, "PATH": f"{tmp_path}:{os.environ['PATH']}"})
    assert done.returncode == 69 and "no package has libc.so.6" in done.stdout and "deb: " in done.stdout, done.stdout


@pytest.fixture(scope="module")
def machine(engine):
    name = run("make", "-s", "deb", cwd=ROOT, quiet=True).stdout.strip().splitlines()[-1]
    machine = Machine(engine, {"/package": (ROOT / name).parent})
    machine.package = f"/package/{(ROOT / name).name}"
    yield machine
    machine.close()


def test_package_is_installed(machine):
    machine.sh(INSTALL + machine.package)
    assert "techsupport" in machine.sh("techsupport version").stdout
    assert machine.sh("stat -c '%U:%G %a' /etc/techsupport/techsupport.env /var/lib/techsupport").stdout.split("\n")[:2] == [
        "root:techsupport 640", "techsupport:techsupport 700"]
    assert machine.unit("ActiveState") == "inactive", "there are no settings yet"


def test_a_wrong_setting_is_said_and_not_tried_again(machine):
    assert machine.sh("systemctl start techsupport", check=False).returncode != 0
    assert machine.unit("ActiveState") == "failed" and machine.unit("ExecMainStatus") == "78"
    assert "BOT_TOKEN is not set" in machine.sh("journalctl -u techsupport --no-pager").stdout


def test_service_runs_with_its_token_as_a_credential(machine):
    machine.start_simulator()
    machine.configure()
    machine.sh("systemctl enable --now techsupport")
    machine.assert_answers(person())
    machine.sh("techsupportctl health")


def test_commands_know_the_secrets_that_only_root_may_read(machine):
    machine.sh("umask 077; cd /etc/techsupport; : >mongo_uri; printf 'correct horse\r\nmore\n' >backup_passphrase")
    file = "/var/lib/techsupport/now.backup"
    machine.sh(f"techsupportctl backup {file}")
    assert machine.sh(f"head -c 8 {file}; stat -c %U {file}").stdout == "TSBACKUPtechsupport\n"
    bare = "cd /etc/techsupport && BACKUP_PASSPHRASE='correct horse' runuser -u techsupport -- techsupport"
    assert machine.sh(f"{bare} restore {file}", check=False).returncode == 75, "the bot runs; the passphrase is right"
    machine.sh("umask 077; echo mongodb://127.0.0.1:9 >/etc/techsupport/mongo_uri")
    done = machine.sh("techsupportctl check", check=False)
    assert done.returncode == 69 and "MongoDB" in done.stdout and "SQLite" not in done.stdout, done.stdout
    machine.sh("rm /etc/techsupport/mongo_uri /etc/techsupport/backup_passphrase")
    assert str(BOSS) in machine.sh("techsupportctl admin list").stdout
    done = machine.sh("runuser -u nobody -- techsupportctl admin list", check=False)
    assert done.returncode == 77 and "root" in done.stdout and done.stdout.count("\n") == 1


def test_watchdog_ends_a_bot_that_hangs(machine):
    machine.sh("mkdir -p /run/systemd/system/techsupport.service.d && printf '[Service]\\nWatchdogSec=2\\n' "
               ">/run/systemd/system/techsupport.service.d/test.conf && systemctl daemon-reload && "
               "systemctl restart techsupport")
    process = machine.unit("MainPID")
    machine.sh(f"kill -STOP {process}")
    wait_until(lambda: machine.unit("NRestarts") == "1" and machine.unit("ActiveState") == "active", "the next one", 60, 0.5)
    assert machine.unit("MainPID") != process


def test_nginx_of_the_machine(machine):
    """Line by line as docs/INSTALL.md has it."""
    lines = (ROOT / "docs/INSTALL.md").read_text().split("### nginx in front of it")[1]
    steps = [line.strip() for line in lines.split("For a certificate of")[0].splitlines() if line.startswith("    ")]
    assert steps[-1].startswith("techsupportctl webhook set") and len(steps) == 7
    machine.sh(INSTALL + "nginx-light openssl curl")
    machine.sh("set -e; SHARE=/usr/share/techsupport\n" + "\n".join(steps[:-1]))
    status = "curl -sk -o /dev/null -w '%{http_code}' -X POST https://127.0.0.1/webhook"
    assert machine.sh(status).stdout == "403"
    machine.sh("echo '127.0.0.1 1;' >/etc/nginx/techsupport/telegram.conf; systemctl reload nginx")
    wait_until(lambda: machine.sh(status).stdout == "404", "the bot, which polls, behind nginx", 20)
    done = machine.sh("WEBHOOK_URL=https://bot.example.org/webhook MODE=webhook " + steps[-1])
    assert "uploaded" in done.stdout, done.stdout


PEBBLE = {"pebble": {"listenAddress": "127.0.0.1:14000", "managementListenAddress": "127.0.0.1:15000", "httpPort": 80,
                     "tlsPort": 443, "certificate": "/tmp/fullchain.pem", "privateKey": "/tmp/privkey.pem"}}
CERTBOT = """server = https://127.0.0.1:14000/dir
no-verify-ssl = true
agree-tos = true
register-unsafely-without-email = true
non-interactive = true
"""


def test_certificate_by_certbot_for_nginx_of_the_machine(machine):
    """As docs/INSTALL.md has it, with a test's authority in place of Let's Encrypt."""
    text = (ROOT / "docs/INSTALL.md").read_text().split("For a certificate of")[1].split("\nAnother path")[0]
    steps = "\n".join(line for line in text.splitlines() if line.startswith("    ")).replace("apt install ", INSTALL)
    machine.sh(f"""set -e; {INSTALL}pebble
echo '127.0.0.1 bot.example.org' >>/etc/hosts; mkdir -p ~/.config/letsencrypt
echo '{CERTBOT}' >~/.config/letsencrypt/cli.ini
cp /etc/nginx/techsupport/tls/*.pem /tmp; echo '{json.dumps(PEBBLE)}' >/tmp/pebble.json
systemd-run --unit pebble -E PEBBLE_VA_NOSLEEP=1 pebble -config /tmp/pebble.json""")
    asked = "curl -sko /dev/null https://127.0.0.1:14000/dir"
    wait_until(lambda: machine.sh(asked, check=False).returncode == 0, "the authority", 30)
    done = machine.sh(f"set -ex; export WEBHOOK_URL=https://bot.example.org/webhook MODE=webhook\n{steps}").stdout
    assert "known authority" in done, done
    issuer = "openssl s_client -connect 127.0.0.1:443 </dev/null 2>/dev/null | openssl x509 -noout -issuer"
    wait_until(lambda: "Pebble" in machine.sh(issuer).stdout, "the authority's certificate at nginx", 20)


def test_package_is_upgraded_removed_and_purged(machine):
    before = machine.unit("MainPID")
    machine.sh(INSTALL + "--reinstall " + machine.package)
    wait_until(lambda: machine.unit("ActiveState") == "active", "the bot is back", 60, 0.5)
    assert machine.unit("MainPID") != before
    assert "polling" in machine.sh("cat /etc/techsupport/techsupport.env").stdout, "settings stay as they are"
    machine.sh("apt-get remove -y -q techsupport")
    assert machine.sh("command -v techsupport", check=False).returncode != 0
    assert machine.sh("systemctl is-active techsupport", check=False).stdout.strip() in ("inactive", "failed", "unknown")
    assert "polling" in machine.sh("cat /etc/techsupport/techsupport.env").stdout
    machine.sh("apt-get purge -y -q techsupport")
    left = machine.sh("ls -A /var/lib/techsupport; ls /etc/techsupport /usr/share/techsupport 2>&1 || true").stdout
    assert "techsupport.db" in left and left.count("No such file") == 2
