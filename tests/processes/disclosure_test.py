"""A request for government information, to each of its ends (domain 4.7, 2.4)."""

import json
import unittest

from cases import act_when_ready, bill_when_due, pay_when_due
from checks import HallTest, clock_of, eventually, hall_time
from concerns import (Holder, NEIGHBOUR, Officers, REQUESTER, draft, reply, request_filing, request_form,
                      to_review)

BOTH_REMEDIES = [("review", 60, "calendar_day", "government"), ("suit", 6, "month", "court")]


class DisclosureTest(HallTest):
    """A test of requests, with the officers of the disclosure office."""

    def setUp(self):
        super().setUp()
        self.staff = Officers(self.suite)

    def opened(self, filed):
        return Holder(self.hall, filed)

    def filed(self, form=None, **changes):
        """A request by the portal, and its requester with number and code."""
        session = self.hall.filing()
        filed = session.file_case(request_filing(session, form, **changes)).data
        return self.opened(filed), filed

    def filed_by_letter(self, form=None, **changes):
        clerk = self.staff.clerk
        filing = request_filing(clerk, form, channel="post", **changes)
        filed = clerk.file_case(filing).data
        return self.opened(filed), filed

    def in_review(self, form=None):
        requester, filed = self.filed(form)
        to_review(self.staff, filed["id"])
        return requester, filed["id"]

    def dues(self, session, case_id, *names):
        case = session.case(case_id).data
        return [clock_of(case, name)["due_day"] for name in names]

    def remedies(self, shown):
        return [(one["kind"], one["value"], one["unit"], one["body"])
                for one in shown.get("remedies", [])]

    def types(self, session, case_id):
        return [event["type"] for event in session.timeline(case_id)]


class Receipt(DisclosureTest):
    """Art. 31: from which day it counts, and who has to say so."""

    def test_what_came_by_the_portal_is_confirmed_with_the_requester_first(self):
        requester, filed = self.filed()
        self.assertEqual(("awaiting_confirmation", ["confirmation"]),
                         (filed["status"], [clock["name"] for clock in filed["clocks"]]))
        with self.refused(403, "forbidden"):
            self.staff.clerk.act(filed["id"], "confirm")
        told = self.staff.desk.act(filed["id"], "confirm").data
        self.assertEqual(("received", ["intake.request_received.v1"]),
                         (told["status"], told["events"]))
        self.assertEqual(["2026-03-11", "2026-03-30"],
                         self.dues(requester, filed["id"], "notice", "main"))

    def test_an_ordinary_letter_is_confirmed_and_one_that_was_signed_for_is_not(self):
        _, ordinary = self.filed_by_letter()
        self.assertEqual("awaiting_confirmation", ordinary["status"])
        _, registered = self.filed_by_letter(signed_for=True)
        self.assertEqual("received", registered["status"])
        main = next(clock for clock in registered["clocks"] if clock["name"] == "main")
        self.assertEqual(("2026-03-30", "statutory"), (main["due_day"], main["kind"]))

    def test_what_is_handed_in_is_received_that_day(self):
        filed = self.staff.clerk.file_case(
            request_filing(self.staff.clerk, channel="window")).data
        self.assertEqual("received", filed["status"])

    def test_nobody_says_of_the_portal_that_it_was_signed_for(self):
        session = self.hall.filing()
        with self.refused(422, "invalid-fields", "/signed_for"):
            session.file_case(request_filing(session, signed_for=True))

    def test_the_requester_may_withdraw_before_it_counts(self):
        requester, filed = self.filed()
        self.assertEqual("withdrawn", requester.act(filed["id"], "withdraw").data["status"])
        self.assertTrue(requester.case(filed["id"]).data["is_end"])


