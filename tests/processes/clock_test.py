"""The machine's clock jumps: legal silence waits for an operator's word.

The clock of a machine under test cannot be set, so the other side is moved: the file `clock` of
each stopped service, which says what wall time it trusted before (service/trusted_clock.h).
"""

import datetime
import pathlib
import time
import unittest

from cases import road_filing
from checks import HallTest, Suite, eventually
from suite import SERVICES

HOUR_S = 3600
DAY_S = 24 * HOUR_S


def moment(text):
    """Seconds since 1970 of a time as the API writes it."""
    return datetime.datetime.fromisoformat(text).timestamp()


class Jumps(unittest.TestCase):
    refused = HallTest.refused

    def setUp(self):
        self.suite = Suite(clock="system")
        self.addCleanup(self.suite.forget)
        self.addCleanup(self.suite.stop)

    def trust(self, ahead_s):
        """Makes the stopped services trust a wall time that is so much ahead of the present one."""
        boot_id = pathlib.Path("/proc/sys/kernel/random/boot_id").read_text().strip()
        offset_s = time.time() + ahead_s - time.clock_gettime(time.CLOCK_BOOTTIME)
        for service in SERVICES:
            folder = self.suite.data / service
            folder.mkdir(mode=0o700, exist_ok=True)
            (folder / "clock").write_text(f"{boot_id} {int(offset_s * 1000)}\n")

    def start(self):
        self.suite.start()
        self.hall = self.suite.hall

    def start_again(self, ahead_s):
        self.assertEqual({service: 0 for service in SERVICES}, self.suite.stop())
        self.trust(ahead_s)
        for service in SERVICES:
            self.suite.spawn(service)
        self.suite.wait_ready()

    def held(self):
        """The services that say that their clock is held."""
        return {line.split('"')[1] for line in self.hall.metrics().splitlines()
                if line.startswith("glasshall_clock_held{") and line.endswith(" 1")}

    def confirm(self):
        admin = self.hall.sign_in("admin", self.suite.admin_password)
        admin.post("/v1/clock", {"confirm": True})

    def file(self):
        citizen = self.hall.filing()
        filed = citizen.file_case(road_filing(citizen, ())).data
        return filed, citizen.case(filed["id"]).data

    def test_a_clock_that_jumped_forward_holds_the_laws_silence_until_it_is_confirmed(self):
        self.trust(-20 * DAY_S)
        self.start()
        self.suite.publish_catalogue()
        filed, case = self.file()  # twenty days ago, as the services go by
        self.assertEqual(set(SERVICES), self.held())
        self.assertLess(moment(case["received_at"]), time.time() - 19 * DAY_S)
        due_at = moment(case["clocks"][0]["due_at"])
        self.start_again(due_at - time.time() - 1)  # the notice is over in a second
        eventually(lambda: self.file()[1]["received_at"],
                   lambda received: moment(received) > due_at + 1)
        citizen = self.hall.open_case(filed["number"], filed["code"])
        self.assertEqual(set(SERVICES), self.held())
        self.assertEqual("submitted", citizen.case(filed["id"]).data["status"])
        for service in SERVICES:
            self.assertIn('"event":"clock.held"', self.suite.log(service).read_text())
        self.confirm()
        self.assertEqual(set(), eventually(self.held, lambda held: not held))
        citizen = self.hall.open_case(filed["number"], filed["code"])
        case = citizen.wait_for_case(filed["id"], lambda case: case["status"] == "accepted").data
        self.assertEqual("approval", case["owner"])

    def test_a_clock_that_was_set_back_makes_no_time_go_back(self):
        self.trust(2 * HOUR_S)  # the wall clock now stands two hours behind what was trusted
        self.start()
        self.suite.publish_catalogue()
        _, first = self.file()
        self.assertEqual(set(SERVICES), self.held())
        self.assertGreater(moment(first["received_at"]), time.time() + HOUR_S)
        self.confirm()
        self.assertEqual(set(), eventually(self.held, lambda held: not held))
        _, second = self.file()
        self.assertGreaterEqual(moment(second["received_at"]), moment(first["received_at"]))

    def test_a_clock_that_did_not_jump_is_trusted_and_cannot_be_moved(self):
        self.trust(10)
        self.start()
        self.suite.publish_catalogue()
        self.assertEqual(set(), self.held())
        _, case = self.file()
        self.assertLess(abs(moment(case["received_at"]) - time.time()), HOUR_S)
        with self.refused(409, "not-allowed-now"):
            self.suite.move_clock("2030-01-01T00:00:00Z")

    def test_a_restart_during_a_jump_keeps_holding(self):
        self.trust(-5 * HOUR_S)
        self.start()
        self.suite.publish_catalogue()
        self.assertEqual(set(SERVICES), self.held())
        for service in ("intake", "approval"):
            self.suite.kill(service)
            self.suite.restart(service)
        self.assertEqual(set(SERVICES), self.held())


if __name__ == "__main__":
    unittest.main()
