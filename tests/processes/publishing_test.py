"""A version of the catalogue on its way into force (domain 4.5): who does what, when it begins, what
it halts, and that no version is lost, overlaps another or begins by halves."""

import contextlib
import io
import json
import re
import shutil
import unittest

from cases import (FOOD_WAY, act_on_version, approve_version, changed, draft_version, food_filing,
                   lead, publish_version, road_filing)
from checks import HallTest, clock_of, hall_time, send_raw
from suite import CATALOGUE, ROOT, catalogue_files

import prepare

PROMISE = "promised: {value: 7, unit: workday, basis: local promise, status: demo}"
AGREED = {"opinion": "agree", "text": "Lawful"}


def promise_of(days):
    """The catalogue with another promise for MSA-P-001."""
    return changed("catalogue.yaml", PROMISE, PROMISE.replace("7", str(days)))


class PublishingTest(HallTest):
    shared = False

    def version(self, number, session=None):
        return (session or self.staff.author).get(f"/v1/catalogue/versions/{number}").data

    def active(self):
        return self.hall.visitor().get("/v1/items").data["catalogue_version"]

    def move(self, day, time="00:00:00"):
        told = self.suite.move_clock(f"{day}T{time}+08:00")
        self.assertIs(True, told["settled"])

    def assert_status(self, status, number):
        self.assertEqual(status, self.version(number)["status"])

    def events(self, number):
        """What the record holds of a version's matter, in order."""
        case_id = self.version(number)["id"]
        found = self.timeline_with(self.staff.author, case_id)
        return [event["type"].removesuffix(".v1") for event in found]


