"""Receipts: what a filer keeps, checked off line by the page of gateway/portal/check and by
glasshall-audit check-receipt, true and changed."""

import base64
import copy
import json
import pathlib
import tempfile
import unittest

import verifiers
from cases import road_filing
from checks import HallTest, eventually
from verifiers import ANOTHERS_KEY, flipped, flipped_base64, with_line


def changes_of(proved):
    """A proof with its record, changed in every part: (what, proof and record, words of both
    checkers' English reason)."""
    root = proved["proof"].split("\n").index("") + 3

    def changed(member, change):
        return {**proved, member: change(proved[member])}

    def signature(line):
        head, _, encoded = line.rpartition(" ")
        return f"{head} {flipped_base64(encoded, 40)}"
    yield ("record", changed("record", lambda text: flipped_base64(text, -1)), "the entry is not")
    yield ("salt", changed("record", lambda text: flipped_base64(
        text, base64.b64decode(text).index(b"salt") + 10)), "the entry is not")
    yield ("hash", changed("proof", lambda text: with_line(
        text, 2, lambda line: flipped_base64(line, 9))), "the entry is not")
    yield ("hash missing", changed("proof", lambda text: with_line(
        text, 2, lambda line: "X").replace("X\n", "")), "the entry is not")
    yield ("index", {**proved, "index": proved["index"] + 1, "proof": with_line(
        proved["proof"], 1, lambda line: f"index {proved['index']}")}, "the entry is not")
    yield ("number", changed("index", lambda number: number + 1), "another number than the proof")
    yield ("size", changed("proof", lambda text: with_line(
        text, root - 1, lambda line: str(int(line) + 1))), "is false")
    yield ("root", changed("proof", lambda text: with_line(
        text, root, lambda line: flipped_base64(line, 3))), "is false")
    yield ("signature", changed("proof", lambda text: with_line(
        text, -2, signature)), "is false")
    yield ("signature missing", changed("proof", lambda text: with_line(
        text, -2, lambda line: line.replace("glasshall", "somebody"))), "is not signed by")


