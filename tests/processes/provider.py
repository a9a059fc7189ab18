"""A payment provider for tests: a server on this machine, standard library alone.

It knows intents, shows a page to pay at, and tells the hall by signed callbacks. What goes wrong is
planned by the tests: `plan` holds what becomes of the next requests to set something up, `asked_plan`
of the next questions.

    fine           as it should be
    slow           taken, but answered too late
    lost           neither taken nor answered in time
    error          500, not taken
    error_taken    500, and yet taken
    refused        422
    busy           409, not taken: an earlier request under this key is still being looked at
    too_dear       taken for another amount than was asked for
    other_money    taken in another currency
    homeless       taken, without an address to pay at
    elsewhere      an address that no browser should be sent to
    rubbish        200 and no JSON
    huge           200 and more than anybody reads
    moved          302 to another address
    another        an answer about another intent
"""

import base64
import datetime
import hashlib
import hmac
import http.client
import http.server
import json
import pathlib
import secrets
import shutil
import ssl
import subprocess
import tempfile
import threading
import time
import uuid

STYLES = {"DEMOPAY": "standard_webhooks", "DEMOCARD": "stripe", "DEMOQR": "github"}
SLOW_S = 3.0  # longer than the hall waits (`--provider-timeout` of the tests)


def sign(style, secret, body, at_s, notice):
    """The headers that a provider of this style sends with a body."""
    if style == "standard_webhooks":
        key = base64.b64decode(secret.removeprefix("whsec_"))
        content = f"{notice}.{at_s}.".encode() + body
        mac = base64.b64encode(hmac.new(key, content, hashlib.sha256).digest()).decode()
        return {"webhook-id": notice, "webhook-timestamp": str(at_s),
                "webhook-signature": f"v1,{mac}"}
    if style == "stripe":
        content = f"{at_s}.".encode() + body
        mac = hmac.new(secret.encode(), content, hashlib.sha256).hexdigest()
        return {"Stripe-Signature": f"t={at_s},v1={mac}"}
    mac = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    return {"X-Hub-Signature-256": f"sha256={mac}"}


class Request(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def answer(self, status, content, kind="application/json", **headers):
        body = content if isinstance(content, bytes) else json.dumps(content).encode()
        try:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True  # the hall did not wait

    def do_GET(self):
        provider = self.server.provider
        if self.path.startswith("/pay/"):
            page = b"<form method=post><button>Pay</button></form>"
            self.answer(200, page, "text/html")
        else:
            provider.asked(self, self.path.removeprefix("/v1/intents/"))

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.path.startswith("/pay/"):
            self.server.provider.pay(self.path.removeprefix("/pay/"))
            self.answer(200, b"<p>Paid</p>", "text/html")
        else:
            self.server.provider.given(self, json.loads(body))


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_):
        """A hall that was killed or did not wait is what the tests are about."""


