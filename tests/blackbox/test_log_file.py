"""LOG_FILE on a running bot: the file, SIGHUP, Debian's logrotate with the sample of the docs, a folder that goes away."""
import os
import shutil
import signal
import subprocess

import pytest

from process import ROOT, limit, wait_until

pytestmark = pytest.mark.parametrize("store", ["sqlite"], indirect=True)


def started(new_desk, folder, **settings):
    """A desk whose bot logs into `folder`/bot.log, and that file."""
    file = folder / "bot.log"
    desk = new_desk(LOG_FILE=file, LOG_LEVEL="info", **settings)
    desk.bot.launch()
    wait_until(lambda: file.exists() and "listening" in file.read_text(), "the bot listens")
    desk.simulator.set_webhook(desk.bot.hook)
    return desk, file


def hang_up(desk):
    desk.bot.program.process.send_signal(signal.SIGHUP)


def has(file, event, count=1):
    wait_until(lambda: file.exists() and file.read_text().count(event) == count, f"{file.name}: {count} × {event}")


@pytest.mark.parametrize("format", ["text", "json"])
def test_lines_go_to_the_file_alone(new_desk, tmp_path, format):
    desk, file = started(new_desk, tmp_path, LOG_FORMAT=format)
    desk.bot.stop()
    has(file, "stopped")
    assert file.stat().st_mode & 0o777 == 0o600
    assert desk.bot.program.output == ""
    assert file.read_text().startswith("{" if format == "json" else "20")
    assert desk.settings["SUPER_ADMIN_IDS"] in file.read_text()


def test_a_hang_up_opens_the_file_anew(new_desk, tmp_path):
    desk, file = started(new_desk, tmp_path)
    file.rename(tmp_path / "aside")
    hang_up(desk)
    has(file, "log file opened anew")
    assert "listening" not in file.read_text()
    assert "opened anew" not in (tmp_path / "aside").read_text()
    desk.person().start()


def test_a_hang_up_ends_a_bot_without_a_file(desk):
    hang_up(desk)
    assert desk.bot.program.wait_end() == 0
    assert "signal=SIGHUP" in desk.bot.program.output


def test_logrotate(new_desk, tmp_path):
    """The sample as it is, but for the file's name; `systemctl` is a script that sends the signal."""
    logs = tmp_path / "logs"
    logs.mkdir(mode=0o700)
    desk, file = started(new_desk, logs)
    sample = (ROOT / "docs" / "examples" / "logrotate.conf").read_text()
    assert "/var/log/techsupport/techsupport.log {" in sample
    config = tmp_path / "logrotate.conf"
    config.write_text(sample.replace("/var/log/techsupport/techsupport.log {", f"{file} {{"))
    config.chmod(0o600)
    systemctl = tmp_path / "systemctl"
    systemctl.write_text('#!/bin/sh\n[ "$1 $2" = "kill --signal=HUP" ] && '
                         f"kill -HUP {desk.bot.program.process.pid}\n")
    systemctl.chmod(0o700)
    logrotate = shutil.which("logrotate", path=os.environ["PATH"] + ":/usr/sbin")
    assert logrotate, "logrotate is missing: scripts/install-deps --test"
    for turn in (1, 2):
        done = subprocess.run([logrotate, "--force", "--state", tmp_path / "state", config], text=True,
                              capture_output=True, timeout=limit(30),
                              env={"PATH": f"{tmp_path}:/usr/bin:/bin:/usr/sbin"})
        assert done.returncode == 0, done.stderr
        has(file, "log file opened anew")
    assert file.stat().st_mode & 0o777 == 0o600
    assert "log file opened anew" in (logs / "bot.log.1").read_text()
    assert (logs / "bot.log.2.gz").exists()
    desk.person().start()


def test_a_folder_that_is_gone_and_comes_back(new_desk, tmp_path):
    logs = tmp_path / "logs"
    logs.mkdir()
    desk, file = started(new_desk, logs)
    shutil.rmtree(logs)
    hang_up(desk)
    hang_up(desk)
    desk.bot.program.wait_line("cannot be written")
    desk.person().start()
    logs.mkdir()
    hang_up(desk)
    has(file, "is written again")
    desk.bot.stop()
    has(file, "stopped")
    assert desk.bot.program.output.count("cannot be written") == 1
