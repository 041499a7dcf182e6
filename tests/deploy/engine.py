"""A Docker engine for the tests: the machine's own where one answers, else one that is started here, with its state in
build/deploy. And the images that no registry gives: where none can be reached, Debian's base is made with debootstrap."""
import os
import pathlib
import shutil
import subprocess
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
STATE = ROOT / "build/deploy"
BASE = "debian:bookworm-slim"
PATIENCE = 600  # seconds for the longest step: a build with everything to be fetched


def run(*command, check=True, quiet=False, timeout=PATIENCE, **more):
    done = subprocess.run([str(part) for part in command], text=True, timeout=timeout, stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE if quiet else subprocess.STDOUT, **more)
    if check and done.returncode != 0:
        raise AssertionError(f"{' '.join(map(str, command))}: exit {done.returncode}\n{done.stdout[-6000:]}{done.stderr or ''}")
    return done


class Engine:
    def __init__(self):
        STATE.mkdir(parents=True, exist_ok=True)
        self.daemon = None
        self.pulls = None
        # Debian's client: another one on the PATH may want a newer engine.
        self.environment = {**os.environ, "PATH": "/usr/bin:/usr/sbin:/bin:/sbin", "DOCKER_BUILDKIT": "0",
                            "COMPOSE_DOCKER_CLI_BUILD": "0", "COMPOSE_PROJECT_NAME": "tsdeploy"}
        if self.docker("info", check=False, timeout=30).returncode != 0:
            self._start()

    def _start(self):
        self.short = pathlib.Path(tempfile.mkdtemp(prefix="tsdocker"))  # a socket's path is at most 108 bytes
        self.environment["DOCKER_HOST"] = f"unix://{self.short}/sock"
        self.log = open(STATE / "dockerd.log", "wb")
        self.daemon = subprocess.Popen(
            ["/usr/sbin/dockerd", "--data-root", str(STATE / "docker"), "--exec-root", str(self.short / "exec"),
             "--pidfile", str(self.short / "pid"), "-H", self.environment["DOCKER_HOST"]],
            stdout=self.log, stderr=self.log, stdin=subprocess.DEVNULL, env=self.environment)
        end = time.monotonic() + 90
        while self.docker("info", check=False, timeout=30).returncode != 0:
            assert self.daemon.poll() is None and time.monotonic() < end, \
                "dockerd does not start:\n" + (STATE / "dockerd.log").read_text(errors="replace")[-3000:]
            time.sleep(0.3)

    def docker(self, *arguments, **more):
        return run("/usr/bin/docker", *arguments, env=self.environment, **more)

    def has(self, image):
        return self.docker("image", "inspect", image, check=False).returncode == 0

    def pull(self, image):
        """Whether the image is there, or a registry gives it."""
        if self.has(image):
            return True
        if self.pulls is False:
            return False
        try:
            self.pulls = self.docker("pull", image, check=False, timeout=300).returncode == 0
        except subprocess.TimeoutExpired:
            self.pulls = False
        return self.pulls

    def provide_base(self):
        """debian:bookworm-slim, or what comes close to it."""
        if self.pull(BASE):
            return
        print(f"\nno registry gives {BASE}: it is made with debootstrap")
        tree = pathlib.Path(tempfile.mkdtemp(prefix="base", dir=STATE))
        try:
            run("debootstrap", "--variant=minbase", "--include=ca-certificates", "bookworm", tree,
                env={**self.environment, "LC_ALL": "C"})
            self._localise(tree)
            archive = STATE / "base.tar"
            run("tar", "-C", tree, "-cf", archive, "--exclude=./proc/*", "--exclude=./sys/*", "--exclude=./dev/*", ".")
            self.docker("import", archive, BASE)
            archive.unlink()
        finally:
            shutil.rmtree(tree, ignore_errors=True)

    @staticmethod
    def _localise(tree):
        """As slim as the image, and with what this machine needs to reach Debian: its mirrors, its own authorities."""
        for folder in ("usr/share/doc", "usr/share/man", "usr/share/locale", "var/lib/apt/lists", "var/cache/apt/archives"):
            shutil.rmtree(tree / folder, ignore_errors=True)
            (tree / folder).mkdir(parents=True, exist_ok=True)
        shutil.rmtree(tree / "etc/apt/sources.list.d", ignore_errors=True)
        lists = pathlib.Path("/etc/apt/sources.list.d")
        (tree / "etc/apt/sources.list.d").mkdir()
        for source in lists.glob("debian*"):
            shutil.copy(source, tree / "etc/apt/sources.list.d")
            (tree / "etc/apt/sources.list").unlink(missing_ok=True)
        for name in pathlib.Path("/etc/apt/apt.conf.d").glob("*prox*"):
            shutil.copy(name, tree / "etc/apt/apt.conf.d")
        (tree / "etc/dpkg/dpkg.cfg.d/slim").write_text(
            "path-exclude /usr/share/man/*\npath-exclude /usr/share/doc/*\npath-exclude /usr/share/locale/*\n")
        own = list(pathlib.Path("/usr/local/share/ca-certificates").glob("*.crt"))
        for certificate in own:
            shutil.copy(certificate, tree / "usr/local/share/ca-certificates")
        if own:
            run("chroot", tree, "update-ca-certificates")

    def close(self):
        if not self.daemon:
            return
        self.daemon.terminate()
        try:
            self.daemon.wait(60)
        except subprocess.TimeoutExpired:
            self.daemon.kill()
            self.daemon.wait()
        self.log.close()
        shutil.rmtree(self.short, ignore_errors=True)