class Provider:
    """One provider: its intents, its secret, and what it does wrong."""

    def __init__(self, code, style, key="sk_test_0123456789"):
        self.code = code
        self.style = style
        self.key = key
        self.secret = new_secret(style)
        self.intents = {}  # by the hall's id of it
        self.plan = []
        self.asked_plan = []
        self.given_count = 0
        self.asked_count = 0
        self.idempotency_keys = []
        self.tells = True  # by itself, when somebody paid
        self.hall = None  # a Suite
        self.scheme = "http"
        self.lock = threading.Lock()
        self.server = Server(("127.0.0.1", 0), Request)
        self.server.provider = self
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def secure(self, certificate, key):
        """From now on it speaks TLS."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        self.scheme = "https"

    def close(self):
        self.server.shutdown()
        self.server.server_close()

    @property
    def address(self):
        return f"{self.scheme}://127.0.0.1:{self.server.server_address[1]}"

    @property
    def option(self):
        return f"{self.code}={self.address}/v1"

    def secret_lines(self):
        return f"{self.code} key {self.key}\n{self.code} callback {self.secret}\n"

    # -- what the hall asks for --------------------------------------------------------------------

    def is_known(self, request):
        if request.headers["Authorization"] == f"Bearer {self.key}":
            return True
        request.answer(401, {"error": "who are you?"})
        return False

    def take(self, asked, outcome):
        """The intent of that id: made once, however often it is asked for."""
        with self.lock:
            intent = self.intents.setdefault(asked["intent"], {
                "intent": asked["intent"], "id": f"pi_{secrets.token_hex(8)}", "status": "open",
                "amount": asked["amount"], "currency": asked["currency"],
                "reference": asked["reference"],
                "redirect": f"{self.address}/pay/{asked['intent']}"})
        changes = {"too_dear": {"amount": asked["amount"] + 100},
                   "other_money": {"currency": "USD"}, "homeless": {"redirect": None},
                   "elsewhere": {"redirect": "javascript:alert(1)"}}
        intent.update(changes.get(outcome, {}))
        return intent

    def given(self, request, asked):
        if not self.is_known(request):
            return
        with self.lock:
            self.given_count += 1
            self.idempotency_keys.append(request.headers["Idempotency-Key"])
            outcome = self.plan.pop(0) if self.plan else "fine"
        takes = outcome not in ("lost", "error", "refused", "busy", "rubbish", "huge", "moved")
        intent = self.take(asked, outcome) if takes else None
        self.tell_answer(request, outcome, 201, intent)

    def asked(self, request, intent_id):
        if not self.is_known(request):
            return
        with self.lock:
            self.asked_count += 1
            outcome = self.asked_plan.pop(0) if self.asked_plan else "fine"
            intent = self.intents.get(intent_id)
        if intent is None and outcome == "fine":
            request.answer(404, {"error": "there is no such intent"})
        else:
            self.tell_answer(request, outcome, 200, intent)

    def tell_answer(self, request, outcome, status, intent):
        if outcome in ("slow", "lost"):
            time.sleep(SLOW_S)
        if outcome in ("error", "error_taken"):
            request.answer(500, {"error": "something broke"})
        elif outcome in ("refused", "busy"):
            request.answer(422 if outcome == "refused" else 409, {"error": "not this"})
        elif outcome == "rubbish":
            request.answer(200, b"<html>Good morning</html>", "text/html")
        elif outcome == "huge":
            request.answer(200, b'{"id": "' + b"x" * 200000 + b'"}')
        elif outcome == "moved":
            request.answer(302, {}, Location=f"{self.address}/v1/trap")
        elif outcome == "another":
            request.answer(status, {**intent, "intent": str(uuid.uuid4())})
        else:
            request.answer(status, intent or {})

    # -- what payers do ----------------------------------------------------------------------------

    def pay(self, intent_id):
        """Somebody pays on the page; the hall is told, if this provider tells."""
        self.intents[intent_id]["status"] = "paid"
        if self.tells:
            self.tell(intent_id)

    def fail(self, intent_id):
        self.intents[intent_id]["status"] = "failed"
        if self.tells:
            self.tell(intent_id)

    # -- what it tells by itself -------------------------------------------------------------------

    def now_s(self):
        return int(datetime.datetime.fromisoformat(self.hall.moment).timestamp())

    def body_of(self, intent_id, notice, **changes):
        data = {**self.intents.get(intent_id, {}), **changes}
        return json.dumps({"id": notice, "type": f"payment.{data.get('status')}", "data": data,
                           "sent_by": "a provider with more to say"}).encode()

    def tell(self, intent_id, notice=None, **changes):
        """A callback about an intent; the status of the hall's answer."""
        notice = notice or f"evt_{secrets.token_hex(8)}"
        body = self.body_of(intent_id, notice, **changes)
        return self.send(body, sign(self.style, self.secret, body, self.now_s(), notice))

    def send(self, body, headers, code=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.hall.port, timeout=30)
        connection.request("POST", f"/v1/providers/{code or self.code}/callback", body=body,
                           headers={"Content-Type": "application/json", **headers})
        response = connection.getresponse()
        self.last_answer = response.read()
        connection.close()
        return response.status


class Providers(dict):
    """The providers of the shipped catalogue, by code, and the file of their secrets."""

    def __init__(self):
        super().__init__({code: Provider(code, style) for code, style in STYLES.items()})
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="glasshall-provider-"))
        self.secrets_file = self.folder / "secrets"
        self.secrets_file.write_text("".join(p.secret_lines() for p in self.values()))
        self.secrets_file.chmod(0o600)

    @property
    def options(self):
        """How fee is told of them."""
        return ["--providers", ", ".join(provider.option for provider in self.values()),
                "--provider-secrets", str(self.secrets_file), "--provider-loopback",
                "--provider-timeout", "1s"]

    def secure(self):
        """They speak TLS, with a certificate that nobody but its own file vouches for."""
        self.certificate, key = self.folder / "certificate.pem", self.folder / "key.pem"
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
                        "ec_paramgen_curve:P-256", "-nodes", "-keyout", key, "-out",
                        self.certificate, "-days", "3650", "-subj", "/CN=127.0.0.1", "-addext",
                        "subjectAltName=IP:127.0.0.1"], check=True, capture_output=True)
        for provider in self.values():
            provider.secure(self.certificate, key)

    def begin(self, hall):
        """They tell this hall, and nothing goes wrong until it is planned."""
        for provider in self.values():
            provider.hall = hall
            provider.plan, provider.asked_plan, provider.tells = [], [], True

    def close(self):
        for provider in self.values():
            provider.close()
        shutil.rmtree(self.folder, ignore_errors=True)


def new_secret(style):
    if style == "standard_webhooks":
        return "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode()
    return f"whsec_{secrets.token_hex(16)}"


__all__ = ["Provider", "Providers", "STYLES", "new_secret", "sign"]
