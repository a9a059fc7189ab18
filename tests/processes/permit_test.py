"""Whole permits, from the filing to the licence, by everybody who has a part in them."""

import hashlib
import unittest

from cases import (FOOD_WAY, ROAD_WAY, act_when_ready, food_filing, grant_food, grant_road, lead,
                   paper, road_filing)
from checks import HallTest, clock_of, eventually

LACKING_ONE = ("M-FORM", "M-DESIGN", "M-TRAFFIC")

# What the joint case must leave in its timeline, in causal order (domain 4.1, 4.2, 4.4).
JOINT_EVENTS = [
    "intake.case_submitted.v1", "intake.supplement_requested.v1", "intake.supplement_received.v1",
    "intake.case_accepted.v1", "approval.review_group_opened.v1", "approval.opinion_given.v1",
    "approval.opinion_given.v1", "approval.review_group_completed.v1",
    "approval.site_check_recorded.v1", "approval.decision_made.v1", "fee.bill_issued.v1",
    "fee.payment_recorded.v1", "fee.receipt_issued.v1", "fee.bill_paid.v1", "fee.case_cleared.v1",
    "approval.result_issued.v1", "approval.result_delivered.v1",
]
SINGLE_EVENTS = [
    "intake.case_submitted.v1", "intake.case_accepted.v1", "approval.task_claimed.v1",
    "approval.opinion_given.v1", "approval.site_check_recorded.v1", "approval.decision_made.v1",
    "fee.case_cleared.v1", "approval.result_issued.v1", "approval.result_delivered.v1",
]


