"""A complaint to the hall, to each of its ends; who complained stays hidden (domain 4.8)."""

import json
import unittest

from cases import act_when_ready
from checks import HallTest, clock_of, eventually, hall_time
from concerns import (COMPLAINANT, FOUR, Holder, Officers, complaint_filing, complaint_form,
                      resolve, to_investigation, to_resolution, verify)

# Nothing of these may reach an officer of the unit complained about.
SECRETS = [COMPLAINANT[name] for name in ("name", "id_number", "phone", "email")]
POINT = {"text": "Name a deputy for every post", "department": "UMB", "due": "2026-03-20"}


class ComplaintTest(HallTest):
    def setUp(self):
        super().setUp()
        self.staff = Officers(self.suite)

    def opened(self, filed):
        return Holder(self.hall, filed)

    def filed(self, form=None, **changes):
        """A complaint by the portal, and who complained with number and code."""
        session = self.hall.filing()
        filed = session.file_case(complaint_filing(session, form, **changes)).data
        return self.opened(filed), filed

    def types(self, session, case_id):
        return [event["type"] for event in session.timeline(case_id)]


class Course(ComplaintTest):
    """From the complaint to its close."""

    shared = False

    def test_a_founded_complaint_is_closed_when_the_correction_was_checked(self):
        complainant, filed = self.filed()
        self.assertEqual("registered", filed["status"])
        case_id = filed["id"]
        to_investigation(self.staff, case_id)
        self.in_state(complainant, case_id, "investigating")
        act_when_ready(self.staff.unit_officer, case_id, "answer",
                       {"text": "The colleague was ill that morning"})
        case = self.staff.handler.case(case_id).data
        self.assertEqual([("UMB", "answered", "The colleague was ill that morning")],
                         [(unit["department"], unit["state"], unit["text"])
                          for unit in case["units"]])
        self.staff.handler.act(case_id, "review", {"findings": "Nobody stood in"})
        case = self.in_state(self.staff.hall_manager, case_id, "resolution_due")
        self.assertEqual("Nobody stood in", case["investigation"]["findings"])
        told = resolve(self.staff.hall_manager, case_id, until="2026-03-31")
        self.assertEqual(("correcting", ["approval.complaint_resolved.v1"]),
                         (told["status"], told["events"]))
        case = self.in_state(self.staff.supervisor, case_id, "correcting")
        self.assertEqual("audit", case["owner"])
        self.assertEqual({"verify", "return"},
                         {one["action"] for one in case["actions"]} & {"verify", "return"})
        with self.refused(422, "invalid-fields", "/done"):
            self.staff.supervisor.act(case_id, "verify", {"findings": "Not yet", "done": False})
        self.staff.supervisor.act(case_id, "return", {"reasons": "One post has no deputy"})
        told = verify(self.staff.supervisor, case_id)
        self.assertEqual(("resolved", "audit"), (told["status"], told["owner"]))
        case = self.in_state(complainant, case_id, "resolved")
        self.assertEqual((True, "CP-FOUNDED", "Deputies are named", "2026-03-31"),
                         tuple(case["resolution"][name] for name in (
                             "founded", "ground", "findings", "until")))
        self.assertEqual(FOUR, {name: case["resolution"][name] for name in FOUR})
        self.assertNotIn("Nobody stood in", json.dumps(complainant.timeline(case_id)))
        self.suite.move_clock(hall_time("2026-04-02 09:00"))
        case = self.in_state(complainant, case_id, "closed")
        self.assertTrue(case["is_end"])
        self.timeline_with(complainant, case_id, "audit.order_issued.v1",
                           "audit.order_returned.v1", "audit.order_verified.v1",
                           "approval.matter_closed.v1")

    def test_an_unfounded_one_needs_reasons_and_is_closed_when_nobody_asks_for_a_review(self):
        complainant, filed = self.filed()
        to_resolution(self.staff, filed["id"])
        with self.refused(422, "invalid-fields", "/reasons"):
            act_when_ready(self.staff.hall_manager, filed["id"], "resolve",
                           {"founded": False, "ground": "CP-UNFOUNDED"})
        told = self.staff.hall_manager.act(
            filed["id"], "resolve", {"founded": False, "ground": "CP-UNFOUNDED",
                                     "reasons": "The window was staffed"}).data
        self.assertEqual("resolved", told["status"])
        self.suite.move_clock(hall_time("2026-04-02 09:00"))
        self.in_state(complainant, filed["id"], "closed")

    def test_one_review_by_the_level_above(self):
        complainant, filed = self.filed()
        to_resolution(self.staff, filed["id"])
        act_when_ready(self.staff.hall_manager, filed["id"], "resolve",
                       {"founded": False, "ground": "CP-UNFOUNDED", "reasons": "It was staffed"})
        complainant.act(filed["id"], "appeal", {"reasons": "I waited for two hours"})
        case = self.in_state(complainant, filed["id"], "under_review")
        self.assertEqual("2026-04-01", clock_of(case, "reviewing")["due_day"])
        with self.refused(403, "forbidden"):
            self.staff.hall_manager.act(filed["id"], "decide",
                                        {"review_outcome": "upheld", "reasons": "As before"})
        told = act_when_ready(self.staff.hall_head, filed["id"], "decide",
                              {"review_outcome": "changed", "reasons": "The log shows it"})
        self.assertEqual("closed", told["status"])
        case = self.in_state(complainant, filed["id"], "closed")
        self.assertEqual(("changed", "The log shows it"),
                         (case["review"]["outcome"], case["review"]["reasons"]))
        with self.refused(409, "not-allowed-now"):
            complainant.act(filed["id"], "appeal", {"reasons": "Once more"})

    def test_the_centre_sends_on_or_does_not_accept(self):
        complainant, filed = self.filed()
        told = self.staff.clerk.act(filed["id"], "transfer",
                                    {"reasons": "A matter of the courts",
                                     "right_agency": "District court"}).data
        self.assertEqual(("transferred", ["intake.complaint_transferred.v1"]),
                         (told["status"], told["events"]))
        self.assertTrue(self.in_state(complainant, filed["id"], "transferred")["is_end"])
        complainant, filed = self.filed()
        with self.refused(422, "invalid-fields", "/ground"):
            self.staff.clerk.act(filed["id"], "refuse_acceptance",
                                 {"ground": "CP-UNFOUNDED", "reasons": "We say so"})
        self.staff.clerk.act(filed["id"], "refuse_acceptance",
                             {"ground": "NA-SETTLED", "reasons": "Decided by the court"})
        case = self.in_state(complainant, filed["id"], "not_accepted")
        self.assertEqual(("NA-SETTLED", ["review", "suit"]),
                         (case["ground"], [one["kind"] for one in case["remedies"]]))

    def test_who_complained_may_take_it_back_until_it_is_resolved(self):
        for lead in (lambda case_id: None,
                     lambda case_id: self.staff.clerk.act(case_id, "accept"),
                     lambda case_id: to_investigation(self.staff, case_id),
                     lambda case_id: to_resolution(self.staff, case_id)):
            complainant, filed = self.filed()
            lead(filed["id"])
            act_when_ready(complainant, filed["id"], "withdraw")
            self.assertTrue(self.in_state(complainant, filed["id"], "withdrawn")["is_end"])
        complainant, filed = self.filed()
        to_resolution(self.staff, filed["id"])
        resolve(self.staff.hall_manager, filed["id"])
        self.in_state(complainant, filed["id"], "correcting")
        with self.refused(409, "not-allowed-now"):
            complainant.act(filed["id"], "withdraw")

    def test_the_clocks_of_a_complaint(self):
        complainant, filed = self.filed()
        case = complainant.case(filed["id"]).data
        # 60 calendar days from 2 March are 1 May, off until 5 May; 15 working days are 23 March.
        self.assertEqual(("2026-05-06", "2026-03-23", "2026-03-03"),
                         tuple(clock_of(case, name)["due_day"]
                               for name in ("main", "promise", "accept")))
        act_when_ready(self.staff.clerk, filed["id"], "accept")
        self.suite.move_clock(hall_time("2026-03-04 09:00"))
        self.timeline_with(complainant, filed["id"], "approval.clock_overdue.v1",
                           "audit.finding_raised.v1")
        act_when_ready(self.staff.handler, filed["id"], "take")
        case = self.in_state(complainant, filed["id"], "investigating")
        self.assertEqual("2026-03-09",
                         clock_of(case, "explanation:unit_concerned-1")["due_day"])
        self.suite.move_clock(hall_time("2026-03-10 09:00"))
        self.assertEqual("investigating", complainant.case(filed["id"]).data["status"])
        late = eventually(
            lambda: [event["data"]["clock"] for event in complainant.timeline(filed["id"])
                     if event["type"] == "audit.finding_raised.v1"],
            lambda clocks: "explanation:unit_concerned-1" in clocks)
        self.assertIn("claim", late)


