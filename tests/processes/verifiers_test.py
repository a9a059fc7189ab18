"""The public log, held against verifiers whose authors never saw it (tests/verifiers).

GLASSHALL_LOG_ENTRIES says how long the log becomes; README.md has the command for a large one."""

import base64
import concurrent.futures
import http.server
import os
import pathlib
import tempfile
import threading
import unittest
import urllib.error
import urllib.request

import verifiers
from cases import road_filing
from checks import HallTest, eventually
from verifiers import ANOTHERS_KEY, flipped, flipped_base64, with_line

ENTRIES = int(os.environ.get("GLASSHALL_LOG_ENTRIES", 3000))
FILERS = 4  # who file side by side


class Lying(http.server.BaseHTTPRequestHandler):
    """Passes the log on, with a bit changed in the answer whose path has `lie` in it."""

    source = None
    lie = None

    def do_GET(self):
        request = urllib.request.Request(self.source + self.path, headers={
            name: value for name, value in self.headers.items() if name == "Authorization"})
        try:
            with urllib.request.urlopen(request) as answer:
                status, body = answer.status, answer.read()
        except urllib.error.HTTPError as error:
            status, body = error.code, error.read()
        if self.lie in self.path:
            body = flipped(body, len(body) // 2)
        self.send_response(status)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments):
        pass


class Verifiers(HallTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        folder = tempfile.TemporaryDirectory(prefix="glasshall-verifiers-")
        cls.addClassCleanup(folder.cleanup)
        cls.folder = pathlib.Path(folder.name)
        cls.hall = cls.suite.hall
        cls.vkey = cls.suite.data / "audit.vkey"
        cls.older = [cls.keep_checkpoint("begun")]
        cls.fill_until(ENTRIES // 3)
        cls.older.append(cls.keep_checkpoint("third"))
        cls.fill_until(ENTRIES)
        cls.older.append(cls.keep_checkpoint("filled"))

    @classmethod
    def size(cls):
        """How many entries the newest checkpoint covers."""
        return int(cls.hall.visitor().get("/v1/log/checkpoint").data.split(b"\n")[1])

    @classmethod
    def fill_until(cls, size):
        """Cases are filed until the log is as long."""
        def file_until():
            citizen = cls.hall.filing()
            while cls.size() < size:
                for _ in range(10):
                    citizen.file_case(road_filing(citizen, ()))
        with concurrent.futures.ThreadPoolExecutor(FILERS) as pool:
            for done in [pool.submit(file_until) for _ in range(FILERS)]:
                done.result()

    @classmethod
    def keep_checkpoint(cls, name):
        return cls.keep(f"{name}.checkpoint", cls.hall.visitor().get("/v1/log/checkpoint").data)

    @classmethod
    def keep(cls, name, content):
        path = cls.folder / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    # -- the whole log ---------------------------------------------------------------------------

    def check(self, url, older=()):
        return verifiers.log_check(f"{url}/v1/log", self.staff.auditor.token, self.vkey, older)

    def test_the_checksum_database_of_go_agrees_with_the_whole_log(self):
        code, output = self.check(self.hall.url, self.older)
        self.assertEqual(0, code, output)
        size = int(output.split("entries: ")[1].split(" ")[0])
        self.assertGreaterEqual(size, ENTRIES)
        self.assertRegex(output, r"tiles: [0-9]+ are as the entries give them")
        self.assertEqual(len(self.older), output.count(f"consistency: {size} entries grew from"))
        if "GLASSHALL_LOG_ENTRIES" in os.environ:
            print(output, end="", flush=True)

    def test_a_log_that_lies_anywhere_is_found(self):
        for lie, told in [("/checkpoint", "checkpoint: "),
                          ("/tile/entries/001", "the entries give the root"),
                          ("/tile/0/000", "tile/0/000 is not what its entries give"),
                          ("/tile/1/000", "tile/1/000(.p/[0-9]+)? is not what its entries give")]:
            with self.subTest(lie=lie):
                handler = type("Handler", (Lying,), {"source": self.hall.url, "lie": lie})
                server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
                threading.Thread(target=server.serve_forever, daemon=True).start()
                self.addCleanup(server.server_close)
                self.addCleanup(server.shutdown)
                code, output = self.check(f"http://127.0.0.1:{server.server_port}")
                self.assertEqual(1, code, output)
                self.assertRegex(output, told)

    # -- proofs ----------------------------------------------------------------------------------

    def receipt(self):
        """What the filer of a case is given."""
        citizen = self.hall.filing()
        filed = citizen.file_case(road_filing(citizen, ())).data
        return eventually(lambda: citizen.get(f"/v1/cases/{filed['id']}/proof").data,
                          lambda told: told["proofs"] and told["waiting"] == 0)

    def pairs_of(self, name, proofs):
        """Proofs and entries as files."""
        return [(self.keep(f"{name}{number}.tlog-proof", proof),
                 self.keep(f"{name}{number}.entry", record))
                for number, (proof, record) in enumerate(proofs)]

    def test_go_and_sigstore_agree_with_every_proof_of_a_case(self):
        pairs = self.pairs_of("true", [
            (proved["proof"], base64.b64decode(proved["record"]))
            for proved in self.receipt()["proofs"]])
        for check in (verifiers.proof_check_go, verifiers.proof_check_sigstore):
            code, output = check(self.vkey, pairs)
            self.assertEqual(0, code, output)
            self.assertEqual(len(pairs), output.count("is in the log of"), output)

    def test_go_and_sigstore_refuse_what_was_changed(self):
        proved = self.receipt()["proofs"][0]
        proof, record = proved["proof"], base64.b64decode(proved["record"])
        size_line = proof.split("\n").index("") + 2
        changed = [(proof, flipped(record, len(record) // 2)),
                   (with_line(proof, 2, lambda line: flipped_base64(line, 7)), record),
                   (with_line(proof, size_line, lambda line: str(int(line) + 1)), record),
                   (with_line(proof, size_line + 1, lambda line: flipped_base64(line, 7)), record),
                   (proof.replace("index ", "index 1"), record)]
        other_key = self.keep("other.vkey", ANOTHERS_KEY)
        for check in (verifiers.proof_check_go, verifiers.proof_check_sigstore):
            for pair in self.pairs_of("false", changed):
                code, output = check(self.vkey, [pair])
                self.assertEqual(1, code, f"{pair[0]}: {output}")
                self.assertIn(pair[0].name, output)
            code, output = check(other_key, self.pairs_of("true", [(proof, record)]))
            self.assertEqual(1, code, output)


if __name__ == "__main__":
    unittest.main()
