"""docker-compose.yml as an administrator uses it, in the order of the tests: each leaves the stack as the next finds it."""
import json
import os
import re
import shutil
import signal
import subprocess
import threading

import pytest

from engine import BASE, ROOT, run
from people import ACCEPT, Answers
from process import wait_until
from simulator import SECRET, TOKEN
from stack import COMPOSE, HOOK

COMPLETE = "✅ Завершити виконання"
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token: "


def number_of_tickets(stack):
    done = stack.exec("bot", "techsupport", "export", "--format", "jsonl", quiet=True)
    return [json.loads(line)["number"] for line in done.stdout.splitlines() if line.startswith("{")]


@pytest.fixture(scope="module")
def full(stack):
    stack.up()
    wait_until(lambda: stack.state(stack.containers("nginx")[0]) == "healthy", "nginx", 60, 0.3)
    stack.set_webhook()
    yield stack
    stack.down(volumes=True)


def test_images(stack, capsys):
    for image in ("techsupport", "techsupport-nginx"):
        size = int(stack.inspect(image, "{{.Size}}"))
        with capsys.disabled():
            print(f"\n{image}: {size / 1e6:.0f} MB")
    assert stack.inspect("techsupport", "{{.Config.User}}") not in ("", "0", "root")
    assert "health" in stack.inspect("techsupport", "{{.Config.Healthcheck.Test}}")
    assert stack.inspect("techsupport", '{{index .Config.Labels "org.opencontainers.image.title"}}') == "TechSupport Bot"
    inside = stack.engine.docker("run", "--rm", "--read-only", "--entrypoint", "sh", "techsupport", "-c",
                                 "ls /usr/bin /usr/local/bin; ldd /usr/local/bin/techsupport").stdout
    assert not {"gcc", "make", "curl", "python3"} & set(inside.split()) and "not found" not in inside
    assert "techsupport" in stack.engine.docker("run", "--rm", "--read-only", "techsupport", "version").stdout


def test_every_service_is_limited_and_restarted(full):
    for service in ("bot", "mongo", "nginx"):
        container = full.containers(service)[0]
        assert full.inspect(container, "{{.HostConfig.RestartPolicy.Name}}") == "unless-stopped", service
        assert full.inspect(container, '{{index .HostConfig.LogConfig.Config "max-size"}}') == "10m", service
        assert full.inspect(container, "{{.HostConfig.SecurityOpt}}") == "[no-new-privileges:true]", service
        for limit in ("Memory", "NanoCpus", "PidsLimit"):
            assert int(full.inspect(container, f"{{{{.HostConfig.{limit}}}}}")) > 0, (service, limit)
        assert full.state(container) == "healthy", service


def test_the_bot_is_confined(full):
    container = full.containers("bot")[0]
    assert full.inspect(container, "{{.HostConfig.ReadonlyRootfs}}") == "true"
    assert full.inspect(container, "{{.HostConfig.CapDrop}}") == "[ALL]"
    assert TOKEN not in full.inspect(container, "{{.Config.Env}}"), "it is in a file"
    assert full.exec("bot", "id", "-u", quiet=True).stdout.strip() == "10001"
    assert "Read-only" in full.exec("bot", "sh", "-c", "touch /x", check=False).stdout


def test_only_nginx_is_published(full):
    published = {}
    for service in ("bot", "mongo", "nginx"):
        ports = json.loads(full.inspect(full.containers(service)[0], "{{json .HostConfig.PortBindings}}")) or {}
        published[service] = sorted(ports)
    assert published == {"bot": [], "mongo": [], "nginx": ["443/tcp", "80/tcp"]}


def test_check_is_content(full):
    done = full.exec("bot", "techsupport", "check")
    assert "WRONG" not in done.stdout and "over TLS" in done.stdout, done.stdout
    assert SECRET not in done.stdout


def test_a_whole_ticket_through_nginx(full):
    boss, olena = full.boss(), full.person()
    olena.start()
    number = olena.file_ticket(Answers(media={"photo": True}))
    boss.card(number)
    boss.press(ACCEPT)
    olena.wait(lambda chat: [m for m in chat.bot_messages if m.says("notice_accepted")], "that it is accepted")
    boss.press(COMPLETE)
    olena.wait(lambda chat: [m for m in chat.bot_messages if m.says("notice_completed")], "that it is done")
    full.simulator.wait_idle()
    assert number_of_tickets(full) == [number]
    assert " POST 200 " in full.logs("nginx")


