"""The local Bot API (build/simulator) and its control interface, docs/SIMULATOR.md."""
import requests

from process import Program, binary, limit, wait_until

TOKEN = "123456789:AAEhBOweik9ai8hcFFrQ9nE3mWPJLYp0BbT"
SECRET = "webhook-secret_for-tests-0123456789"


class Simulator:
    def __init__(self, directory, retry_scale=0.05):
        self.program = Program("simulator", [binary("simulator"), "--listen", "127.0.0.1:0", "--token", TOKEN,
                                             "--retry-scale", str(retry_scale), "--quiet"], directory, watch="stdout")
        self.url = self.program.wait_line(r"simulator: (http://\S+)").group(1)
        self._session = requests.Session()

    def post(self, path, **body):
        answer = self._session.post(f"{self.url}/sim/{path}", json=body, timeout=limit(30))
        assert answer.status_code == 200, f"/sim/{path} {body}: {answer.status_code} {answer.text}"
        return answer.json()

    def get(self, path, **arguments):
        # Called from several threads at once by tests that race: no shared connection.
        answer = requests.get(f"{self.url}/sim/{path}", params=arguments, timeout=limit(60))
        assert answer.status_code == 200, f"/sim/{path} {arguments}: {answer.status_code} {answer.text}"
        return answer.json()

    def chat(self, chat, version=-1, timeout=0):
        """The chat as soon as it is newer than `version`, or after `timeout` seconds."""
        return self.get("chat", id=chat, version=version, timeout=int(timeout * 1000))

    def calls(self, method=None, since=0):
        arguments = {"since": since}
        if method:
            arguments["method"] = method
        return self.get("calls", **arguments)["calls"]

    def fault(self, method, kind="error", skip=0, times=1, **more):
        return self.post("fault", method=method, kind=kind, skip=skip, times=times, **more)

    def clear_faults(self):
        answer = requests.delete(f"{self.url}/sim/fault", timeout=limit(30))
        assert answer.status_code == 200, answer.text

    def wait_idle(self):
        """Until every update was taken by the bot."""
        state = self.get("state", wait="idle", timeout=int(limit() * 1000))
        assert state["pending"] == 0, f"updates that the bot does not take: {state}"

    def set_webhook(self, url, secret=SECRET, **more):
        """Telegram takes one setWebhook a second."""
        def call():
            return requests.post(f"{self.url}/bot{TOKEN}/setWebhook",
                                 json={"url": url, "secret_token": secret, **more}, timeout=limit(30)).json()
        wait_until(lambda: call()["ok"], "setWebhook", pause=0.1)