class OneNotice(DisclosureTest):
    """Art. 30: told once, and the clock begins anew. The vector of domain 2.3."""

    shared = False
    settings = {"clock": "virtual:2026-09-18T09:00:00+08:00"}

    def test_the_clock_begins_anew_with_the_correction_and_there_is_no_second_notice(self):
        requester, filed = self.filed()
        case_id = filed["id"]
        self.staff.desk.act(case_id, "confirm")
        self.assertEqual(["2026-09-29", "2026-10-22"],
                         self.dues(requester, case_id, "notice", "main"))
        self.suite.move_clock(hall_time("2026-09-24 10:00"))
        asked = self.staff.desk.act(case_id, "request_materials",
                                    {"note": "Which of the two plans?", "period_workdays": 15})
        self.assertEqual("supplement", asked.data["status"])
        case = requester.case(case_id).data
        self.assertEqual(("paused", "ended"),
                         (clock_of(case, "main")["phase"], clock_of(case, "notice")["phase"]))
        self.suite.move_clock(hall_time("2026-10-12 10:00"))
        requester.act(case_id, "supply_materials", {"note": "The one of 2019"})
        self.assertEqual(["2026-11-09", "2026-09-29"],
                         self.dues(requester, case_id, "main", "notice"))
        with self.refused(409, "not-allowed-now") as caught:
            self.staff.desk.act(case_id, "request_materials", {"note": "And the map?"})
        self.assertEqual(["take"], caught[0].allowed_actions)
        to_review(self.staff, case_id)
        with self.refused(409, "not-allowed-now"):
            self.staff.desk.act(case_id, "request_materials", {"note": "And the map?"})
        again = requester.get(f"/v1/cases/{case_id}/clocks/main/recompute").data
        self.assertIs(True, again["agrees"])

    def test_it_may_be_told_during_examination_too_while_the_notice_runs(self):
        requester, filed = self.filed()
        case_id = filed["id"]
        to_review(self.staff, case_id)
        told = act_when_ready(self.staff.desk, case_id, "request_materials",
                              {"note": "Which of the two?"})
        self.assertEqual(["approval.supplement_requested.v1"], told["events"])
        case = self.in_state(requester, case_id, "supplement")
        self.assertEqual("intake", case["owner"])
        self.assertIn("supply_materials", [one["action"] for one in case["actions"]])
        self.suite.move_clock(hall_time("2026-09-29 10:00"))
        requester.act(case_id, "supply_materials", {"note": "The first"})
        case = self.in_state(requester, case_id, "received")
        to_review(self.staff, case_id)
        self.timeline_with(requester, case_id, "approval.supplement_requested.v1",
                           "intake.supplement_opened.v1", "intake.supplement_received.v1")

    def test_after_seven_working_days_it_is_too_late_to_ask(self):
        _, filed = self.filed()
        to_review(self.staff, filed["id"])
        self.suite.move_clock(hall_time("2026-09-30 09:00"))
        case = self.staff.desk.case(filed["id"]).data
        self.assertNotIn("request_materials", [one["action"] for one in case["actions"]])

    def test_a_request_that_is_not_corrected_in_time_is_abandoned(self):
        requester, filed = self.filed()
        self.staff.desk.act(filed["id"], "confirm")
        self.staff.desk.act(filed["id"], "request_materials", {"note": "Which?"})
        # 10 working days: 20 to 24, 28 to 30 September, 8 and 9 October.
        self.assertEqual(["2026-10-09"],
                         self.dues(requester, filed["id"], "supplement_period"))
        self.suite.move_clock(hall_time("2026-10-10 00:01"))
        case = self.in_state(requester, filed["id"], "abandoned")
        self.assertTrue(case["is_end"])
        events = {event["type"]: event for event in self.timeline_with(
            requester, filed["id"], "intake.request_abandoned.v1")}
        ended = events["intake.request_abandoned.v1"]
        self.assertEqual("AB-NOT-COMPLETED", ended["data"]["fields"]["ground"])
        self.assertNotIn("remedies", ended["data"])


class Unconfirmed(DisclosureTest):
    shared = False

    def test_a_receipt_that_nobody_confirms_is_a_finding_and_still_waits(self):
        requester, filed = self.filed()
        self.suite.move_clock(hall_time("2026-03-05 09:00"))
        told = self.timeline_with(requester, filed["id"], "intake.clock_overdue.v1",
                                  "audit.finding_raised.v1")
        self.assertEqual("awaiting_confirmation", requester.case(filed["id"]).data["status"])
        rules = [event["data"]["rule"] for event in told
                 if event["type"] == "audit.finding_raised.v1"]
        self.assertEqual(["yellow_card", "red_card"], rules)
        self.staff.desk.act(filed["id"], "confirm")
        self.assertEqual(["2026-04-02"], self.dues(requester, filed["id"], "main"))