class Closing(ComplaintTest):
    """Who may decide, and what closing needs."""

    def test_closing_needs_all_four_and_a_ground_for_outcomes(self):
        _, filed = self.filed()
        to_resolution(self.staff, filed["id"])
        self.in_state(self.staff.hall_manager, filed["id"], "resolution_due")
        for name in FOUR:
            fields = {"founded": True, "ground": "CP-FOUNDED", **FOUR}
            del fields[name]
            with self.refused(422, "invalid-fields", f"/{name}"):
                self.staff.hall_manager.act(filed["id"], "resolve", fields)
        for ground in ("NA-SETTLED", "made-up"):
            with self.refused(422, "invalid-fields", "/ground"):
                self.staff.hall_manager.act(filed["id"], "resolve",
                                            {"founded": True, "ground": ground, **FOUR})
        self.assertEqual("correcting", resolve(self.staff.hall_manager, filed["id"])["status"])

    def test_the_unit_complained_about_neither_takes_nor_closes_it(self):
        _, filed = self.filed()
        # Somebody of the unit who also works at the hall stays somebody of the unit.
        seconded = self.seconded()
        act_when_ready(self.staff.clerk, filed["id"], "accept")
        self.in_state(self.staff.handler, filed["id"], "accepted")
        with self.refused(403, "forbidden"):
            seconded.act(filed["id"], "take")
        self.staff.handler.act(filed["id"], "take")
        for action, fields in (("review", {"findings": "All was well"}),
                               ("resolve", {"founded": False, "ground": "CP-UNFOUNDED",
                                            "reasons": "All was well"})):
            case = self.staff.handler.case(filed["id"]).data
            self.assertNotIn(case["status"], ("resolved", "closed"))
            for officer in (seconded, self.staff.unit_officer, self.staff.unit_head):
                with self.subTest(action):
                    eventually(lambda: officer.get(f"/v1/cases/{filed['id']}", check=False).status,
                               lambda status: status == 200)
                    with self.assertRaises(Exception) as caught:
                        officer.act(filed["id"], action, fields)
                    self.assertIn(caught.exception.status, (403, 409))
            if action == "review":
                self.staff.handler.act(filed["id"], "review", {"findings": "Nobody was there"})

    def seconded(self, unit="UMB"):
        """An officer of the unit who handles complaints at the hall too."""
        login, password = f"seconded.{unit.lower()}", "of two houses at once"
        if login not in self.suite.passwords:
            self.suite.admin.post("/v1/accounts", {
                "login": login, "badge": "Seconded", "password": password,
                "grants": [{"role": "reviewer", "department": unit}]
                + [{"role": role, "department": "HALL"}
                   for role in ("handler", "hall_manager", "window_clerk")]})
            self.suite.passwords[login] = password
        return self.hall.sign_in(login, password)

    def test_the_correction_is_checked_by_somebody_who_had_no_part_in_it(self):
        complainant, filed = self.filed(complaint_form(unit="HALL"))
        to_resolution(self.staff, filed["id"], by="supervisor")
        resolve(self.staff.second_supervisor, filed["id"])
        self.in_state(complainant, filed["id"], "correcting")
        for officer in (self.staff.supervisor, self.staff.second_supervisor):
            with self.refused(403, "forbidden"):
                officer.act(filed["id"], "verify", {"findings": "All done", "done": True})
        third = self.suite.officer("supervisor", "SUP", "third-supervisor.sup")
        verify(third, filed["id"])
        self.in_state(complainant, filed["id"], "resolved")

    def test_a_complaint_about_the_hall_itself_is_closed_by_supervision(self):
        complainant, filed = self.filed(complaint_form(unit="HALL"))
        act_when_ready(self.staff.clerk, filed["id"], "accept")
        self.in_state(self.staff.supervisor, filed["id"], "accepted")
        with self.refused(403, "forbidden"):
            self.staff.handler.act(filed["id"], "take")
        act_when_ready(self.staff.supervisor, filed["id"], "take")
        act_when_ready(self.staff.supervisor, filed["id"], "review",
                       {"findings": "Nobody was there"})
        self.in_state(self.staff.supervisor, filed["id"], "resolution_due")
        with self.refused(403, "forbidden"):
            self.staff.hall_manager.act(filed["id"], "resolve",
                                        {"founded": True, "ground": "CP-FOUNDED", **FOUR})
        resolve(self.staff.supervisor, filed["id"])
        self.in_state(self.staff.second_supervisor, filed["id"], "correcting")
        verify(self.staff.second_supervisor, filed["id"])
        self.in_state(complainant, filed["id"], "resolved")
        complainant.act(filed["id"], "appeal", {"reasons": "It is still so"})
        self.in_state(complainant, filed["id"], "under_review")
        with self.refused(403, "forbidden"):
            self.staff.hall_head.act(filed["id"], "decide",
                                     {"review_outcome": "upheld", "reasons": "As before"})
        told = act_when_ready(self.staff.government_head, filed["id"], "decide",
                              {"review_outcome": "upheld", "reasons": "As before"})
        self.assertEqual("closed", told["status"])

    def test_only_what_the_centre_handles_as_a_petition_is_extended(self):
        _, filed = self.filed()
        to_investigation(self.staff, filed["id"])
        self.in_state(self.staff.hall_head, filed["id"], "investigating")
        with self.refused(409, "not-allowed-now"):
            self.staff.hall_head.act(filed["id"], "extend", {"reasons": "Many witnesses"})
        complainant, filed = self.filed()
        with self.refused(422, "invalid-fields", "/form/facts"):
            self.staff.clerk.act(filed["id"], "accept", {"form": {"facts": "Something else"}})
        with self.refused(422, "invalid-fields", "/form/unit"):
            self.staff.clerk.act(filed["id"], "accept", {"form": {"unit": "PSB"}})
        self.staff.clerk.act(filed["id"], "accept", {"form": {"as_petition": True}})
        act_when_ready(self.staff.handler, filed["id"], "take")
        case = self.in_state(self.staff.hall_head, filed["id"], "investigating")
        self.assertIs(True, case["form"]["as_petition"])
        with self.refused(403, "forbidden"):
            self.staff.handler.act(filed["id"], "extend", {"reasons": "Many witnesses"})
        self.staff.hall_head.act(filed["id"], "extend", {"reasons": "Many witnesses"})
        # 90 calendar days from 2 March: 31 May is a Sunday.
        self.assertEqual("2026-06-01",
                         clock_of(complainant.case(filed["id"]).data, "main")["due_day"])
        with self.refused(409, "not-allowed-now"):
            self.staff.hall_head.act(filed["id"], "extend", {"reasons": "More witnesses"})

    def test_nobody_who_complains_says_that_it_is_a_petition(self):
        session = self.hall.filing()
        with self.refused(422, "invalid-fields", "/form/as_petition"):
            session.file_case(complaint_filing(session, complaint_form(as_petition=True)))

    def test_each_step_is_told_in_the_complainants_language(self):
        complainant, filed = self.filed()
        to_resolution(self.staff, filed["id"])
        resolve(self.staff.hall_manager, filed["id"])
        verify(self.staff.supervisor, filed["id"])
        told = eventually(
            lambda: complainant.get("/v1/inbox").data["items"],
            lambda items: any(item["title"].startswith("整改已核實") for item in items))
        self.assertEqual(["整改已核實", "投訴屬實", "投訴已受理", "投訴已登記"],
                         [item["title"].split("：")[0] for item in told])
        self.assertIn("調查結果：屬實", told[1]["text"].replace("投訴屬實", "屬實"))


