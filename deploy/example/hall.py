"""A client of the hall's gateway.

    hall = Hall("http://127.0.0.1:8080")
    citizen = hall.filing()                         # a session for filing, no account needed
    upload = citizen.upload(pdf_bytes)
    filed = citizen.file_case({"item": "UMB-P-001", ...}).data
    clerk = hall.sign_in("clerk", password)
    case = clerk.case(filed["id"])
    clerk.act(filed["id"], "accept", if_match=case.etag)

What the gateway refuses is raised as a Problem, whose text says what was wrong and what to do.
Every POST carries an Idempotency-Key unless told otherwise, so that it can be repeated safely: a
lost connection, and a 503 with Retry-After, are tried again until `patience_s` is over.

A Session keeps one connection and belongs to one thread. Standard library only.
"""

import base64
import hashlib
import http.client
import json
import sys
import time
import urllib.parse
import uuid

MAKE_A_KEY = object()  # the default of `key`: a new Idempotency-Key
IDLE_S_MAX = 10  # a connection that was silent for longer is opened anew
PAUSE_S_MAX = 5  # the longest wait between two tries


class Problem(Exception):
    """What the gateway answered instead of a success (RFC 9457)."""

    def __init__(self, status, headers, content):
        body = _decoded(headers, content)
        body = body if isinstance(body, dict) else {}
        self.status = status
        self.headers = headers
        self.type = str(body.get("type", "")).removeprefix("/problems/") or "unknown"
        self.title = body.get("title") or http.client.responses.get(status, "")
        self.detail = body.get("detail", "")
        self.errors = body.get("errors", [])
        self.allowed_actions = body.get("allowed_actions")
        self.trace_id = body.get("trace_id", "")
        super().__init__(status, self.type)

    @property
    def retry_after_s(self):
        """Seconds after which to try again, or None."""
        value = self.headers.get("Retry-After", "")
        return int(value) if value.isdigit() else None

    def pointers(self):
        """The JSON Pointers of the fields that were wrong."""
        return [error.get("pointer", "") for error in self.errors]

    def __str__(self):
        lines = [f"{self.status} {self.type}: {self.detail or self.title}"]
        lines += [f"  {error.get('pointer') or '(body)'}: {error.get('detail')}"
                  for error in self.errors]
        if self.allowed_actions is not None:
            lines.append(f"  allowed now: {', '.join(self.allowed_actions) or 'nothing'}")
        if self.trace_id:
            lines.append(f"  trace {self.trace_id}")
        return "\n".join(lines)


class Unreachable(Exception):
    """Nobody answers at the gateway's address, or the answer was lost on the way."""


class Answer:
    """A success: `data` is the decoded JSON, or bytes of another media type."""

    def __init__(self, status, headers, content):
        self.status = status
        self.headers = headers
        self.data = _decoded(headers, content)

    @property
    def etag(self):
        return self.headers.get("ETag")

    @property
    def was_repeated(self):
        """True when this is an earlier success told again."""
        return self.headers.get("Idempotent-Replayed") == "true"

    @property
    def next_page(self):
        """The address of the next page of a list, or None."""
        link = self.headers.get("Link", "")
        return link[1:link.index(">")] if 'rel="next"' in link else None


def _decoded(headers, content):
    media_type = (headers.get("Content-Type") or "").split(";")[0].strip()
    if media_type.endswith("json") and content:
        return json.loads(content)
    return content


class Hall:
    """The gateway of a hall at `url`; opens sessions."""

    def __init__(self, url, language="en", patience_s=20):
        self.url = url.rstrip("/")
        self.language = language
        self.patience_s = patience_s

    def visitor(self):
        """Nobody in particular: what is open to all."""
        return Session(self)

    def filing(self):
        """A session for filing only: uploads, and the cases it files."""
        return self._open({})

    def open_case(self, number, code):
        """The session that tracking number and code open, for that one case."""
        return self._open({"number": number, "code": code})

    def sign_in(self, login, password):
        """An officer's session."""
        return self._open({"account": login, "password": password})

    def readiness(self):
        """How every service is; raises Unreachable while the gateway is not there."""
        return self.visitor().request("GET", "/readyz", patience_s=0, check=False).data

    def metrics(self):
        """The metrics as Prometheus text."""
        return self.visitor().request("GET", "/metrics", patience_s=0).data.decode()

    def _open(self, body):
        opened = self.visitor().post("/v1/sessions", body).data
        return Session(self, opened["token"], opened.get("case_id"))


