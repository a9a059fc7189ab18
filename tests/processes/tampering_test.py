"""Stores that were put back or went another way while the hall stood still: audit does not start on
them, and what somebody kept of the public log convicts them.

What verify says of entries and tiles that were changed one by one is in services/audit/tools."""

import json
import shutil
import unittest

import verifiers
from cases import road_filing
from checks import HallTest, eventually
from suite import SERVICES

DIVERGED = 3  # the exit code of a store that is not what was signed


class Tampering(HallTest):
    shared = False

    def file_cases(self, count):
        """Files cases; gives the checkpoint that covers them."""
        citizen = self.hall.filing()
        for _ in range(count):
            filed = citizen.file_case(road_filing(citizen, ())).data
        eventually(lambda: citizen.get(f"/v1/cases/{filed['id']}/proof").data,
                   lambda told: len(told["proofs"]) > 1 and told["waiting"] == 0)

    def stop(self):
        """Ends all; gives what was signed last."""
        self.assertEqual({service: 0 for service in SERVICES}, self.suite.stop())
        return (self.suite.data / "audit.keys" / "last").read_bytes()

    def start(self):
        for service in SERVICES:
            self.suite.spawn(service)
        self.suite.wait_ready()

    def copy_to(self, name, *parts):
        """Copies parts of the data folder."""
        for part in parts:
            shutil.copytree(self.suite.data / part, self.suite.folder / name / part)

    def put_back(self, name, *parts):
        for part in parts:
            shutil.rmtree(self.suite.data / part)
            shutil.copytree(self.suite.folder / name / part, self.suite.data / part)

    def verify(self, *more):
        place = more or ("--data", self.suite.data)
        return self.suite.tool("audit", "verify", "--map-size", "4g", *place)

    def refused_start(self):
        """Audit does not start; gives the reason it tells."""
        self.suite.spawn("audit")
        self.assertEqual(DIVERGED, self.suite.processes["audit"].wait(60))
        told = json.loads(self.suite.log("audit").read_text().splitlines()[-1])
        self.assertEqual("host.cannot_start", told["event"])
        return told["reason"]

    def test_a_store_that_is_older_than_what_was_signed_is_refused_and_named(self):
        self.file_cases(1)
        self.stop()
        self.copy_to("older", "audit")
        self.start()
        self.file_cases(2)
        signed = int(self.stop().split(b"\n")[1])
        self.assertEqual(0, self.verify()[0])
        self.copy_to("newer", "audit")
        self.put_back("older", "audit")
        self.assertRegex(self.refused_start(), rf"a checkpoint over {signed} was signed: this store "
                                               "is older; restore a newer one")
        code, output = self.verify()
        self.assertEqual(1, code, output)
        self.assertRegex(output, rf"the record ends at [0-9]+ entries, but {signed} were signed")
        self.put_back("newer", "audit")
        self.start()
        self.file_cases(1)

    def test_without_what_was_signed_last_audit_does_not_start(self):
        self.file_cases(1)
        self.stop()
        last = self.suite.data / "audit.keys" / "last"
        signed = last.read_bytes()
        last.unlink()
        self.suite.spawn("audit")
        self.assertNotEqual(0, self.suite.processes["audit"].wait(60))
        told = json.loads(self.suite.log("audit").read_text().splitlines()[-1])
        self.assertIn("is missing, and the record has entries", told["reason"])
        last.write_bytes(signed)
        self.start()

    def test_a_log_that_went_another_way_is_convicted_by_a_kept_checkpoint(self):
        everything = [service for service in SERVICES] + ["audit.keys"]
        self.file_cases(1)
        self.stop()
        self.copy_to("fork", *everything)
        self.start()
        self.file_cases(1)
        kept = self.suite.folder / "kept.checkpoint"
        kept.write_bytes(self.stop())
        self.put_back("fork", *everything)
        self.start()  # nothing here knows of what was signed meanwhile
        self.file_cases(3)
        url, token = f"{self.hall.url}/v1/log", self.suite.officer("auditor", "*").token
        vkey, mirror = self.suite.data / "audit.vkey", self.suite.folder / "mirror"
        code, output = verifiers.log_check(url, token, vkey, [kept])
        self.assertEqual(1, code, output)
        self.assertIn("the log did not grow from it", output)
        token_file = self.suite.folder / "token"
        token_file.write_text(token)
        token_file.chmod(0o600)
        code, output = self.suite.tool("audit", "mirror", url, mirror, "--vkey", vkey, "--token",
                                       token_file)
        self.assertEqual(0, code, output)
        self.stop()
        for place in ("--data", self.suite.data), ("--from", mirror):
            self.assertEqual(0, self.verify(*place)[0])
            code, output = self.verify(*place, "--checkpoint", kept)
            self.assertEqual(1, code, output)
            self.assertIn("does not contain what", output)
            self.assertIn("the log was forked", output)


if __name__ == "__main__":
    unittest.main()
