"""Filings for the record: checked for complete papers alone, numbered, published, ended."""

import unittest

from cases import act_when_ready, papers_of, shop_filing
from checks import HallTest, clock_of, eventually


def days(case):
    """The due days of the clocks that run."""
    return {clock["name"]: clock["due_day"] for clock in case["clocks"]
            if clock["phase"] == "running"}


class Filings(HallTest):
    def filed(self, codes=("M-FILING",)):
        self.firm = self.hall.filing()
        return self.firm.file_case(shop_filing(self.firm, codes)).data

    def accepted(self):
        """A filing that was entered."""
        filed = self.filed()
        self.staff.clerk.act(filed["id"], "accept")
        return filed["id"]

    def on_file(self):
        case_id = self.accepted()
        act_when_ready(self.staff.food_publisher, case_id, "publish")
        return case_id

    def titles(self, case_id, count):
        return [message["title"] for message in eventually(
            lambda: self.firm.get(f"/v1/inbox?case={case_id}").data["items"],
            lambda items: len(items) >= count)]

    def test_a_filing_is_entered_numbered_and_published(self):
        filed = self.filed()
        # Monday 2 March: the law gives 5 working days, the promise 1.
        self.assertEqual(("submitted", []), (filed["status"], filed["missing"]))
        self.assertEqual({"main": "2026-03-09", "promise": "2026-03-03", "check": "2026-03-03"},
                         days(filed))
        done = self.staff.clerk.act(filed["id"], "accept").data
        self.assertEqual(("filed", ["intake.case_accepted.v1"]), (done["status"], done["events"]))
        case = self.in_state(self.firm, filed["id"], "filed")
        self.assertEqual({"publish": "2026-03-09"}, days(case))
        self.assertEqual("ended", clock_of(case, "main")["phase"])
        self.assertEqual([], case["bills"])
        case = self.firm.wait_for_case(filed["id"], lambda case: "document" in case).data
        self.assertRegex(case["document"], "^MSA-2026-[0-9]{6}$")
        done = act_when_ready(self.staff.food_publisher, filed["id"], "publish",
                              {"text": "Sells prepackaged food only"})
        self.assertEqual(("on_file", ["approval.publication_requested.v1"]),
                         (done["status"], done["events"]))
        case = self.in_state(self.firm, filed["id"], "on_file")
        self.assertEqual((False, {}), (case["is_end"], days(case)))
        wanted = ["intake.case_submitted.v1", "intake.case_accepted.v1",
                  "approval.filing_recorded.v1", "approval.publication_requested.v1",
                  "notification.notice_published.v1"]
        told = self.timeline_with(self.firm, filed["id"], *wanted)
        self.assertEqual(wanted, [event["type"] for event in told if event["type"] in wanted])
        self.assertNotIn("fee.bill_issued.v1", [event["type"] for event in told])
        titles = self.titles(filed["id"], 3)
        self.assertIn(f"备案编号：{case['document']}", titles)
        self.assertIn(f"备案完成：{filed['number']}", titles)

    def test_numbers_of_filings_follow_each_other(self):
        documents = []
        for _ in range(2):
            case_id = self.accepted()
            documents.append(self.firm.wait_for_case(
                case_id, lambda case: "document" in case).data["document"])
        first = int(documents[0].removeprefix("MSA-2026-"))
        self.assertEqual(f"MSA-2026-{first + 1:06d}", documents[1])

    def test_missing_papers_are_the_only_ground_to_turn_a_filing_back(self):
        case_id = self.filed(())["id"]
        clerk = self.staff.clerk
        with self.refused(409, "not-allowed-now"):
            clerk.act(case_id, "refuse_acceptance", {"ground": "NA-INCOMPLETE", "reasons": "No"})
        with self.refused(409, "not-allowed-now") as caught:
            clerk.act(case_id, "accept")
        self.assertIn("request_materials", caught[0].allowed_actions)
        done = clerk.act(case_id, "request_materials", {"missing": ["M-FILING"]}).data
        self.assertEqual("supplement", done["status"])
        # 10 working days behind Monday 2 March.
        self.assertEqual("2026-03-16", clock_of(done, "supplement_period")["due_day"])
        self.assertEqual("paused", clock_of(done, "main")["phase"])
        done = self.firm.act(case_id, "supply_materials",
                             {"materials": papers_of(self.firm, ["M-FILING"])}).data
        self.assertEqual("submitted", done["status"])
        self.assertEqual({"main": "2026-03-09", "promise": "2026-03-03", "check": "2026-03-03"},
                         days(done))
        with self.refused(409, "not-allowed-now"):  # a second list needs new facts
            clerk.act(case_id, "request_materials", {"missing": ["M-FILING"]})
        self.assertEqual("filed", clerk.act(case_id, "accept").data["status"])

    def test_the_holder_has_it_changed_and_ended(self):
        case_id = self.on_file()
        self.assert_offers(self.in_state(self.firm, case_id, "on_file"), "request_change",
                           "correct")
        with self.refused(422, "invalid-fields", "/change"):
            self.firm.act(case_id, "request_change")
        changed = self.firm.act(case_id, "request_change", {"change": "We sell online too"}).data
        self.assertEqual(("on_file", ["approval.filing_changed.v1"]),
                         (changed["status"], changed["events"]))
        with self.refused(403, "forbidden"):
            self.firm.act(case_id, "cancel")
        done = self.staff.clerk.act(case_id, "cancel", {"note": "The shop closed"}).data
        self.assertEqual(("cancelled", ["approval.filing_cancelled.v1"]),
                         (done["status"], done["events"]))
        case = self.in_state(self.firm, case_id, "cancelled")
        self.assertEqual((True, []), (case["is_end"], case["actions"]))
        told = self.timeline_with(self.firm, case_id, "approval.filing_changed.v1",
                                  "approval.filing_cancelled.v1")
        change = next(event["data"]["fields"]["change"] for event in told
                      if event["type"] == "approval.filing_changed.v1")
        self.assertEqual("We sell online too", change)
        self.assertIn(f"备案已注销：{case['number']}", self.titles(case_id, 4))

    def test_false_papers_are_struck_off_before_and_after_publication(self):
        for reach, state in ((self.accepted, "filed"), (self.on_file, "on_file")):
            case_id = reach()
            supervisor = self.staff.supervisor
            false = {"ground": "ST-FALSE", "reasons": "The licence is another shop's"}
            self.in_state(supervisor, case_id, state)
            with self.refused(403, "forbidden"):
                self.staff.clerk.act(case_id, "strike", false)
            with self.refused(422, "invalid-fields", "/ground", "/reasons"):
                supervisor.act(case_id, "strike")
            with self.refused(422, "invalid-fields", "/ground"):
                supervisor.act(case_id, "strike", {**false, "ground": "NA-INCOMPLETE"})
            done = supervisor.act(case_id, "strike", false).data
            self.assertEqual(("struck_off", ["approval.filing_struck.v1"]),
                             (done["status"], done["events"]))
            case = self.in_state(self.firm, case_id, "struck_off")
            self.assertEqual((True, {}), (case["is_end"], days(case)))
            self.assertIn(f"备案已取消：{case['number']}", self.titles(case_id, 3))
            with self.refused(409, "not-allowed-now"):
                self.staff.clerk.act(case_id, "cancel")
            appealed = self.firm.act(case_id, "appeal", {"remedy": "review"}).data
            self.assertEqual(("struck_off", ["approval.appeal_filed.v1"]),
                             (appealed["status"], appealed["events"]))
            self.timeline_with(self.firm, case_id, "audit.remedy_registered.v1")

    def test_the_head_of_the_department_strikes_too_and_others_do_not(self):
        case_id = self.on_file()
        false = {"ground": "ST-FALSE", "reasons": "The papers were forged"}
        with self.refused(403, "forbidden"):
            self.staff.road_head.act(case_id, "strike", false)
        self.assertEqual("struck_off",
                         self.staff.food_head.act(case_id, "strike", false).data["status"])

    def test_who_filed_withdraws_until_it_is_entered(self):
        first = self.filed()["id"]
        done = self.firm.act(first, "withdraw").data
        self.assertEqual(("withdrawn", ["intake.case_withdrawn.v1"]),
                         (done["status"], done["events"]))
        second = self.filed(())["id"]
        self.staff.clerk.act(second, "request_materials", {"missing": ["M-FILING"]})
        self.assertEqual("withdrawn", self.firm.act(second, "withdraw").data["status"])
        third = self.accepted()
        with self.refused(409, "not-allowed-now"):
            act_when_ready(self.firm, third, "correct", {"note": "One letter"})
            self.firm.act(third, "withdraw")