class Consultation(DisclosureTest):
    """Art. 32 to 34: 15 working days that are not counted; what silence means."""

    shared = False
    settings = {"clock": "virtual:2025-01-24T09:00:00+08:00"}

    def consulted(self, *parties):
        requester, case_id = self.in_review()
        act_when_ready(self.staff.desk, case_id, "consult",
                       {"parties": list(parties), "question": "May the plan be given?"})
        return requester, case_id

    def test_silence_of_a_third_party_leaves_the_decision_to_the_office(self):
        requester, case_id = self.consulted(NEIGHBOUR)
        case = self.in_state(requester, case_id, "consulting")
        self.assertEqual(("2025-02-20", "excluded"),
                         (clock_of(case, "opinion:third_party-1")["due_day"],
                          clock_of(case, "opinion:third_party-1")["kind"]))
        self.assertEqual("paused", clock_of(case, "main")["phase"])
        before = clock_of(case, "main")["due_day"]
        self.suite.move_clock(hall_time("2025-02-21 09:00"))
        case = self.in_state(requester, case_id, "in_review")
        self.assertEqual([("third_party-1", "silent")],
                         [(unit["stage"], unit["state"]) for unit in case["units"]])
        # 20 working days from 24 January are 27 February; the 15 that were waited are added.
        self.assertEqual(("2025-02-27", "2025-03-20"), (before, clock_of(case, "main")["due_day"]))
        self.assertIs(True, requester.get(
            f"/v1/cases/{case_id}/clocks/main/recompute").data["agrees"])

    def test_a_third_party_that_signs_in_reads_that_it_is_asked_and_not_by_whom(self):
        party = self.suite.officer("public", "FIN", "old-mill")
        requester, case_id = self.consulted(NEIGHBOUR | {"login": "old-mill"})
        number = requester.case(case_id).data["number"]
        [told] = eventually(
            lambda: [one for one in self.staff.head.get(f"/v1/inbox?case={case_id}").data["items"]
                     if "party" in one], bool)
        self.assertEqual([told], party.get(f"/v1/inbox?case={case_id}").data["items"])
        self.assertEqual(f"就信息公开征求您的意见：{number}", told["title"])
        mine = requester.get(f"/v1/inbox?case={case_id}").data["items"]
        self.assertEqual([], [one for one in mine if one["title"] == told["title"]])
        # It takes part and handles nothing: neither who asks nor the office's papers are for it.
        act_when_ready(party, case_id, "answer", {"opinion": "agree", "text": "Let it be seen"})
        self.in_state(requester, case_id, "in_review")
        draft(self.staff, case_id, "refuse", ground="OGI-PROCESS", reasons="Not decided yet")
        shown = json.dumps([party.case(case_id).data, party.timeline(case_id)], ensure_ascii=False)
        for hidden in (REQUESTER["name"], REQUESTER["id_number"], "Not decided yet"):
            self.assertNotIn(hidden, shown)
        self.assertIn("Not decided yet", json.dumps(self.staff.head.case(case_id).data))

    def test_a_window_of_the_hall_tells_no_third_party_who_asks(self):
        neighbour = self.suite.officer("window_clerk", "HALL", "neighbour.hall")
        requester, case_id = self.consulted(NEIGHBOUR | {"login": "neighbour.hall"})
        self.in_state(requester, case_id, "consulting")
        shown = json.dumps([neighbour.case(case_id).data, neighbour.timeline(case_id)],
                           ensure_ascii=False)
        for hidden in (REQUESTER["name"], REQUESTER["id_number"]):
            self.assertNotIn(hidden, shown)

    def test_silence_of_a_co_author_is_consent(self):
        requester, case_id = self.consulted({"relation": "co_author", "department": "PSB"},
                                            NEIGHBOUR)
        self.suite.move_clock(hall_time("2025-02-21 09:00"))
        case = self.in_state(requester, case_id, "in_review")
        self.assertEqual([("co_author-1", "consented"), ("third_party-2", "silent")],
                         [(unit["stage"], unit["state"]) for unit in case["units"]])
        self.assertEqual(2, self.types(requester, case_id).count(
            "approval.consultation_expired.v1"))

    def test_the_clock_goes_on_when_the_last_one_has_answered(self):
        requester, case_id = self.consulted(
            {"relation": "co_author", "department": "PSB"}, NEIGHBOUR,
            {"relation": "third_party", "name": "Willow Ltd", "contact": "3 Lane"})
        eventually(lambda: self.staff.planner.get(f"/v1/cases/{case_id}", check=False).status,
                   lambda status: status == 200)
        self.suite.move_clock(hall_time("2025-02-10 09:00"))
        self.staff.planner.act(case_id, "answer", {"opinion": "agree", "text": "No objection"})
        with self.refused(422, "invalid-fields", "/unit"):
            self.staff.desk.act(case_id, "answer", {"opinion": "object", "text": "By letter"})
        self.staff.desk.act(case_id, "answer", {"opinion": "object", "text": "By letter",
                                                "unit": "third_party-3"})
        case = self.staff.desk.case(case_id).data
        self.assertEqual([("answered", "agree"), ("asked", None), ("answered", "object")],
                         [(unit["state"], unit.get("opinion")) for unit in case["units"]])
        self.assertEqual(["No objection", None, "By letter"],
                         [unit.get("text") for unit in case["units"]])
        told = self.staff.desk.act(case_id, "answer", {"opinion": "agree",
                                                       "unit": "third_party-2"}).data
        self.assertEqual(("in_review", ["approval.consultation_answered.v1",
                                        "approval.case_resumed.v1"]),
                         (told["status"], told["events"]))
        # Paused on 24 January, resumed on 10 February: 26, 27 January, 5 to 8, 10 February.
        self.assertEqual(["2025-03-10"], self.dues(requester, case_id, "main"))

    def test_only_who_was_asked_answers_and_nobody_is_asked_without_a_name(self):
        _, case_id = self.in_review()
        for party, pointer in (({"relation": "third_party"}, "/parties/0/name"),
                               ({"relation": "reporter", "name": "Somebody"},
                                "/parties/0/relation")):
            with self.refused(422, "invalid-fields", pointer):
                self.staff.desk.act(case_id, "consult", {"parties": [party], "question": "May it?"})
        with self.refused(422, "invalid-fields", "/parties/0/department"):
            self.staff.desk.act(case_id, "consult", {
                "parties": [{"relation": "co_author", "department": "XYZ"}], "question": "May it?"})
        act_when_ready(self.staff.desk, case_id, "consult", {
            "parties": [{"relation": "co_author", "department": "PSB"}], "question": "May it?"})
        with self.refused(403, "forbidden"):
            self.staff.unit_officer.act(case_id, "answer", {"opinion": "agree"})

    def test_who_is_consulted_learns_what_is_asked_and_not_by_whom(self):
        requester, case_id = self.consulted({"relation": "co_author", "department": "PSB"},
                                            NEIGHBOUR)
        planner = self.staff.planner
        case = eventually(lambda: planner.get(f"/v1/cases/{case_id}", check=False),
                          lambda answer: answer.status == 200).data
        self.assertEqual(("May the plan be given?", "Plan of the old mill"),
                         (case["question"], case["form"]["information"]))
        seen = json.dumps([case, planner.timeline(case_id)], ensure_ascii=False)
        for secret in (REQUESTER["name"], REQUESTER["phone"], REQUESTER["id_number"],
                       REQUESTER["email"], NEIGHBOUR["name"], NEIGHBOUR["contact"]):
            self.assertNotIn(secret, seen)

    def test_the_requester_does_not_learn_who_the_third_party_is(self):
        requester, case_id = self.consulted(NEIGHBOUR)
        self.staff.desk.act(case_id, "answer", {"opinion": "object", "text": "Our trade secret"})
        desk = json.dumps(self.staff.desk.case(case_id).data)
        self.assertIn(NEIGHBOUR["contact"], desk)
        self.timeline_with(requester, case_id, "approval.consultation_answered.v1")
        eventually(lambda: json.dumps(requester.timeline(case_id)),
                   lambda seen: NEIGHBOUR["name"] not in seen)
        seen = json.dumps([requester.case(case_id).data, requester.timeline(case_id)])
        for secret in (NEIGHBOUR["name"], NEIGHBOUR["contact"], "Our trade secret"):
            self.assertNotIn(secret, seen)


