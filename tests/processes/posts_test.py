"""Posts: shifts with badges, A and B, work that goes over, joint meetings called alone."""

import unittest

from cases import ROAD_WAY, act_when_ready, bill_when_due, changed, food_filing, lead, offered, \
    road_filing
from checks import HallTest, Suite, eventually, hall_time

WINDOW = {"window": "W01", "badge": "N-017"}


class Posts(HallTest):
    """Shifts, and what becomes of the work of somebody who is away (S65, S68)."""

    shared = False

    def setUp(self):
        super().setUp()
        self.a = self.suite.officer("reviewer", "MSA", "post-a")
        self.b = self.suite.officer("reviewer", "MSA", "post-b")
        self.manager = self.staff.hall_manager
        self.visitor = self.hall.visitor()

    def accepted(self):
        citizen = self.hall.filing()
        case_id = citizen.file_case(food_filing(citizen)).data["id"]
        act_when_ready(self.staff.clerk, case_id, "accept")
        self.in_state(self.a, case_id, "accepted")
        return case_id

    def taken(self):
        case_id = self.accepted()
        act_when_ready(self.a, case_id, "take")
        return case_id

    def open_shift(self, session, deputy=None, **changes):
        body = {**WINDOW, **changes}
        if deputy is not None:
            body["deputy"] = deputy
        return session.post("/v1/shifts", body).data["id"]

    def assignee(self, case_id):
        return self.manager.case(case_id).data.get("assignee")

    def assigned_to(self, case_id, login):
        eventually(lambda: self.assignee(case_id), lambda who: who == login)

    def reassigned(self, case_id):
        return [event for event in self.manager.timeline(case_id)
                if event["type"] == "approval.task_reassigned.v1"]

    def findings(self, shift):
        return [event["data"]["rule"] for event in self.manager.timeline(shift)
                if event["type"] == "audit.finding_raised.v1"]

    # -- badges ----------------------------------------------------------------------------------

    def test_who_is_on_duty_stands_on_a_public_page_and_nothing_else_of_them(self):
        self.assertEqual([], self.visitor.get("/v1/shifts").data["items"])
        self.open_shift(self.b, "post-a", badge="N-018")
        shift = self.open_shift(self.a, "post-b")
        shown = next(one for one in self.visitor.get("/v1/shifts").data["items"]
                     if one["badge"] == "N-017")
        self.assertEqual({
            "id": shift, "name": "MSA reviewer post-a", "badge": "N-017", "post": "reviewer",
            "department": "MSA", "window": "W01", "status": "on_duty",
            "deputy": "MSA reviewer post-b", "until": hall_time("2026-03-03 00:00"),
            "supervision_phone": "(000) 0000-0900"}, shown)
        page = self.visitor.get("/v1/departments/MSA").data
        self.assertEqual({"N-017", "N-018"}, {one["badge"] for one in page["officers"]})
        self.assertNotIn("officers", self.visitor.get("/v1/departments").data["items"][0])
        self.assertEqual([], self.visitor.get("/v1/shifts?department=UMB").data["items"])

    def test_a_shift_is_a_matter_that_only_its_officer_moves(self):
        shift = self.open_shift(self.a, "post-b")
        case = self.a.case(shift).data
        self.assertEqual(("on_duty", "shift", "Shift", "intake", False),
                         (case["status"], case["item"], case["item_name"], case["owner"],
                          case["is_end"]))
        self.assertNotIn("applicant", case)
        self.assert_offers(case, "suspend", "close")
        with self.refused(403, "forbidden"):
            self.b.act(shift, "suspend")
        self.assertEqual("away", self.a.act(shift, "suspend").data["status"])
        self.assertEqual("on_duty", self.a.act(shift, "resume").data["status"])
        self.assertEqual("off", self.a.act(shift, "close").data["status"])
        self.assertIs(True, self.a.case(shift).data["is_end"])
        self.assertEqual([], self.visitor.get("/v1/shifts").data["items"])
        events = [event["type"] for event in self.a.timeline(shift)
                  if event["type"].startswith("intake.shift")]
        self.assertEqual(["intake.shift_opened.v1", "intake.shift_paused.v1",
                          "intake.shift_resumed.v1", "intake.shift_closed.v1"], events)

    def test_a_shift_needs_a_window_a_badge_and_somebody_who_stands_in(self):
        with self.refused(422, "invalid-fields", "/window"):
            self.open_shift(self.a, "post-b", window="W99")
        with self.refused(422, "invalid-fields", "/deputy"):
            self.open_shift(self.a)
        with self.refused(422, "invalid-fields", "/deputy"):
            self.open_shift(self.a, "post-a")
        with self.refused(422, "invalid-fields", "/deputy"):
            self.open_shift(self.a, "nobody.here")
        with self.refused(422, "invalid-fields", "/deputy"):
            self.open_shift(self.a, self.name_of(self.staff.road_reviewer))
        self.open_shift(self.a, "post-b")
        with self.refused(409, "conflict"):
            self.open_shift(self.a, "post-b")
        with self.refused(403, "forbidden"):
            self.open_shift(self.staff.auditor, "post-b")

    def name_of(self, session):
        return session.get("/v1/me").data["login"]

    def test_a_shift_ends_by_itself_at_the_end_of_the_day(self):
        shift = self.open_shift(self.a, "post-b")
        self.assertIs(True, self.suite.move_clock("2026-03-02T23:59:00+08:00")["settled"])
        self.assertEqual("on_duty", self.a.case(shift).data["status"])
        self.assertIs(True, self.suite.move_clock("2026-03-03T00:00:00+08:00")["settled"])
        self.assertEqual("off", self.a.case(shift).data["status"])
        self.open_shift(self.a, "post-b")

    # -- A and B ---------------------------------------------------------------------------------

    def test_what_a_has_goes_to_b_when_a_leaves_the_window_and_b_acts_in_his_own_name(self):
        cases = [self.taken() for _ in range(3)]
        others = self.accepted()
        act_when_ready(self.staff.food_reviewer, others, "take")
        shift = self.open_shift(self.a, "post-b")
        self.open_shift(self.b, "post-a", badge="N-018")
        self.a.act(shift, "suspend", {"note": "At the doctor's"})
        for case_id in cases:
            self.assigned_to(case_id, "post-b")
            moved = self.reassigned(case_id)
            self.assertEqual([("post-a", "post-b", "system")],
                             [(one["data"]["assignee_before"], one["data"]["fields"]["assignee"],
                               one["actor"]["kind"]) for one in moved])
        self.assertEqual("reviewer.msa", self.assignee(others))
        done = act_when_ready(self.b, cases[0], "review", {"opinion": "agree", "site_check": True})
        self.assertEqual("site_check", done["status"])
        events = self.timeline_with(self.manager, cases[0], "approval.opinion_given.v1")
        self.assertEqual(["post-b"], [event["actor"]["login"] for event in events
                                      if event["type"] == "approval.opinion_given.v1"])

    def test_new_work_for_a_goes_to_b_while_a_is_away_or_has_no_shift(self):
        self.manager.post("/v1/deputies", {"officer": "post-a", "deputy": "post-b"})
        self.open_shift(self.b, "post-a", badge="N-018")
        kept = self.taken()
        case_id = self.accepted()
        self.staff.food_head.act(case_id, "assign", {"assignee": "post-a"})
        self.assigned_to(case_id, "post-b")  # A never came
        self.assertEqual("post-a", self.assignee(kept))  # what A takes up himself is his
        shift = self.open_shift(self.a)
        stays = self.taken()
        self.a.act(shift, "close")  # he went home: what he has waits for him
        newer = self.accepted()
        self.staff.food_head.act(newer, "assign", {"assignee": "post-a"})
        self.assigned_to(newer, "post-b")
        self.assertEqual("post-a", self.assignee(stays))
        self.assertEqual([], self.reassigned(stays))

    def test_both_away_is_told_and_the_work_goes_over_when_b_is_back(self):
        case_id = self.taken()
        shift = self.open_shift(self.a, "post-b")
        other = self.open_shift(self.b, "post-a", badge="N-018")
        self.b.act(other, "suspend")
        self.a.act(shift, "suspend")
        events = self.timeline_with(self.manager, shift, "intake.post_uncovered.v1",
                                    "audit.finding_raised.v1")
        self.assertEqual(1, len([one for one in events
                                 if one["type"] == "intake.post_uncovered.v1"]))
        self.assertEqual(["post_uncovered"], self.findings(shift))
        self.assertEqual("post-a", self.assignee(case_id))
        self.b.act(other, "resume")
        self.assigned_to(case_id, "post-b")

    def test_b_who_leaves_while_a_is_away_is_told_too(self):
        shift = self.open_shift(self.a, "post-b")
        other = self.open_shift(self.b, "post-a", badge="N-018")
        self.a.act(shift, "suspend")
        self.assertEqual([], self.findings(shift))
        self.b.act(other, "close")
        self.timeline_with(self.manager, shift, "intake.post_uncovered.v1",
                           "audit.finding_raised.v1")

    def test_who_is_found_absent_leaves_the_window_and_the_work_goes_over(self):
        case_id = self.taken()
        shift = self.open_shift(self.a, "post-b")
        self.open_shift(self.b, "post-a", badge="N-018")
        told = self.staff.food_head.post("/v1/deputies", {"officer": "post-a", "absent": True})
        self.assertEqual(({"officer": "post-a", "absent": True}, 200), (told.data, told.status))
        self.assigned_to(case_id, "post-b")
        self.assertEqual("away", self.a.case(shift).data["status"])

    def test_who_is_ill_and_has_no_shift_is_stood_in_for(self):
        case_id = self.taken()
        self.open_shift(self.b, "post-a", badge="N-018")
        self.manager.post("/v1/deputies", {"officer": "post-a", "deputy": "post-b",
                                           "absent": True})
        self.assigned_to(case_id, "post-b")

    def test_b_with_an_interest_does_not_get_the_case(self):
        case_id = self.taken()
        shift = self.open_shift(self.a, "post-b")
        self.open_shift(self.b, "post-a", badge="N-018")
        self.b.post("/v1/interests", {"case_id": case_id})
        self.a.act(shift, "suspend")
        self.timeline_with(self.manager, case_id, "approval.work_kept.v1")
        self.assertEqual("post-a", self.assignee(case_id))

    def test_deputies_are_named_by_who_may_and_make_sense(self):
        pair = {"officer": "post-a", "deputy": "post-b"}
        for other in (self.a, self.staff.road_head, self.staff.clerk):
            with self.refused(403, "forbidden"):
                other.post("/v1/deputies", pair)
        with self.refused(422, "invalid-fields", "/deputy"):
            self.manager.post("/v1/deputies", {"officer": "post-a"})
        with self.refused(422, "invalid-fields", "/deputy"):
            self.manager.post("/v1/deputies", {**pair, "deputy": "post-a"})
        with self.refused(422, "invalid-fields", "/officer", "/deputy"):
            self.manager.post("/v1/deputies", {"officer": "no.one", "deputy": "no.one.else"})
        road = self.name_of(self.staff.road_reviewer)
        with self.refused(422, "invalid-fields", "/deputy"):
            self.manager.post("/v1/deputies", {**pair, "deputy": road})
        self.staff.food_head.post("/v1/deputies", pair)
        self.open_shift(self.a)  # the standing B does

    def test_all_of_it_is_rebuilt_from_the_record(self):
        self.test_what_a_has_goes_to_b_when_a_leaves_the_window_and_b_acts_in_his_own_name()
        self.assertIs(True, self.suite.move_clock("2026-03-03T08:00:00+08:00")["settled"])
        for command in ("verify", "replay"):
            code, told = self.suite.tool("audit", command, "--data", self.suite.data)
            self.assertEqual(0, code, told)


