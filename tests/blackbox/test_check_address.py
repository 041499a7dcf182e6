"""`techsupport check` where the clock or the certificate of the webhook's address is wrong: against a Bot API of the test's
own, whose word on the time and the webhook can be anything."""
import http.server
import json
import ssl
import subprocess
import threading
import time
from email.utils import formatdate

import pytest

from process import free_port
from simulator import TOKEN
from test_check import CONFIG, outcome

pytestmark = pytest.mark.webhook
HOUR = 3600


class Api(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        method = self.path.rsplit("/", 1)[1]
        results = {"getMe": {"id": int(TOKEN.split(":")[0]), "is_bot": True, "first_name": "Bot", "username": "desk_bot"},
                   "getWebhookInfo": self.server.webhook}
        body = json.dumps({"ok": True, "result": results[method]}).encode()
        self.send_response_only(200)
        self.send_header("Date", formatdate(time.time() + self.server.ahead, usegmt=True))
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST

    def log_message(self, *_):
        pass


def serve(handler, context=None):
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    if context:
        server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


@pytest.fixture
def api():
    server = serve(Api)
    server.ahead, server.webhook = 0, {"url": "", "has_custom_certificate": False, "pending_update_count": 0}
    yield server
    server.shutdown()


@pytest.fixture
def address(tmp_path):
    """Makes an HTTPS address whose certificate nobody has signed."""
    servers = []

    def make(days=30):
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                        "-days", str(days), "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout",
                        tmp_path / "key.pem", "-out", tmp_path / "cert.pem"], check=True, capture_output=True)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(tmp_path / "cert.pem", tmp_path / "key.pem")
        servers.append(serve(Api, context))
        return f"https://127.0.0.1:{servers[-1].server_port}/webhook"
    yield make
    for server in servers:
        server.shutdown()


def check(desk, api, **more):
    return desk.command("check", TELEGRAM_API_URL=f"http://127.0.0.1:{api.server_port}", **more)


@pytest.mark.parametrize("ahead, word", [(HOUR, "slow"), (-HOUR, "fast")])
def test_a_wrong_clock(desk, api, ahead, word):
    api.ahead = ahead
    done = check(desk, api)
    outcomes = outcome(done, "clock")
    assert outcomes[0][0] == "WRONG" and word in outcomes[0][1] and "NTP" in outcomes[0][1], done.stdout
    assert done.returncode == CONFIG


def test_a_certificate_that_nobody_signed(desk, api, address):
    address = address()
    api.webhook |= {"url": address}
    done = check(desk, api, WEBHOOK_URL=address)
    assert outcome(done, "tls")[0][0] == "WRONG" and "--certificate" in outcome(done, "tls")[0][1], done.stdout
    assert done.returncode == CONFIG
    api.webhook |= {"has_custom_certificate": True}
    done = check(desk, api, WEBHOOK_URL=address)
    assert outcome(done, "tls")[0][0] == "ok" and done.returncode == 0, done.stdout


@pytest.mark.parametrize("days, word", [(5, "warning"), (30, "ok")])
def test_a_certificate_that_is_trusted(desk, api, address, tmp_path, days, word):
    address = address(days)
    api.webhook |= {"url": address}
    done = check(desk, api, WEBHOOK_URL=address, SSL_CERT_FILE=str(tmp_path / "cert.pem"))
    assert outcome(done, "tls")[0][0] == word and done.returncode == 0, done.stdout


def test_an_address_where_nothing_listens(desk, api):
    nowhere = f"https://127.0.0.1:{free_port()}/webhook"
    api.webhook |= {"url": nowhere}
    done = check(desk, api, WEBHOOK_URL=nowhere)
    assert outcome(done, "tls")[0][0] == "warning" and "nginx" in outcome(done, "tls")[0][1], done.stdout