class Way(PublishingTest):
    """Every transition, and who else may not make it."""

    def only(self, session, others, version, action, fields=None):
        """The action is refused to the others and done by `session`."""
        for other in others:
            with self.refused(403, "forbidden"):
                act_on_version(other, version, action, fields)
        return act_on_version(session, version, action, fields)

    def test_from_draft_to_retirement(self):
        staff = self.staff
        self.assert_status("active", 1)
        drafted = draft_version(staff.author, promise_of(6), note="A shorter promise")
        self.assertEqual((2, 1, "draft"),
                         (drafted["version"], drafted["base"], drafted["status"]))
        self.assert_offers(self.version(2), "submit", "cancel", "correct")
        self.assert_offers(self.version(2, staff.counsel))
        self.only(staff.author, (staff.counsel, staff.finance, staff.hall_manager, self.suite.admin),
                  2, "submit", {"effective_on": "2026-03-09"})
        self.assert_status("legal_check", 2)
        self.only(staff.counsel, (staff.author, staff.finance), 2, "advise", AGREED)
        self.assert_status("fee_check", 2)
        self.only(staff.finance, (staff.author, staff.counsel), 2, "decide", {"outcome": "grant"})
        told = self.version(2)
        self.assertEqual(("approved", "2026-03-09"), (told["status"], told["effective_on"]))
        self.move("2026-03-08", "23:59:59")
        self.assertEqual(1, self.active())
        self.move("2026-03-09")
        self.assertEqual(2, self.active())
        first, second = self.version(1), self.version(2)
        self.assertEqual(("retired", "active"), (first["status"], second["status"]))
        self.assertEqual(first["active_until"], second["active_from"])
        self.assertEqual(hall_time("2026-03-09 00:00"), second["active_from"])
        self.assertEqual(
            ["intake.item_drafted", "intake.catalogue_drafted", "intake.item_submitted",
             "intake.item_checked", "intake.item_approved", "intake.item_activated"],
            [kind for kind in self.events(2) if kind.startswith("intake.")
             and kind != "intake.clock_warned"])
        self.assertEqual("intake.item_retired", self.events(1)[-1])

    def test_what_counsel_and_finance_send_back_is_corrected_under_a_number_of_its_own(self):
        staff = self.staff
        draft_version(staff.author, promise_of(6))
        act_on_version(staff.author, 2, "submit", {"effective_on": "2026-03-09"})
        self.only(staff.counsel, (staff.author, staff.finance), 2, "return", {"reasons": "Unclear"})
        self.assert_status("draft", 2)
        with self.refused(403, "forbidden"):
            act_on_version(staff.author, 2, "correct", {"catalogue_version": 3})
        corrected = draft_version(staff.author, promise_of(8), replaces=2)
        self.assertEqual((3, "draft", drafted_id(self, 2)),
                         (corrected["version"], corrected["status"], corrected["id"]))
        self.assertEqual(3, self.version(2)["replaced_by"])
        with self.refused(409, "conflict"):
            act_on_version(staff.author, 2, "submit", {"effective_on": "2026-03-09"})
        with self.refused(422, "invalid-fields", "/replaces"):
            draft_version(staff.author, promise_of(9), replaces=2)
        act_on_version(staff.author, 3, "submit", {"effective_on": "2026-03-09"})
        act_on_version(staff.counsel, 3, "advise", AGREED)
        self.only(staff.finance, (staff.author, staff.counsel), 3, "return", {"reasons": "A fee"})
        self.assert_status("draft", 3)
        approve_version(staff, 3, "2026-03-10")
        self.move("2026-03-10")
        self.assertEqual(8, self.hall.visitor().get("/v1/items/MSA-P-001").data["promised"]["value"])

    def test_a_draft_may_be_dropped_and_a_dropped_one_does_nothing_more(self):
        draft_version(self.staff.author, promise_of(6))
        self.only(self.staff.author, (self.staff.counsel,), 2, "cancel", {"reasons": "A mistake"})
        self.assert_status("dropped", 2)
        with self.refused(409, "not-allowed-now"):
            act_on_version(self.staff.author, 2, "submit", {"effective_on": "2026-03-09"})
        self.assertEqual(3, draft_version(self.staff.author, promise_of(6))["version"])

    def test_author_counsel_and_finance_are_three_people(self):
        login = "many-hats.hall"
        self.suite.admin.post("/v1/accounts", {
            "login": login, "badge": "Many hats", "password": "a long password",
            "grants": [{"role": role, "department": "HALL"} for role in
                       ("information_officer", "legal_counsel", "finance_officer")]})
        many = self.hall.sign_in(login, "a long password")
        draft_version(self.staff.author, promise_of(6))
        draft_version(many, promise_of(8), replaces=2)
        act_on_version(self.staff.author, 3, "submit", {"effective_on": "2026-03-09"})
        with self.refused(403, "forbidden"):
            act_on_version(many, 3, "advise", AGREED)
        act_on_version(self.staff.counsel, 3, "advise", AGREED)
        with self.refused(403, "forbidden"):
            act_on_version(many, 3, "decide", {"outcome": "grant"})
        draft_version(self.staff.author, promise_of(9))
        act_on_version(self.staff.author, 4, "submit", {"effective_on": "2026-03-09"})
        act_on_version(many, 4, "advise", AGREED)
        with self.refused(403, "forbidden"):
            act_on_version(many, 4, "decide", {"outcome": "grant"})

    def test_a_version_whose_day_comes_before_the_checks_are_through_goes_back(self):
        draft_version(self.staff.author, promise_of(6))
        act_on_version(self.staff.author, 2, "submit", {"effective_on": "2026-03-04"})
        self.move("2026-03-04")
        told = self.version(2)
        self.assertEqual(("draft", "late"), (told["status"], told["held_back"]["obstacle"]))
        act_on_version(self.staff.author, 2, "submit", {"effective_on": "2026-03-06"})
        self.assertNotIn("held_back", self.version(2))
        act_on_version(self.staff.counsel, 2, "advise", AGREED)
        self.move("2026-03-06")
        self.assertEqual("late", self.version(2)["held_back"]["obstacle"])
        self.assertEqual(1, self.active())

    def test_the_day_is_a_later_one_than_today(self):
        draft_version(self.staff.author, promise_of(6))
        for day in ("2026-03-01", "2026-03-02"):
            with self.refused(422, "invalid-fields", "/effective_on"):
                act_on_version(self.staff.author, 2, "submit", {"effective_on": day})
        with self.refused(422, "invalid-fields", "/effective_on"):
            act_on_version(self.staff.author, 2, "submit")
        self.assert_status("draft", 2)

    def test_an_item_that_lacks_a_disclosure_is_drafted_but_not_submitted(self):
        phone = 'phone: "00"'
        source = next(file["text"] for file in catalogue_files()
                      if file["name"] == "catalogue.yaml")
        number = re.search(r"contact: \{window: W01, (phone: [^,]+),", source)[1]
        draft_version(self.staff.author, changed("catalogue.yaml", number, phone))
        told = self.version(2)
        self.assertEqual(["UMB-P-001: contact"], told["undisclosed"])
        self.assert_offers(told, "cancel", "correct")
        with self.refused(409, "not-allowed-now") as caught:
            act_on_version(self.staff.author, 2, "submit", {"effective_on": "2026-03-09"})
        self.assertIn("not complete and sound", caught[0].detail)

    def test_only_who_reads_the_version_that_stands_may_act_on_it(self):
        draft_version(self.staff.author, promise_of(6))
        before = self.staff.author.get("/v1/catalogue/versions/2")
        act_on_version(self.staff.author, 2, "submit", {"effective_on": "2026-03-09"},
                       if_match=before.etag)
        with self.refused(412, "stale"):
            act_on_version(self.staff.counsel, 2, "advise", AGREED, if_match=before.etag)


