"""The six real processes of a hall, on this machine, for tests: started, killed, stopped.

    with Suite() as suite:
        suite.publish_catalogue()
        clerk = suite.officer("window_clerk", "HALL")
        citizen = suite.hall.filing()

Programs come from GLASSHALL_BIN (default: the asan build). Data, sockets and logs are in a folder
of their own that goes away at the end, unless something failed or GLASSHALL_KEEP is set.
"""

import datetime
import json
import os
import pathlib
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "deploy" / "example"))
sys.path.insert(0, str(ROOT / "tests" / "bank"))

from hall import Hall, Problem, Unreachable  # noqa: E402

PROGRAMS = pathlib.Path(os.environ.get("GLASSHALL_BIN", ROOT / "build" / "asan" / "bin"))
SERVICES = ["intake", "approval", "fee", "notification", "audit", "gateway"]
CATALOGUE = ROOT / "deploy" / "catalogue"
# What approvers of a department decide: each needs a delegation for it.
DECIDED_ITEMS = {"UMB": ["UMB-P-001"], "MSA": ["MSA-P-001"], "PSB": ["PSB-C-001"],
                 "FIN": ["FIN-W-001"]}
READY_S_MAX = 60
STOP_S_MAX = 20


def catalogue_files(folder=CATALOGUE):
    """The files of a catalogue as POST /v1/catalogue/versions takes them."""
    return [{"name": str(path.relative_to(folder)), "text": path.read_text()}
            for path in sorted(folder.rglob("*.yaml"))]