class TimeOfFilings(HallTest):
    shared = False

    def test_papers_that_do_not_come_end_the_filing(self):
        firm = self.hall.filing()
        filed = firm.file_case(shop_filing(firm, ())).data
        self.staff.clerk.act(filed["id"], "request_materials",
                             {"missing": ["M-FILING"], "period_workdays": 5})
        # 5 working days behind Monday 2 March: Monday the 9th, to its end.
        self.suite.move_clock("2026-03-09T23:59:00+08:00")
        self.assertEqual("supplement", self.opened(filed).case(filed["id"]).data["status"])
        self.suite.move_clock("2026-03-10T00:00:00+08:00")
        firm = self.opened(filed)
        case = self.in_state(firm, filed["id"], "not_accepted")
        self.assertEqual((True, "NA-INCOMPLETE"), (case["is_end"], case["ground"]))
        self.assertEqual(["review", "suit"], [remedy["kind"] for remedy in case["remedies"]])
        self.timeline_with(firm, filed["id"], "intake.case_not_accepted.v1")
        appealed = firm.act(filed["id"], "appeal", {"remedy": "suit"}).data
        self.assertEqual(["intake.appeal_filed.v1"], appealed["events"])
        self.timeline_with(firm, filed["id"], "audit.remedy_registered.v1")

    def test_the_office_that_is_late_is_shown_red_and_nothing_follows_from_it(self):
        firm = self.hall.filing()
        filed = firm.file_case(shop_filing(firm)).data
        self.suite.move_clock("2026-03-10T00:00:00+08:00")
        firm = self.opened(filed)
        case = self.in_state(firm, filed["id"], "submitted")
        self.assertEqual("red", clock_of(case, "main")["light"])
        self.timeline_with(firm, filed["id"], "intake.clock_overdue.v1", "audit.finding_raised.v1")
        self.assertEqual("filed", self.staff.clerk.act(filed["id"], "accept").data["status"])


if __name__ == "__main__":
    unittest.main()
