"""The real compose file with the simulator as Telegram: a container whose address is the only one that nginx lets in, and
TLS under a CA of the test in front of its Bot API. What the test puts in place of is in the override file alone."""
import itertools
import json
import os
import pathlib
import shutil
import subprocess

import requests

from engine import ROOT, STATE, run
from people import Person
from process import binary, wait_until
from simulator import SECRET, TOKEN, Simulator

BOSS = 7_000_000_001
SUBNET = "172.30.77"
CONTROL = 18081  # the simulator's port on this machine
API, HOOK = "api.telegram.test", "bot.test"
BOT_USER = 10001
EVERYTHING = [part for profile in ("mongodb", "sqlite", "polling") for part in ("--profile", profile)]
COMPOSE = os.environ.get("TEST_COMPOSE", "docker-compose")  # another one, such as v2

MONGO = r"""#!/bin/sh
# In place of MongoDB where it cannot be had: a compatible server without authentication and without a replica set.
set -eu
printf 'mongodb://mongo:27017/' >/secret/uri
chmod 0444 /secret/uri
exec java -Xmx256m -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -cp '/mongo/classes:/mongo/lib/*' TestMongo 27017 \
    /data/db/mongo.h2 0.0.0.0
"""

TLS = """
events {}
http {
    access_log off;
    error_log /dev/stderr error;
    server {
        listen 443 ssl http2;
        ssl_certificate /tls/api.pem;
        ssl_certificate_key /tls/api.key;
        client_max_body_size 60m;
        location / {
            proxy_pass http://telegram:8081;
            proxy_http_version 1.1;
            proxy_read_timeout 120s;
        }
    }
}
"""


class RemoteSimulator(Simulator):
    def __init__(self, url):
        self.url = url
        self._session = requests.Session()