class Badges(HallTest):
    """A hall whose catalogue asks for badges: nobody serves without an open shift (S65)."""

    shared = False

    @classmethod
    def open_hall(cls):
        suite = Suite()
        suite.start()
        suite.admin.post("/v1/catalogue/versions", {"files": changed(
            "catalogue.yaml", "languages: [", "badge_required: true\nlanguages: [")})
        return suite

    def no_badge(self, serve, *arguments):
        with self.refused(403, "forbidden") as caught:
            serve(*arguments)
        self.assertIn("badge", caught[0].detail)

    def test_nobody_serves_without_an_open_shift(self):
        clerk, cashier = self.staff.clerk, self.staff.cashier
        self.suite.officer("cashier", "HALL", "second-cashier")
        citizen = self.hall.filing()
        case_id = citizen.file_case(road_filing(citizen)).data["id"]
        self.no_badge(clerk.act, case_id, "accept")
        self.no_badge(clerk.file_case, food_filing(clerk, codes=(), channel="window"))
        shift = clerk.post("/v1/shifts", {**WINDOW, "deputy": "second-cashier"}).data["id"]
        clerk.act(shift, "suspend")
        self.no_badge(clerk.act, case_id, "accept")
        clerk.act(shift, "resume")
        lead(ROAD_WAY, self.staff, case_id, "fee_due")
        bill = bill_when_due(cashier, case_id)
        cash = {"method": "cash", "amount_fen": bill["amount_fen"]}
        self.no_badge(cashier.post, f"/v1/bills/{bill['id']}/payments", cash)
        cashier.post("/v1/shifts", {"window": "W02", "badge": "K-001",
                                    "deputy": "second-cashier"})
        self.assertEqual(201, cashier.post(f"/v1/bills/{bill['id']}/payments", cash).status)
        clerk.act(shift, "close")
        self.no_badge(clerk.act, case_id, "issue")