class Excessive(DisclosureTest):
    """Art. 35 and 42: reasons, a later day, a fee, or no processing."""

    shared = False

    def asked_for_reasons(self):
        requester, case_id = self.in_review()
        act_when_ready(self.staff.desk, case_id, "ask", {"question": "Why so many?"})
        case = self.in_state(requester, case_id, "reasons_due")
        self.assertEqual(("running", "Why so many?"),
                         (clock_of(case, "main")["phase"], case["question"]))
        return requester, case_id

    def test_reasons_that_hold_lead_to_a_later_day(self):
        requester, case_id = self.asked_for_reasons()
        requester.act(case_id, "answer", {"reasons": "Each plan is another street"})
        later = {"postpones": True, "until": "2026-05-29", "reasons": "Forty plans"}
        with self.refused(403, "forbidden"):
            self.staff.desk.act(case_id, "extend", later)
        with self.refused(422, "invalid-fields", "/until"):
            self.staff.head.act(case_id, "extend", {**later, "until": "2026-03-10"})
        told = self.staff.head.act(case_id, "extend", later).data
        self.assertEqual(["approval.reply_postponed.v1"], told["events"])
        self.assertEqual(["2026-05-29"], self.dues(requester, case_id, "main"))

    def test_nothing_is_put_off_without_reasons_having_been_given(self):
        _, case_id = self.in_review()
        with self.refused(409, "not-allowed-now"):
            self.staff.head.act(case_id, "extend", {"postpones": True, "until": "2026-05-29",
                                                    "reasons": "Too much work"})

    def test_silence_about_reasons_leads_to_a_reply_that_it_is_not_processed(self):
        requester, case_id = self.asked_for_reasons()
        self.suite.move_clock(hall_time("2026-03-17 09:00"))
        self.in_state(requester, case_id, "in_review")
        self.assertIn("approval.reasons_missed.v1", self.types(requester, case_id))
        told = reply(self.staff, case_id, "not_processed_unreasonable", reasons="No reason given")
        self.assertEqual("replied", told["status"])
        case = self.in_state(requester, case_id, "replied")
        self.assertEqual(("not_processed_unreasonable", BOTH_REMEDIES, "No reason given"),
                         (case["reply"]["reply_kind"], self.remedies(case["reply"]),
                          case["reply"]["reasons"]))

    def test_a_fee_is_paid_and_the_clock_begins_anew_on_the_day_after(self):
        requester, case_id = self.in_review()
        told = act_when_ready(self.staff.desk, case_id, "charge",
                              {"charge_by": "by_request", "requests_this_month": 31})
        self.assertEqual("fee_due", told["status"])
        bill = bill_when_due(requester, case_id)
        # The 31st request alone, at the price of its step.
        self.assertEqual((20000, "2026-03-30"), (bill["amount_fen"], bill["due_day"]))
        self.assertEqual("paused", clock_of(requester.case(case_id).data, "main")["phase"])
        self.suite.move_clock(hall_time("2026-03-16 15:00"))
        pay_when_due(self.staff.cashier, case_id)
        case = self.in_state(requester, case_id, "in_review")
        # 20 working days, of which 17 March is the first; 6 April is off.
        self.assertEqual("2026-04-14", clock_of(case, "main")["due_day"])
        with self.refused(409, "not-allowed-now"):
            self.staff.desk.act(case_id, "charge", {"charge_by": "by_page", "pages": 300})

    def test_a_fee_that_is_not_paid_ends_the_request(self):
        requester, case_id = self.in_review()
        act_when_ready(self.staff.desk, case_id, "charge", {"charge_by": "by_page", "pages": 101})
        bill = bill_when_due(requester, case_id)
        self.assertEqual(72000, bill["amount_fen"])
        self.suite.move_clock(hall_time("2026-03-31 00:01"))
        case = self.in_state(requester, case_id, "abandoned")
        self.assertTrue(case["is_end"])
        self.assertEqual(["lapsed"], [one["status"] for one in case["bills"]])
        told = self.timeline_with(requester, case_id, "fee.bill_lapsed.v1",
                                  "intake.request_abandoned.v1")
        lapsed = next(event for event in told if event["type"] == "fee.bill_lapsed.v1")
        self.assertEqual("AB-NOT-PAID", lapsed["data"]["fields"]["ground"])
        letters = eventually(
            lambda: {letter["title"]: letter["text"]
                     for letter in requester.get("/v1/inbox").data["items"]},
            lambda found: f"Request deemed abandoned: {case['number']}" in found)
        self.assertIn(f"Bill void: {case['number']}", letters)
        self.assertIn("Processing fee not paid in time (国办函〔2020〕109号)",
                      letters[f"Request deemed abandoned: {case['number']}"])
        figures = self.hall.visitor().get("/v1/statistics/disclosure?year=2026").data
        self.assertEqual((1, 1, 1, 72000, 0, 0),
                         tuple(figures[name] for name in ("received", "abandoned", "charged",
                                                          "charged_fen", "paid_fen", "pending")))

    def test_a_fee_is_never_asked_by_both_scales_nor_by_none(self):
        _, case_id = self.in_review()
        for fields in ({"charge_by": "by_page", "pages": 40, "requests_this_month": 12},
                       {"charge_by": "by_request"}, {"charge_by": "by_request", "pages": 4}):
            with self.refused(422, "invalid-fields", "/charge_by"):
                self.staff.desk.act(case_id, "charge", fields)

    def test_the_requester_may_withdraw_instead_of_paying(self):
        requester, case_id = self.in_review()
        act_when_ready(self.staff.desk, case_id, "charge", {"charge_by": "by_page", "pages": 101})
        bill_when_due(requester, case_id)
        case = self.in_state(requester, case_id, "fee_due")
        self.assert_offers(case, "correct", "withdraw")
        requester.act(case_id, "withdraw")
        case = self.in_state(requester, case_id, "withdrawn")
        eventually(lambda: requester.case(case_id).data["bills"][0]["status"],
                   lambda status: status == "void")


