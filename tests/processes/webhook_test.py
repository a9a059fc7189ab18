"""Webhooks: the record carried to partner systems, signed, in order, and nothing lost."""

import datetime
import time
import unittest

from cases import road_filing
from checks import HallTest, eventually
from receiver import Receiver, signature

OWN = "org.glasshall.audit.webhook_"
DAY_S = 24 * 3600


class Webhooks(HallTest):
    shared = False
    settings = {"options": {"audit": ["--webhook-loopback"]}}

    def setUp(self):
        super().setUp()
        self.receiver = Receiver()
        self.addCleanup(self.receiver.close)
        self.auditor = self.staff.auditor

    def register(self, **more):
        told = self.auditor.post("/v1/audit/webhooks",
                                 {"url": self.receiver.url, "whole_record": True, **more}).data
        self.receiver.secrets = [told["secret"]]
        return told

    def shown(self, told):
        return self.auditor.get(f"/v1/audit/webhooks/{told['id']}").data

    def change(self, told, **change):
        path = f"/v1/audit/webhooks/{told['id']}"
        return self.auditor.patch(path, change, self.auditor.get(path).etag).data

    def file_one(self):
        citizen = self.hall.filing()
        return citizen.file_case(road_filing(citizen, ())).data

    def record(self, query=""):
        """Places and ids of all events that are carried."""
        return [(int(event["sequence"]), event["id"])
                for event in self.auditor.pages(f"/v1/audit/events?limit=200{query}")
                if not event["type"].startswith(OWN)]

    def later(self, seconds):
        moment = datetime.datetime.fromisoformat(self.suite.moment)
        self.suite.move_clock((moment + datetime.timedelta(seconds=seconds)).isoformat())

    def all_taken(self, query=""):
        """Waits until the receiver has the whole record; it came in order and each was signed."""
        def is_level(_):
            return set(self.record(query)) <= set(self.taken())
        eventually(self.taken, is_level, timeout_s=60)
        firsts = list(dict.fromkeys(self.receiver.places()))
        self.assertEqual(sorted(firsts), firsts)
        self.assertEqual([], self.receiver.wrong())

    def taken(self):
        with self.receiver.lock:
            return [(int(event["sequence"]), notice) for notice, event in self.receiver.taken]

    def test_every_event_comes_in_order_signed_and_without_personal_values(self):
        told = self.register()
        self.assertRegex(told["secret"], "^whsec_[A-Za-z0-9+/]{43}=$")
        self.assertNotIn("secret", self.shown(told))
        self.file_one()
        self.all_taken()
        text = str(self.receiver.taken)
        for value in ("林望舒", "000000199003074015", "13900000217", told["secret"]):
            self.assertNotIn(value, text)
        self.assertNotIn(told["secret"], str(list(self.auditor.pages("/v1/audit/events"))))
        self.assertNotIn(OWN, text)
        whole = {event["id"]: event for event in self.auditor.pages("/v1/audit/events")}
        for notice, event in self.receiver.taken:
            self.assertEqual(whole[notice], event)
        health = eventually(lambda: self.shown(told), lambda seen: not seen["waiting"])
        self.assertEqual((True, 0, len(self.receiver.taken)),
                         (health["enabled"], health["attempts"], health["delivered"]))
        end = len(list(self.auditor.pages("/v1/audit/events?limit=200")))
        time.sleep(1.5)  # what is known of endpoints goes to none: the record rests
        self.assertEqual(end, len(list(self.auditor.pages("/v1/audit/events?limit=200"))))

    def test_types_and_department_narrow_what_comes(self):
        self.register(types=["org.glasshall.intake.case_submitted.v1", "notification."],
                      department="UMB")
        filed = self.file_one()
        eventually(self.taken, lambda taken: len(taken) > 1)
        self.all_taken(f"&type=intake.case_submitted.v1&case={filed['id']}")
        types = {event["type"] for _, event in self.receiver.taken}
        self.assertEqual({filed["id"]}, {event["subject"] for _, event in self.receiver.taken})
        self.assertEqual(set(), {name for name in types if not name.startswith(
            ("org.glasshall.intake.case_submitted.v1", "org.glasshall.notification."))})

    def test_what_is_not_taken_comes_again_under_the_same_id(self):
        self.receiver.plan = [500, 200, 302, ("after", 503, 1000), "lost"]
        told = self.register()
        waits = []
        for attempts in (1, 1, 2, 3):
            seen = eventually(lambda: self.shown(told),
                              lambda seen: seen["attempts"] == attempts
                              and self.moment_of(seen["again"]) > self.now())
            waits.append(self.moment_of(seen["again"]) - self.now())
            self.later(waits[-1] + 1)
        self.all_taken()
        bounds = [(5, 6), (5, 6), (1000, 1101), (1800, 1981)]
        for wait_s, (least, most) in zip(waits, bounds):
            self.assertTrue(least <= wait_s <= most, waits)
        failed = [notice for notice, _, planned in self.receiver.seen if planned != 200]
        for notice in failed:
            self.assertIn(notice, [taken for _, taken in self.taken()])

    def now(self):
        return datetime.datetime.fromisoformat(self.suite.moment).timestamp()

    def moment_of(self, text):
        return datetime.datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()

    def test_410_ends_deliveries_until_it_is_enabled_again_and_nothing_is_missing(self):
        self.receiver.plan = [200, 410]
        told = self.register()
        gone = eventually(lambda: self.shown(told), lambda seen: not seen["enabled"])
        self.assertEqual("it answered 410", gone["why"])
        self.file_one()
        self.later(DAY_S)
        self.assertEqual(1, len(self.receiver.taken))
        self.assertTrue(self.change(told, enabled=True)["enabled"])
        self.all_taken()

    def test_a_receiver_that_is_down_for_days_gets_everything_when_it_is_enabled_again(self):
        self.receiver.close()
        told = self.register()
        for _ in range(12):
            seen = eventually(lambda: self.shown(told), lambda seen: not seen["enabled"] or (
                seen.get("again") and self.moment_of(seen["again"]) > self.now()))
            if not seen["enabled"]:
                break
            self.later(self.moment_of(seen["again"]) - self.now() + 1)
        self.assertFalse(seen["enabled"])
        self.file_one()
        self.receiver.open()
        self.change(told, enabled=True)
        self.all_taken()

    def test_killed_again_and_again_nothing_is_lost_and_the_order_holds(self):
        self.receiver.pause_s = 0.02
        told = self.register()
        for _ in range(4):
            before = len(self.receiver.taken)
            self.file_one()
            eventually(lambda: len(self.receiver.taken), lambda count: count > before + 5)
            self.suite.kill("audit")
            self.suite.restart("audit")
        self.all_taken()
        eventually(lambda: self.shown(told), lambda seen: not seen["waiting"])
        self.suite.stop()
        code, output = self.suite.tool("audit", "replay", "--data", self.suite.data, "--map-size",
                                       "4g")
        self.assertEqual(0, code, output)

    def test_for_a_day_the_old_secret_signs_beside_the_new_one(self):
        told = self.register()
        self.all_taken()
        renewed = self.auditor.post(f"/v1/audit/webhooks/{told['id']}/secret").data
        self.assertNotEqual(told["secret"], renewed["secret"])
        self.receiver.secrets = [renewed["secret"], told["secret"]]
        self.file_one()
        self.all_taken()
        self.receiver.pause_s = 0
        self.change(told, disabled=True)  # what the next day brings is signed by the new one alone
        self.later(DAY_S + 1)
        self.receiver.secrets = [renewed["secret"]]
        self.change(told, enabled=True)
        self.file_one()
        self.all_taken()

    def test_a_slow_endpoint_does_not_hold_up_another(self):
        slow = Receiver()
        self.addCleanup(slow.close)
        slow.plan = ["slow"] * 1000
        told = self.auditor.post("/v1/audit/webhooks",
                                 {"url": slow.url, "whole_record": True}).data
        slow.secrets = [told["secret"]]
        self.register()
        began = time.monotonic()
        self.file_one()
        self.assertLess(time.monotonic() - began, 5)
        self.all_taken()
        self.assertLess(len(slow.taken), len(self.receiver.taken))
        self.assertEqual([], slow.wrong())

    def test_who_may_and_what_is_refused(self):
        body = {"url": self.receiver.url}
        clerk = self.suite.officer("window_clerk", "HALL")
        with self.refused(403, "forbidden"):
            clerk.post("/v1/audit/webhooks", body)
        for url in ("ftp://partner.example/", "https://name:word@partner.example/",
                    "https://partner.example/?token=1", "https://", "https:///x"):
            with self.refused(422, "invalid-fields", "/url"):
                self.auditor.post("/v1/audit/webhooks", {"url": url})
        with self.refused(422, "invalid-fields", "/types"):
            self.auditor.post("/v1/audit/webhooks", {**body, "types": ["no.such.v1"]})
        told = self.register()
        repeated = [self.auditor.post("/v1/audit/webhooks", body, key="one").data
                    for _ in range(2)]
        self.assertEqual(repeated[0]["secret"], repeated[1]["secret"])
        self.assertEqual(2, len(self.auditor.get("/v1/audit/webhooks").data["items"]))
        with self.refused(428, "precondition-missing"):
            self.auditor.patch(f"/v1/audit/webhooks/{told['id']}", {"disabled": True}, None)
        self.auditor.delete(f"/v1/audit/webhooks/{told['id']}")
        with self.refused(404, "not-found"):
            self.shown(told)

    def test_private_and_local_addresses_are_not_called(self):
        self.suite.options = {}
        self.suite.stop_one("audit")
        self.suite.restart("audit")
        with self.refused(422, "invalid-fields", "/url"):
            self.register()
        for url in ("https://127.0.0.1:1/", "https://10.0.0.1/", "https://[::1]/",
                    "https://169.254.169.254/latest"):
            told = self.register(url=url)
            seen = eventually(lambda: self.shown(told), lambda seen: seen["attempts"] > 0)
            self.assertIn("why", seen)
            self.assertEqual(0, seen["delivered"])

    def test_the_vector_of_the_scheme(self):
        self.assertEqual(
            "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
            signature("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek",
                      1614265330, b'{"test": 2432232314}'))


if __name__ == "__main__":
    unittest.main()