def test_who_is_refused(full):
    update = ["-H", "Content-Type: application/json", "--data-binary", '{"update_id":1}']
    good = ["-H", SECRET_HEADER + SECRET, *update]
    assert full.status_as_telegram(*good) == "200"
    assert full.status_as_telegram("-H", SECRET_HEADER + "wrong", *update) == "401"
    assert full.status_as_telegram(*update) == "401"
    assert full.status_as_telegram("-H", SECRET_HEADER + SECRET) == "405"
    assert full.status_as_telegram("-X", "PUT", *good) == "405"
    for path in ("/", "/healthz", "/readyz", "/metrics", "/webhook/", "/webhook2"):
        assert full.status_as_telegram(*good, path=path) == "404", path
    old = ["--ciphers", "DEFAULT:@SECLEVEL=0", "--tlsv1.0"]  # without which curl itself would refuse 1.1
    assert full.status_as_telegram(*old, "--tls-max", "1.1", *good) == "000"
    assert full.status_as_telegram(*old, "--tls-max", "1.2", *good) == "200"
    # From any other address: this machine's.
    here = run("curl", "-sk", "-o", "/dev/null", "-w", "%{http_code}", "--resolve", f"{HOOK}:443:127.0.0.1", *good,
               f"https://{HOOK}/webhook", check=False)
    assert here.stdout == "403"
    assert run("curl", "-s", "-o", "/dev/null", "-w", "%{http_code}", "http://127.0.0.1/webhook").stdout == "404"


def test_an_oversized_body_is_refused(full, tmp_path):
    body = tmp_path / "body"
    body.write_text('{"update_id":1,"x":"' + "a" * (1 << 20) + '"}')
    assert full.status_as_telegram("-H", SECRET_HEADER + SECRET, "-H", "Content-Type: application/json",
                                   "--data-binary", f"@{body}") == "413"
    body.write_text('{"update_id":1,"x":"' + "a" * (1 << 19) + '"}')
    assert full.status_as_telegram("-H", SECRET_HEADER + SECRET, "-H", "Content-Type: application/json",
                                   "--data-binary", f"@{body}") == "200"


def test_acme_is_served(full):
    challenge = full.tree / "acme/.well-known/acme-challenge"
    challenge.mkdir(parents=True, exist_ok=True)
    (challenge / "token").write_text("proof")
    assert run("curl", "-s", "http://127.0.0.1/.well-known/acme-challenge/token").stdout == "proof"


CERTBOT = f"""FROM {BASE}
RUN apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends certbot pebble openssl
"""
PEBBLE = {"pebble": {"listenAddress": "127.0.0.1:14000", "managementListenAddress": "127.0.0.1:15000", "httpPort": 80,
                     "tlsPort": 443, "certificate": "/api.pem", "privateKey": "/api.key"}}


@pytest.fixture
def certbot(full, tmp_path):
    """A machine with certbot, and an authority that sees nginx by its name; the folders are the administrator's."""
    (tmp_path / "Dockerfile").write_text(CERTBOT)
    full.engine.docker("build", "-t", "certbot", tmp_path)
    configuration = tmp_path / "pebble.json"
    configuration.write_text(json.dumps(PEBBLE))
    machine = full.engine.docker(
        "run", "-d", "--network", "tsdeploy_front", "-e", "PEBBLE_VA_NOSLEEP=1", "-v", f"{full.tree}:{full.tree}", "-w",
        full.tree, "-v", f"{full.tls}/api.pem:/api.pem:ro", "-v", f"{full.tls}/api.key:/api.key:ro", "-v",
        f"{configuration}:/pebble.json:ro", "certbot", "pebble", "-config", "/pebble.json", quiet=True).stdout.strip()
    try:
        yield lambda script, **more: full.engine.docker("exec", machine, "bash", "-c", script, **more)
    finally:
        full.engine.docker("rm", "-f", machine)
        shutil.rmtree(full.tree / "certs")
        run("scripts/self-signed", HOOK, cwd=full.tree)


def served_certificate(what):
    done = subprocess.run(f"openssl s_client -connect 127.0.0.1:443 </dev/null 2>/dev/null | openssl x509 -noout -{what}",
                          shell=True, text=True, capture_output=True, timeout=30)
    return done.stdout


def test_certbot_gets_and_renews_the_certificate(full, certbot):
    """docs/INSTALL.md's own line, with a test's authority in place of Let's Encrypt."""
    text = (ROOT / "docs/INSTALL.md").read_text()
    line = re.search(r"^ *(certbot certonly .*\\\n.*)$", text, re.M).group(1).replace("bot.example.org", HOOK)
    ours = " --server https://127.0.0.1:14000/dir --no-verify-ssl"
    wait_until(lambda: certbot("exec 3<>/dev/tcp/127.0.0.1/14000", check=False).returncode == 0, "the authority", 30)
    certbot(f"{line}{ours} -n --agree-tos --register-unsafely-without-email")
    wait_until(lambda: "Pebble" in served_certificate("issuer"), "the authority's certificate at nginx", 30)
    first = served_certificate("serial")
    certbot(f"certbot renew --force-renewal --no-random-sleep-on-renew -n{ours}")
    wait_until(lambda: served_certificate("serial") not in ("", first), "the renewed certificate at nginx", 30)
    assert "Pebble" in served_certificate("issuer")
    full.person().start()


