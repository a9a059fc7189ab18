"""Officers and their powers: delegations, interests, different persons, cases that are put first."""

import unittest

from cases import FOOD_WAY, act_when_ready, food_filing, offered
from checks import HallTest, eventually, hall_time

DECISION = {"officer": "approver.msa", "item": "MSA-P-001", "power": "decide",
            "valid_from": "2026-03-02", "valid_until": "2026-03-31"}


class Powers(HallTest):
    """The register of delegations (S33)."""

    shared = False

    def setUp(self):
        super().setUp()
        self.head = self.staff.food_head
        # An approver without any power: his account is made without delegations.
        self.suite.account("approver.msa", ("approver", "MSA"))
        self.approver = self.suite.officer("approver", "MSA", "approver.msa")

    def decision_due(self):
        citizen = self.hall.filing()
        case_id = citizen.file_case(food_filing(citizen)).data["id"]
        for _, work in FOOD_WAY[:4]:
            work(self.staff, case_id)
        return case_id

    def test_a_decision_without_a_valid_delegation_is_refused(self):
        case_id = self.decision_due()
        case = self.in_state(self.approver, case_id, "decision_due")
        self.assertNotIn("decide", offered(case))
        with self.refused(403, "forbidden") as caught:
            self.approver.act(case_id, "decide", {"outcome": "grant"})
        self.assertIn("delegated", caught[0].detail)
        self.head.post("/v1/delegations", DECISION)
        case = self.in_state(self.approver, case_id, "decision_due")
        self.approver.wait_for_case(case_id, lambda case: "decide" in offered(case))
        done = self.approver.act(case_id, "decide", {"outcome": "grant"}).data
        self.assertEqual(["approval.decision_made.v1"], done["events"])

    def test_a_power_holds_from_its_first_day_to_its_last_and_until_it_is_taken_back(self):
        later = self.head.post("/v1/delegations", {**DECISION, "valid_from": "2026-03-04",
                                                   "valid_until": "2026-03-05"})
        self.assertEqual(201, later.status)
        self.assertEqual("planned", later.data["status"])
        self.assertEqual(f"/v1/cases/{later.data['id']}", later.headers["Location"])
        case_id = self.decision_due()
        self.in_state(self.approver, case_id, "decision_due")
        with self.refused(403, "forbidden"):
            self.approver.act(case_id, "decide", {"outcome": "grant"})
        self.assertIs(True, self.suite.move_clock("2026-03-04T09:00:00+08:00")["settled"])
        register = self.head.get("/v1/delegations?officer=approver.msa").data["items"]
        self.assertEqual([("MSA-P-001", "decide", "MSA", "effective", "2026-03-05")],
                         [(one["item"], one["power"], one["department"], one["status"],
                           one["valid_until"]) for one in register])
        self.assertEqual("effective", self.head.case(later.data["id"]).data["status"])
        self.assertIn("decide", offered(self.approver.case(case_id).data))
        self.assertIs(True, self.suite.move_clock("2026-03-06T00:00:00+08:00")["settled"])
        with self.refused(403, "forbidden"):
            self.approver.act(case_id, "decide", {"outcome": "grant"})
        again = self.head.post("/v1/delegations", DECISION | {"valid_from": "2026-03-06"}).data
        eventually(lambda: offered(self.approver.case(case_id).data), lambda all: "decide" in all)
        closed = act_when_ready(self.head, again["id"], "close", {"reasons": "A change of posts"})
        self.assertEqual("ended", closed["status"])
        with self.refused(403, "forbidden"):
            self.approver.act(case_id, "decide", {"outcome": "grant"})
        ended = self.head.get("/v1/delegations?item=MSA-P-001").data["items"]
        self.assertEqual(["ended", "ended"], [one["status"] for one in ended])

    def test_a_delegation_that_makes_no_sense_is_refused_field_by_field(self):
        with self.refused(422, "invalid-fields", "/officer"):
            self.head.post("/v1/delegations", {**DECISION, "officer": "nobody.here"})
        with self.refused(422, "invalid-fields", "/valid_until"):
            self.head.post("/v1/delegations", {**DECISION, "valid_until": "2026-03-01"})
        with self.refused(422, "invalid-fields", "/power"):
            self.head.post("/v1/delegations", {**DECISION, "power": "smile"})
        with self.refused(422, "invalid-fields", "/item"):
            self.head.post("/v1/delegations", {**DECISION, "item": "MSA-P-999"})
        with self.refused(422, "invalid-fields", "/officer", "/power", "/valid_until"):
            self.head.post("/v1/delegations", {**DECISION, "officer": "nobody.here",
                                               "power": "take", "valid_until": "2026-01-01"})

    def test_a_power_is_delegated_by_the_head_of_the_items_department(self):
        for other in (self.staff.road_head, self.approver, self.staff.hall_manager):
            with self.refused(403, "forbidden"):
                other.post("/v1/delegations", DECISION)
        self.assertEqual([], self.head.get("/v1/delegations").data["items"])

    def test_the_head_of_the_department_decides_by_office(self):
        self.suite.account("chief.msa", ("agency_head", "MSA"), ("approver", "MSA"))
        chief = self.hall.sign_in("chief.msa", self.suite.passwords["chief.msa"])
        case_id = self.decision_due()
        done = act_when_ready(chief, case_id, "decide", {"outcome": "grant"})
        self.assertEqual(["approval.decision_made.v1"], done["events"])

    def test_the_share_of_items_decided_at_the_window_is_published(self):
        visitor = self.hall.visitor()
        share = visitor.get("/v1/departments/MSA").data["window_share"]
        self.assertEqual({"items": 1, "at_window": 0, "percent": 0}, share)
        self.head.post("/v1/delegations", DECISION)
        share = eventually(lambda: visitor.get("/v1/departments/MSA").data["window_share"],
                           lambda share: share["at_window"] == 1)
        self.assertEqual({"items": 1, "at_window": 1, "percent": 100}, share)


