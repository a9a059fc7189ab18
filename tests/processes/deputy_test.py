"""A and B of a post where intake and fee have the case: work goes over there as it does in review."""

import unittest

from cases import CARDHOLDER, act_when_ready, bill_when_due, card_filing, food_filing, waiver_filing
from checks import HallTest, eventually


class DeputyTest(HallTest):
    """Two officers of one post, the second with a shift of his own."""

    shared = False
    role, department = None, None

    def setUp(self):
        super().setUp()
        self.manager = self.staff.hall_manager
        self.a = self.suite.officer(self.role, self.department, "post-a")
        self.b = self.suite.officer(self.role, self.department, "post-b")
        self.shift_of_b = self.open_shift(self.b, "post-a", "N-018")

    def open_shift(self, session, deputy, badge):
        return session.post("/v1/shifts", {"window": "W01", "badge": badge,
                                           "deputy": deputy}).data["id"]

    def assign(self, case_id, login="post-a"):
        act_when_ready(self.manager, case_id, "assign", {"assignee": login})

    def assignee(self, case_id):
        return self.manager.case(case_id).data.get("assignee")

    def assigned_to(self, case_id, login):
        eventually(lambda: self.assignee(case_id), lambda who: who == login)

    def moved_by_the_hall(self, case_id, source):
        """Who had the work and who got it, of each time the hall itself passed it on."""
        return [(event["data"]["assignee_before"], event["data"]["fields"]["assignee"])
                for event in self.manager.timeline(case_id)
                if event["type"] == f"{source}.task_reassigned.v1"
                and event["actor"]["kind"] == "system"]

    def rebuilt(self):
        """What the record says is what the services have."""
        self.assertIs(True, self.suite.move_clock("2026-03-02T20:00:00+08:00")["settled"])
        for command in ("verify", "replay"):
            code, told = self.suite.tool("audit", command, "--data", self.suite.data)
            self.assertEqual(0, code, told)


class AtIntake(DeputyTest):
    """Acceptance: clerks of the hall."""

    role, department = "window_clerk", "HALL"

    def filed(self):
        citizen = self.hall.filing()
        return citizen.file_case(food_filing(citizen)).data["id"]

    def test_what_a_has_to_accept_goes_to_b_who_accepts_in_his_own_name(self):
        shift = self.open_shift(self.a, "post-b", "N-017")
        cases = [self.filed() for _ in range(3)]
        for case_id in cases:
            self.assign(case_id)
        others = self.filed()
        self.suite.officer("window_clerk", "HALL", "post-c")
        self.assign(others, "post-c")
        self.a.act(shift, "suspend")
        for case_id in cases:
            self.assigned_to(case_id, "post-b")
            self.assertEqual([("post-a", "post-b")], self.moved_by_the_hall(case_id, "intake"))
        self.assertEqual("post-c", self.assignee(others))
        done = self.b.act(cases[0], "accept").data
        self.assertEqual("accepted", done["status"])
        told = self.timeline_with(self.manager, cases[0], "intake.case_accepted.v1")
        accepted = next(event for event in told if event["type"] == "intake.case_accepted.v1")
        self.assertEqual("post-b", accepted["actor"]["login"])
        self.rebuilt()

    def test_new_work_goes_to_b_while_a_is_away_or_has_no_shift(self):
        self.manager.post("/v1/deputies", {"officer": "post-a", "deputy": "post-b"})
        case_id = self.filed()
        self.assign(case_id)
        self.assigned_to(case_id, "post-b")
        shift = self.open_shift(self.a, "post-b", "N-017")
        kept = self.filed()
        self.assign(kept)
        self.a.act(shift, "close")  # he went home: what he has waits for him
        newer = self.filed()
        self.assign(newer)
        self.assigned_to(newer, "post-b")
        self.assertEqual("post-a", self.assignee(kept))
        self.assertEqual([], self.moved_by_the_hall(kept, "intake"))

    def test_both_away_is_told_and_the_work_goes_over_when_b_is_back(self):
        shift = self.open_shift(self.a, "post-b", "N-017")
        case_id = self.filed()
        self.assign(case_id)
        self.b.act(self.shift_of_b, "suspend")
        self.a.act(shift, "suspend")
        self.timeline_with(self.manager, shift, "intake.post_uncovered.v1",
                           "audit.finding_raised.v1")
        self.assertEqual("post-a", self.assignee(case_id))
        self.b.act(self.shift_of_b, "resume")
        self.assigned_to(case_id, "post-b")

    def test_b_with_an_interest_does_not_get_the_case(self):
        shift = self.open_shift(self.a, "post-b", "N-017")
        case_id, other, probe = self.filed(), self.filed(), self.filed()
        self.assign(case_id)
        self.assign(other)
        # Declared to approval, in this order: once intake refuses B the last one, it knows both.
        self.b.post("/v1/interests", {"case_id": case_id})
        self.b.post("/v1/interests", {"case_id": probe})
        eventually(lambda: self.manager.act(probe, "assign", {"assignee": "post-b"}, check=False),
                   lambda answer: answer.status == 403)
        self.manager.post("/v1/deputies", {"officer": "post-a", "absent": True})
        self.assigned_to(other, "post-b")
        self.timeline_with(self.manager, case_id, "intake.work_kept.v1")
        self.assertEqual("post-a", self.assignee(case_id))
        self.assertEqual("away", self.a.case(shift).data["status"])

    def test_work_that_left_intake_is_passed_on_by_who_has_it_then(self):
        shift = self.open_shift(self.a, "post-b", "N-017")
        case_id = self.filed()
        self.assign(case_id)
        self.a.act(case_id, "accept")
        self.in_state(self.manager, case_id, "accepted")
        self.a.act(shift, "suspend")
        self.assigned_to(case_id, "post-b")
        self.assertEqual([("post-a", "post-b")], self.moved_by_the_hall(case_id, "approval"))
        self.assertEqual([], self.moved_by_the_hall(case_id, "intake"))


