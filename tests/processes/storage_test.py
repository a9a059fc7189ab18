"""Stores that are full, damaged or taken: refused in time, shown by name, never guessed at."""

import json
import os
import pathlib
import subprocess
import unittest

from cases import paper, road_filing, road_form
from checks import HallTest, Problem, Suite, eventually
from suite import SERVICES

BALLAST_STEP = 1 << 20


def bare_filing(session):
    """A filing without files: small, and everything is missing."""
    return road_filing(session, ())


class FullMap(HallTest):
    shared = False
    settings = {"options": {"intake": ["--map-size", "3m", "--reserve", "1m"]}}

    def test_a_full_map_refuses_new_work_and_reading_goes_on(self):
        citizen = self.hall.filing()
        first = citizen.file_case(bare_filing(citizen)).data
        filed, problem = 1, None
        while problem is None and filed < 5000:
            try:
                citizen.file_case(bare_filing(citizen), patience_s=0)
                filed += 1
            except Problem as refusal:
                problem = refusal
        self.assertEqual((503, "cannot-write"), (problem.status, problem.type), str(problem))
        self.assertGreaterEqual(problem.retry_after_s, 1)
        with self.refused(503, "cannot-write"):
            citizen.act(first["id"], "withdraw", patience_s=0)
        case = citizen.case(first["id"]).data  # one's own data needs no record
        self.assertEqual(("submitted", "林望舒"), (case["status"], case["applicant"]["name"]))
        # Whose reading cannot be recorded sees the rest.
        seen = self.staff.clerk.case(first["id"]).data
        self.assertEqual("submitted", seen["status"])
        self.assertIn("/applicant/name", seen["withheld"])
        self.assertNotIn("name", seen["applicant"])
        ready = self.hall.visitor().get("/readyz", check=False).data["services"]
        intake = next(one for one in ready if one["service"] == "intake")
        self.assertIs(False, intake["ready"])
        self.assertTrue(intake["reasons"])
        # With more room everything that was acknowledged is there, and filing goes on.
        self.assertEqual(0, self.suite.stop_one("intake"))
        self.suite.options["intake"] = ["--map-size", "64m", "--reserve", "1m"]
        self.suite.restart("intake")
        number = citizen.file_case(bare_filing(citizen)).data["number"]
        self.assertEqual(filed + 1, int(number.split("-")[1]))
        self.assertEqual("withdrawn", citizen.act(first["id"], "withdraw").data["status"])


class FullDisk(unittest.TestCase):
    """The data folder is a small file system of its own."""

    refused = HallTest.refused

    def setUp(self):
        if os.geteuid() != 0:
            self.skipTest("needs root, to mount a small file system")
        self.suite = Suite(options={service: ["--reserve", "16m"] for service in SERVICES})
        self.addCleanup(self.suite.forget)
        mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=160m", "tmpfs",
                                  str(self.suite.data)], capture_output=True, text=True)
        if mounted.returncode != 0:
            self.skipTest(f"cannot mount a small file system: {mounted.stderr.strip()}")
        self.addCleanup(subprocess.run, ["umount", "-l", str(self.suite.data)], check=True)
        self.addCleanup(self.suite.stop)
        self.suite.start()
        self.suite.publish_catalogue()

    def lags(self):
        """How many records each service still has to consume of each stream."""
        lines = self.suite.hall.metrics().splitlines()
        return [int(line.split()[-1]) for line in lines
                if line.startswith("glasshall_stream_lag_records{")]

    def fill(self):
        """Leaves less than the reserve."""
        ballast = self.suite.data / "ballast"
        with open(ballast, "wb") as file:
            try:
                while True:
                    file.write(bytes(BALLAST_STEP))
                    file.flush()
            except OSError:
                pass
        return ballast

    def test_a_full_disk_refuses_new_work_and_filing_goes_on_by_itself_when_there_is_room(self):
        hall = self.suite.hall
        citizen = hall.filing()
        first = citizen.file_case(bare_filing(citizen)).data
        filing = road_filing(citizen)
        # What the filing sets off is over: the registers have answered and the message is sent.
        eventually(lambda: citizen.case(first["id"]).data["materials"],
                   lambda papers: all(paper["status"] == "found" for paper in papers))
        eventually(lambda: citizen.get(f"/v1/inbox?case={first['id']}").data["items"],
                   lambda letters: [letter["status"] for letter in letters] == ["sent"])
        eventually(self.lags, lambda lags: not any(lags))
        ballast = self.fill()
        hall.patience_s = 0
        with self.refused(503, "cannot-write") as caught:
            citizen.file_case(filing, key='disk-1')
        self.assertGreaterEqual(caught[0].retry_after_s, 1)
        with self.refused(503, "cannot-write"):
            citizen.upload(b"%PDF-1.4" + os.urandom(1 << 20))
        with self.refused(503, "cannot-write"):
            hall.filing()
        self.assertEqual("submitted", citizen.case(first["id"]).data["status"])
        self.assertLess(0, len(citizen.timeline(first["id"])))
        self.assertEqual({service: None for service in SERVICES},
                         {service: self.suite.processes[service].poll() for service in SERVICES})
        ballast.unlink()
        hall.patience_s = 30
        filed = citizen.file_case(filing, key='disk-1').data
        self.assertEqual("submitted", filed["status"])
        self.suite.wait_ready()
        self.assertEqual({service: 0 for service in SERVICES}, self.suite.stop())
        code, output = self.suite.tool("audit", "verify", "--data", self.suite.data,
                                       "--map-size", "4g")
        self.assertEqual(0, code, output)


