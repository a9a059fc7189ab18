"""From the filing to acceptance or its refusal: the one notice, the law's silence, time run out."""

import unittest

from cases import (PERSON, act_when_ready, food_filing, offered, paper, papers_of, road_filing)
from checks import HallTest, clock_of, eventually, hall_time

RECEIVED = hall_time("2026-03-02 09:00")  # where the clock stands: a Monday


class Acceptance(HallTest):
    """What needs no time to pass."""

    def setUp(self):
        super().setUp()
        self.citizen = self.hall.filing()

    def filed(self, codes=("M-FORM", "M-DESIGN")):
        return self.citizen.file_case(road_filing(self.citizen, codes)).data["id"]

    def test_everything_that_is_missing_is_told_in_one_notice(self):
        case_id = self.filed()
        self.assertEqual(["M-TRAFFIC", "M-RESTORE"], self.citizen.case(case_id).data["missing"])
        done = self.staff.clerk.act(case_id, "request_materials",
                                    {"missing": ["M-TRAFFIC", "M-RESTORE"], "period_workdays": 15,
                                     "note": "Both plans, please"}).data
        self.assertEqual(("intake", "supplement", ["intake.supplement_requested.v1"]),
                         (done["owner"], done["status"], done["events"]))
        period = clock_of(done, "supplement_period")
        # 15 working days behind Monday 2 March.
        self.assertEqual(("2026-03-23", 15, "running"),
                         (period["due_day"], period["limit"], period["phase"]))
        self.assertEqual("ended", clock_of(done, "notice")["phase"])
        told = eventually(lambda: self.citizen.get(f"/v1/inbox?case={case_id}").data["items"],
                          lambda items: len(items) == 2)
        self.assertIn("Traffic", told[0]["text"])
        self.assertIn("restoration", told[0]["text"])

    def test_a_second_list_needs_new_facts(self):
        case_id = self.filed()
        self.staff.clerk.act(case_id, "request_materials", {"missing": ["M-TRAFFIC"]})
        supplied = {"materials": papers_of(self.citizen, ["M-TRAFFIC"])}
        self.citizen.act(case_id, "supply_materials", supplied)
        with self.refused(409, "not-allowed-now"):
            self.staff.clerk.act(case_id, "request_materials", {"missing": ["M-RESTORE"]})
        done = self.staff.clerk.act(case_id, "request_materials", {
            "missing": ["M-RESTORE"], "reasons": "The street was resurfaced yesterday"}).data
        self.assertEqual("supplement", done["status"])

    def test_a_case_that_lacks_materials_is_not_accepted_by_the_window(self):
        case_id = self.filed()
        case = self.staff.clerk.case(case_id).data
        self.assert_offers(case, "request_materials", "refuse_acceptance", "correct")
        with self.refused(409, "not-allowed-now") as caught:
            self.staff.clerk.act(case_id, "accept")
        self.assertEqual(["correct", "refuse_acceptance", "request_materials"],
                         sorted(caught[0].allowed_actions))

    def test_non_acceptance_needs_a_ground_of_the_list_and_reasons(self):
        case_id = self.filed()
        clerk = self.staff.clerk
        with self.refused(422, "invalid-fields", "/ground", "/reasons"):
            clerk.act(case_id, "refuse_acceptance")
        with self.refused(422, "invalid-fields", "/ground"):
            clerk.act(case_id, "refuse_acceptance", {"ground": "DISLIKE", "reasons": "No"})
        with self.refused(422, "invalid-fields", "/ground"):  # of a refusal, not of this
            clerk.act(case_id, "refuse_acceptance", {"ground": "RF-SITE", "reasons": "No"})
        self.assertEqual("submitted", self.citizen.case(case_id).data["status"])
        done = clerk.act(case_id, "refuse_acceptance", {
            "ground": "NA-OTHER-AGENCY", "reasons": "A county road",
            "right_agency": "County transport bureau"}).data
        self.assertEqual(("not_accepted", ["intake.case_not_accepted.v1"]),
                         (done["status"], done["events"]))
        case = self.citizen.case(case_id).data
        self.assertIs(True, case["is_end"])
        self.assert_offers(case, "appeal")
        told = self.timeline_with(self.citizen, case_id, "intake.case_not_accepted.v1")
        fields = next(event["data"]["fields"] for event in told
                      if event["type"] == "intake.case_not_accepted.v1")
        self.assertEqual(("NA-OTHER-AGENCY", "A county road", "County transport bureau"),
                         (fields["ground"], fields["reasons"], fields["right_agency"]))

    def test_who_filed_may_withdraw_and_nobody_else(self):
        case_id = self.filed()
        with self.refused(403, "forbidden"):
            self.staff.clerk.act(case_id, "withdraw")
        done = self.citizen.act(case_id, "withdraw").data
        self.assertEqual(("withdrawn", ["intake.case_withdrawn.v1"]),
                         (done["status"], done["events"]))
        case = self.citizen.case(case_id).data
        self.assertIs(True, case["is_end"])
        self.assertEqual({"ended"}, {clock["phase"] for clock in case["clocks"]})
        with self.refused(409, "not-allowed-now") as caught:
            self.citizen.act(case_id, "withdraw")
        self.assertEqual([], caught[0].allowed_actions)

    def test_a_case_under_review_may_still_be_withdrawn(self):
        firm = self.hall.filing()
        case_id = firm.file_case(food_filing(firm)).data["id"]
        act_when_ready(self.staff.clerk, case_id, "accept")
        act_when_ready(self.staff.food_reviewer, case_id, "take")
        done = act_when_ready(firm, case_id, "withdraw")
        self.assertEqual(("approval", "withdrawn", ["approval.case_withdrawn.v1"]),
                         (done["owner"], done["status"], done["events"]))
        self.assertEqual([], self.staff.food_reviewer.case(case_id).data["actions"])

    def test_an_applicant_of_a_kind_that_the_item_does_not_take_is_told_so(self):
        firm = self.hall.filing()
        with self.refused(422, "invalid-fields", "/applicant/kind"):
            firm.file_case(food_filing(firm, applicant=PERSON))