class Receipts(HallTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        folder = tempfile.TemporaryDirectory(prefix="glasshall-receipts-")
        cls.addClassCleanup(folder.cleanup)
        cls.folder = pathlib.Path(folder.name)
        cls.vkey = cls.suite.data / "audit.vkey"
        citizen = cls.suite.hall.filing()
        cls.case = citizen.file_case(road_filing(citizen, ())).data
        cls.receipt = eventually(
            lambda: citizen.get(f"/v1/cases/{cls.case['id']}/proof").data,
            lambda told: len(told["proofs"]) > 1 and told["waiting"] == 0)

    def keep(self, name, content):
        path = self.folder / name
        path.write_bytes(content if isinstance(content, bytes)
                         else content.encode() if isinstance(content, str)
                         else json.dumps(content).encode())
        return path

    def page(self, *files, vkey=None, **environment):
        """What the page's code tells."""
        code, output = verifiers.run("node", verifiers.SOURCES / "receipt.js", vkey or self.vkey,
                                     *files, **environment)
        self.assertEqual(0, code, output)
        return json.loads(output.partition("\n")[0])  # behind it node may warn

    def reasons(self, told):
        """Why it was refused, in English, after a look at the Chinese."""
        wrong = [one for one in [told["wrong"], *(event["wrong"] for event in told["events"])]
                 if one]
        for one in wrong:
            self.assertRegex(one["zh"], "[\u4e00-\u9fff]")
        return " / ".join(one["en"] for one in wrong)

    def with_first(self, changed):
        receipt = copy.deepcopy(self.receipt)
        receipt["proofs"][0] = changed
        return receipt

    # -- the page --------------------------------------------------------------------------------

    def test_the_page_proves_every_event_of_a_true_receipt(self):
        told = self.page(self.keep("true.json", self.receipt))
        self.assertEqual(("proved", None), (told["verdict"], told["wrong"]))
        self.assertEqual([str(one["index"]) for one in self.receipt["proofs"]],
                         [event["number"] for event in told["events"]])
        self.assertEqual({self.case["id"]}, {event["caseId"] for event in told["events"]})
        first = told["events"][0]
        self.assertEqual(("intake.case_submitted.v1", "2026-03-02T01:00:00.000Z"),
                         (first["type"], first["time"]))
        key = self.vkey.read_text().strip()
        name, identity, _ = key.split("+", 2)
        self.assertEqual([f"{name}+{identity}"], first["signers"])
        self.assertEqual(name, first["origin"])

    def test_the_page_proves_a_tlog_proof_with_its_entry(self):
        proved = self.receipt["proofs"][0]
        files = [self.keep("one.entry", base64.b64decode(proved["record"])),
                 self.keep("one.tlog-proof", proved["proof"])]
        told = self.page(*files)
        self.assertEqual(("proved", [str(proved["index"])]),
                         (told["verdict"], [event["number"] for event in told["events"]]))
        self.assertEqual("refused", self.page(files[1])["verdict"])

    def test_the_page_refuses_what_was_changed_and_says_where(self):
        for what, changed, words in changes_of(self.receipt["proofs"][0]):
            with self.subTest(what=what):
                told = self.page(self.keep("changed.json", self.with_first(changed)))
                self.assertEqual("refused", told["verdict"])
                self.assertIn(words, self.reasons(told))
                self.assertEqual([False, True], [event["isProved"] for event in told["events"][:2]])

    def test_the_page_believes_no_other_key(self):
        for key, words in ((ANOTHERS_KEY, "not signed by the given key"),
                           ("", "the verifier key of the log is missing"),
                           (self.vkey.read_text().replace("+", "x+", 1), "the id of the key"),
                           ("nonsense", "a verifier key is")):
            told = self.page(self.keep("true.json", self.receipt), vkey=self.keep("other.vkey", key))
            self.assertEqual("refused", told["verdict"])
            self.assertIn(words, self.reasons(told))

    def test_the_page_leaves_open_what_a_browser_without_ed25519_cannot_tell(self):
        path = self.keep("true.json", self.receipt)
        told = self.page(path, WITHOUT_ED25519="1")
        self.assertEqual("open", told["verdict"])
        self.assertEqual({False}, {event["isProved"] for event in told["events"]})
        for what, changed, words in changes_of(self.receipt["proofs"][0]):
            if words == "the entry is not":
                path = self.keep("changed.json", self.with_first(changed))
                self.assertEqual("refused", self.page(path, WITHOUT_ED25519="1")["verdict"], what)

    def test_what_is_no_receipt_is_refused_with_a_reason(self):
        for content in (b"", b"{}", b"[]", b"null", b'{"proofs":[]}', b'{"proofs":[null]}',
                        b'{"proofs":[{"index":1,"proof":"","record":"!"}]}', b"\xff\xfe\x00",
                        b'{"proofs":[{"index":1,"proof":"c2sp.org/tlog-proof@v1\\n","record":""}]}'):
            told = self.page(self.keep("none", content))
            self.assertEqual("refused", told["verdict"], content)
            self.assertTrue(self.reasons(told), content)

    # -- the auditor's command -------------------------------------------------------------------

    def tool(self, *arguments, vkey=None):
        return self.suite.tool("audit", "check-receipt", *arguments, "--vkey", vkey or self.vkey)

    def test_the_command_proves_a_true_receipt_and_says_what_it_says(self):
        path = self.keep("true.json", self.receipt)
        code, output = self.tool(path)
        self.assertEqual(0, code, output)
        proofs = self.receipt["proofs"]
        self.assertIn(f"PROVED: all {len(proofs)} events are in the log", output)
        self.assertRegex(output, rf"proved +entry {proofs[0]['index']} +intake.case_submitted.v1 +"
                                 rf"2026-03-02T01:00:00.000Z +case {self.case['id']}\n")
        name, identity, _ = self.vkey.read_text().split("+", 2)
        size = proofs[0]["proof"].split("\n\n")[1].split("\n")[1]
        self.assertIn(f"in {name} at {size} entries, signed by {name}+{identity}\n", output)
        self.assertEqual(0, self.tool(path, vkey=self.vkey.read_text().strip())[0])

    def test_the_command_and_the_page_tell_the_same(self):
        path = self.keep("true.json", self.receipt)
        code, output = self.tool(path, "--json")
        self.assertEqual(0, code, output)
        told = json.loads(output)
        self.assertEqual((True, True), (told["proved"], told["whole"]))
        for mine, pages in zip(told["events"], self.page(path)["events"], strict=True):
            self.assertEqual(
                (pages["number"], pages["type"], pages["time"], pages["caseId"], pages["source"],
                 pages["origin"], pages["size"], " ".join(pages["signers"]), True, None),
                (str(mine["number"]), mine["type"], mine["time"], mine["case"], mine["source"],
                 mine["origin"], str(mine["size"]), mine["signers"], mine["proved"],
                 mine["wrong"]))

    def test_the_command_proves_a_tlog_proof_with_its_entry(self):
        proved = self.receipt["proofs"][0]
        proof = self.keep("one.tlog-proof", proved["proof"])
        entry = self.keep("one.entry", base64.b64decode(proved["record"]))
        self.assertEqual(0, self.tool(proof, "--entry", entry)[0])
        code, output = self.tool(proof, "--entry", self.keep("changed.entry",
                                                             flipped(entry.read_bytes(), 30)))
        self.assertEqual(1, code, output)
        self.assertIn("the entry is not number", output)
        code, output = self.tool(proof)
        self.assertEqual(2, code, output)
        self.assertIn("--entry", output)

    def test_the_command_refuses_what_was_changed_and_says_where(self):
        for what, changed, words in changes_of(self.receipt["proofs"][0]):
            with self.subTest(what=what):
                path = self.keep("changed.json", self.with_first(changed))
                code, output = self.tool(path)
                self.assertEqual(1, code, output)
                self.assertIn(f"NOT PROVED: 1 of {len(self.receipt['proofs'])} events", output)
                self.assertRegex(output, rf"WRONG .*\n +.*{words}")
                code, output = self.tool(path, "--json")
                told = json.loads(output)
                self.assertEqual((1, False), (code, told["proved"]))
                self.assertIn(words, told["events"][0]["wrong"])

    def test_the_command_believes_no_other_key_and_needs_one(self):
        path = self.keep("true.json", self.receipt)
        code, output = self.tool(path, vkey=self.keep("other.vkey", ANOTHERS_KEY))
        self.assertEqual(1, code, output)
        self.assertIn("the checkpoint is not signed by hall.example/log", output)
        for arguments in ((path,), (path, "--vkey", "nonsense"), (self.folder / "gone", "--vkey",
                                                                  self.vkey), ()):
            code, output = self.suite.tool("audit", "check-receipt", *arguments)
            self.assertEqual(2, code, output)
        for content in (b"", b"{}", b"[]", b'{"proofs":[],"waiting":0}', b"\xff\xfe\x00"):
            code, output = self.tool(self.keep("none", content))
            self.assertEqual(2, code, output)
            self.assertRegex(output, "none: (it is no receipt|the receipt has no events)")


if __name__ == "__main__":
    unittest.main()