class Hidden(ComplaintTest):
    """The unit complained about learns what, and not who."""

    def everything_seen_by(self, officer, case_id):
        """Every answer that an officer can get about a case, as text."""
        answers = []

        def look(path, method="GET", body=None):
            answer = officer.request(method, path, body=body, check=False)
            answers.append((path, answer.status, answer.data
                            if not isinstance(answer.data, bytes) else answer.data.decode("latin1")))
            return answer

        case = look(f"/v1/cases/{case_id}")
        look(f"/v1/cases/{case_id}/timeline")
        for clock in case.data.get("clocks", []):
            look(f"/v1/cases/{case_id}/clocks/{clock['name']}/recompute")
        for index in range(4):
            look(f"/v1/cases/{case_id}/materials/{index}")
        look(f"/v1/inbox?case={case_id}")
        for path in ("/v1/tasks", "/v1/promises", "/v1/fee/accounts", "/v1/audit/events",
                     "/v1/accounts", "/v1/me"):
            look(path)
        for body in ({}, {"item": "HALL-T-001"}, {"department": "HALL"},
                     {"number": case.data.get("number", "")}, {"phone": COMPLAINANT["phone"]},
                     {"id_number": COMPLAINANT["id_number"]}):
            look("/v1/cases/search", "POST", body)
        return answers

    def assert_hidden(self, officer, case_id):
        eventually(lambda: officer.get(f"/v1/cases/{case_id}", check=False).status,
                   lambda status: status == 200)
        answers = self.everything_seen_by(officer, case_id)
        for path, _, data in answers:
            text = json.dumps(data, ensure_ascii=False)
            for secret in SECRETS + ["20260227-000001-1"]:
                self.assertNotIn(secret, text, path)
        by_path = {path: (status, data) for path, status, data in answers}
        for index in range(4):
            self.assertIn(by_path[f"/v1/cases/{case_id}/materials/{index}"][0], (403, 404))
        return by_path

    def test_the_unit_reads_the_facts_and_what_is_asked_and_not_who(self):
        complainant, filed = self.filed()
        case_id = filed["id"]
        shown = complainant.case(case_id).data
        self.assertEqual(("沈知秋", 2), (shown["applicant"]["name"], len(shown["materials"])))
        to_investigation(self.staff, case_id)
        self.timeline_with(complainant, case_id, "approval.task_claimed.v1")
        seen = self.assert_hidden(self.staff.unit_officer, case_id)
        case = seen[f"/v1/cases/{case_id}"][1]
        self.assertEqual(complaint_form(), {**case["form"], "case_number": "20260227-000001-1",
                                            "complainant_class": "resident"})
        self.assertEqual((["/applicant/name"], [], ["answer"]),
                         (case["withheld"], case["materials"],
                          [one["action"] for one in case["actions"]]))
        types = [event["type"] for event in seen[f"/v1/cases/{case_id}/timeline"][1]["items"]
                 if not event["type"].endswith(".clock_warned.v1")]
        self.assertEqual(["intake.complaint_accepted.v1", "approval.task_claimed.v1"], types)
        # The centre sees all of it.
        self.assertEqual("沈知秋", self.staff.handler.case(case_id).data["applicant"]["name"])

    def test_it_stays_hidden_to_the_end(self):
        complainant, filed = self.filed()
        case_id = filed["id"]
        to_investigation(self.staff, case_id)
        act_when_ready(self.staff.unit_officer, case_id, "answer", {"text": "We were ill"})
        self.staff.handler.act(case_id, "review", {
            "findings": f"{COMPLAINANT['name']} waited", "text": COMPLAINANT["phone"]})
        resolve(self.staff.hall_manager, case_id)
        self.in_state(self.staff.supervisor, case_id, "correcting")
        self.assert_hidden(self.staff.unit_head, case_id)
        verify(self.staff.supervisor, case_id, findings=f"Called {COMPLAINANT['name']} back")
        self.in_state(complainant, case_id, "resolved")
        complainant.act(case_id, "appeal", {"reasons": f"I am {COMPLAINANT['name']}"})
        self.in_state(complainant, case_id, "under_review")
        seen = self.assert_hidden(self.staff.unit_officer, case_id)
        case = seen[f"/v1/cases/{case_id}"][1]
        self.assertEqual(FOUR, {name: case["resolution"][name] for name in FOUR})
        self.assertNotIn("investigation", case)

    def test_a_window_of_the_hall_gives_nobody_the_name_of_who_complained_about_his_own_unit(self):
        _, filed = self.filed()
        login, password = "two-houses.umb", "of two houses at once"
        self.suite.admin.post("/v1/accounts", {
            "login": login, "badge": "Two houses", "password": password,
            "grants": [{"role": "reviewer", "department": "UMB"},
                       {"role": "window_clerk", "department": "HALL"}]})
        self.assert_hidden(self.hall.sign_in(login, password), filed["id"])

    def test_of_a_complaint_about_the_hall_its_own_staff_learn_no_name(self):
        _, filed = self.filed(complaint_form(unit="HALL"))
        self.assert_hidden(self.staff.hall_manager, filed["id"])
        name = self.staff.supervisor.case(filed["id"]).data["applicant"]["name"]
        self.assertEqual(COMPLAINANT["name"], name)

    def test_other_units_see_nothing_of_it(self):
        _, filed = self.filed()
        other = self.suite.officer("reviewer", "MSA", "other.msa")
        for path in ("", "/timeline", "/materials/0"):
            self.assertEqual(403, other.get(f"/v1/cases/{filed['id']}{path}", check=False).status)

    def test_nobody_of_the_unit_finds_out_by_telephone_whether_somebody_complained(self):
        _, filed = self.filed()
        officer = self.staff.unit_officer
        found = eventually(
            lambda: officer.post("/v1/cases/search", {"number": filed["number"]}).data["items"],
            bool)
        self.assertEqual([filed["id"]], [one["id"] for one in found])
        for body in ({"phone": COMPLAINANT["phone"]}, {"id_number": COMPLAINANT["id_number"]}):
            self.assertEqual([], officer.post("/v1/cases/search", body).data["items"])
            found = self.staff.clerk.post("/v1/cases/search", body).data["items"]
            self.assertIn(filed["id"], [one["id"] for one in found])


