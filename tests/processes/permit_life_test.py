"""A permit beyond the grant: hearings on the way to it, changes, renewals, and what ends it."""

import json
import unittest

from cases import FOOD_WAY, Staff, act_when_ready, food_filing, hand_over, lead
from checks import HallTest, clock_of, eventually, hall_time


class Hearings(HallTest):
    """The right to a hearing (行政许可法 46-48)."""

    shared = False

    def in_review(self):
        self.firm = self.hall.filing()
        self.case = self.firm.file_case(food_filing(self.firm)).data
        lead(FOOD_WAY, self.staff, self.case["id"], "in_review")
        return self.case["id"]

    def move_clock(self, moment):
        self.assertIs(True, self.suite.move_clock(moment)["settled"])
        self.firm = self.opened(self.case)

    def neighbour(self):
        return {"relation": "interested_party", "name": "Mr Zhou of 5 Harbour Road"}

    def test_a_right_that_nobody_uses_is_waived_and_the_review_goes_on(self):
        case_id = self.in_review()
        done = act_when_ready(self.staff.food_reviewer, case_id, "tell",
                              {"parties": [self.neighbour()]})
        self.assertEqual(("hearing_offered", ["approval.third_party_told.v1",
                                              "approval.hearing_offered.v1"]),
                         (done["status"], done["events"]))
        case = self.firm.case(case_id).data
        self.assertEqual("2026-03-09", clock_of(case, "request")["due_day"])
        self.assertEqual("running", clock_of(case, "main")["phase"])
        self.move_clock("2026-03-09T23:59:00+08:00")
        self.assertEqual("hearing_offered", self.firm.case(case_id).data["status"])
        self.move_clock("2026-03-10T00:00:00+08:00")
        self.in_state(self.firm, case_id, "in_review")
        self.timeline_with(self.firm, case_id, "approval.hearing_waived.v1")

    def test_a_hearing_stops_the_clock_and_its_chair_is_not_the_reviewer(self):
        case_id = self.in_review()
        act_when_ready(self.staff.food_reviewer, case_id, "tell", {"parties": [self.neighbour()]})
        self.move_clock("2026-03-04T10:00:00+08:00")
        done = self.firm.act(case_id, "request_hearing", {"note": "We want to be heard"}).data
        self.assertEqual(("hearing", ["approval.hearing_requested.v1"]),
                         (done["status"], done["events"]))
        case = self.firm.case(case_id).data
        self.assertEqual(("paused", "2026-04-01"),  # 20 working days, 6 April is not among them
                         (clock_of(case, "main")["phase"], clock_of(case, "hold")["due_day"]))
        held = {"findings": "Both sides were heard", "held_on": "2026-03-16", "done": True}
        chair = self.suite.officer("hearing_chair", "MSA")
        with self.refused(403, "forbidden"):
            self.staff.food_reviewer.act(case_id, "close", held)
        with self.refused(409, "not-allowed-now"):  # its day was not told yet
            chair.act(case_id, "close", {**held, "held_on": "2026-03-04"})
        for day in ("2026-03-04", "2026-03-10", "2026-04-02"):
            with self.refused(422, "invalid-fields", "/held_on") as caught:
                chair.act(case_id, "tell", {"held_on": day})
            self.assertIn("seven days from today", caught[0].errors[0]["detail"])
        done = chair.act(case_id, "tell", {"held_on": "2026-03-11", "place": "Room 3"}).data
        self.assertEqual(("hearing", ["approval.hearing_announced.v1"]),
                         (done["status"], done["events"]))
        # Told anew: the day that counts is the last one told.
        self.staff.food_reviewer.act(case_id, "tell", {"held_on": "2026-03-16", "place": "Room 2"})
        self.assert_told(case_id, "2026-03-11", "2026-03-16")
        self.move_clock("2026-03-15T23:59:00+08:00")
        with self.refused(409, "not-allowed-now"):
            chair.act(case_id, "close", {**held, "held_on": "2026-03-15"})
        self.move_clock("2026-03-16T15:00:00+08:00")
        for day in ("2026-03-15", "2026-03-17"):
            with self.refused(422, "invalid-fields", "/held_on"):
                chair.act(case_id, "close", {**held, "held_on": day})
        with self.refused(422, "invalid-fields", "/done"):
            chair.act(case_id, "close", {**held, "done": False})
        done = chair.act(case_id, "close", held).data
        self.assertEqual(("in_review", ["approval.hearing_closed.v1"]),
                         (done["status"], done["events"]))
        main = clock_of(self.firm.case(case_id).data, "main")
        # Ten working days from 2 March end on 16 March; eight are added: 5 to 16 March.
        self.assertEqual(("running", "2026-03-26"), (main["phase"], main["due_day"]))

    def inbox(self, session, case_id):
        return session.get(f"/v1/inbox?case={case_id}").data["items"]

    def test_a_party_that_signs_in_is_told_what_concerns_it_and_nothing_else(self):
        party = self.suite.officer("public", "FIN", "zhou")
        stranger = self.suite.officer("public", "FIN", "wu")
        case_id = self.in_review()
        for one in (party, stranger):
            with self.refused(404, "not-found"):
                self.inbox(one, case_id)
        act_when_ready(self.staff.food_reviewer, case_id, "tell", {"parties": [
            self.neighbour() | {"login": "zhou", "contact": "13700000000"}, self.neighbour()]})
        [told] = eventually(lambda: [one for one in self.inbox(self.staff.food_reviewer, case_id)
                                     if one.get("party") == "zhou"], bool)
        [own] = self.inbox(party, case_id)
        self.assertEqual((told["id"], "zhou", "inbox", "shown"),
                         (own["id"], own["party"], own["channel"], own["status"]))
        self.assertIn("您可以在 2026-03-09 前要求听证", own["text"])
        self.firm.act(case_id, "request_hearing")
        act_when_ready(self.staff.food_reviewer, case_id, "tell",
                       {"held_on": "2026-03-11", "place": "Room 3"})
        eventually(lambda: {one["title"] for one in self.inbox(party, case_id)},
                   lambda titles: titles == {f"将举行听证：{self.case['number']}",
                                             f"听证权利告知：{self.case['number']}"})
        self.assertEqual(2, len(self.inbox(party, case_id)))
        self.assert_told(case_id, "2026-03-11")
        self.assertTrue(all("party" not in one for one in self.inbox(self.firm, case_id)))
        with self.refused(404, "not-found"):
            self.inbox(stranger, case_id)
        every = json.dumps(self.inbox(self.staff.food_reviewer, case_id), ensure_ascii=False)
        self.assertNotIn("13700000000", every)
        self.assertNotIn("Zhou", every)

    def assert_told(self, case_id, *days):
        """Who filed was told of hearings on these days."""
        eventually(lambda: " ".join(message["text"] for message in self.firm.get(
            f"/v1/inbox?case={case_id}").data["items"]),
            lambda text: all(f"听证将于 {day} 举行" in text for day in days))

    def test_the_head_orders_a_hearing_in_the_public_interest(self):
        case_id = self.in_review()
        wish = {"reasons": "Many people live beside it"}
        with self.refused(422, "invalid-fields", "/held_on"):
            act_when_ready(self.staff.food_head, case_id, "order_hearing", wish)
        # Seven days from Monday 2 March; twenty working days end on 30 March.
        for day in ("2026-03-08", "2026-03-31"):
            with self.refused(422, "invalid-fields", "/held_on"):
                self.staff.food_head.act(case_id, "order_hearing", {**wish, "held_on": day})
        done = self.staff.food_head.act(case_id, "order_hearing",
                                        {**wish, "held_on": "2026-03-09"}).data
        self.assertEqual(("hearing", ["approval.hearing_announced.v1"]),
                         (done["status"], done["events"]))
        self.assert_told(case_id, "2026-03-09")
        self.move_clock("2026-03-09T09:00:00+08:00")
        chair = self.suite.officer("hearing_chair", "MSA")
        done = act_when_ready(chair, case_id, "close", {
            "findings": "All were heard", "held_on": "2026-03-09", "done": True})
        self.assertEqual("in_review", done["status"])

    def test_a_hearing_that_is_late_is_still_told_and_held(self):
        case_id = self.in_review()
        act_when_ready(self.staff.food_reviewer, case_id, "tell", {"parties": [self.neighbour()]})
        self.firm.act(case_id, "request_hearing")
        self.move_clock("2026-04-01T10:00:00+08:00")  # the twenty working days ended on 30 March
        chair = self.suite.officer("hearing_chair", "MSA")
        with self.refused(422, "invalid-fields", "/held_on"):
            act_when_ready(chair, case_id, "tell", {"held_on": "2026-04-07"})
        self.assertEqual("hearing", chair.act(case_id, "tell",
                                              {"held_on": "2026-04-08"}).data["status"])