class Session:
    """Somebody's requests to the gateway, over one connection."""

    def __init__(self, hall, token=None, case_id=None):
        self.hall = hall
        self.token = token
        self.case_id = case_id
        self._connection = None
        self._used_at = 0.0

    # -- requests --------------------------------------------------------------------------

    def get(self, path, if_none_match=None, wait_s=None, **more):
        headers = {"If-None-Match": if_none_match, "Prefer": wait_s and f"wait={wait_s}"}
        return self.request("GET", path, headers=headers, **more)

    def post(self, path, body=None, key=MAKE_A_KEY, if_match=None, **more):
        key = str(uuid.uuid4()) if key is MAKE_A_KEY else key
        headers = {"Idempotency-Key": key and f'"{key}"', "If-Match": if_match}
        return self.request("POST", path, body=body or {}, headers=headers,
                            repeatable=key is not None, **more)

    def patch(self, path, body, if_match, **more):
        return self.request("PATCH", path, body=body, headers={"If-Match": if_match}, **more)

    def delete(self, path, **more):
        return self.request("DELETE", path, **more)

    def pages(self, path):
        """Every element of a list, page after page."""
        while path is not None:
            answer = self.get(path)
            yield from answer.data if isinstance(answer.data, list) else answer.data["items"]
            path = answer.next_page

    def request(self, method, path, body=None, headers=None, media_type="application/json",
                repeatable=None, patience_s=None, check=True):
        """Sends a request and returns the Answer. With `check` off a refusal is one, too."""
        repeatable = method == "GET" if repeatable is None else repeatable
        patience_s = self.hall.patience_s if patience_s is None else patience_s
        give_up_at = time.monotonic() + (patience_s if repeatable else 0)
        headers = {name: value for name, value in (headers or {}).items() if value}
        if body is not None:
            headers["Content-Type"] = media_type
            body = body if isinstance(body, bytes) else json.dumps(body).encode()
        pause_s = 0.2
        while True:
            try:
                status, told, content = self._exchange(method, path, body, headers)
                if status < 400 or not check:
                    return Answer(status, told, content)
                failure = Problem(status, told, content)
                wait_s = failure.retry_after_s if status == 503 else None
            except (OSError, http.client.HTTPException) as error:
                self.close()
                failure = Unreachable(f"{self.hall.url} does not answer: {error}")
                wait_s = pause_s
                pause_s = min(2 * pause_s, PAUSE_S_MAX)
            if wait_s is None or time.monotonic() + wait_s > give_up_at:
                raise failure
            time.sleep(min(wait_s, PAUSE_S_MAX))

    def close(self):
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _exchange(self, method, path, body, headers):
        if time.monotonic() - self._used_at > IDLE_S_MAX:
            self.close()
        if self._connection is None:
            self._connection = _connect(self.hall.url)
        headers = {"Accept-Language": self.hall.language, **headers}
        if self.token is not None:
            headers["Authorization"] = f"Bearer {self.token}"
        self._connection.request(method, path, body=body, headers=headers)
        response = self._connection.getresponse()
        content = response.read()
        self._used_at = time.monotonic()
        return response.status, response.headers, content

    # -- what people do ------------------------------------------------------------------------

    def upload(self, content, media_type="application/pdf"):
        """Hands in a file; returns what a filing of this session calls it, with its hash."""
        digest = base64.b64encode(hashlib.sha256(content).digest()).decode()
        return self.request("POST", "/v1/blobs", body=content, media_type=media_type,
                            headers={"Content-Digest": f"sha-256=:{digest}:"},
                            repeatable=True).data

    def material(self, code, filename, content, media_type="application/pdf"):
        """Uploads a file and returns it as a material of a filing or of supply_materials."""
        upload = self.upload(content, media_type)
        return {"code": code, "upload": upload["upload"], "filename": filename,
                "sha256": upload["sha256"]}

    def file_case(self, filing, **more):
        return self.post("/v1/cases", filing, **more)

    def case(self, case_id, **more):
        return self.get(f"/v1/cases/{case_id}", **more)

    def act(self, case_id, action, fields=None, **more):
        """Does an action that the case offers in its `actions`."""
        return self.post(f"/v1/cases/{case_id}/actions/{action}", fields, **more)

    def wait_for_case(self, case_id, is_there, timeout_s=30):
        """Looks until `is_there(case)` holds; returns the Answer, or raises TimeoutError."""
        give_up_at = time.monotonic() + timeout_s
        found = self.case(case_id)
        while not is_there(found.data):
            left_s = int(give_up_at - time.monotonic())
            if left_s < 1:
                raise TimeoutError(f"case {case_id} stays in state {found.data['status']}")
            news = self.case(case_id, if_none_match=found.etag, wait_s=min(left_s, 10))
            found = found if news.status == 304 else news
        return found

    def timeline(self, case_id, after=0):
        """The events of a case behind place `after` of the record, in causal order."""
        return list(self.pages(f"/v1/cases/{case_id}/timeline?cursor={after}"))


def _connect(url):
    parts = urllib.parse.urlsplit(url)
    secure = parts.scheme == "https"
    kind = http.client.HTTPSConnection if secure else http.client.HTTPConnection
    return kind(parts.hostname, parts.port, timeout=90)


def main(arguments):
    """`hall.py http://127.0.0.1:8080 /metrics` prints what stands there."""
    if len(arguments) != 2:
        print("usage: hall.py GATEWAY-URL PATH", file=sys.stderr)
        return 2
    try:
        answer = Hall(arguments[0], patience_s=0).visitor().get(arguments[1], check=False)
    except Unreachable as error:
        print(error, file=sys.stderr)
        return 1
    text = answer.data if isinstance(answer.data, bytes) else json.dumps(answer.data).encode()
    sys.stdout.buffer.write(text + b"\n")
    return 0 if answer.status < 400 else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
