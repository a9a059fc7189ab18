"""Erasure: the key of a person is gone, and with it what the hall knew of him, in every copy."""

import json
import shutil
import unittest

from cases import PERSON, Staff, changed, food_filing, grant_road, paper, road_filing
from checks import HallTest, close_hall, eventually, send_raw
from privacy_test import WORDS_OF_A_FILE, spellings
from suite import Problem, Suite

VALUES = [PERSON["name"], PERSON["id_number"], PERSON["phone"], PERSON["email"], "顾清和",
          "13900000998", "M-DESIGN-secret.pdf", "He moved away and wants it gone"]
SLOT_BYTES, HEADER_BYTES = 128, 4096
ASKED = {"reasons": "He moved away and wants it gone"}
DECIDED = {"basis": "个人信息保护法 47", "reasons": "Nothing has to be kept any more"}


def needles():
    return [needle for value in VALUES for kind, needle in spellings(value).items()
            if kind in ("UTF-8", "JSON")] + [WORDS_OF_A_FILE]


class ErasureCase(HallTest):
    shared = False
    years = 0

    @classmethod
    def open_hall(cls):
        suite = Suite(**cls.settings)
        suite.start()
        try:
            suite.admin.post("/v1/catalogue/versions", {"files": changed(
                "catalogue.yaml", "retention: {years: 10,", f"retention: {{years: {cls.years},")})
        except BaseException:
            suite.stop()
            raise
        return suite

    def setUp(self):
        super().setUp()
        self.officer = self.suite.officer("data_officer", "HALL", "first.officer")
        self.second = self.suite.officer("data_officer", "HALL", "second.officer")

    def ask(self, session, case_id, **fields):
        return session.post(f"/v1/cases/{case_id}/erasure", {**ASKED, **fields}).data

    def decide(self, session, case_id, **fields):
        return session.post(f"/v1/cases/{case_id}/erasure", {**DECIDED, **fields}).data

    def lead_road(self, citizen):
        """A road permit that was granted, paid for, handed over and cancelled."""
        filing = road_filing(citizen, ("M-FORM", "M-TRAFFIC", "M-RESTORE"))
        filing["materials"].append({**paper(citizen, "M-DESIGN"),
                                    "filename": "M-DESIGN-secret.pdf"})
        case = citizen.file_case(filing).data
        grant_road(self.staff, case["id"])
        self.in_state(citizen, case["id"], "in_force")
        self.staff.road_head.act(case["id"], "cancel", {
            "ground": "CN-CEASED", "reasons": "The works are done"})
        self.in_state(citizen, case["id"], "cancelled")
        eventually(lambda: citizen.get(f"/v1/cases/{case['id']}/letters").data["items"],
                   lambda items: len(items) >= 4 and all(one["status"] == "made" for one in items))
        return case

    def refused_case(self, citizen):
        case = citizen.file_case(road_filing(citizen, ())).data
        self.staff.clerk.act(case["id"], "refuse_acceptance", {
            "ground": "NA-NOT-NEEDED", "reasons": "No permit is needed"})
        return case