class Meetings(HallTest):
    """A joint meeting called alone."""

    def test_a_meeting_is_called_joined_and_resolved(self):
        manager, reviewer = self.staff.hall_manager, self.staff.food_reviewer
        opened = manager.post("/v1/meetings", {"members": ["MSA", "UMB"],
                                               "agenda": "Noise in Willow Lane"}).data
        meeting = manager.case(opened["id"]).data
        self.assertEqual(("called", "joint_meeting", "approval", opened["number"]),
                         (meeting["status"], meeting["item"], meeting["owner"],
                          meeting["number"]))
        self.assertEqual("2026-03-09", next(clock["due_day"] for clock in meeting["clocks"]
                                            if clock["name"] == "meeting"))
        self.assertIn("join", offered(reviewer.case(opened["id"]).data))
        with self.refused(403, "forbidden"):
            self.staff.traffic_reviewer.case(opened["id"])
        done = reviewer.act(opened["id"], "join", {"joins": True}).data
        self.assertEqual(["approval.member_answered.v1"], done["events"])
        done = manager.act(opened["id"], "resolve", {"points": [
            {"text": "Works at night stop", "department": "UMB", "due": "2026-03-20"}]}).data
        self.assertEqual("approval.meeting_resolved.v1", done["events"][0])
        [promise] = done["opened"]
        self.assertEqual("promise", promise["item"])
        seen = manager.case(opened["id"])
        self.assertEqual([promise | {"department": "UMB", "status": "open", "is_end": False}],
                         seen.data["matters"])
        self.assertEqual(304, manager.case(opened["id"], if_none_match=seen.etag).status)
        self.staff.road_reviewer.act(promise["id"], "report", {"text": "It is quiet"})
        news = manager.case(opened["id"], if_none_match=seen.etag, wait_s=20)
        self.assertEqual((200, "reported"), (news.status, news.data["matters"][0]["status"]))
        self.in_state(manager, opened["id"], "resolved")
        events = self.timeline_with(reviewer, opened["id"], "approval.meeting_called.v1",
                                    "approval.meeting_resolved.v1")
        self.assertEqual("approval.meeting_called.v1", events[0]["type"])
        with self.refused(404, "not-found"):
            self.hall.filing().case(opened["id"])

    def test_a_meeting_has_members_that_exist_and_who_may_call_it(self):
        with self.refused(422, "invalid-fields", "/members/0"):
            self.staff.hall_manager.post("/v1/meetings", {"members": ["XYZ"], "agenda": "Noise"})
        with self.refused(403, "forbidden"):
            self.staff.food_reviewer.post("/v1/meetings", {"members": ["MSA"], "agenda": "Noise"})

    def test_a_meeting_belongs_to_a_case_that_its_caller_handles(self):
        manager = self.staff.hall_manager
        asked = {"members": ["MSA"], "agenda": "Noise"}
        with self.refused(422, "invalid-fields", "/case_id"):
            manager.post("/v1/meetings", asked | {"case_id": "00000000-0000-7000-8000-000000000000"})
        first = manager.post("/v1/meetings", asked).data
        second = manager.post("/v1/meetings", asked | {"case_id": first["id"]}).data
        [shown] = manager.case(first["id"]).data["matters"]
        self.assertEqual((second["id"], second["number"], "called"),
                         (shown["id"], shown["number"], shown["status"]))
        again = manager.get(f"/v1/cases/{first['id']}")
        manager.act(first["id"], "resolve", {"points": [
            {"text": "Less", "department": "UMB", "due": "2026-03-20"}]}, if_match=again.etag)
        shown = manager.case(first["id"]).data["matters"]
        self.assertEqual(["joint_meeting", "promise"], [matter["item"] for matter in shown])
        for command in ("verify", "replay"):  # the index of matters is made of events alone
            code, told = self.suite.tool("audit", command, "--data", self.suite.data)
            self.assertEqual(0, code, told)


if __name__ == "__main__":
    unittest.main()