class AtFee(DeputyTest):
    """Waivers: approvers of Finance."""

    role, department = "approver", "FIN"

    def checking(self):
        clerk = self.staff.clerk
        card = clerk.file_case(card_filing(clerk)).data["id"]
        clerk.act(card, "accept")
        bill = bill_when_due(self.staff.cashier, card)
        payer = self.hall.filing()
        case_id = eventually(
            lambda: payer.post("/v1/cases", waiver_filing(payer, bill["number"], "WV-OTHER",
                                                          CARDHOLDER), check=False),
            lambda answer: answer.status == 201).data["id"]
        clerk.act(case_id, "accept")
        self.in_state(self.manager, case_id, "checking")
        return case_id

    def proposed(self):
        case_id = self.checking()
        act_when_ready(self.staff.finance, case_id, "review",
                       {"opinion": "agree", "amount_fen": 1000})
        self.in_state(self.manager, case_id, "finance_due")
        return case_id

    def test_who_holds_no_role_with_a_shift_is_away_when_that_is_said(self):
        self.suite.officer("finance_officer", "FIN", "checker")
        case_id = self.checking()
        self.assign(case_id, "checker")
        self.manager.post("/v1/deputies", {"officer": "checker", "deputy": "post-b",
                                           "absent": True})
        self.assigned_to(case_id, "post-b")
        self.assertEqual([("checker", "post-b")], self.moved_by_the_hall(case_id, "fee"))

    def test_a_waiver_that_a_has_to_decide_goes_to_b(self):
        shift = self.open_shift(self.a, "post-b", "N-017")
        case_id = self.proposed()
        self.assign(case_id)
        self.a.act(shift, "suspend")
        self.assigned_to(case_id, "post-b")
        self.assertEqual([("post-a", "post-b")], self.moved_by_the_hall(case_id, "fee"))
        newer = self.proposed()
        self.assign(newer)
        self.assigned_to(newer, "post-b")
        self.rebuilt()

    def test_both_away_is_told_and_the_waiver_goes_over_when_b_is_back(self):
        shift = self.open_shift(self.a, "post-b", "N-017")
        case_id = self.proposed()
        self.assign(case_id)
        self.b.act(self.shift_of_b, "suspend")
        self.a.act(shift, "suspend")
        self.timeline_with(self.manager, shift, "intake.post_uncovered.v1",
                           "audit.finding_raised.v1")
        self.assertEqual("post-a", self.assignee(case_id))
        self.b.act(self.shift_of_b, "resume")
        self.assigned_to(case_id, "post-b")
        self.assertEqual([("post-a", "post-b")], self.moved_by_the_hall(case_id, "fee"))


if __name__ == "__main__":
    unittest.main()