class Persons(HallTest):
    """Who may handle a case, and which comes first."""

    def accepted(self):
        citizen = self.hall.filing()
        case_id = citizen.file_case(food_filing(citizen)).data["id"]
        act_when_ready(self.staff.clerk, case_id, "accept")
        self.in_state(self.staff.food_reviewer, case_id, "accepted")
        return case_id

    def recusals(self, case_id):
        return [event for event in self.staff.clerk.timeline(case_id)
                if event["type"] == "approval.recusal_required.v1"]

    def test_who_has_an_interest_neither_takes_nor_gets_the_case_and_trying_is_recorded(self):
        second = self.suite.officer("reviewer", "MSA", "second-reviewer.msa")
        case_id = self.accepted()
        declared = second.post("/v1/interests", {"case_id": case_id})
        self.assertEqual((201, "second-reviewer.msa"), (declared.status, declared.data["officer"]))
        with self.refused(403, "forbidden") as caught:
            second.act(case_id, "take")
        self.assertIn("interest", caught[0].detail)
        with self.refused(403, "forbidden"):
            self.staff.food_head.act(case_id, "assign", {"assignee": "second-reviewer.msa"})
        tried = eventually(lambda: self.recusals(case_id), lambda found: len(found) == 2)
        self.assertEqual([("second-reviewer.msa", "take"), ("second-reviewer.msa", "assign")],
                         [(event["data"]["fields"]["officer"], event["data"]["fields"]["power"])
                          for event in tried])
        self.assertEqual("accepted", self.staff.clerk.case(case_id).data["status"])
        act_when_ready(self.staff.food_reviewer, case_id, "take")

    def test_an_interest_in_an_item_stands_in_the_way_of_all_its_cases(self):
        third = self.suite.officer("reviewer", "MSA", "third-reviewer.msa")
        third.post("/v1/interests", {"item": "MSA-P-001"})
        case_id = self.accepted()
        key = '"the-same-attempt"'
        for _ in range(2):  # a repeated request is told the same, and recorded once
            with self.refused(403, "forbidden"):
                third.post(f"/v1/cases/{case_id}/actions/take", {}, key=key.strip('"'))
        eventually(lambda: self.recusals(case_id), lambda found: len(found) == 1)
        with self.refused(422, "invalid-fields", "/case_id"):
            third.post("/v1/interests", {})
        with self.refused(422, "invalid-fields", "/item"):
            third.post("/v1/interests", {"item": "MSA-P-999"})

    def test_who_reviews_does_not_chair_the_hearing(self):
        self.suite.account("both.msa", ("reviewer", "MSA"), ("hearing_chair", "MSA"))
        both = self.hall.sign_in("both.msa", self.suite.passwords["both.msa"])
        chair = self.suite.officer("hearing_chair", "MSA")
        case_id = self.accepted()
        act_when_ready(both, case_id, "take")
        act_when_ready(self.staff.food_head, case_id, "order_hearing",
                       {"reasons": "Many neighbours are concerned", "held_on": "2026-03-09"})
        record = {"findings": "All were heard", "held_on": "2026-03-09", "done": True}
        case = self.in_state(both, case_id, "hearing")
        self.assertNotIn("close", offered(case))
        with self.refused(403, "forbidden"):
            both.act(case_id, "close", record)
        self.in_state(chair, case_id, "hearing")
        with self.refused(409, "not-allowed-now"):  # the chair may, once that day has come
            chair.act(case_id, "close", record)

    def test_a_case_is_put_first_by_the_manager_with_reasons_and_no_limit_moves(self):
        manager, reviewer = self.staff.hall_manager, self.staff.food_reviewer
        cases = [self.accepted() for _ in range(3)]
        last = cases[2]
        before = {clock["name"]: clock["due_at"] for clock in reviewer.case(last).data["clocks"]}
        with self.refused(403, "forbidden"):
            reviewer.act(last, "expedite", {"reasons": "It is urgent"})
        with self.refused(422, "invalid-fields", "/reasons"):
            manager.act(last, "expedite")
        done = manager.act(last, "expedite", {"reasons": "The kitchen feeds a hospital"}).data
        self.assertEqual((["approval.case_expedited.v1"], "accepted"),
                         (done["events"], done["status"]))
        mine = [task for task in reviewer.get("/v1/tasks").data["items"]
                if task["case_id"] in cases]
        self.assertEqual((last, True), (mine[0]["case_id"], mine[0]["first"]))
        self.assertEqual(cases[:2], [task["case_id"] for task in mine[1:]])
        after = {clock["name"]: clock["due_at"] for clock in reviewer.case(last).data["clocks"]}
        self.assertEqual(before, after)
        for looker in (self.staff.auditor, self.suite.officer("supervisor", "SUP"), manager):
            listed = looker.get("/v1/supervision/expedited").data["items"]
            self.assertEqual([(last, "hall-manager.hall")],
                             [(case["case_id"], case["by"]) for case in listed])
        with self.refused(403, "forbidden"):
            reviewer.get("/v1/supervision/expedited")


