"""Programs under test: started, watched, stopped by their own id, and their standard error kept."""
import os
import pathlib
import random
import re
import signal
import socket
import subprocess
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
LIMIT = 20.0  # seconds that any condition may take before a test fails; instrumented builds stretch it
SLOWNESS = float(os.environ.get("TEST_SLOWNESS", "1"))
SANITIZER = re.compile(r"(Address|Leak|Thread|Memory)Sanitizer|runtime error:")


def limit(seconds=LIMIT):
    return seconds * SLOWNESS


def binary(name):
    """The bot is TECHSUPPORT_BIN, so that instrumented builds run the same tests; the rest lies in build/."""
    path = ROOT / "build" / name
    if name == "techsupport":
        path = pathlib.Path(os.environ.get("TECHSUPPORT_BIN", path))
    elif name == "simulator":
        path = pathlib.Path(os.environ.get("SIMULATOR_BIN", path))
    return str(path if path.is_absolute() else ROOT / path)


def free_port():
    """A port outside the range that the kernel gives to clients, so that it is still free at the next start."""
    while True:
        port = random.SystemRandom().randrange(15000, 32000)
        with socket.socket() as trial:
            try:
                trial.bind(("127.0.0.1", port))
                return port
            except OSError:
                continue


def wait_until(condition, what, seconds=LIMIT, pause=0.02):
    """The first true value of a condition that nothing announces."""
    end = time.monotonic() + limit(seconds)
    while True:
        found = condition()
        if found:
            return found
        assert time.monotonic() < end, f"in vain: {what}"
        time.sleep(pause)


class Program:
    """A running program. What it writes to standard error (or, asked so, output) can be waited for."""

    def __init__(self, name, arguments, directory, environment=None, watch="stderr"):
        self.name = name
        self.lines = []
        self._changed = threading.Condition()
        self._file = open(pathlib.Path(directory) / f"{name}.log", "ab")
        other = {"stderr": "stdout", "stdout": "stderr"}[watch]
        self.process = subprocess.Popen(
            arguments, cwd=directory, env=environment, stdin=subprocess.DEVNULL,
            **{watch: subprocess.PIPE, other: self._file})
        self._reader = threading.Thread(target=self._read, args=(getattr(self.process, watch),), daemon=True)
        self._reader.start()

    def _read(self, stream):
        for line in stream:
            self._file.write(line)
            self._file.flush()
            with self._changed:
                self.lines.append(line.decode("utf-8", "replace").rstrip("\n"))
                self._changed.notify_all()
        with self._changed:
            self._changed.notify_all()

    @property
    def output(self):
        return "\n".join(self.lines)

    @property
    def running(self):
        return self.process.poll() is None

    def wait_line(self, pattern, seconds=LIMIT):
        """The match of the first line that has `pattern`; fails when the program ends before it."""
        end = time.monotonic() + limit(seconds)
        with self._changed:
            while True:
                for line in self.lines:
                    match = re.search(pattern, line)
                    if match:
                        return match
                left = end - time.monotonic()
                if left <= 0 or not self._reader.is_alive():
                    raise AssertionError(f"{self.name}: no line with {pattern!r} (exit {self.process.poll()}):\n"
                                         + "\n".join(self.lines[-30:]))
                self._changed.wait(min(left, 0.5))

    def wait_end(self, seconds=LIMIT):
        """The exit code (negative: the signal that ended it), with all its lines read."""
        try:
            code = self.process.wait(limit(seconds))
        except subprocess.TimeoutExpired:
            raise AssertionError(f"{self.name} goes on after {limit(seconds)} s:\n" + "\n".join(self.lines[-30:]))
        self._reader.join(5)
        return code

    def terminate(self):
        if self.running:
            self.process.send_signal(signal.SIGTERM)

    def kill(self):
        if self.running:
            self.process.kill()
        return self.wait_end()

    def stop(self, seconds=LIMIT):
        self.terminate()
        return self.wait_end(seconds)

    def reap(self):
        """Leaves nothing behind, whatever a test did."""
        if self.running:
            self.process.kill()
            self.process.wait()
        self._reader.join(5)
        self._file.close()
