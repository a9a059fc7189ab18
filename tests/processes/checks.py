"""What the test modules share: a test case that owns a hall, and exact expectations.

A HallTest with `shared = True` (the default) starts one hall for all tests of the class; otherwise
every test has its own, which it may kill, starve or move through time.
"""

import contextlib
import datetime
import http.client
import json
import time
import unittest

from cases import Staff, offered
from suite import Problem, Suite

WAIT_S = 30  # how long something that must happen may take; nobody asserts less


class HallTest(unittest.TestCase):
    """A test with a hall, its catalogue published, and staff that sign in when first named."""

    shared = True
    settings = {}  # of the Suite

    @classmethod
    def open_hall(cls):
        suite = Suite(**cls.settings)
        suite.start()
        try:
            suite.publish_catalogue()
        except BaseException:
            suite.stop()  # nobody else would
            raise
        return suite

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        if cls.shared:
            cls.suite = cls.open_hall()
            cls.addClassCleanup(close_hall, cls.suite)
            cls.staff = Staff(cls.suite)

    def setUp(self):
        if not self.shared:
            self.suite = self.open_hall()
            self.addCleanup(close_hall, self.suite)
            self.staff = Staff(self.suite)
        self.hall = self.suite.hall

    # -- refusals ------------------------------------------------------------------------------

    @contextlib.contextmanager
    def refused(self, status, kind, *pointers):
        """The request inside is refused with this status and type, and with exactly these pointers.

        Gives a list that holds the Problem afterwards."""
        caught = []
        try:
            yield caught
        except Problem as problem:
            caught.append(problem)
        self.assertTrue(caught, f"it was not refused with {status} {kind}")
        problem = caught[0]
        self.assertEqual((status, kind), (problem.status, problem.type), str(problem))
        self.assertEqual(sorted(pointers), sorted(problem.pointers()), str(problem))
        self.assertEqual("application/problem+json", problem.headers["Content-Type"])
        self.assertRegex(problem.trace_id, "^[0-9a-f]{32}$")

    # -- cases ---------------------------------------------------------------------------------

    def opened(self, filed):
        """The citizen who comes back with number and code."""
        return self.hall.open_case(filed["number"], filed["code"])

    def in_state(self, session, case_id, state):
        """The case, once it is in this state."""
        return session.wait_for_case(case_id, lambda case: case["status"] == state, WAIT_S).data

    def assert_offers(self, case, *actions):
        self.assertEqual(sorted(actions), sorted(set(offered(case))))

    def timeline_with(self, session, case_id, *types):
        """The timeline, once each of these types stands in it as often as it is named."""
        def is_there(events):
            found = [event["type"] for event in events]
            return all(found.count(kind) >= types.count(kind) for kind in types)
        return eventually(lambda: session.timeline(case_id), is_there)


def close_hall(suite):
    """Ends the processes; whoever did not end in good order fails the test."""
    codes = suite.stop()
    suite.forget()
    bad = {service: code for service, code in codes.items() if code != 0}
    if bad:
        raise AssertionError(f"not ended in good order: {bad}")


def eventually(look, is_there, timeout_s=WAIT_S):
    """Looks until `is_there` holds of what it sees; gives that."""
    give_up_at = time.monotonic() + timeout_s
    seen = look()
    while not is_there(seen):
        if time.monotonic() > give_up_at:
            raise AssertionError(f"did not come about in {timeout_s} s; last seen: {seen!r:.2000}")
        time.sleep(0.05)
        seen = look()
    return seen


def clock_of(case, name):
    """The clock of this name."""
    return next(clock for clock in case["clocks"] if clock["name"] == name)


def hall_time(text):
    """A moment of the hall's zone, `2026-03-09 23:59`, as the API writes it."""
    zone = datetime.timezone(datetime.timedelta(hours=8))
    moment = datetime.datetime.fromisoformat(text).replace(tzinfo=zone)
    return moment.astimezone(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.000Z")


def send_raw(suite, method, path, body=b"", token=None, **headers):
    """A request with any bytes; gives status, headers and the decoded answer."""
    connection = http.client.HTTPConnection("127.0.0.1", suite.port, timeout=WAIT_S)
    told = {"Content-Type": "application/json",
            **{name.replace("_", "-"): value for name, value in headers.items()}}
    if token is not None:
        told["Authorization"] = f"Bearer {token}"
    connection.request(method, path, body=body, headers=told)
    response = connection.getresponse()
    content = response.read()
    connection.close()
    kind = (response.headers.get("Content-Type") or "").split(";")[0]
    return response.status, response.headers, json.loads(content) if "json" in kind else content


__all__ = ["HallTest", "Problem", "Suite", "WAIT_S", "clock_of", "eventually", "hall_time",
           "send_raw", "close_hall"]