def drafted_id(test, number):
    return test.version(number)["id"]


class Looking(PublishingTest):
    def test_a_version_tells_what_it_changes(self):
        files = promise_of(6)
        for file in files:
            if file["name"] == "procedures/shift.yaml":
                file["text"] += "# A remark.\n"
            if file["name"] == "catalogue.yaml":
                file["text"] = file["text"].replace("catalogue_version: 1", "catalogue_version: 2")
        draft_version(self.staff.author, files)
        changes = self.version(2)["changes"]
        self.assertEqual(
            {"against": 1, "added": [], "changed": ["MSA-P-001"], "retired": [],
             "files": ["catalogue.yaml", "procedures/shift.yaml"]},
            {**changes, "files": sorted(changes["files"])})

    def test_items_that_come_and_go_are_named(self):
        source = next(file["text"] for file in catalogue_files()
                      if file["name"] == "catalogue.yaml")
        last = source[source.index("  - code: HALL-V-001"):]
        draft_version(self.staff.author, changed(
            "catalogue.yaml", last, last.replace("HALL-V-001", "HALL-V-002")))
        changes = self.version(2)["changes"]
        self.assertEqual((["HALL-V-002"], ["HALL-V-001"], []),
                         (changes["added"], changes["retired"], changes["changed"]))

    def test_versions_are_listed_page_by_page_and_for_officers_only(self):
        for days in (6, 8):
            draft_version(self.staff.author, promise_of(days))
        path = "/v1/catalogue/versions?limit=2"
        self.assertEqual([3, 2, 1], [v["version"] for v in self.staff.counsel.pages(path)])
        self.assertEqual(2, len(self.staff.counsel.get(path).data["items"]))
        with self.refused(401, "unauthenticated"):
            self.hall.visitor().get(path)
        with self.refused(403, "forbidden"):
            self.hall.filing().get(path)
        for number in ("9", "0", "x", "99999999999999999999"):
            with self.refused(404, "not-found"):
                self.staff.author.get(f"/v1/catalogue/versions/{number}")
            with self.refused(404, "not-found"):
                act_on_version(self.staff.author, number, "submit")
        with self.refused(400, "malformed"):
            self.staff.author.get("/v1/catalogue/versions?cursor=x")

    def test_the_same_files_are_not_drafted_twice(self):
        one = draft_version(self.staff.author, promise_of(6))
        two = draft_version(self.staff.author, promise_of(6))
        self.assertEqual((2, 2), (one["version"], two["version"]))