class Replies(DisclosureTest):
    """Art. 36 to 39: every kind, its ground, counsel, two persons, remedies."""

    def signed(self, kind, **fields):
        requester, case_id = self.in_review(request_form(document_number=""))
        reply(self.staff, case_id, kind, **fields)
        return self.in_state(requester, case_id, "replied")

    def test_each_kind_that_withholds_names_both_remedies_and_the_others_none(self):
        kinds = {"already_public": None, "disclose": None, "not_exist": None,
                 "not_this_agency": None, "repeat": None, "special_law": None,
                 "no_processing": None, "not_processed_unreasonable": None,
                 "not_a_request": None, "publication_purchase": None,
                 "partial": "OGI-INTERNAL", "refuse": "OGI-SECRET"}
        for kind, ground in kinds.items():
            with self.subTest(kind):
                fields = {"ground": ground} if ground else {}
                case = self.signed(kind, text="As enclosed", **fields)
                expected = [] if kind in ("already_public", "disclose") else BOTH_REMEDIES
                self.assertEqual((kind, ground, expected, "As enclosed"),
                                 (case["reply"]["reply_kind"], case["reply"].get("ground"),
                                  self.remedies(case["reply"]), case["reply"]["text"]))

    def test_the_event_of_a_refusal_names_the_remedies_too_and_the_draft_does_not(self):
        requester, case_id = self.in_review()
        reply(self.staff, case_id, "refuse", ground="OGI-SAFETY")
        told = {event["type"]: event["data"] for event in self.timeline_with(
            requester, case_id, "approval.reply_drafted.v1", "approval.reply_made.v1")}
        self.assertEqual(BOTH_REMEDIES, self.remedies(told["approval.reply_made.v1"]))
        self.assertEqual([], self.remedies(told["approval.reply_drafted.v1"]))

    def test_a_ground_is_cited_where_the_catalogue_lists_some_and_nowhere_else(self):
        _, case_id = self.in_review()
        for kind, fields in (("refuse", {}), ("refuse", {"ground": "AB-NOT-PAID"}),
                             ("partial", {"ground": "made-up"}),
                             ("disclose", {"ground": "OGI-SECRET"})):
            with self.refused(422, "invalid-fields", "/ground"):
                self.staff.desk.act(case_id, "review", {"reply_kind": kind, **fields})
        with self.refused(422, "invalid-fields", "/reply_kind"):
            self.staff.desk.act(case_id, "review", {"reply_kind": "maybe"})

    def test_counsel_advises_before_a_refusal_and_not_where_the_catalogue_asks_for_none(self):
        _, case_id = self.in_review()
        told = act_when_ready(self.staff.desk, case_id, "review",
                              {"reply_kind": "refuse", "ground": "OGI-SECRET"})
        self.assertEqual("counsel_due", told["status"])
        with self.refused(409, "not-allowed-now"):
            self.staff.head.act(case_id, "reply", {"reply_kind": "refuse", "ground": "OGI-SECRET"})
        self.staff.counsel.act(case_id, "advise", {"opinion": "object", "text": "It is no secret"})
        self.staff.head.act(case_id, "return", {"reasons": "As counsel says"})
        told = act_when_ready(self.staff.desk, case_id, "review", {"reply_kind": "not_this_agency"})
        self.assertEqual("reply_due", told["status"])
        # Counsel advised on another draft: that is no advice on this one.
        with self.refused(422, "invalid-fields", "/reply_kind"):
            self.staff.head.act(case_id, "reply", {"reply_kind": "refuse", "ground": "OGI-SECRET"})
        self.assertEqual("replied", self.staff.head.act(
            case_id, "reply", {"reply_kind": "not_this_agency"}).data["status"])

    def test_who_drafted_it_does_not_sign_it(self):
        both = self.suite.hall.sign_in(*self.two_hats())
        requester, case_id = self.in_review()
        both.act(case_id, "review", {"reply_kind": "not_this_agency"})
        with self.refused(403, "forbidden"):
            both.act(case_id, "reply", {"reply_kind": "not_this_agency"})
        self.staff.head.act(case_id, "reply", {"reply_kind": "not_this_agency"})
        case = self.in_state(requester, case_id, "replied")
        self.assertIn("disclosure_head", case["reply"]["decider"])

    def two_hats(self):
        """An officer who is disclosure officer and head in one."""
        password = "two hats, one head"
        self.suite.admin.post("/v1/accounts", {
            "login": "two-hats.goo", "badge": "Two hats", "password": password,
            "grants": [{"role": role, "department": "GOO"}
                       for role in ("disclosure_officer", "disclosure_head")]})
        return "two-hats.goo", password

    def test_the_draft_is_the_offices_own_and_the_reply_is_the_requesters(self):
        requester, case_id = self.in_review()
        draft(self.staff, case_id, "refuse", ground="OGI-PROCESS", reasons="Not decided yet")
        office = self.in_state(self.staff.head, case_id, "reply_due")
        self.assertEqual(("refuse", "Not decided yet", "agree", "Sound"),
                         tuple(office["draft"][name] for name in ("reply_kind", "reasons",
                                                                  "opinion", "advice")))
        self.assertNotIn("draft", requester.case(case_id).data)
        self.assertNotIn("reply", requester.case(case_id).data)
        self.timeline_with(requester, case_id, "approval.reply_drafted.v1",
                           "approval.advice_given.v1")
        eventually(lambda: json.dumps(requester.timeline(case_id)),
                   lambda told: "Not decided yet" not in told and "Sound" not in told)
        told = json.dumps(self.staff.head.timeline(case_id))
        self.assertIn("Not decided yet", told)

    def test_a_hard_request_is_discussed_and_goes_on(self):
        requester, case_id = self.in_review()
        told = act_when_ready(self.staff.head, case_id, "call_meeting",
                              {"members": ["PSB", "FIN"], "agenda": "Whose plan is it?"})
        self.assertEqual(("in_review", ["approval.meeting_called.v1"] * 2),
                         (told["status"], told["events"]))
        case = self.staff.desk.case(case_id).data
        self.assertEqual(["PSB", "FIN"], case["meeting"]["members"])
        [meeting] = case["matters"]
        self.assertEqual(("joint_meeting", "called", False),
                         (meeting["item"], meeting["status"], meeting["is_end"]))
        self.assertEqual([meeting["id"]], [begun["id"] for begun in told["opened"]])
        self.assertNotIn("matters", requester.case(case_id).data)
        self.assertEqual(meeting["number"], self.staff.head.case(meeting["id"]).data["number"])
        with self.refused(422, "invalid-fields", "/members/0"):
            self.staff.head.act(case_id, "call_meeting", {"members": ["XYZ"], "agenda": "What?"})

    def test_the_limit_is_extended_once_by_the_head_of_the_office(self):
        requester, case_id = self.in_review()
        with self.refused(403, "forbidden"):
            self.staff.desk.act(case_id, "extend", {"reasons": "An old archive"})
        self.staff.head.act(case_id, "extend", {"reasons": "An old archive"})
        self.assertEqual(["2026-04-28"], self.dues(requester, case_id, "main"))
        with self.refused(409, "not-allowed-now"):
            self.staff.head.act(case_id, "extend", {"reasons": "Still searching"})

    def test_the_file_is_archived_and_a_remedy_still_registered(self):
        requester, case_id = self.in_review()
        reply(self.staff, case_id, "not_exist")
        act_when_ready(self.staff.desk, case_id, "archive", {"archive_number": "GOO-2026-0001"})
        case = self.in_state(requester, case_id, "archived")
        self.assertTrue(case["is_end"])
        self.timeline_with(requester, case_id, "audit.archive_sealed.v1")
        requester.act(case_id, "appeal", {"remedy": "review", "reasons": "It does exist"})
        self.timeline_with(requester, case_id, "approval.appeal_filed.v1",
                           "audit.remedy_registered.v1")

    def test_each_step_is_told_to_the_requester_in_the_requesters_language(self):
        requester, case_id = self.in_review()
        reply(self.staff, case_id, "refuse", ground="OGI-SECRET")
        told = eventually(
            lambda: requester.get("/v1/inbox").data["items"],
            lambda items: any(item["title"].startswith("Reply: ") for item in items))
        text = next(item["text"] for item in told if item["title"].startswith("Reply: "))
        self.assertIn("State secret (政府信息公开条例 14)", text)
        self.assertIn("administrative review within 60 days", text)
        titles = [item["title"].split(":")[0] for item in told]
        self.assertEqual(["Reply", "Receipt confirmed", "Request for information arrived"], titles)