class Erasure(ErasureCase):
    def paths(self, *cases):
        """Every GET of the contract, for these cases, their bills and their letters."""
        document = self.hall.visitor().get("/openapi.json").data
        bills = [bill["id"] for case in cases
                 for bill in self.staff.clerk.case(case["id"]).data["bills"]]
        letters = sorted({letter["kind"] for case in cases for letter in
                          self.staff.clerk.get(f"/v1/cases/{case['id']}/letters").data["items"]})
        values = {"{clock}": ["main", "promise"], "{n}": range(6), "{kind}": letters,
                  "{code}": ["UMB-P-001", "UMB"], "{date}": ["2026-03-02"]}
        for path, operations in document["paths"].items():
            if "get" not in operations or path == "/v1/audit/events":
                continue
            ids = [case["id"] for case in cases] + (bills if "/bills/" in path else [])
            ready = [path.replace("{id}", one) for one in ids] if "{id}" in path else [path]
            for name, choices in values.items():
                ready = [one.replace(name, str(choice)) for one in ready
                         for choice in (choices if name in one else [""])]
            yield from (one for one in ready if "{" not in one)
        yield "/v1/audit/events?limit=200"
        for case in cases:
            yield f"/v1/inbox?case={case['id']}"
            yield f"/v1/audit/events?case={case['id']}&limit=200"

    def told(self, sessions, cases):
        """What the hall tells these sessions on all its addresses: address -> bytes."""
        answers = {}
        for path in list(self.paths(*cases)):
            for session in sessions:
                connection = send_raw(self.suite, "GET", path, token=session.token)
                answers[path, session.token] = connection[2] if isinstance(
                    connection[2], bytes) else repr(connection[2]).encode()
        return answers

    def shown_in(self, answers):
        return sorted({path for (path, _), answer in answers.items()
                       if any(needle in answer for needle in needles())})

    def slot(self, subject):
        vault = (self.suite.data / "intake" / "vault.keys").read_bytes()
        begin = HEADER_BYTES + (subject - 1) * SLOT_BYTES
        return vault[begin:begin + SLOT_BYTES]

    def sessions(self, citizen):
        return [self.suite.admin, self.suite.officer("auditor", "*"), self.officer, citizen,
                self.staff.clerk, self.staff.road_reviewer, self.staff.cashier]

    def subjects(self, auditor, cases):
        """Whose keys are gone, as the record says."""
        def look():
            return [event["data"]["subject"] for case in cases for event in
                    auditor.get(f"/v1/audit/events?case={case['id']}&limit=200").data
                    if event["type"] == "org.glasshall.intake.subject_erased.v1"]
        return eventually(look, lambda found: len(found) == len(cases))

    def test_who_was_erased_is_gone_and_the_decision_stays(self):
        citizen = self.hall.filing()
        cases = [self.lead_road(citizen), self.refused_case(citizen)]
        other = self.hall.filing()
        food = other.file_case(food_filing(other)).data
        sessions = self.sessions(citizen)
        auditor, clerk = sessions[1], self.staff.clerk
        shown = self.shown_in(self.told(sessions, cases))
        for part in ("", "/timeline", "/data", "/materials/1"):
            self.assertIn(f"/v1/cases/{cases[0]['id']}{part}", shown)
        found = clerk.post("/v1/cases/search", {"id_number": PERSON["id_number"]}).data["items"]
        self.assertEqual({case["id"] for case in cases}, {one["id"] for one in found})
        before = clerk.case(cases[0]["id"]).data
        receipt = self.receipt(citizen, cases[0])
        vault = self.suite.data / "intake" / "vault.keys"
        older = self.suite.folder / "older.keys"
        shutil.copy(vault, older)

        self.assertEqual("intake.erasure_asked.v1", self.ask(citizen, cases[0]["id"])["event"])
        self.assertEqual("intake.subject_erased.v1",
                         self.decide(self.officer, cases[0]["id"])["event"])
        subjects = self.subjects(auditor, cases)
        for subject in subjects:
            self.assertEqual(bytes(SLOT_BYTES), self.slot(subject))
        self.check_gone(sessions, cases, before)
        self.check_receipts(receipt, self.receipt(citizen, cases[0]))
        with self.refused(409, "not-allowed-now"):
            self.decide(self.second, cases[0]["id"])
        self.assertEqual("Harbour Kitchen", other.case(food["id"]).data["form"]["premises_name"])
        self.check_record()

        self.suite.stop()
        shutil.copy(older, vault)  # somebody restores an older vault
        self.assertNotEqual(bytes(SLOT_BYTES), self.slot(subjects[0]))
        self.suite.start()
        for subject in subjects:
            self.assertEqual(bytes(SLOT_BYTES), self.slot(subject))
        self.check_gone(self.sessions(citizen), cases, before)
        self.assertEqual("Harbour Kitchen", other.case(food["id"]).data["form"]["premises_name"])

    def check_gone(self, sessions, cases, before):
        self.assertEqual([], self.shown_in(self.told(sessions, cases)))
        clerk = self.staff.clerk
        for wanted in ("id_number", "phone"):
            found = clerk.post("/v1/cases/search", {wanted: PERSON[wanted]}).data["items"]
            self.assertEqual([], found)
        after = clerk.case(cases[0]["id"]).data
        self.assertEqual("erased", after["erasure"]["status"])
        self.assertIn("/applicant/name", after["withheld"])
        for kept in ("number", "status", "document", "received_at"):
            self.assertEqual(before[kept], after[kept])
        self.assertEqual([bill["number"] for bill in before["bills"]],
                         [bill["number"] for bill in after["bills"]])

    @staticmethod
    def receipt(session, case):
        """The proofs of a case, once its first events are in the public log."""
        return eventually(lambda: session.get(f"/v1/cases/{case['id']}/proof?limit=50").data,
                          lambda told: len(told["proofs"]) > 20)

    def check_receipts(self, before, after):
        """Whoever kept a receipt still proves by it what happened; so does a new one."""
        for name, receipt in (("before", before), ("after", after)):
            path = self.suite.folder / f"{name}.json"
            path.write_text(json.dumps(receipt))
            code, told = self.suite.tool("audit", "check-receipt", path, "--vkey",
                                         self.suite.data / "audit.vkey")
            self.assertEqual(0, code, told)
        self.assertEqual([one["record"] for one in before["proofs"]],
                         [one["record"] for one in after["proofs"]][:len(before["proofs"])])

    def check_record(self):
        """Every hash and every state still agree, and no file has what was erased."""
        self.suite.stop()
        data = ["--map-size", "4g"]
        code, told = self.suite.tool("audit", "verify", "--data", self.suite.data, *data)
        self.assertEqual(0, code, told)
        code, told = self.suite.tool("audit", "replay", "--from", self.suite.data, "--data",
                                     self.suite.data, *data)
        self.assertEqual(0, code, told)
        self.assertIn("the record gives what the services hold", told)
        backup = self.suite.folder / "backup"
        shutil.copytree(self.suite.data, backup, ignore=shutil.ignore_patterns("run"))
        wanted = [needle for value in VALUES for needle in spellings(value).values()]
        for path in [*backup.rglob("*"), *self.suite.folder.glob("*.log")]:
            if path.is_file():
                content = path.read_bytes()
                self.assertFalse([one for one in wanted + [WORDS_OF_A_FILE] if one in content], path)
        self.suite.start()

    def test_two_persons_are_needed_and_who_has_to_decide_is_no_stranger(self):
        citizen, stranger = self.hall.filing(), self.hall.filing()
        case = self.refused_case(citizen)
        path = f"/v1/cases/{case['id']}/erasure"
        with self.refused(404, "not-found"):
            self.ask(stranger, case["id"])
        with self.refused(403, "forbidden"):
            self.decide(self.staff.clerk, case["id"])
        with self.refused(403, "forbidden"):
            self.staff.clerk.get("/v1/erasures")
        with self.refused(422, "invalid-fields", "/basis"):
            self.officer.post(path, ASKED)
        with self.refused(422, "invalid-fields", "/reasons"):
            self.officer.post(path, {"basis": "个人信息保护法 47"})
        self.assertEqual("intake.erasure_asked.v1", self.decide(self.officer, case["id"])["event"])
        with self.refused(403, "forbidden"):
            self.decide(self.officer, case["id"])
        self.assertEqual(PERSON["name"], citizen.case(case["id"]).data["applicant"]["name"])
        listed = self.second.get("/v1/erasures").data["items"]
        self.assertEqual([(case["id"], "asked", "first.officer")],
                         [(one["case_id"], one["status"], one["asked_by"]) for one in listed])
        self.assertEqual("intake.erasure_refused.v1",
                         self.decide(self.second, case["id"], refuse=True)["event"])
        self.assertEqual([], self.second.get("/v1/erasures").data["items"])
        self.assertNotIn("erasure", citizen.case(case["id"]).data)
        self.decide(self.officer, case["id"])
        self.decide(self.second, case["id"])
        self.assertNotIn("name", citizen.case(case["id"]).data["applicant"])


