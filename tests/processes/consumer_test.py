"""Outside consumers: they pull the record by sequence and go on exactly where they stopped."""

import threading
import time
import unittest

from cases import road_filing
from checks import HallTest, eventually
from suite import Problem, Unreachable

SUBMITTED = "intake.case_submitted.v1"


class Consumer(threading.Thread):
    """Follows the record by itself, over everything that fails, knowing no more than its place."""

    def __init__(self, session, query=""):
        super().__init__(daemon=True)
        self.session, self.query = session, query
        self.place = 0  # behind which it goes on
        self.events = []
        self.empty_steps = 0  # pages without an event that told how far was looked
        self.failures = 0
        self.ends = threading.Event()

    def run(self):
        while not self.ends.is_set():
            try:
                self.step()
            except (Problem, Unreachable):
                self.failures += 1
                time.sleep(0.05)

    def step(self):
        answer = self.session.get(f"/v1/audit/events?from={self.place}&limit=7{self.query}",
                                  wait_s=2, patience_s=0)
        self.events += answer.data
        if answer.next_page is not None:
            self.empty_steps += 0 if answer.data else 1
            self.place = int(answer.next_page.split("cursor=")[1].split("&")[0])

    def sequences(self):
        return [int(event["sequence"]) for event in list(self.events)]


class Consumers(HallTest):
    shared = False

    def follow(self, query=""):
        session = self.suite.officer("auditor", "*", login=f"consumer-{len(self.suite.passwords)}")
        consumer = Consumer(session, query)
        consumer.start()
        self.addCleanup(consumer.join)
        self.addCleanup(consumer.ends.set)
        return consumer

    def record(self, query=""):
        return list(self.staff.auditor.pages(f"/v1/audit/events?limit=200{query}"))

    def level(self, consumer, query=""):
        """Waits until the consumer has the whole record: each event once, in order."""
        eventually(lambda: len(consumer.events), lambda count: count >= len(self.record(query)))
        self.assertEqual(self.record(query), consumer.events)
        self.assertEqual(sorted(set(consumer.sequences())), consumer.sequences())

    def file_one(self):
        citizen = self.hall.filing()
        return citizen.file_case(road_filing(citizen, ())).data

    def test_through_kills_of_audit_and_gateway_each_event_comes_once_and_in_order(self):
        whole, narrow = self.follow(), self.follow(f"&type={SUBMITTED}")
        for service in ("audit", "gateway", "audit", "gateway"):
            self.file_one()
            self.suite.kill(service)
            self.suite.restart(service)
        filed = self.file_one()
        eventually(lambda: [event.get("subject") for event in list(narrow.events)],
                   lambda subjects: filed["id"] in subjects)
        eventually(self.record, lambda events: events[-1]["sequence"] == whole.events[-1]["sequence"])
        self.level(whole)
        self.level(narrow, f"&type={SUBMITTED}")
        self.assertEqual(5, len(narrow.events))
        self.assertGreater(whole.failures, 0)

    def test_a_narrow_consumer_is_told_how_far_was_looked_and_waits_there(self):
        self.file_one()
        answer = self.staff.auditor.get("/v1/audit/events?type=fee.day_closed.v1&from=0")
        self.assertEqual([], answer.data)
        looked_at = int(answer.next_page.split("cursor=")[1].split("&")[0])
        self.assertGreaterEqual(looked_at, int(self.record()[-1]["sequence"]) - 50)
        began = time.monotonic()
        answer = self.staff.auditor.get(
            f"/v1/audit/events?type=fee.day_closed.v1&from={looked_at}", wait_s=2)
        self.assertEqual([], answer.data)
        self.assertGreaterEqual(time.monotonic() - began, 2)

    def test_the_first_event_is_kept_and_a_place_beyond_the_end_is_refused(self):
        first = self.record()[0]
        self.suite.kill("audit")
        self.suite.restart("audit")
        self.assertEqual(first, self.staff.auditor.get("/v1/audit/events?from=0&limit=1").data[0])
        with self.refused(409, "conflict"):
            self.staff.auditor.get("/v1/audit/events?from=100000")


if __name__ == "__main__":
    unittest.main()
