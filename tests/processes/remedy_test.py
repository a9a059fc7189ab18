"""Decisions that are set aside on review or by the court, and are taken anew."""

import unittest

from cases import (FOOD_WAY, ROAD_WAY, act_when_ready, food_filing, hand_over, lead,
                   road_filing, shop_filing)
from checks import HallTest, clock_of, eventually
from concerns import Officers, reply, request_filing, to_review

RULING = {"remedy": "review", "reasons": "The facts do not bear it: ruling 2026-17"}


class SetAside(HallTest):
    """The decision falls, and the case stands where it was taken (行政复议法 64, 行政诉讼法 70)."""

    def setUp(self):
        super().setUp()
        self.staff = Officers(self.suite)
        self.counsel = self.suite.officer("legal_counsel", "MSA")

    def decided(self, **decision):
        """MSA-P-001, decided."""
        self.firm = self.hall.filing()
        self.case = self.firm.file_case(food_filing(self.firm)).data
        case_id = self.case["id"]
        lead(FOOD_WAY, self.staff, case_id, "decision_due")
        act_when_ready(self.staff.food_approver, case_id, "decide", decision)
        return case_id

    def refused_permit(self):
        return self.decided(outcome="refuse", ground="RF-CONDITIONS", reasons="No room")

    def granted(self):
        case_id = self.decided(outcome="grant")
        hand_over(self.staff.clerk, case_id)
        return self.in_state(self.firm, case_id, "in_force")

    def set_aside(self, session, case_id, to, source="approval"):
        done = act_when_ready(session, case_id, "set_aside", RULING)
        self.assertEqual((to, [f"{source}.decision_set_aside.v1"]),
                         (done["status"], done["events"][:1]))
        return self.in_state(session, case_id, to)

    def test_a_refusal_is_set_aside_after_an_appeal_and_decided_anew(self):
        case_id = self.refused_permit()
        self.in_state(self.counsel, case_id, "refused")
        with self.refused(409, "not-allowed-now") as caught:
            self.counsel.act(case_id, "set_aside", RULING)
        self.assertIn("register the appeal first", caught[0].detail)
        self.firm.act(case_id, "appeal", {"remedy": "review"})
        with self.refused(403, "forbidden"):
            self.staff.food_approver.act(case_id, "set_aside", RULING)
        with self.refused(403, "forbidden"):
            self.suite.officer("legal_counsel", "UMB").act(case_id, "set_aside", RULING)
        with self.refused(422, "invalid-fields", "/remedy", "/reasons"):
            self.counsel.act(case_id, "set_aside")
        case = self.set_aside(self.counsel, case_id, "decision_due")
        main = clock_of(case, "main")
        # Ten working days behind Monday 2 March, counted anew.
        self.assertEqual(("running", "2026-03-16"), (main["phase"], main["due_day"]))
        self.assertFalse(case["is_end"])
        self.assertEqual("refuse", case["decision"]["outcome"])
        self.assertIn("set_aside", case["decision"])
        self.timeline_with(self.firm, case_id, "audit.remedy_registered.v1",
                           "approval.decision_set_aside.v1")
        self.assert_told(case_id, f"原决定已被撤销：{self.case['number']}")
        done = act_when_ready(self.staff.food_approver, case_id, "decide",
                              {"outcome": "refuse", "ground": "RF-SITE", "reasons": "Too small"})
        self.assertEqual("refused", done["status"])
        case = self.in_state(self.firm, case_id, "refused")
        self.assertEqual("Too small", case["decision"]["reasons"])
        self.assertNotIn("set_aside", case["decision"])
        with self.refused(409, "not-allowed-now"):  # that decision nobody appealed against
            self.counsel.act(case_id, "set_aside", RULING)

    def assert_told(self, case_id, title):
        eventually(lambda: self.firm.get(f"/v1/inbox?case={case_id}").data["items"],
                   lambda told: title in [message["title"] for message in told])

    def test_the_licence_falls_with_the_grant_and_another_is_made(self):
        first = self.granted()["document"]
        case_id = self.case["id"]
        self.firm.act(case_id, "appeal", {"remedy": "suit"})
        case = self.set_aside(self.counsel, case_id, "decision_due")
        self.assertNotIn("document", case)
        self.assertEqual(first, case["decision"]["number"])
        self.assertIn("set_aside", case["decision"])
        act_when_ready(self.staff.food_approver, case_id, "decide", {"outcome": "grant"})
        hand_over(self.staff.clerk, case_id)
        case = self.in_state(self.firm, case_id, "in_force")
        self.assertNotEqual(first, case["document"])
        self.assertNotIn("set_aside", case["decision"])

    def test_only_the_change_falls_where_the_appeal_is_against_the_change(self):
        licence = self.granted()["document"]
        case_id = self.case["id"]
        self.firm.act(case_id, "request_change", {"change": "A second kitchen"})
        act_when_ready(self.staff.food_approver, case_id, "decide",
                       {"outcome": "refuse", "ground": "RF-CONDITIONS", "reasons": "No room"})
        self.in_state(self.firm, case_id, "in_force")
        self.firm.act(case_id, "appeal", {"remedy": "review"})
        case = self.set_aside(self.counsel, case_id, "change_review")
        self.assertEqual((licence, "running"),
                         (case["document"], clock_of(case, "main")["phase"]))
        self.assertNotIn("set_aside", case["decision"])
        done = act_when_ready(self.staff.food_approver, case_id, "decide", {"outcome": "grant"})
        self.assertEqual("in_force", done["status"])

    def test_a_permit_that_was_taken_away_is_in_force_again_until_the_day_it_had(self):
        ways = {"revoke": ("revoked", "RV-UNLAWFUL-GRANT", {}),
                "retract": ("retracted", "RT-FACTS-CHANGED", {"compensation": "The rent"}),
                "cancel": ("cancelled", "CN-CEASED", {})}
        head = self.suite.officer("agency_head", "MSA")
        for action, (end, ground, more) in ways.items():
            with self.subTest(action):
                case_id = self.decided(outcome="grant", valid_until="2027-06-30")
                hand_over(self.staff.clerk, case_id)
                licence = self.in_state(self.firm, case_id, "in_force")["document"]
                act_when_ready(head, case_id, action,
                               {"ground": ground, "reasons": "No check was made", **more})
                case = self.in_state(self.firm, case_id, end)
                self.assertTrue(case["is_end"])
                with self.refused(409, "not-allowed-now"):
                    self.counsel.act(case_id, "set_aside", RULING)
                self.firm.act(case_id, "appeal", {"remedy": "suit"})
                case = self.set_aside(self.counsel, case_id, "in_force")
                expiry = clock_of(case, "expiry")
                self.assertEqual((licence, "running", "2027-06-30", False),
                                 (case["document"], expiry["phase"], expiry["due_day"],
                                  case["is_end"]))
                self.assert_told(case_id, f"原决定已被撤销：{self.case['number']}")

    def test_what_was_paid_is_not_paid_for_again(self):
        person = self.hall.filing()
        case_id = person.file_case(road_filing(person)).data["id"]
        lead(ROAD_WAY, self.staff, case_id)
        self.in_state(person, case_id, "in_force")
        person.act(case_id, "appeal", {"remedy": "review"})
        self.set_aside(self.suite.officer("legal_counsel", "UMB"), case_id, "decision_due")
        bills = person.case(case_id).data["bills"]
        act_when_ready(self.staff.road_approver, case_id, "decide", {"outcome": "grant"})
        self.in_state(person, case_id, "issuing")
        self.assertEqual(bills, person.case(case_id).data["bills"])
        hand_over(self.staff.clerk, case_id)
        self.in_state(person, case_id, "in_force")

    def test_not_accepting_is_set_aside_too(self):
        firm = self.hall.filing()
        case_id = firm.file_case(food_filing(firm)).data["id"]
        act_when_ready(self.staff.clerk, case_id, "refuse_acceptance",
                       {"ground": "NA-OTHER-AGENCY", "reasons": "Not ours",
                        "right_agency": "UMB"})
        firm.act(case_id, "appeal", {"remedy": "review"})
        case = self.set_aside(self.counsel, case_id, "submitted", "intake")
        self.assertEqual("running", clock_of(case, "notice")["phase"])
        act_when_ready(self.staff.clerk, case_id, "accept")
        self.in_state(firm, case_id, "accepted")

    def test_a_filing_that_was_struck_off_is_on_file_again(self):
        firm = self.hall.filing()
        case_id = firm.file_case(shop_filing(firm)).data["id"]
        act_when_ready(self.staff.clerk, case_id, "accept")
        act_when_ready(self.staff.food_publisher, case_id, "publish")
        document = self.in_state(firm, case_id, "on_file")["document"]
        act_when_ready(self.staff.food_head, case_id, "strike",
                       {"ground": "ST-FALSE", "reasons": "False papers"})
        self.in_state(firm, case_id, "struck_off")
        firm.act(case_id, "appeal", {"remedy": "suit"})
        case = self.set_aside(self.counsel, case_id, "on_file")
        self.assertEqual(document, case["document"])

    def test_a_reply_is_set_aside_and_made_anew(self):
        requester = self.hall.filing()
        case_id = requester.file_case(request_filing(requester)).data["id"]
        to_review(self.staff, case_id)
        reply(self.staff, case_id, "not_this_agency")
        self.in_state(requester, case_id, "replied")
        requester.act(case_id, "appeal", {"remedy": "review"})
        case = self.set_aside(self.staff.counsel, case_id, "reply_due")
        self.assertEqual("running", clock_of(case, "main")["phase"])
        self.assertIn("set_aside", case["reply"])
        act_when_ready(self.staff.head, case_id, "return", {"reasons": "To be searched again"})
        reply(self.staff, case_id, "not_this_agency")
        self.assertNotIn("set_aside", self.in_state(requester, case_id, "replied")["reply"])


if __name__ == "__main__":
    unittest.main()