def test_no_bot_is_a_failure_without_the_path(full):
    """Telegram sends again what was not answered. The error's message would quote the request."""
    full.compose("stop", "bot")
    assert full.status_as_telegram("-H", SECRET_HEADER + SECRET, "-H", "Content-Type: application/json", "--data-binary",
                                   '{"update_id":1}') in ("502", "504")
    assert "/webhook" not in full.logs("nginx")
    full.up()


def bots_that_nginx_uses(stack):
    return set(re.findall(r"bot=([0-9.]+:8080),200", stack.logs("nginx")))


def address_of(stack, container):
    return stack.inspect(container, "{{range .NetworkSettings.Networks}}{{.IPAddress}} {{end}}").split()


def test_three_copies(full):
    full.up(bots=3)
    addresses = [set(address_of(full, each)) for each in full.containers("bot")]
    assert len(addresses) == 3

    def all_used():
        full.person().start()
        used = {each.split(":")[0] for each in bots_that_nginx_uses(full)}
        return all(each & used for each in addresses)
    wait_until(all_used, "updates for each copy", 60, 0.2)


class Crowd:
    """New people come and file a ticket each, some at once, while something happens."""

    def __init__(self, stack, count=3):
        self.stack = stack
        self.numbers, self.errors, self.ended = [], [], threading.Event()
        self.threads = [threading.Thread(target=self._file) for _ in range(count)]

    def _file(self):
        try:
            while not self.ended.is_set():
                person = self.stack.person()
                person.start()
                self.numbers.append(person.file_ticket())
        except BaseException as reason:
            self.errors.append(reason)

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        wait_until(lambda: len(self.numbers) >= 3 or self.errors, "first tickets", 60)
        return self

    def wait_more(self, count=3):
        until = len(self.numbers) + count
        wait_until(lambda: len(self.numbers) >= until or self.errors, "more tickets", 120)

    def __exit__(self, *_):
        self.ended.set()
        for thread in self.threads:
            thread.join()
        assert not self.errors, self.errors[0]


def assert_none_lost_or_doubled(stack, before, crowd):
    stack.simulator.wait_idle()
    numbers = number_of_tickets(stack)
    assert len(set(crowd.numbers)) == len(crowd.numbers)
    assert sorted(set(numbers) - set(before)) == sorted(crowd.numbers)


def test_a_copy_is_killed(full):
    before = number_of_tickets(full)
    victim = full.containers("bot")[0]
    with Crowd(full) as crowd:
        os.kill(int(full.inspect(victim, "{{.State.Pid}}")), signal.SIGKILL)
        crowd.wait_more()
        wait_until(lambda: full.state(victim) == "healthy" and full.inspect(victim, "{{.RestartCount}}") == "1",
                   "the copy is back", 90, 0.3)
    assert_none_lost_or_doubled(full, before, crowd)


def test_copies_are_restarted_one_by_one(full):
    before = number_of_tickets(full)
    with Crowd(full) as crowd:
        for container in full.containers("bot"):
            full.engine.docker("restart", container)
            wait_until(lambda: full.state(container) == "healthy", "the copy is back", 90, 0.3)
            crowd.wait_more(1)
    assert_none_lost_or_doubled(full, before, crowd)


def test_the_database_is_restarted(full):
    before = number_of_tickets(full)
    with Crowd(full, 2) as crowd:
        full.compose("restart", "mongo")
        crowd.wait_more()
    assert_none_lost_or_doubled(full, before, crowd)


def test_down_and_up_again(full):
    before = number_of_tickets(full)
    full.down()
    full.up()
    full.set_webhook()
    assert sorted(number_of_tickets(full)) == sorted(before)
    olena = full.person()
    olena.start()
    assert olena.file_ticket() not in before


def test_backup_and_restore(full, tmp_path):
    """As docs/OPERATIONS.md has it: out of the containers, into a database that was made anew."""
    before = number_of_tickets(full)
    full.exec("bot", "techsupport", "backup", "/data/backups/now.backup", quiet=True)
    file = tmp_path / "now.backup"
    with open(file, "wb") as out:
        subprocess.run([COMPOSE, "-f", "docker-compose.yml", "-f", str(full.override), "exec", "-T", "bot", "cat",
                        "/data/backups/now.backup"], cwd=full.tree, env=full.engine.environment, stdout=out, check=True,
                       stdin=subprocess.DEVNULL, timeout=60)
    for folder in (tmp_path, *list(tmp_path.parents)[:-2]):
        folder.chmod(0o755)
    file.chmod(0o644)
    full.compose("rm", "-sf", "bot", "mongo")
    full.engine.docker("volume", "rm", "tsdeploy_mongo", "tsdeploy_secret")
    full.compose("run", "--rm", "-T", "-v", f"{tmp_path}:/in:ro", "bot", "restore", "/in/now.backup")
    full.up()
    full.set_webhook()
    assert sorted(number_of_tickets(full)) == sorted(before)


def test_logs_have_no_secret(full):
    full.person().start()
    full.simulator.wait_idle()
    for service in ("bot", "nginx"):
        lines = full.logs(service)
        assert lines and SECRET not in lines and "/webhook" not in (lines if service == "nginx" else "")