class FirstContact(HallTest):
    """Who was asked first owns the matter until somebody else accepts it (S66)."""

    shared = False

    def setUp(self):
        super().setUp()
        self.clerk = self.staff.clerk
        self.second = self.suite.officer("window_clerk", "HALL", "second-clerk")
        filing = food_filing(self.clerk, codes=(), channel="window")
        self.case_id = self.clerk.file_case(filing).data["id"]

    def owner(self, case_id=None):
        case = self.clerk.case(case_id or self.case_id).data
        return case["ownership"].get("officer"), case["ownership"].get("offered_to")

    def hand(self, session, step, body=None):
        return session.post(f"/v1/tasks/{self.case_id}/{step}", body).data

    def test_the_clerk_who_filed_owns_it_until_another_accepts(self):
        self.assertEqual(("window-clerk.hall", None), self.owner())
        with self.refused(403, "forbidden"):
            self.hand(self.second, "offer", {"officer": "second-clerk"})
        with self.refused(422, "invalid-fields", "/officer"):
            self.hand(self.clerk, "offer", {"officer": "nobody.here"})
        with self.refused(422, "invalid-fields", "/officer"):
            self.hand(self.clerk, "offer", {"officer": "window-clerk.hall"})
        with self.refused(409, "not-allowed-now"):
            self.hand(self.second, "accept")
        offered_now = self.hand(self.clerk, "offer", {"officer": "second-clerk"})
        # Four hours of work from 09:00, with a break from 12:00 to 13:00.
        self.assertEqual(("intake.owner_offered.v1", hall_time("2026-03-02 14:00")),
                         (offered_now["event"], offered_now["answer_by"]))
        self.assertEqual(("window-clerk.hall", "second-clerk"), self.owner())
        with self.refused(403, "forbidden"):
            self.hand(self.clerk, "accept")
        self.assertEqual("second-clerk", self.hand(self.second, "accept")["officer"])
        self.assertEqual(("second-clerk", None), self.owner())

    def test_a_hand_over_that_is_returned_or_not_answered_leaves_it_with_the_first(self):
        self.hand(self.clerk, "offer", {"officer": "second-clerk"})
        with self.refused(422, "invalid-fields", "/reasons"):
            self.hand(self.second, "return", {})
        returned = self.hand(self.second, "return", {"reasons": "Not of my department"})
        self.assertEqual(("intake.owner_returned.v1", "window-clerk.hall"),
                         (returned["event"], returned["officer"]))
        self.assertEqual(("window-clerk.hall", None), self.owner())
        self.hand(self.clerk, "offer", {"officer": "second-clerk"})
        self.suite.move_clock("2026-03-02T13:59:00+08:00")
        self.assertEqual(("window-clerk.hall", "second-clerk"), self.owner())
        self.suite.move_clock("2026-03-02T14:00:00+08:00")
        self.assertEqual(("window-clerk.hall", None), self.owner())
        told = self.timeline_with(self.clerk, self.case_id, "intake.owner_returned.v1",
                                  "intake.owner_returned.v1", "notification.escalation_sent.v1")
        sent = [event["data"] for event in told
                if event["type"] == "notification.escalation_sent.v1"]
        self.assertEqual([("hand_over", "MSA", "agency_head")],
                         [(one["clock"], one["department"], one["role"]) for one in sent])

    def test_an_offer_of_a_matter_of_the_hall_itself_that_nobody_answers_is_told_higher_up(self):
        shift = self.clerk.post("/v1/shifts", {"window": "W01", "badge": "F-02",
                                               "deputy": "second-clerk"}).data["id"]
        self.clerk.post(f"/v1/tasks/{shift}/offer", {"officer": "second-clerk"})
        self.suite.move_clock("2026-03-02T14:00:00+08:00")
        told = self.timeline_with(self.clerk, shift, "intake.owner_returned.v1",
                                  "notification.escalation_sent.v1")
        sent = [event["data"] for event in told
                if event["type"] == "notification.escalation_sent.v1"]
        self.assertEqual([("hand_over", "HALL", "agency_head")],
                         [(one["clock"], one["department"], one["role"]) for one in sent])

    def test_a_matter_that_came_by_web_is_owned_by_the_first_contact_on_duty_else_the_post(self):
        citizen = self.hall.filing()
        alone = citizen.file_case(food_filing(citizen)).data["id"]
        self.assertEqual((None, None), self.owner(alone))
        self.assertEqual("MSA", self.clerk.case(alone).data["ownership"]["department"])
        contact = self.suite.officer("first_contact", "HALL")
        contact.post("/v1/shifts", {"window": "W01", "badge": "F-01", "deputy": "second-clerk"})
        met = citizen.file_case(food_filing(citizen)).data["id"]
        self.assertEqual(("first-contact.hall", None), self.owner(met))
        self.assertEqual((None, None), self.owner(alone))

    def test_the_owner_is_released_when_the_matter_ends(self):
        self.hand(self.clerk, "offer", {"officer": "second-clerk"})
        self.hand(self.second, "accept")
        self.clerk.act(self.case_id, "refuse_acceptance",
                       {"ground": "NA-OTHER-AGENCY", "reasons": "The county decides"})
        self.timeline_with(self.clerk, self.case_id, "intake.owner_released.v1")
        self.assertNotIn("ownership", self.clerk.case(self.case_id).data)
        with self.refused(409, "not-allowed-now"):
            self.hand(self.second, "offer", {"officer": "window-clerk.hall"})

    def test_it_is_released_too_when_another_service_ends_it(self):
        citizen = self.hall.filing()
        case_id = citizen.file_case(food_filing(citizen)).data["id"]
        self.staff.food_approver.get("/v1/me")
        self.staff.food_reviewer.post(f"/v1/tasks/{case_id}/offer", {"officer": "second-clerk"})
        self.second.post(f"/v1/tasks/{case_id}/accept")
        for _, work in FOOD_WAY[:4]:
            work(self.staff, case_id)
        self.assertEqual(("second-clerk", None), self.owner(case_id))
        act_when_ready(self.staff.food_approver, case_id, "decide",
                       {"outcome": "refuse", "ground": "RF-SITE", "reasons": "No clean water"})
        self.timeline_with(self.clerk, case_id, "intake.owner_released.v1")
        with self.refused(409, "not-allowed-now"):
            self.second.post(f"/v1/tasks/{case_id}/offer", {"officer": "window-clerk.hall"})


if __name__ == "__main__":
    unittest.main()