class WholePermits(HallTest):
    def filed_road(self, codes=LACKING_ONE):
        citizen = self.hall.filing()
        return citizen, citizen.file_case(road_filing(citizen, codes)).data

    def readings(self, session, case_id, login):
        """The records that somebody (None: nobody with a sign-in name) looked at personal data."""
        return [event for event in session.timeline(case_id)
                if event["type"] == "intake.personal_data_read.v1"
                and event["actor"].get("login") == login]

    def test_a_joint_case_goes_from_the_one_notice_to_the_licence(self):
        citizen, filed = self.filed_road()
        self.assertEqual(("submitted", ["M-RESTORE"]), (filed["status"], filed["missing"]))
        asked = self.staff.clerk.act(filed["id"], "request_materials",
                                     {"missing": ["M-RESTORE"], "period_workdays": 10}).data
        self.assertEqual("supplement", asked["status"])
        supplied = citizen.act(filed["id"], "supply_materials",
                               {"materials": [paper(citizen, "M-RESTORE")]}).data
        self.assertEqual(("submitted", ["intake.supplement_received.v1"]),
                         (supplied["status"], supplied["events"]))
        grant_road(self.staff, filed["id"])
        case = self.in_state(citizen, filed["id"], "in_force")
        # In force until the holder asks, the agency acts or the validity ends.
        self.assertFalse(case["is_end"])
        self.assertEqual({"request_change", "appeal", "correct"}, {action["action"] for action in case["actions"]})
        self.assertEqual("grant", case["decision"]["outcome"])
        self.assertEqual(
            [("review-road", "UMB", "agree"), ("review-traffic", "PSB", "agree_with_conditions")],
            [(unit["stage"], unit["department"], unit["opinion"]) for unit in case["units"]])
        self.assertEqual([("paid", 360500)],
                         [(bill["status"], bill["amount_fen"]) for bill in case["bills"]])
        told = self.timeline_with(citizen, filed["id"], *JOINT_EVENTS)
        self.assertEqual(JOINT_EVENTS, [event["type"] for event in told
                                        if event["type"] in JOINT_EVENTS])

    def test_a_single_case_goes_to_the_licence_without_a_fee(self):
        firm = self.hall.filing()
        filed = firm.file_case(food_filing(firm)).data
        self.assertEqual([], filed["missing"])
        grant_food(self.staff, filed["id"])
        case = self.in_state(firm, filed["id"], "in_force")
        self.assertNotIn("units", case)
        told = self.timeline_with(firm, filed["id"], *SINGLE_EVENTS)
        self.assertEqual(SINGLE_EVENTS, [event["type"] for event in told
                                         if event["type"] in SINGLE_EVENTS])

    def test_the_timeline_stands_in_causal_order(self):
        citizen, filed = self.filed_road(LACKING_ONE + ("M-RESTORE",))
        lead(ROAD_WAY, self.staff, filed["id"], "issuing")
        told = self.timeline_with(citizen, filed["id"], "fee.case_cleared.v1")
        indexes = [event["index"] for event in told]
        self.assertEqual(sorted(set(indexes)), indexes)
        places = {(event["source"], event["seq"]): event["index"] for event in told}
        for event in told:
            cause = event.get("cause")
            if cause and (cause["source"], cause["seq"]) in places:
                self.assertLess(places[cause["source"], cause["seq"]], event["index"])
        by_source = {}
        for event in told:
            by_source.setdefault(event["source"], []).append(event["seq"])
        self.assertEqual({"intake", "approval", "fee", "notification"},
                         set(by_source) - {"gateway", "audit"})
        for seqs in by_source.values():
            self.assertEqual(sorted(set(seqs)), seqs)
        caused = [event for event in told if event["type"] == "fee.bill_issued.v1"]
        decided = [event for event in told if event["type"] == "approval.decision_made.v1"]
        self.assertEqual({"source": "approval", "seq": decided[0]["seq"]}, caused[0]["cause"])

    def test_a_timeline_can_be_read_page_by_page(self):
        citizen, filed = self.filed_road()
        whole = self.timeline_with(citizen, filed["id"], "notification.message_sent.v1")
        first = citizen.get(f"/v1/cases/{filed['id']}/timeline?limit=2")
        self.assertEqual([event["id"] for event in whole[:2]],
                         [event["id"] for event in first.data["items"]])
        self.assertEqual(str(whole[1]["index"]), first.data["next"])
        paged = list(citizen.pages(f"/v1/cases/{filed['id']}/timeline?limit=2"))
        self.assertEqual([event["id"] for event in whole],
                         [event["id"] for event in paged[:len(whole)]])

    def test_what_a_register_gives_is_never_asked_of_the_applicant(self):
        citizen, filed = self.filed_road(())
        self.assertEqual(["M-FORM", "M-DESIGN", "M-TRAFFIC", "M-RESTORE"], filed["missing"])
        case = eventually(lambda: citizen.case(filed["id"]).data,
                          lambda case: {m.get("status") for m in case["materials"]} == {"found"})
        self.assertEqual({("M-ID", "population"), ("M-PLAN", "planning_approvals")},
                         {(m["code"], m["source"]) for m in case["materials"]})
        with self.refused(422, "invalid-fields", "/missing/1"):
            self.staff.clerk.act(filed["id"], "request_materials",
                                 {"missing": ["M-FORM", "M-ID"]})
        again = self.hall.filing()
        with self.refused(422, "invalid-fields", "/materials/0/code"):
            again.file_case(road_filing(again, ("M-ID",)))

    def test_a_material_is_read_as_it_was_uploaded_and_the_reading_is_recorded(self):
        citizen, filed = self.filed_road()
        shown = citizen.case(filed["id"]).data["materials"][1]
        self.assertEqual("M-DESIGN", shown["code"])
        path = f"/v1/cases/{filed['id']}/materials/{shown['index']}"
        own = citizen.get(path)
        self.assertEqual(shown["sha256"], hashlib.sha256(own.data).hexdigest())
        self.assertEqual(("application/pdf", shown["size"]),
                         (own.headers["Content-Type"], len(own.data)))
        self.assertEqual(own.data, self.staff.clerk.get(path).data)
        told = self.timeline_with(citizen, filed["id"], *2 * ["intake.material_read.v1"])
        read = [event for event in told if event["type"] == "intake.material_read.v1"]
        self.assertEqual([("person", None, shown["index"]),
                          ("staff", "window-clerk.hall", shown["index"])],
                         [(event["actor"]["kind"], event["actor"].get("login"),
                           event["data"]["index"]) for event in read])
        with self.refused(404, "not-found"):
            citizen.get(f"/v1/cases/{filed['id']}/materials/40")

    def test_who_filed_reads_the_own_case_without_a_record(self):
        citizen, filed = self.filed_road()
        self.timeline_with(citizen, filed["id"], "notification.message_sent.v1")
        citizen.case(filed["id"])
        self.staff.clerk.case(filed["id"])
        read = eventually(lambda: self.readings(citizen, filed["id"], "window-clerk.hall"), bool)
        self.assertEqual(["to look at the case"], [event["data"]["purpose"] for event in read])
        self.assertEqual([], self.readings(citizen, filed["id"], None))

    def test_a_case_is_told_when_it_changes(self):
        citizen, filed = self.filed_road(LACKING_ONE + ("M-RESTORE",))
        case = citizen.case(filed["id"])
        same = citizen.case(filed["id"], if_none_match=case.etag)
        self.assertEqual((304, b"", case.etag), (same.status, same.data, same.etag))
        self.staff.clerk.act(filed["id"], "accept")
        news = citizen.case(filed["id"], if_none_match=case.etag, wait_s=20)
        self.assertEqual((200, "accepted"), (news.status, news.data["status"]))
        self.assertNotEqual(case.etag, news.etag)

    def test_the_due_day_is_a_derivation_that_can_be_counted_again(self):
        citizen, filed = self.filed_road(LACKING_ONE + ("M-RESTORE",))
        act_when_ready(self.staff.clerk, filed["id"], "accept")
        case = self.in_state(citizen, filed["id"], "accepted")
        # From Monday 2 March 2026. 12 working days: Wednesday 18 March. 45: 21 in March, 21 in
        # April (6 April is off), and 6 to 8 May (1 to 5 May are off).
        self.assertEqual(
            [("main", "statutory", "2026-05-08", "2026-05-08T16:00:00.000Z", 45, "green"),
             ("promise", "promised", "2026-03-18", "2026-03-18T16:00:00.000Z", 12, "green")],
            [(clock["name"], clock["kind"], clock["due_day"], clock["due_at"],
              clock["working_days_left"], clock["light"])
             for clock in case["clocks"] if clock["name"] in ("main", "promise")])
        promise = clock_of(case, "promise")
        self.assertEqual(["start", "count", "result"],
                         [step["kind"] for step in promise["derivation"]])
        again = citizen.get(f"/v1/cases/{filed['id']}/clocks/main/recompute").data
        self.assertIs(True, again["agrees"])
        self.assertEqual(again["kept"]["due_at"], again["recomputed"]["due_at"])
        with self.refused(404, "not-found"):
            citizen.get(f"/v1/cases/{filed['id']}/clocks/supper/recompute")

    def test_a_window_clerk_files_for_somebody_at_the_window(self):
        filing = road_filing(self.staff.clerk, channel="window")
        filed = self.staff.clerk.file_case(filing).data
        self.assertEqual("submitted", filed["status"])
        self.assertEqual("window", self.opened(filed).case(filed["id"]).data["channel"])
        citizen = self.hall.filing()
        with self.refused(403, "forbidden"):
            citizen.file_case(road_filing(citizen, channel="window"))

    def test_the_licence_is_made_before_it_is_handed_over_and_once_only(self):
        firm = self.hall.filing()
        filed = firm.file_case(food_filing(firm)).data
        lead(FOOD_WAY, self.staff, filed["id"], "issuing")
        act_when_ready(self.staff.clerk, filed["id"], "issue")
        with self.refused(409, "not-allowed-now") as caught:
            self.staff.clerk.act(filed["id"], "issue")
        self.assertEqual({"deliver", "correct"}, set(caught[0].allowed_actions))


if __name__ == "__main__":
    unittest.main()