class Ends(DisclosureTest):
    """Figures, and what is asked for again and again."""

    shared = False

    def figures(self, year=2026):
        return self.hall.visitor().get(f"/v1/statistics/disclosure?year={year}").data

    def test_five_requests_for_one_document_propose_its_publication_once(self):
        cases = [self.in_review(request_form(document_number=number))
                 for number in ["示政〔2019〕7号"] * 4 + ["示政 〔2019〕 7号", "示政〔2019〕8号"]]
        told = [reply(self.staff, cases[5][1], "disclose")]
        told.append(reply(self.staff, cases[0][1], "refuse", ground="OGI-PROCESS"))
        self.assertEqual([["approval.reply_made.v1"]] * 2, [one["events"] for one in told])
        told = [reply(self.staff, case_id, "disclose") for _, case_id in cases[1:4]]
        self.assertEqual([["approval.reply_made.v1", "approval.publication_proposed.v1"],
                          ["approval.reply_made.v1"], ["approval.reply_made.v1"]],
                         [one["events"] for one in told])
        events = self.timeline_with(self.staff.desk, cases[1][1],
                                    "approval.publication_proposed.v1")
        proposed = next(event for event in events
                        if event["type"] == "approval.publication_proposed.v1")
        self.assertEqual({"document_number": "示政〔2019〕7号"}, proposed["data"]["fields"]["form"])
        figures = self.figures()
        self.assertEqual((6, 5, 1, 1), tuple(figures[name] for name in (
            "received", "replied", "pending", "proposed")))

    def test_four_requests_propose_nothing(self):
        cases = [self.in_review()[1] for _ in range(4)]
        told = [reply(self.staff, case_id, "disclose")["events"] for case_id in cases]
        self.assertEqual([["approval.reply_made.v1"]] * 4, told)

    def test_the_figures_of_the_annual_report(self):
        empty = self.figures()
        self.assertEqual((0, 0, [], 0, 0), tuple(empty[name] for name in (
            "received", "replied", "replies", "pending", "carried_over")))
        requester, withdrawn = self.in_review()
        requester.act(withdrawn, "withdraw")
        requester, unconfirmed = self.filed()
        requester.act(unconfirmed["id"], "withdraw")
        _, slow = self.in_review()
        _, quick = self.in_review()
        _, open_one = self.in_review()
        self.staff.head.act(slow, "extend", {"reasons": "An old archive"})
        reply(self.staff, quick, "not_this_agency")
        self.suite.move_clock(hall_time("2026-03-09 10:00"))  # 5 working days on
        reply(self.staff, slow, "disclose")
        figures = self.figures()
        self.assertEqual(
            {"year": 2026, "carried_over": 0, "received": 4, "replied": 2, "abandoned": 0,
             "withdrawn": 1, "pending": 1, "extended": 1, "postponed": 0, "proposed": 0,
             "charged": 0, "charged_fen": 0, "paid_fen": 0},
            {name: value for name, value in figures.items()
             if name not in ("replies", "average_workdays")})
        self.assertEqual({"not_this_agency": 1, "disclose": 1},
                         {one["reply_kind"]: one["count"] for one in figures["replies"]})
        self.assertEqual(2.5, float(figures["average_workdays"]))
        self.assertEqual((1, 0, 1), tuple(self.figures(2027)[name] for name in (
            "carried_over", "received", "pending")))
        self.assertEqual(2026, self.hall.visitor().get("/v1/statistics/disclosure").data["year"])
        for wrong in ("26", "20266", "next"):
            with self.refused(400, "malformed"):
                self.hall.visitor().get(f"/v1/statistics/disclosure?year={wrong}")

    def test_what_is_counted_is_counted_the_same_after_a_crash_and_in_a_replay(self):
        cases = [self.in_review()[1] for _ in range(5)]
        reply(self.staff, cases[0], "disclose")
        before = self.figures()
        self.suite.kill("approval")
        self.suite.restart("approval")
        self.assertEqual(before, self.figures())
        self.assertEqual(1, before["proposed"])
        self.assertIs(True, self.suite.move_clock(hall_time("2026-03-03 09:00"))["settled"])
        for command in ("verify", "replay"):
            code, told = self.suite.tool("audit", command, "--data", self.suite.data)
            self.assertEqual(0, code, told)


if __name__ == "__main__":
    unittest.main()
