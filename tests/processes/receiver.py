"""A partner system for tests: takes webhooks, checks each signature, and fails as it is planned.

`plan` holds what becomes of the next deliveries: a status, ("after", status, seconds) for one with
Retry-After, "lost" (taken, but the answer never comes) or "slow" (taken, answered after a while).
When it is empty all is well.
"""

import base64
import hashlib
import hmac
import http.server
import json
import threading
import time


def signature(secret, notice, at_s, body):
    """What Standard Webhooks signs: v1,<base64>."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    content = f"{notice}.{at_s}.".encode() + body
    return "v1," + base64.b64encode(hmac.new(key, content, hashlib.sha256).digest()).decode()


class Request(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        status, more = self.server.receiver.take(self.headers, body)
        if status is None:
            self.close_connection = True
            return
        try:
            self.send_response(status)
            for name, value in more.items():
                self.send_header(name, value)
            self.send_header("Content-Length", "0")
            self.end_headers()
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True  # the hall was killed


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_):
        """A hall that was killed is what the tests are about."""


class Receiver:
    def __init__(self):
        self.plan = []
        self.taken = []  # (webhook-id, event) that were answered with 2xx, or meant to be
        self.seen = []  # the same of all, with what became of them
        self.unchecked = []  # headers, body and time of what came
        self.secrets = []  # all of them must have signed
        self.pause_s = 0
        self.lock = threading.Lock()
        self.port = 0
        self.server = None
        self.open()

    def open(self):
        self.server = Server(("127.0.0.1", self.port), Request)
        self.port = self.server.server_address[1]
        self.server.receiver = self
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}/hall"

    def wrong(self):
        """What is wrong with the deliveries that came since this was asked last."""
        with self.lock:
            came, self.unchecked = self.unchecked, []
        return [said for headers, body, now_s in came for said in self.check(headers, body, now_s)]

    def check(self, headers, body, now_s):
        at_s = int(headers["webhook-timestamp"])
        told = headers["webhook-signature"].split(" ")
        wanted = [signature(secret, headers["webhook-id"], at_s, body) for secret in self.secrets]
        if told != wanted:
            yield f"signed {told}, not {wanted}"
        if abs(now_s - at_s) > 300:
            yield f"at {at_s}, not {now_s}"
        if headers["Content-Type"] != "application/cloudevents+json; charset=utf-8":
            yield headers["Content-Type"]

    def take(self, headers, body):
        time.sleep(self.pause_s)
        with self.lock:
            self.unchecked.append((headers, body, time.time()))
            planned = self.plan.pop(0) if self.plan else 200
            event = json.loads(body)
            self.seen.append((headers["webhook-id"], event, planned))
            if planned in (200, "lost", "slow"):
                self.taken.append((headers["webhook-id"], event))
        if planned == "slow":
            time.sleep(2)
        if isinstance(planned, tuple):
            return planned[1], {"Retry-After": str(planned[2])}
        return {"lost": None, "slow": 200}.get(planned, planned), {}

    def places(self):
        """Where in the record the events stand that were taken, as they came."""
        with self.lock:
            return [int(event["sequence"]) for _, event in self.taken]


__all__ = ["Receiver", "signature"]