class Retention(ErasureCase):
    years = 1

    def test_what_must_be_kept_is_stored_and_not_used_until_the_period_ends(self):
        citizen = self.hall.filing()
        case = citizen.file_case(road_filing(citizen)).data
        clerk = self.staff.clerk
        self.ask(citizen, case["id"])
        told = self.decide(self.officer, case["id"])
        self.assertEqual("intake.subject_restricted.v1", told["event"])
        self.assertNotIn("until", told)
        # Who has to decide the open case still reads it.
        self.assertEqual(PERSON["name"], clerk.case(case["id"]).data["applicant"]["name"])
        clerk.act(case["id"], "refuse_acceptance", {"ground": "NA-NOT-NEEDED",
                                                    "reasons": "No permit is needed"})
        shown = clerk.case(case["id"]).data
        self.assertNotIn("name", shown["applicant"])
        self.assertEqual(("restricted", "2027-03-02T16:00:00.000Z"),
                         (shown["erasure"]["status"], shown["erasure"]["until"]))
        # The person is still told the decision, and reads what is stored.
        self.assertEqual(PERSON["name"], citizen.case(case["id"]).data["applicant"]["name"])
        letters = eventually(
            lambda: citizen.get(f"/v1/cases/{case['id']}/letters").data["items"],
            lambda items: [one["status"] for one in items if one["kind"] == "not_accepted"]
            == ["made"])
        self.assertEqual(1, len(letters))
        self.assertTrue(citizen.get(f"/v1/cases/{case['id']}/letters/not_accepted.pdf").data)
        with self.assertRaises(Problem):
            clerk.get(f"/v1/cases/{case['id']}/letters/not_accepted.pdf")
        with self.refused(404, "not-found"):
            clerk.get(f"/v1/cases/{case['id']}/materials/0")
        found = clerk.post("/v1/cases/search", {"phone": PERSON["phone"]}).data["items"]
        self.assertEqual([], found)
        self.suite.move_clock("2027-03-02T23:59:00+08:00")
        officer = self.suite.officer("data_officer", "HALL", "second.officer")
        self.assertEqual("restricted", officer.get("/v1/erasures").data["items"][0]["status"])
        self.suite.move_clock("2027-03-03T00:00:01+08:00")
        self.assertEqual("erased", officer.get("/v1/erasures").data["items"][0]["status"])


if __name__ == "__main__":
    unittest.main()
