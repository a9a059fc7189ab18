"""What officers may do with an accepted case: and only they, only so, only once."""

import unittest

from cases import (FOOD_WAY, ROAD_WAY, act_when_ready, check_site, food_filing, lead, offered,
                   road_filing)
from checks import HallTest, clock_of, eventually, hall_time


class Handling(HallTest):
    """What needs no time to pass."""

    def food(self, to):
        """A food permit in this state."""
        self.firm = self.hall.filing()
        case_id = self.firm.file_case(food_filing(self.firm)).data["id"]
        lead(FOOD_WAY, self.staff, case_id, to)
        self.in_state(self.firm, case_id, to)
        return case_id

    def road(self, to):
        """A road permit in this state."""
        self.citizen = self.hall.filing()
        case_id = self.citizen.file_case(road_filing(self.citizen)).data["id"]
        lead(ROAD_WAY, self.staff, case_id, to)
        self.in_state(self.citizen, case_id, to)
        return case_id

    def test_a_refusal_needs_a_ground_of_the_list_and_reasons(self):
        case_id = self.food("decision_due")
        approver = self.staff.food_approver
        with self.refused(422, "invalid-fields", "/ground", "/reasons"):
            act_when_ready(approver, case_id, "decide", {"outcome": "refuse"})
        with self.refused(422, "invalid-fields", "/ground"):
            approver.act(case_id, "decide", {"outcome": "refuse", "ground": "NA-NOT-NEEDED",
                                             "reasons": "A ground for something else"})
        self.assertEqual("decision_due", self.firm.case(case_id).data["status"])
        done = approver.act(case_id, "decide", {
            "outcome": "refuse", "ground": "RF-CONDITIONS", "reasons": "No hand basin"}).data
        self.assertEqual(("refused", ["approval.decision_made.v1"]),
                         (done["status"], done["events"]))
        case = self.in_state(self.firm, case_id, "refused")
        self.assertIs(True, case["is_end"])
        self.assertEqual(("refuse", "RF-CONDITIONS", "No hand basin"),
                         (case["decision"]["outcome"], case["decision"]["ground"],
                          case["decision"]["reasons"]))
        self.assertGreaterEqual(len(case["decision"]["remedies"]), 2)  # review, and the court
        self.assertEqual([], case["bills"])
        told = eventually(lambda: self.firm.get(f"/v1/inbox?case={case_id}").data["items"],
                          lambda items: len(items) == 3)
        self.assertNotIn("No hand basin", str(told))

    def test_the_clock_is_stopped_for_a_listed_cause_only(self):
        case_id = self.food("in_review")
        reviewer = self.staff.food_reviewer
        with self.refused(422, "invalid-fields", "/cause", "/until"):
            act_when_ready(reviewer, case_id, "suspend")
        with self.refused(422, "invalid-fields", "/cause"):
            reviewer.act(case_id, "suspend", {"cause": "holiday", "until": "2026-03-20"})
        done = reviewer.act(case_id, "suspend",
                            {"cause": "expert_review", "until": "2026-03-20"}).data
        self.assertEqual(("excluded", ["approval.case_suspended.v1"]),
                         (done["status"], done["events"]))
        case = self.in_state(self.firm, case_id, "excluded")
        self.assertEqual(("paused", "paused"),
                         (clock_of(case, "main")["phase"], clock_of(case, "promise")["phase"]))
        self.assertEqual("2026-03-20", clock_of(case, "told")["due_day"])

    def test_who_decides_cannot_review_and_who_reviews_cannot_decide(self):
        case_id = self.food("in_review")
        with self.refused(403, "forbidden"):
            self.staff.food_approver.act(case_id, "review", {"opinion": "agree"})
        lead(FOOD_WAY[2:], self.staff, case_id, "decision_due")
        with self.refused(403, "forbidden"):
            self.staff.food_reviewer.act(case_id, "decide", {"outcome": "grant"})

    def test_a_limit_is_extended_once_by_the_head_whom_the_item_names(self):
        case_id = self.food("in_review")
        reasons = {"reasons": "The inspector fell ill"}
        with self.refused(403, "forbidden"):
            self.staff.food_reviewer.act(case_id, "extend", reasons)
        with self.refused(403, "forbidden"):  # the head of another agency
            self.staff.road_head.act(case_id, "extend", reasons)
        with self.refused(422, "invalid-fields", "/reasons"):
            act_when_ready(self.staff.food_head, case_id, "extend")
        done = self.staff.food_head.act(case_id, "extend", reasons).data
        # 10 working days from Monday 2 March, and 5 more: Monday 23 March.
        self.assertEqual((["approval.clock_extended.v1"], "2026-03-23"),
                         (done["events"], clock_of(done, "main")["due_day"]))
        self.assertNotIn("extend", offered(self.staff.food_head.case(case_id).data))
        with self.refused(409, "not-allowed-now"):
            self.staff.food_head.act(case_id, "extend", reasons)

    def test_a_joint_item_is_extended_by_the_head_of_the_government_only(self):
        case_id = self.road("joint_review")
        reasons = {"reasons": "Heavy snow"}
        with self.refused(403, "forbidden"):
            self.staff.road_head.act(case_id, "extend", reasons)
        done = act_when_ready(self.staff.government_head, case_id, "extend", reasons)
        # 45 working days end on Friday 8 May; Saturday 9 May is worked; 15 more: Thursday 28 May.
        self.assertEqual("2026-05-28", clock_of(done, "main")["due_day"])

    def test_a_site_check_needs_two_officers_who_are_named(self):
        case_id = self.food("site_check")
        checker = self.staff.food_checker
        self.assertIsNotNone(self.staff.second_food_checker)
        report = {"findings": "As on the plan", "passed": True}
        with self.refused(422, "invalid-fields", "/officers"):
            act_when_ready(checker, case_id, "record", report)
        for officers in (["field-checker.msa"], ["field-checker.msa", "field-checker.msa"],
                         ["field-checker.msa", "nobody.msa"],
                         ["field-checker.msa", "reviewer.msa"]):
            with self.subTest(officers=officers), \
                    self.refused(422, "invalid-fields", "/officers"):
                checker.act(case_id, "record", {**report, "officers": officers})
        self.assertEqual("site_check", self.firm.case(case_id).data["status"])
        done = checker.act(case_id, "record", {
            **report, "officers": ["field-checker.msa", "second-checker.msa"]}).data
        self.assertEqual("decision_due", done["status"])

    def test_a_case_goes_back_for_new_facts(self):
        case_id = self.food("decision_due")
        done = act_when_ready(self.staff.food_approver, case_id, "return",
                              {"reasons": "The plan shows another kitchen"})
        self.assertEqual(("in_review", ["approval.case_returned.v1"]),
                         (done["status"], done["events"]))
        act_when_ready(self.staff.food_reviewer, case_id, "review", {"opinion": "agree"})
        check_site(self.staff.food_checker, self.staff.second_food_checker, case_id)
        self.in_state(self.firm, case_id, "decision_due")

    def test_one_unit_that_objects_leads_to_a_meeting(self):
        case_id = self.road("joint_review")
        act_when_ready(self.staff.road_reviewer, case_id, "review", {"opinion": "agree"})
        with self.refused(422, "invalid-fields", "/ground"):
            act_when_ready(self.staff.traffic_reviewer, case_id, "review", {"opinion": "object"})
        done = self.staff.traffic_reviewer.act(case_id, "review",
                                               {"opinion": "object", "ground": "RF-PLAN"}).data
        self.assertEqual(["approval.opinion_given.v1", "approval.meeting_called.v1"],
                         done["events"])
        self.in_state(self.citizen, case_id, "in_meeting")
        done = act_when_ready(self.staff.hall_manager, case_id, "resolve", {"points": [
            {"text": "Works at night only", "department": "UMB", "due": "2026-03-20"}]})
        self.assertEqual("site_check", done["status"])

    def test_a_unit_gives_its_own_opinion_only_and_once(self):
        case_id = self.road("joint_review")
        act_when_ready(self.staff.traffic_reviewer, case_id, "review", {"opinion": "agree"})
        case = self.citizen.case(case_id).data
        self.assertEqual([("review-road", "assigned"), ("review-traffic", "opined")],
                         [(unit["stage"], unit["state"]) for unit in case["units"]])
        self.assertEqual("joint_review", case["status"])
        with self.refused(403, "forbidden"):  # what is still open is for the other unit
            self.staff.traffic_reviewer.act(case_id, "review", {"opinion": "agree"})

    def test_a_single_item_is_taken_and_a_joint_one_assigned(self):
        single = self.food("accepted")
        self.assert_offers(self.staff.food_reviewer.case(single).data, "take")
        joint = self.road("accepted")
        self.assert_offers(self.staff.road_reviewer.case(joint).data, "assign")
        with self.refused(409, "not-allowed-now") as caught:
            self.staff.food_reviewer.act(single, "assign")
        self.assertEqual(["take"], caught[0].allowed_actions)