class Succession(PublishingTest):
    """One version at a time, each behind the one it was made from."""

    def test_two_versions_of_one_day_come_into_force_in_order_and_the_later_one_stays(self):
        draft_version(self.staff.author, promise_of(6))
        approve_version(self.staff, 2, "2026-03-09")
        draft_version(self.staff.author, promise_of(8), base=2)
        approve_version(self.staff, 3, "2026-03-09")
        self.move("2026-03-09")
        first, second, third = (self.version(number) for number in (1, 2, 3))
        self.assertEqual(["retired", "retired", "active"],
                         [first["status"], second["status"], third["status"]])
        self.assertEqual(first["active_until"], second["active_from"])
        self.assertEqual(second["active_until"], third["active_from"])
        self.assertEqual(3, self.active())

    def test_a_version_made_from_one_that_was_replaced_goes_back_to_draft(self):
        for days in (6, 8):
            draft_version(self.staff.author, promise_of(days))
        approve_version(self.staff, 2, "2026-03-09")
        approve_version(self.staff, 3, "2026-03-10")
        self.move("2026-03-10")
        told = self.version(3)
        self.assertEqual(("draft", {"obstacle": "overtaken", "active": 2}),
                         (told["status"], told["held_back"]))
        self.assertEqual(2, self.active())
        self.assertEqual(["intake.item_returned", "intake.catalogue_held_back"],
                         self.events(3)[-2:])
        with self.refused(409, "conflict") as caught:
            act_on_version(self.staff.author, 3, "submit", {"effective_on": "2026-03-12"})
        self.assertIn("version 2 has come into force", caught[0].detail)
        draft_version(self.staff.author, promise_of(9), replaces=3)
        approve_version(self.staff, 4, "2026-03-12")
        self.move("2026-03-12")
        self.assertEqual(4, self.active())

    def test_a_version_that_rests_on_one_that_never_came_goes_back_too(self):
        draft_version(self.staff.author, promise_of(6))
        with self.refused(422, "invalid-fields", "/base"):
            draft_version(self.staff.author, promise_of(8), base=2)  # a draft is no ground
        act_on_version(self.staff.author, 2, "submit", {"effective_on": "2026-03-09"})
        draft_version(self.staff.author, promise_of(8), base=2)
        approve_version(self.staff, 3, "2026-03-06")
        self.move("2026-03-06")
        self.assertEqual(("draft", {"obstacle": "overtaken", "active": 1}),
                         (self.version(3)["status"], self.version(3)["held_back"]))

    def test_a_case_keeps_its_version_and_the_next_filing_has_the_next_one(self):
        firm = self.hall.filing()
        filed = firm.file_case(food_filing(firm)).data
        lead(FOOD_WAY, self.staff, filed["id"], "in_review")
        files = promise_of(8)
        head = "- {id: safety_manager,"
        for file in files:  # a second change: version 2 asks one thing more
            if file["name"] == "catalogue.yaml":
                line = next(line for line in file["text"].splitlines() if head in line)
                more = line.replace("safety_manager", "second_manager")
                file["text"] = file["text"].replace(line, f"{line}\n{more}")
        draft_version(self.staff.author, files)
        approve_version(self.staff, 2, "2026-03-03")
        self.move("2026-03-02", "23:59:59")
        last = firm.file_case(food_filing(firm)).data
        self.assertEqual(1, firm.case(last["id"]).data["catalogue_version"])
        self.move("2026-03-03")
        with self.refused(422, "invalid-fields", "/form/second_manager"):
            firm.file_case(food_filing(firm))
        filing = food_filing(firm)
        filing["form"]["second_manager"] = "Zhou"
        newer = firm.file_case(filing).data
        self.assertEqual(2, firm.case(newer["id"]).data["catalogue_version"])
        lead(FOOD_WAY[2:], self.staff, filed["id"])
        case = self.in_state(firm, filed["id"], "in_force")
        self.assertEqual((1, "2026-03-11"),
                         (case["catalogue_version"], clock_of(case, "promise")["due_day"]))
        lead(FOOD_WAY, self.staff, newer["id"])
        case = self.in_state(firm, newer["id"], "in_force")
        self.assertEqual((2, "2026-03-13"),
                         (case["catalogue_version"], clock_of(case, "promise")["due_day"]))

    def test_the_first_catalogue_alone_is_active_at_once(self):
        for session in (self.suite.admin, self.staff.clerk):
            with self.refused(403, "forbidden"):
                draft_version(session, promise_of(6))
        first = self.version(1)
        self.assertEqual(("active", 0), (first["status"], first["base"]))
        self.assertNotIn("changes", first)
        self.assertEqual(["intake.item_activated", "intake.catalogue_drafted"], self.events(1))


class Halting(PublishingTest):
    def test_a_halted_item_takes_no_new_cases_and_open_ones_go_on(self):
        citizen = self.hall.filing()
        filed = citizen.file_case(food_filing(citizen)).data
        order = {"reasons": "The register is being moved", "until": "2026-03-20",
                 "items": ["MSA-P-001"]}
        with self.refused(403, "forbidden"):
            act_on_version(self.staff.author, 1, "suspend", order)
        with self.refused(422, "invalid-fields", "/reasons", "/until"):
            act_on_version(self.staff.hall_manager, 1, "suspend", {})
        with self.refused(422, "invalid-fields", "/items", "/until"):
            act_on_version(self.staff.hall_manager, 1, "suspend",
                           {**order, "items": ["NO-SUCH-1"], "until": "2026-03-01"})
        act_on_version(self.staff.hall_manager, 1, "suspend", order)
        told = self.version(1)
        self.assertEqual(("halted", {"items": ["MSA-P-001"], "until": "2026-03-20"}),
                         (told["status"], told["halt"]))
        with self.refused(409, "item-not-open") as caught:
            citizen.file_case(food_filing(citizen))
        self.assertIn("until 2026-03-20", caught[0].detail)
        self.assertNotIn("register", caught[0].detail)
        self.assertIs(False, self.hall.visitor().get("/v1/items/MSA-P-001").data["open"])
        self.assertEqual(201, citizen.file_case(road_filing(citizen)).status)
        lead(FOOD_WAY, self.staff, filed["id"])
        self.in_state(citizen, filed["id"], "in_force")
        with self.refused(403, "forbidden"):
            act_on_version(self.staff.author, 1, "resume")
        act_on_version(self.staff.hall_manager, 1, "resume", {"note": "It is back"})
        self.assertNotIn("halt", self.version(1))
        self.assertEqual(201, citizen.file_case(food_filing(citizen)).status)

    def test_an_order_that_names_no_item_halts_all_and_ends_with_the_version(self):
        act_on_version(self.staff.hall_manager, 1, "suspend",
                       {"reasons": "The hall is moving", "until": "2026-03-20"})
        citizen = self.hall.filing()
        for filing in (food_filing(citizen), road_filing(citizen)):
            with self.refused(409, "item-not-open"):
                citizen.file_case(filing)
        listed = self.hall.visitor().get("/v1/items").data["items"]
        self.assertEqual({False}, {item["open"] for item in listed})
        self.assertEqual(2, publish_version(self.suite, self.staff, promise_of(6),
                                            "2026-03-03"))
        self.assert_status("retired", 1)
        self.assertEqual(201, citizen.file_case(food_filing(citizen)).status)