class Damage(HallTest):
    shared = False

    def flip(self, service, text):
        """Flips a bit of every copy of a text in a stopped service's store; gives how many."""
        path = self.suite.data / service / "store.mdb"
        content = path.read_bytes()
        found, at = 0, content.find(text)
        with open(path, "r+b") as file:
            while at >= 0:
                file.seek(at)
                file.write(bytes([content[at] ^ 1]))
                found += 1
                at = content.find(text, at + 1)
        return found

    def signed(self):
        """How many entries the newest checkpoint covers."""
        return int(self.hall.visitor().get("/v1/log/checkpoint").data.split(b"\n")[1])

    def damaged(self, service, place, entries=0):
        """A hall with two cases, and a log of so many entries; what `service` keeps of the first
        case was damaged."""
        citizen = self.hall.filing()
        cases = [citizen.file_case(road_filing(citizen, (), form=road_form(works=works))).data
                 for works in (place, "Another trench")]
        while self.signed() < entries:
            citizen.file_case(bare_filing(citizen))
        for case in cases:
            self.timeline_with(citizen, case["id"], "notification.message_sent.v1")
        self.suite.stop()
        code, output = self.verify()
        self.assertEqual(0, code, output)
        self.assertGreater(self.flip(service, place.encode()), 0)
        return citizen, cases

    def verify(self):
        return self.suite.tool("audit", "verify", "--data", self.suite.data, "--map-size", "4g")

    def start_again(self, services=tuple(SERVICES)):
        for service in services:
            self.suite.spawn(service)
        self.suite.wait_ready(services)

    def test_over_a_damaged_entry_that_is_in_no_tile_nothing_more_is_signed(self):
        self.damaged("audit", "Trench number 4710")
        self.suite.spawn("audit")
        self.assertEqual(3, self.suite.processes["audit"].wait(60))
        told = json.loads(self.suite.log("audit").read_text().splitlines()[-1])
        self.assertRegex(told["reason"], "the record is not the one that was signed at [0-9]+ "
                                         "entries; glasshall-audit verify names the place")
        self.flip("audit", b"Urench number 4710")
        self.start_again()  # with the byte put right

    def test_a_damaged_entry_of_the_record_is_named_and_never_shown(self):
        citizen, (broken, whole) = self.damaged("audit", "Trench number 4711", entries=513)
        code, output = self.verify()
        self.assertEqual(1, code, output)
        self.assertRegex(output, r"WRONG +entry [0-9]+ \(intake [0-9]+\) is damaged: its bytes do "
                                 "not give its chain")
        self.assertIn("NOT VERIFIED", output)
        self.start_again()
        with self.refused(500, "damaged"):
            citizen.get(f"/v1/cases/{broken['id']}/timeline")
        self.assertLess(0, len(citizen.timeline(whole["id"])))
        auditor = self.staff.auditor
        with self.refused(500, "damaged"):
            list(auditor.pages(f"/v1/audit/events?case={broken['id']}"))
        self.assertEqual("submitted", citizen.case(broken["id"]).data["status"])

    def test_a_service_whose_log_differs_from_the_record_is_named(self):
        self.damaged("intake", "Trench number 4712")
        code, output = self.verify()
        self.assertEqual(1, code, output)
        self.assertRegex(output, r"WRONG +the log of intake differs at [0-9]+ \(entry [0-9]+\)")
        self.assertRegex(output, r"intake +[0-9]+ records .*OWN LOG DIFFERS")

    def test_a_stored_file_that_was_changed_is_not_shown(self):
        citizen = self.hall.filing()
        case = citizen.file_case(road_filing(citizen, (), materials=[
            paper(citizen, "M-FORM")])).data
        path = f"/v1/cases/{case['id']}/materials/0"
        self.assertEqual(200, citizen.get(path).status)
        blobs = [one for one in (self.suite.data / "intake" / "blobs").rglob("*") if one.is_file()]
        self.assertEqual(1, len(blobs))
        content = bytearray(blobs[0].read_bytes())
        content[len(content) // 2] ^= 1
        blobs[0].chmod(0o600)
        blobs[0].write_bytes(content)
        with self.refused(500, "internal"):
            citizen.get(path)


class Taken(HallTest):
    def test_a_second_process_on_the_same_data_is_refused(self):
        for service in SERVICES:
            with self.subTest(service=service):
                arguments = self.suite.arguments(service)
                if service == "gateway":
                    arguments[arguments.index("--port") + 1] = "0"
                second = subprocess.run(arguments, capture_output=True, text=True, timeout=60)
                self.assertEqual(1, second.returncode)  # for a supervisor: try again
                told = json.loads(second.stderr.splitlines()[-1])
                self.assertEqual("error", told["level"])
                self.assertRegex(told["reason"], "another process")
        self.suite.wait_ready()
        citizen = self.hall.filing()
        self.assertEqual(201, citizen.file_case(bare_filing(citizen)).status)

    def test_everything_the_hall_keeps_is_for_its_own_user_only(self):
        for path in [self.suite.data / "run", *(self.suite.data / one for one in SERVICES)]:
            self.assertEqual(0o700, pathlib.Path(path).stat().st_mode & 0o777, path)
        public = self.suite.data / "audit.vkey"  # what checkpoints are verified with
        for path in self.suite.data.rglob("*"):
            if path.is_file() and path != public:
                self.assertEqual(0, path.stat().st_mode & 0o077, path)


if __name__ == "__main__":
    unittest.main()