class Suite:
    """The processes of one hall."""

    def __init__(self, clock="virtual:2026-03-02T09:00:00+08:00", options=None, environment=None):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="glasshall-"))
        self.data = self.folder / "data"
        self.mail = self.folder / "mail"
        self.registers = self.folder / "registers"
        self.clock = clock
        self.moment = clock.removeprefix("virtual:") if clock.startswith("virtual:") else None
        self.options = options or {}
        self.environment = environment or {}
        self.processes = {}
        self.port = 0
        self.hall = None
        self.admin = None
        self.admin_password = secrets.token_urlsafe(12)
        self.passwords = {}
        self.passwords_lock = threading.Lock()
        for folder in (self.data, self.mail, self.registers):
            folder.mkdir()
        example = ROOT / "deploy" / "example" / "registers"
        for path in example.glob("*.json"):
            shutil.copy(path, self.registers)

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, kind, error, trace):
        self.stop()
        if kind is None:
            self.forget()
        else:
            print(f"what was there is kept in {self.folder}", file=sys.stderr)

    def forget(self):
        """Removes what the hall left, unless GLASSHALL_KEEP is set."""
        if not os.environ.get("GLASSHALL_KEEP"):
            shutil.rmtree(self.folder, ignore_errors=True)

    # -- processes -------------------------------------------------------------------------------

    def arguments(self, service):
        """How a program is called."""
        more = {
            "intake": ["--registers", str(self.registers)],
            "notification": ["--mail", f"file:{self.mail}"],
            # Officers stay signed in while tests move the clock by weeks.
            "gateway": ["--port", str(self.port), "--first-admin", str(self.folder / "admin.json"),
                        "--staff-session", "744h"],
        }
        return [str(PROGRAMS / f"glasshall-{service}"), "--data", str(self.data), "--clock",
                self.clock, "--map-size", "4g", *more.get(service, []),
                *self.options.get(service, [])]

    def log(self, service):
        return self.folder / f"{service}.log"

    def spawn(self, service):
        """Starts a process; it need not be ready yet."""
        environment = {**os.environ, **self.environment}
        with open(self.log(service), "ab") as log:
            self.processes[service] = subprocess.Popen(
                self.arguments(service), stdout=log, stderr=log, env=environment,
                stdin=subprocess.DEVNULL)

    def start(self):
        """Starts all, waits until they are ready, signs the administrator in. What was started is
        ended again when that fails."""
        try:
            self._start_all()
        except BaseException:
            self.stop()
            raise

    def _start_all(self):
        admin = {"login": "admin", "badge": "Administrator", "password": self.admin_password}
        (self.folder / "admin.json").write_text(json.dumps(admin))
        (self.folder / "admin.json").chmod(0o600)
        for service in SERVICES:
            self.spawn(service)
        self.find_port()
        self.hall = Hall(f"http://127.0.0.1:{self.port}")
        self.wait_ready()
        self.admin = self.hall.sign_in("admin", self.admin_password)

    def find_port(self):
        """Where the gateway listens, as its log tells."""
        give_up_at = time.monotonic() + READY_S_MAX
        while self.port == 0:
            for line in self.log("gateway").read_text().splitlines():
                if '"gateway.listening"' in line:
                    self.port = json.loads(line)["port"]
            self.check_alive("gateway")
            if time.monotonic() > give_up_at:
                raise TimeoutError("the gateway does not listen")
            time.sleep(0.02)

    def check_alive(self, service):
        code = self.processes[service].poll()
        if code is not None:
            tail = "\n".join(self.log(service).read_text().splitlines()[-20:])
            raise RuntimeError(f"{service} ended with {code}:\n{tail}")

    def wait_ready(self, services=None):
        """Waits until /readyz says that `services` (all) are."""
        give_up_at = time.monotonic() + READY_S_MAX
        wanted = set(services or SERVICES)
        told = None
        while time.monotonic() < give_up_at:
            for service in wanted:
                self.check_alive(service)
            try:
                told = self.hall.readiness()
                if wanted <= {s["service"] for s in told["services"] if s["ready"]}:
                    return
            except Unreachable:
                pass
            time.sleep(0.05)
        raise TimeoutError(f"not ready: {told}")

    def signal(self, service, number):
        self.processes[service].send_signal(number)

    def kill(self, service):
        """kill -9."""
        self.processes[service].kill()
        self.processes[service].wait()

    def restart(self, service, wait=True):
        """Starts a process again that ended or was killed."""
        self.spawn(service)
        if wait:
            self.wait_ready()

    def stop_one(self, service):
        """Ends a process in good order; returns its exit code."""
        process = self.processes[service]
        if process.poll() is None:
            process.send_signal(signal.SIGCONT)
            process.terminate()
        try:
            return process.wait(STOP_S_MAX)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            return -9

    def stop(self):
        """Ends all; returns the exit codes by service."""
        order = ["gateway"] + [s for s in SERVICES if s != "gateway"]
        return {s: self.stop_one(s) for s in order if s in self.processes}

    def tool(self, program, *arguments):
        """Runs a program of the suite to its end; returns (exit code, output)."""
        done = subprocess.run([str(PROGRAMS / f"glasshall-{program}"), *map(str, arguments)],
                              capture_output=True, text=True, timeout=600)
        return done.returncode, done.stdout + done.stderr

    # -- people and rules ------------------------------------------------------------------------

    def publish_catalogue(self, folder=CATALOGUE):
        return self.admin.post("/v1/catalogue/versions", {"files": catalogue_files(folder)}).data

    def officer(self, role, department, login=None):
        """Signs in an officer with one role; makes the account when it is new. An approver gets the
        power to decide what his department decides."""
        login = login or f"{role}.{department}".lower().replace("_", "-").replace("*", "all")
        with self.passwords_lock:
            is_new = login not in self.passwords
            if is_new:
                self.account(login, (role, department))
        if is_new and role == "approver":
            for item in DECIDED_ITEMS.get(department, []):
                self.delegate(login, item, department)
        return self.hall.sign_in(login, self.passwords[login])

    def account(self, login, *grants):
        """Makes an account with these roles, each for a department."""
        password = secrets.token_urlsafe(12)
        role, department = grants[0]
        self.admin.post("/v1/accounts", {
            "login": login, "badge": f"{department} {role} {login}",
            "grants": [{"role": role, "department": department} for role, department in grants],
            "password": password})
        self.passwords[login] = password

    def delegate(self, login, item, department, **changes):
        """The head of the department delegates the power to decide an item, until the end of next
        year."""
        today = self.today()
        return self.officer("agency_head", department).post("/v1/delegations", {
            "officer": login, "item": item, "power": "decide", "valid_from": today,
            "valid_until": f"{int(today[:4]) + 1}-12-31", **changes}).data

    def today(self):
        """The day in the hall's zone."""
        zone = datetime.timezone(datetime.timedelta(hours=8))
        now = datetime.datetime.fromisoformat(self.moment) if self.moment \
            else datetime.datetime.now(zone)
        return now.astimezone(zone).date().isoformat()

    def move_clock(self, moment):
        """Moves the virtual clock of all processes; returns when everything due was worked."""
        self.moment = moment
        try:
            return self.admin.post("/v1/clock", {"now": moment}).data
        except Problem as problem:
            if problem.status != 401:
                raise
        self.admin = self.hall.sign_in("admin", self.admin_password)  # time ended the session
        return self.admin.post("/v1/clock", {"now": moment}).data


__all__ = ["Suite", "Problem", "Unreachable", "SERVICES", "CATALOGUE", "ROOT", "catalogue_files"]