class Meeting(ComplaintTest):
    """Several units, or a disputed duty: what is resolved becomes work with an owner and a day."""

    shared = False

    def in_meeting(self):
        complainant, filed = self.filed()
        to_investigation(self.staff, filed["id"])
        self.in_state(self.staff.hall_manager, filed["id"], "investigating")
        self.staff.hall_manager.act(filed["id"], "call_meeting",
                                    {"members": ["UMB", "PSB"], "agenda": "Who staffs it?"})
        return complainant, filed["id"]

    def test_what_a_meeting_resolves_is_work_of_the_unit_with_a_light(self):
        complainant, case_id = self.in_meeting()
        case = self.in_state(self.staff.hall_manager, case_id, "joint_meeting")
        self.assertEqual((["UMB", "PSB"], "Who staffs it?"),
                         (case["meeting"]["members"], case["meeting"]["agenda"]))
        act_when_ready(self.staff.planner, case_id, "join", {"joins": True})
        act_when_ready(self.staff.unit_officer, case_id, "join", {"joins": False, "text": "Ill"})
        case = self.staff.hall_manager.case(case_id).data
        self.assertEqual([("PSB", True), ("UMB", False)],
                         [(one["department"], one["joins"]) for one in case["meeting"]["answers"]])
        for wrong, pointer in (({**POINT, "department": "XYZ"}, "/points/0/department"),
                               ({**POINT, "due": "2026-02-01"}, "/points/0/due")):
            with self.refused(422, "invalid-fields", pointer):
                self.staff.hall_manager.act(case_id, "resolve", {"points": [wrong]})
        points = [POINT, {"text": "Paint the sign", "department": "PSB", "due": "2026-03-12"}]
        told = self.staff.hall_manager.act(case_id, "resolve", {"points": points}).data
        self.assertEqual(("resolution_due", ["approval.meeting_resolved.v1",
                                             "approval.promise_made.v1",
                                             "approval.promise_made.v1",
                                             "approval.complaint_discussed.v1"]),
                         (told["status"], sorted(told["events"], key=[
                             "approval.meeting_resolved.v1", "approval.promise_made.v1",
                             "approval.complaint_discussed.v1"].index)))
        self.timeline_with(complainant, case_id, "audit.promise_registered.v1")
        mine = self.staff.unit_officer.get("/v1/promises").data["items"]
        self.assertEqual([("UMB", POINT["text"], "2026-03-20", "open", "green")],
                         [(one["department"], one["text"], one["due_day"], one["status"],
                           one["light"]) for one in mine])
        tasks = self.staff.unit_officer.get("/v1/tasks?department=UMB").data["items"]
        self.assertIn((mine[0]["id"], "promise", "open"),
                      [(task["case_id"], task["item"], task["status"]) for task in tasks])
        self.assertEqual(["PSB", "UMB"], sorted(
            one["department"] for one in self.staff.supervisor.get("/v1/promises").data["items"]))
        self.assertEqual([], self.staff.unit_officer.get(
            "/v1/promises?department=PSB").data["items"])
        # What is done is reported by the unit and checked by somebody else.
        with self.refused(403, "forbidden"):
            self.staff.planner.act(mine[0]["id"], "report", {"text": "Done"})
        self.staff.unit_officer.act(mine[0]["id"], "report", {"text": "Deputies are named"})
        self.assertEqual("reported", self.staff.unit_officer.get(
            "/v1/promises").data["items"][0]["status"])
        self.staff.hall_manager.act(mine[0]["id"], "verify", {"findings": "They are"})
        self.assertEqual([], self.staff.unit_officer.get("/v1/promises").data["items"])

    def test_a_promise_that_is_not_kept_in_time_is_a_finding(self):
        _, case_id = self.in_meeting()
        act_when_ready(self.staff.hall_manager, case_id, "resolve", {"points": [POINT]})
        promise = eventually(lambda: self.staff.unit_officer.get("/v1/promises").data["items"],
                             bool)[0]
        self.suite.move_clock(hall_time("2026-03-21 09:00"))
        events = eventually(
            lambda: [event["type"] for event in self.staff.auditor.get(
                f"/v1/audit/events?case={promise['id']}&limit=200").data],
            lambda types: types.count("org.glasshall.audit.finding_raised.v1") == 2)
        self.assertIn("org.glasshall.approval.clock_overdue.v1", events)
        for command in ("verify", "replay"):
            code, told = self.suite.tool("audit", command, "--data", self.suite.data)
            self.assertEqual(0, code, told)
        late = self.staff.unit_officer.get("/v1/promises?light=red").data["items"]
        self.assertEqual([promise["id"]], [one["id"] for one in late])
        self.assertEqual([], self.staff.unit_officer.get("/v1/promises?light=green").data["items"])

    def test_a_member_learns_what_is_discussed_and_not_who_complained(self):
        _, case_id = self.in_meeting()
        planner = self.staff.planner
        case = eventually(lambda: planner.get(f"/v1/cases/{case_id}", check=False),
                          lambda answer: answer.status == 200).data
        self.assertEqual("Who staffs it?", case["meeting"]["agenda"])
        seen = json.dumps([case, planner.timeline(case_id)], ensure_ascii=False)
        for secret in SECRETS:
            self.assertNotIn(secret, seen)

    def test_a_meeting_that_resolves_nothing_in_time_is_overdue_and_still_waits(self):
        complainant, case_id = self.in_meeting()
        self.suite.move_clock(hall_time("2026-03-10 09:00"))
        self.timeline_with(complainant, case_id, "approval.clock_overdue.v1",
                           "notification.escalation_sent.v1")
        self.assertEqual("joint_meeting", complainant.case(case_id).data["status"])


if __name__ == "__main__":
    unittest.main()