class Crashes(PublishingTest):
    def test_killed_around_the_day_it_comes_into_force_once_and_the_record_gives_it_back(self):
        draft_version(self.staff.author, promise_of(6))
        approve_version(self.staff, 2, "2026-03-03")
        draft_version(self.staff.author, promise_of(8), base=2)
        approve_version(self.staff, 3, "2026-03-03")
        self.suite.kill("intake")
        send_raw(self.suite, "POST", "/v1/clock", b'{"now": "2026-03-03T00:00:00+08:00"}',
                 token=self.suite.admin.token)
        self.suite.restart("intake", wait=False)
        self.suite.kill("intake")
        self.suite.restart("intake")
        self.suite.kill("approval")
        self.suite.restart("approval")
        self.move("2026-03-03", "00:00:01")
        self.assertEqual(3, self.active())
        for number, status in ((1, "retired"), (2, "retired"), (3, "active")):
            self.assert_status(status, number)
        for number in (2, 3):
            self.assertEqual(1, self.events(number).count("intake.item_activated"))
        act_on_version(self.staff.hall_manager, 3, "suspend",
                       {"reasons": "A trial", "until": "2026-03-20", "items": ["UMB-P-001"]})
        draft_version(self.staff.author, promise_of(9))
        act_on_version(self.staff.author, 4, "cancel")
        self.suite.stop()
        for command in ("verify", "replay"):
            code, output = self.suite.tool("audit", command, "--data", self.suite.data,
                                           "--map-size", "4g")
            self.assertEqual(0, code, output)
        self.assertRegex(output, r"intake +[0-9]+ records, [0-9]+ tables, the same")


class Demonstration(PublishingTest):
    """deploy/up, started again: changed files become a draft, never the catalogue at once."""

    def prepare(self, *arguments):
        told = io.StringIO()
        with contextlib.redirect_stdout(told), contextlib.redirect_stderr(told):
            code = prepare.main([arguments[0], str(self.suite.data), self.hall.url, *arguments[1:]])
        return code, told.getvalue()

    def test_changed_files_are_handed_in_once_and_wait_for_approval_and_their_day(self):
        roster = json.loads((ROOT / "deploy" / "example" / "accounts.json").read_text())
        for account in roster:
            account["password"] = (self.suite.admin_password if account["login"] == "admin"
                                   else "a long password")
        (self.suite.data / "demo-accounts.json").write_text(json.dumps({"accounts": roster}))
        folder = self.suite.folder / "catalogue"
        shutil.copytree(CATALOGUE, folder)
        self.assertEqual(0, self.prepare("accounts")[0])
        self.assertIn("version 1 is in force", self.prepare("catalogue", str(folder))[1])
        (self.suite.data / "catalogue.sha256").write_text("of other files")
        file = folder / "catalogue.yaml"
        file.write_text(file.read_text().replace(PROMISE, PROMISE.replace("7", "6")))
        code, told = self.prepare("catalogue", str(folder))
        self.assertEqual(0, code, told)
        self.assertIn("version 2, draft", told)
        self.assertIn("version 1 is in force", self.prepare("catalogue", str(folder))[1])
        self.assertNotIn("version 3", str(self.staff.author.get("/v1/catalogue/versions").data))
        self.assertEqual(0, self.prepare("approve", "2026-03-03")[0])
        self.assertEqual(1, self.prepare("approve", "2026-03-03")[0])
        self.move("2026-03-03")
        self.assertEqual(2, self.active())


if __name__ == "__main__":
    unittest.main()