class Stack:
    """A copy of the tree with an .env of its own, and docker-compose in it."""

    def __init__(self, engine):
        self.engine = engine
        self.tree = STATE / "tree"
        self.override = STATE / "override.json"
        self.real_mongo = False
        self.simulator = RemoteSimulator(f"http://127.0.0.1:{CONTROL}")
        self._ids = itertools.count(7_200_000_001)

    # --- what is put there ---

    def lay_out(self):
        shutil.rmtree(self.tree, ignore_errors=True)
        names = run("git", "-C", ROOT, "ls-files", "-co", "--exclude-standard", "-z").stdout.split("\0")
        for name in filter(None, names):
            if (ROOT / name).is_file():
                (self.tree / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(ROOT / name, self.tree / name)
        shutil.copy2(binary("simulator"), STATE / "simulator")
        self.certificates()
        self.write_token()
        self.write_env()
        self.write_override()

    def write_token(self):
        """As docs/INSTALL.md has it, for those who want no secret in .env."""
        file = self.tree / "secrets/bot_token"
        file.parent.mkdir()
        file.write_text(TOKEN + "\n")
        file.chmod(0o400)
        os.chown(file, BOT_USER, BOT_USER)

    def write_env(self, **more):
        values = {"COMPOSE_PROFILES": "mongodb", "BOT_TOKEN_FILE": "secrets/bot_token", "SUPER_ADMIN_IDS": BOSS,
                  "WEBHOOK_URL": f"https://{HOOK}/webhook", "WEBHOOK_SECRET": SECRET, "TELEGRAM_API_URL": f"https://{API}", "SEND_RATE": 0, "CHAT_RATE": 0,
                  "USER_RATE": 0, **more}
        (self.tree / ".env").write_text("# as an administrator fills it in\n"
                                        + "".join(f"{name}={value}\n" for name, value in values.items()))

    def certificates(self):
        """The CA and its certificate for the Bot API; and the webhook's, made as docs/INSTALL.md says."""
        tls = self.tls = STATE / "tls"
        shutil.rmtree(tls, ignore_errors=True)
        tls.mkdir()
        curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
        run("openssl", "req", "-x509", *curve, "-days", "2", "-subj", "/CN=test CA", "-keyout", tls / "ca.key",
            "-out", tls / "ca.pem")
        run("openssl", "req", *curve, "-subj", f"/CN={API}", "-keyout", tls / "api.key", "-out", tls / "api.csr")
        (tls / "san").write_text(f"subjectAltName=DNS:{API}\n")
        run("openssl", "x509", "-req", "-in", tls / "api.csr", "-CA", tls / "ca.pem", "-CAkey", tls / "ca.key",
            "-CAcreateserial", "-days", "2", "-extfile", tls / "san", "-out", tls / "api.pem")
        (tls / "nginx.conf").write_text(TLS)
        (tls / "telegram.conf").write_text(f"{SUBNET}.10/32 1;\n")
        for path in tls.iterdir():
            path.chmod(0o644)
        run("scripts/self-signed", HOOK, cwd=self.tree)

    def write_override(self):
        authority = {"environment": {"SSL_CERT_FILE": "/ca.pem"}, "volumes": [f"{self.tls}/ca.pem:/ca.pem:ro"]}
        services = {
            "bot": authority, "bot-sqlite": authority, "bot-polling": authority,
            "nginx": {"volumes": [f"{self.tls}/telegram.conf:/etc/nginx/techsupport/telegram.conf:ro"],
                      "networks": {"front": {"ipv4_address": f"{SUBNET}.11", "aliases": [HOOK]}}},
            "telegram": {"image": "techsupport", "init": True,
                         "entrypoint": ["/simulator", "--listen", "0.0.0.0:8081", "--token", TOKEN, "--quiet",
                                        "--retry-scale", "0.05"],
                         "healthcheck": {"disable": True},
                         "volumes": [f"{STATE}/simulator:/simulator:ro"],
                         "ports": [f"127.0.0.1:{CONTROL}:8081"],
                         "networks": {"front": {"ipv4_address": f"{SUBNET}.10"}}},
            "tls": {"image": "techsupport-nginx", "entrypoint": ["nginx", "-c", "/tls/nginx.conf", "-g", "daemon off;"],
                    "healthcheck": {"disable": True}, "volumes": [f"{self.tls}:/tls:ro"],
                    "networks": {"front": {"aliases": [API]}}, "depends_on": ["telegram"]},
        }
        if not self.real_mongo:
            services["mongo"] = self.mongo_stand_in()
        networks = {"front": {"ipam": {"config": [{"subnet": f"{SUBNET}.0/24"}]}}}
        self.override.write_text(json.dumps({"services": services, "networks": networks}, indent=1))

    def mongo_stand_in(self):
        """Java is this machine's; docs/OPERATIONS.md says that the real one was not tested with."""
        run("tests/mongo/start", "--build", cwd=ROOT)
        start = STATE / "mongo-start"
        start.write_text(MONGO)
        start.chmod(0o755)
        java = pathlib.Path("/usr/bin/java").resolve().parents[1]
        return {"image": "debian:bookworm-slim", "entrypoint": ["/usr/local/bin/mongo-start"],
                "environment": {"PATH": f"{java}/bin:/usr/bin:/bin"},
                "volumes": [f"{start}:/usr/local/bin/mongo-start:ro", f"{java}:{java}:ro",
                            "/etc/java-17-openjdk:/etc/java-17-openjdk:ro", f"{ROOT}/build/mongo:/mongo:ro"],
                "healthcheck": {"test": ["CMD", "bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/27017"]}}

    # --- docker-compose ---

    def compose(self, *arguments, **more):
        return run(COMPOSE, "-f", "docker-compose.yml", "-f", self.override, *arguments, cwd=self.tree,
                   env=self.engine.environment, **more)

    def up(self, bot="bot", bots=1):
        """What .env's COMPOSE_PROFILES names, of which bot is one."""
        self.compose("up", "-d", "--scale", f"{bot}={bots}")
        wait_until(lambda: all(self.state(each) == "healthy" for each in self.containers(bot)), "the bot's health", 120, 0.3)
        wait_until(self.simulator_answers, "the simulator", 60, 0.2)

    def simulator_answers(self):
        try:
            return self.simulator.get("state")
        except requests.ConnectionError:
            return None

    def down(self, volumes=False):
        self.compose(*EVERYTHING, "down", "--remove-orphans", *(["-v"] if volumes else []))

    def containers(self, service):
        return self.compose("ps", "-q", service, quiet=True).stdout.split()

    def inspect(self, container, what):
        return self.engine.docker("inspect", "-f", what, container).stdout.strip()

    def state(self, container):
        return self.inspect(container, "{{.State.Health.Status}}")

    def exec(self, service, *command, **more):
        return self.compose("exec", "-T", service, *command, **more)

    def logs(self, service):
        return self.compose("logs", "--no-color", service).stdout

    def as_telegram(self, *command):
        """A program of this machine in the network of Telegram's container."""
        process = self.inspect(self.containers("telegram")[0], "{{.State.Pid}}")
        return run("nsenter", "-t", process, "-n", *command, check=False)

    def status_as_telegram(self, *arguments, path="/webhook"):
        """The HTTP status of a request from Telegram's address; "000": none."""
        return self.as_telegram("curl", "-sk", "-o", "/dev/null", "-w", "%{http_code}", "--max-time", "20", "--resolve",
                                f"{HOOK}:443:{SUBNET}.11", *arguments, f"https://{HOOK}{path}").stdout

    def set_webhook(self):
        """As an administrator does it, with the certificate that scripts/self-signed has made."""
        def call():
            done = subprocess.run(["scripts/set-webhook.sh", "--certificate", "certs/fullchain.pem"], cwd=self.tree, text=True,
                                  capture_output=True, timeout=60,
                                  env={"PATH": "/usr/bin:/bin", "TELEGRAM_API_URL": self.simulator.url})
            assert TOKEN not in done.stdout + done.stderr
            return "uploaded" in done.stdout
        wait_until(call, "set-webhook.sh", pause=1)

    # --- people: what a Person needs of a desk ---

    def remember_private(self, content):
        pass

    def person(self, name="Олена", id=None):
        return Person(self, id or next(self._ids), name)

    def boss(self):
        boss = self.person("Марія", BOSS)
        boss.role = "super_admin"
        boss.start()
        return boss