class Silence(HallTest):
    """What time does by itself. Each test has its own hall, for time goes forward only."""

    shared = False

    def filed(self, codes=("M-FORM", "M-DESIGN", "M-TRAFFIC", "M-RESTORE")):
        citizen = self.hall.filing()
        self.case = citizen.file_case(road_filing(citizen, codes)).data
        return self.case["id"]

    def move_clock(self, moment):
        """Moves the clock; the citizen comes back with number and code, for a session lasts a day.
        """
        self.assertIs(True, self.suite.move_clock(moment)["settled"])
        self.citizen = self.opened(self.case)

    def test_silence_to_the_end_of_the_notice_is_acceptance_from_the_day_of_receipt(self):
        case_id = self.filed(("M-FORM",))
        # Five working days behind Monday 2 March: the notice ends with Monday 9 March.
        self.move_clock("2026-03-09T23:59:00+08:00")
        self.assertEqual("submitted", self.citizen.case(case_id).data["status"])
        self.move_clock("2026-03-10T00:00:00+08:00")
        case = self.in_state(self.citizen, case_id, "accepted")
        self.assertEqual(("approval", RECEIVED), (case["owner"], case["received_at"]))
        main, promise = clock_of(case, "main"), clock_of(case, "promise")
        # Counted from the receipt: as if it had been accepted on 2 March.
        self.assertEqual(("2026-05-08", "2026-03-18"), (main["due_day"], promise["due_day"]))
        self.assertEqual("2026-03-02", main["derivation"][0]["from"])
        told = self.timeline_with(self.citizen, case_id, "intake.case_deemed_accepted.v1",
                                  "audit.finding_raised.v1")
        deemed = next(event for event in told
                      if event["type"] == "intake.case_deemed_accepted.v1")
        self.assertEqual("system", deemed["actor"]["kind"])
        self.assertEqual((hall_time("2026-03-10 00:00"), RECEIVED),
                         (deemed["at"], deemed["effective_at"]))
        finding = next(event for event in told if event["type"] == "audit.finding_raised.v1"
                       and event["data"]["rule"] == "case_deemed_accepted")
        self.assertEqual({"source": "intake", "seq": deemed["seq"]}, finding["cause"])
        inbox = eventually(lambda: self.citizen.get("/v1/inbox").data["items"],
                           lambda items: len(items) == 2)
        self.assertIn("accepted", inbox[0]["title"].lower())

    def test_time_that_ran_out_while_everything_was_down_takes_effect_afterwards(self):
        case_id = self.filed()
        self.suite.kill("intake")
        self.suite.restart("intake")
        self.move_clock("2026-03-12T10:00:00+08:00")
        case = self.in_state(self.citizen, case_id, "accepted")
        self.assertEqual("2026-03-18", clock_of(case, "promise")["due_day"])
        told = self.citizen.timeline(case_id)
        self.assertEqual(1, [event["type"] for event in told]
                         .count("intake.case_deemed_accepted.v1"))

    def test_a_supplement_that_does_not_come_in_time_ends_the_case(self):
        case_id = self.filed(("M-FORM",))
        self.staff.clerk.act(case_id, "request_materials",
                             {"missing": ["M-DESIGN", "M-TRAFFIC", "M-RESTORE"]})
        # Ten working days unless the officer names another time: Monday 16 March.
        case = self.opened(self.case).case(case_id).data
        self.assertEqual("2026-03-16", clock_of(case, "supplement_period")["due_day"])
        self.move_clock("2026-03-16T23:59:59+08:00")
        self.assertEqual("supplement", self.citizen.case(case_id).data["status"])
        self.move_clock("2026-03-17T00:00:00+08:00")
        case = self.in_state(self.citizen, case_id, "not_accepted")
        self.assertIs(True, case["is_end"])
        told = self.timeline_with(self.citizen, case_id, "intake.case_not_accepted.v1")
        ended = next(event for event in told if event["type"] == "intake.case_not_accepted.v1")
        self.assertEqual(("system", "NA-NOT-COMPLETED"),
                         (ended["actor"]["kind"], ended["data"]["fields"]["ground"]))
        with self.refused(409, "not-allowed-now"):
            self.citizen.act(case_id, "supply_materials",
                             {"materials": [paper(self.citizen, "M-DESIGN")]})
        again = self.hall.filing()  # he may apply again
        self.assertEqual("submitted", again.file_case(road_filing(again)).data["status"])

    def test_the_notice_begins_anew_when_the_materials_have_come(self):
        case_id = self.filed(("M-FORM", "M-DESIGN", "M-TRAFFIC"))
        self.staff.clerk.act(case_id, "request_materials", {"missing": ["M-RESTORE"]})
        self.move_clock("2026-03-05T10:00:00+08:00")
        done = self.citizen.act(case_id, "supply_materials",
                                {"materials": [paper(self.citizen, "M-RESTORE")]}).data
        self.assertEqual(("running", "2026-03-12"), (clock_of(done, "notice")["phase"],
                                                     clock_of(done, "notice")["due_day"]))
        self.assertIn("withdraw", offered(self.citizen.case(case_id).data))


if __name__ == "__main__":
    unittest.main()