class Time(HallTest):
    """What time does with a case that is handled. Each test has its own hall."""

    shared = False

    def filed(self, filing):
        citizen = self.hall.filing()
        self.case = citizen.file_case(filing(citizen)).data
        return self.case["id"]

    def move_clock(self, moment):
        self.assertIs(True, self.suite.move_clock(moment)["settled"])
        self.citizen = self.opened(self.case)

    def test_what_was_left_when_the_clock_stopped_is_left_when_it_goes_on(self):
        case_id = self.filed(food_filing)
        lead(FOOD_WAY, self.staff, case_id, "in_review")
        self.move_clock("2026-03-04T10:00:00+08:00")  # two of ten working days are over
        reviewer = self.staff.food_reviewer
        act_when_ready(reviewer, case_id, "suspend",
                       {"cause": "expert_review", "until": "2026-03-20"})
        self.move_clock("2026-03-13T15:00:00+08:00")
        case = self.citizen.case(case_id).data
        self.assertEqual("paused", clock_of(case, "main")["phase"])
        done = act_when_ready(reviewer, case_id, "resume")
        self.assertEqual(("in_review", ["approval.case_resumed.v1"]),
                         (done["status"], done["events"]))
        main = clock_of(self.in_state(self.citizen, case_id, "in_review"), "main")
        # Days of the pause do not count: eight are left behind Friday 13 March.
        self.assertEqual(("running", "2026-03-25"), (main["phase"], main["due_day"]))
        self.assertEqual(8, main["working_days_left"])
        self.assertIs(True, self.citizen.get(
            f"/v1/cases/{case_id}/clocks/main/recompute").data["agrees"])

    def test_a_light_turns_yellow_then_red_and_each_is_a_finding(self):
        case_id = self.filed(food_filing)
        lead(FOOD_WAY, self.staff, case_id, "in_review")
        # Seven working days are promised, to Wednesday 11 March. Yellow: from working day
        # min(80 % of 7, 6) = 5 on, which is Monday 9 March.
        promise = clock_of(self.in_state(self.staff.food_reviewer, case_id, "in_review"), "promise")
        self.assertEqual(("2026-03-11", "green"), (promise["due_day"], promise["light"]))
        self.move_clock("2026-03-08T23:59:59+08:00")
        self.assertEqual("green", self.light(case_id))
        self.move_clock("2026-03-09T00:00:00+08:00")
        self.assertEqual("yellow", self.light(case_id))
        self.timeline_with(self.citizen, case_id, "approval.clock_warned.v1")
        self.assertEqual([("yellow_card", "promise")], self.cards(case_id, "promise"))
        self.move_clock("2026-03-11T23:59:59+08:00")
        self.assertEqual("yellow", self.light(case_id))
        self.move_clock("2026-03-12T00:00:00+08:00")
        self.assertEqual("red", self.light(case_id))
        eventually(lambda: self.cards(case_id, "promise"), lambda cards: len(cards) == 2)
        self.assertEqual([("yellow_card", "promise"), ("red_card", "promise")],
                         self.cards(case_id, "promise"))
        self.assertEqual("in_review", self.citizen.case(case_id).data["status"])
        tasks = self.staff.food_reviewer.get("/v1/tasks?light=red").data["items"]
        self.assertEqual([(case_id, "red")], [(task["case_id"], task["light"]) for task in tasks])
        self.assertEqual([], self.staff.food_reviewer.get("/v1/tasks?light=green").data["items"])

    def light(self, case_id):
        return clock_of(self.citizen.case(case_id).data, "promise")["light"]

    def cards(self, case_id, clock):
        found = [event["data"] for event in self.citizen.timeline(case_id)
                 if event["type"] == "audit.finding_raised.v1"]
        return [(finding["rule"], finding["clock"]) for finding in found
                if finding["clock"] == clock]

    def test_silence_of_a_unit_is_not_consent_and_leads_to_a_meeting(self):
        case_id = self.filed(road_filing)
        lead(ROAD_WAY, self.staff, case_id, "joint_review")
        act_when_ready(self.staff.road_reviewer, case_id, "review", {"opinion": "agree"})
        # Five working days for the stage, to 9 March; five more of grace, to 16 March.
        self.move_clock("2026-03-16T23:59:00+08:00")
        self.assertEqual("joint_review", self.citizen.case(case_id).data["status"])
        self.move_clock("2026-03-17T00:00:00+08:00")
        case = self.in_state(self.citizen, case_id, "in_meeting")
        self.assertEqual([("review-road", "agree"), ("review-traffic", None), ("joint_meeting", None)],
                         [(unit["stage"], unit.get("opinion")) for unit in case["units"]])

    def test_a_case_that_nobody_takes_up_in_four_hours_of_work_is_told_higher_up(self):
        case_id = self.filed(food_filing)
        act_when_ready(self.staff.clerk, case_id, "accept")
        case = self.in_state(self.staff.clerk, case_id, "accepted")
        # Four hours from 09:00 with a break from 12:00 to 13:00: 14:00.
        self.assertEqual(hall_time("2026-03-02 14:00"), clock_of(case, "claim")["due_at"])
        self.move_clock("2026-03-02T14:00:00+08:00")
        self.timeline_with(self.citizen, case_id, "approval.clock_overdue.v1",
                           "notification.escalation_sent.v1")
        self.assertEqual("accepted", self.citizen.case(case_id).data["status"])


if __name__ == "__main__":
    unittest.main()
