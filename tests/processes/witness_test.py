"""Witnesses: others who sign how far the log was, and notice when it is another one."""

import hashlib
import http.client
import shutil
import subprocess
import unittest

from cases import road_filing
from checks import HallTest, eventually
from suite import PROGRAMS
from transparency_test import Checkpoint


class Witness:
    """A witness's process and its folder."""

    def __init__(self, folder, name):
        self.folder, self.name, self.port = folder / name, name, 0
        self.policy = folder / "policy.of.witnesses"
        self.process = self.key = None

    def start(self):
        self.process = subprocess.Popen(
            [PROGRAMS / "glasshall-audit", "witness", "--data", self.folder, "--name",
             f"{self.name}.example", "--policy", self.policy, "--port", str(self.port)],
            stdout=subprocess.PIPE, text=True)
        self.key = self.process.stdout.readline().split()[1]
        self.port = int(self.process.stdout.readline().split()[-1])

    def kill(self):
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()

    def request(self, method, path, body=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request(method, path, body and body.encode())
            answer = connection.getresponse()
            return answer.status, answer.getheader("Content-Type"), answer.read().decode()
        finally:
            connection.close()

    def known(self, origin):
        digits = hashlib.sha256(origin.encode()).hexdigest()
        return Checkpoint(self.request("GET", f"/{digits}/checkpoint")[2])


class Witnesses(HallTest):
    shared = False

    def setUp(self):
        super().setUp()
        key = (self.suite.data / "audit.vkey").read_text().strip()
        (self.suite.folder / "policy.of.witnesses").write_text(f"log {key}\nquorum none\n")
        self.witnesses = [Witness(self.suite.folder, name) for name in ("congress", "newspaper")]
        for witness in self.witnesses:
            witness.start()
            self.addCleanup(witness.kill)

    def ask_witnesses(self, quorum):
        """Audit starts again and asks the witnesses."""
        policy = self.suite.folder / "policy"
        lines = [f"witness {witness.name} {witness.key} http://127.0.0.1:{witness.port}"
                 for witness in self.witnesses]
        policy.write_text("\n".join([*lines, f"group enough {quorum} congress newspaper",
                                     "quorum enough", ""]))
        self.suite.options["audit"] = ["--witnesses", str(policy), "--witness-loopback"]
        self.suite.stop_one("audit")
        self.suite.restart("audit")

    def note(self):
        return self.hall.visitor().get("/v1/log/checkpoint").data.decode()

    def signed_by(self, *names, beyond=-1):
        """The checkpoint that these show, over more entries than `beyond`."""
        wanted = {f"{name}.example" for name in names}
        return eventually(
            lambda: Checkpoint(self.note()), lambda checkpoint: checkpoint.size > beyond
            and wanted <= set(checkpoint.signers))

    def file_one(self):
        citizen = self.hall.filing()
        citizen.file_case(road_filing(citizen, ()))

    def test_what_enough_witnesses_signed_is_shown_with_their_signatures(self):
        self.ask_witnesses("all")
        first = self.signed_by("congress", "newspaper")
        self.file_one()
        second = self.signed_by("congress", "newspaper", beyond=first.size)
        for witness in self.witnesses:
            self.assertGreaterEqual(witness.known(second.origin).size, second.size)

    def test_a_witness_that_is_away_is_asked_again_and_remembers(self):
        congress, newspaper = self.witnesses
        self.ask_witnesses("any")
        first = self.signed_by("congress", "newspaper")
        known = newspaper.known(first.origin)
        newspaper.kill()
        self.file_one()
        second = self.signed_by("congress", beyond=first.size)
        newspaper.start()
        self.assertEqual((known.size, known.root),
                         (newspaper.known(first.origin).size, newspaper.known(first.origin).root))
        self.file_one()
        self.signed_by("congress", "newspaper", beyond=second.size)

    def test_an_older_copy_put_back_with_all_its_memory_is_noticed(self):
        self.ask_witnesses("all")
        self.signed_by("congress", "newspaper")
        self.suite.stop_one("audit")
        for name in ("audit", "audit.keys"):
            shutil.copytree(self.suite.data / name, self.suite.folder / f"{name}.old")
        self.suite.restart("audit")
        before = self.signed_by("congress", "newspaper")
        self.file_one()
        self.signed_by("congress", "newspaper", beyond=before.size)
        self.suite.stop_one("audit")
        for name in ("audit", "audit.keys"):
            shutil.rmtree(self.suite.data / name)
            (self.suite.folder / f"{name}.old").rename(self.suite.data / name)
        self.suite.restart("audit", wait=False)
        self.assertEqual(3, self.suite.processes.pop("audit").wait(60))
        self.assertIn("log.witness_knows_another", self.suite.log("audit").read_text())
        last = Checkpoint((self.suite.data / "audit.keys" / "last").read_text())
        self.assertEqual(1, len(last.signers))
        for witness in self.witnesses:
            self.assertGreater(witness.known(before.origin).size, last.size)

    def test_a_witness_refuses_what_it_cannot_stand_for(self):
        witness = self.witnesses[0]
        self.file_one()
        note = eventually(self.note, lambda note: Checkpoint(note).size > 0)
        self.assertEqual(200, witness.request("POST", "/add-checkpoint", f"old 0\n\n{note}")[0])
        size = Checkpoint(note).size
        self.assertEqual((409, "text/x.tlog.size", f"{size}\n"),
                         witness.request("POST", "/add-checkpoint", f"old 0\n\n{note}"))
        other = note.replace("\n", "x\n", 1)
        self.assertEqual(404, witness.request("POST", "/add-checkpoint", f"old 0\n\n{other}")[0])
        larger = note.replace(f"\n{size}\n", f"\n{size + 1}\n")
        self.assertEqual(403,
                         witness.request("POST", "/add-checkpoint", f"old {size}\n\n{larger}")[0])
        self.assertEqual(400, witness.request("POST", "/add-checkpoint", "nonsense")[0])
        self.assertEqual(413, witness.request("POST", "/add-checkpoint", "x" * 100000)[0])
        self.assertEqual(404, witness.request("GET", "/../key")[0])
        self.assertEqual(405, witness.request("DELETE", "/add-checkpoint")[0])


if __name__ == "__main__":
    unittest.main()