class InForce(HallTest):
    """What happens to a permit that was granted (行政许可法 8, 49, 50, 69, 70)."""

    shared = False

    def granted(self, **decision):
        self.firm = self.hall.filing()
        self.case = self.firm.file_case(food_filing(self.firm)).data
        case_id = self.case["id"]
        lead(FOOD_WAY, self.staff, case_id, "decision_due")
        act_when_ready(self.staff.food_approver, case_id, "decide",
                       {"outcome": "grant", **decision})
        hand_over(self.staff.clerk, case_id)
        self.in_state(self.firm, case_id, "in_force")
        return case_id

    def move_clock(self, moment):
        self.assertIs(True, self.suite.move_clock(moment)["settled"])
        self.firm = self.opened(self.case)
        self.staff = Staff(self.suite)  # a session does not last that long

    def test_a_change_is_decided_either_way_and_the_permit_stays(self):
        case_id = self.granted()
        done = self.firm.act(case_id, "request_change", {"change": "A second kitchen"}).data
        self.assertEqual(("change_review", ["approval.change_requested.v1"]),
                         (done["status"], done["events"]))
        self.assertEqual("2026-03-16", clock_of(self.firm.case(case_id).data, "main")["due_day"])
        with self.refused(422, "invalid-fields", "/ground", "/reasons"):
            act_when_ready(self.staff.food_approver, case_id, "decide", {"outcome": "refuse"})
        done = self.staff.food_approver.act(case_id, "decide", {
            "outcome": "refuse", "ground": "RF-CONDITIONS", "reasons": "No room"}).data
        self.assertEqual(("in_force", ["approval.change_decided.v1"]),
                         (done["status"], done["events"]))
        self.firm.act(case_id, "request_change", {"change": "A smaller second kitchen"})
        done = act_when_ready(self.staff.food_approver, case_id, "decide", {"outcome": "grant"})
        self.assertEqual("in_force", done["status"])
        self.firm.act(case_id, "request_change", {"change": "A third one"})
        done = self.firm.act(case_id, "withdraw").data
        self.assertEqual(("in_force", ["approval.case_withdrawn.v1"]),
                         (done["status"], done["events"]))
        self.assertEqual("ended", clock_of(self.firm.case(case_id).data, "main")["phase"])

    def test_a_permit_that_nobody_renews_ends_with_its_last_day(self):
        case_id = self.granted(valid_until="2026-06-30")
        self.move_clock("2026-06-30T23:59:00+08:00")
        self.assertEqual("in_force", self.firm.case(case_id).data["status"])
        self.move_clock("2026-07-01T00:00:00+08:00")
        self.in_state(self.firm, case_id, "cancelled")
        told = self.timeline_with(self.firm, case_id, "approval.permit_cancelled.v1")
        self.assertEqual(["CN-EXPIRED"], [event["data"]["fields"]["ground"] for event in told
                                          if event["type"] == "approval.permit_cancelled.v1"])

    def test_a_renewal_is_asked_for_in_its_time_and_silence_renews(self):
        case_id = self.granted(valid_until="2026-06-30")
        wish = {"valid_until": "2027-06-30"}
        # The guide of this item takes renewals from 90 to 15 working days before the last day.
        self.move_clock("2026-06-12T10:00:00+08:00")
        with self.refused(409, "not-allowed-now"):
            self.firm.act(case_id, "request_renewal", wish)
        other = self.granted(valid_until="2026-12-31")
        with self.refused(409, "not-allowed-now"):
            self.firm.act(other, "request_renewal", wish)  # too early
        self.move_clock("2026-11-23T10:00:00+08:00")
        done = self.firm.act(other, "request_renewal", {"valid_until": "2027-12-31"}).data
        self.assertEqual(("renewal_review", ["approval.renewal_requested.v1"]),
                         (done["status"], done["events"]))
        self.move_clock("2026-12-31T23:59:00+08:00")
        self.assertEqual("renewal_review", self.firm.case(other).data["status"])
        self.move_clock("2027-01-01T00:00:00+08:00")
        case = self.in_state(self.firm, other, "in_force")
        self.timeline_with(self.firm, other, "approval.renewal_deemed.v1")
        # The same length again: as many days as from the decision of 12 June to 31 December.
        self.assertEqual("2027-07-21", clock_of(case, "expiry")["due_day"])

    def test_a_renewal_that_is_decided_runs_to_its_new_day(self):
        case_id = self.granted(valid_until="2026-06-30")
        self.move_clock("2026-05-11T10:00:00+08:00")
        self.firm.act(case_id, "request_renewal", {"valid_until": "2028-06-30"})
        done = act_when_ready(self.staff.food_approver, case_id, "decide",
                              {"outcome": "grant", "valid_until": "2028-06-30"})
        self.assertEqual(("in_force", ["approval.renewal_decided.v1"]),
                         (done["status"], done["events"]))
        expiry = clock_of(self.firm.case(case_id).data, "expiry")
        self.assertEqual(("running", "2028-06-30"), (expiry["phase"], expiry["due_day"]))

    def test_the_agency_ends_a_permit_only_on_the_right_ground(self):
        for action, ground, state in (("revoke", "RV-DECEIT", "revoked"),
                                      ("retract", "RT-LAW-CHANGED", "retracted"),
                                      ("cancel", "CN-CEASED", "cancelled")):
            with self.subTest(action=action):
                case_id = self.granted()
                fields = {"ground": ground, "reasons": "Found in the yearly check"}
                if action == "retract":
                    with self.refused(422, "invalid-fields", "/compensation"):
                        act_when_ready(self.staff.food_head, case_id, action, fields)
                    fields["compensation"] = "The cost of the kitchen"
                with self.refused(422, "invalid-fields", "/ground"):
                    self.staff.food_head.act(case_id, action, {**fields, "ground": "RF-SITE"})
                with self.refused(403, "forbidden"):
                    self.staff.food_approver.act(case_id, action, fields)
                done = self.staff.food_head.act(case_id, action, fields).data
                self.assertEqual(state, done["status"])

    def test_an_appeal_is_registered_and_moves_nothing(self):
        case_id = self.granted()
        with self.refused(422, "invalid-fields", "/remedy"):
            self.firm.act(case_id, "appeal")
        done = self.firm.act(case_id, "appeal", {"remedy": "review"}).data
        self.assertEqual(("in_force", ["approval.appeal_filed.v1"]),
                         (done["status"], done["events"]))
        self.timeline_with(self.firm, case_id, "audit.remedy_registered.v1")
        self.assertEqual("in_force", self.firm.case(case_id).data["status"])


if __name__ == "__main__":
    unittest.main()
