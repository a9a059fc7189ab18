"""Certificates: captured at the window, paid first, signed, made, handed over."""

import hashlib
import unittest

from cases import (CARDHOLDER, Staff, act_when_ready, bill_when_due, card_filing, paper, papers_of,
                   pay_when_due)
from checks import HallTest, clock_of, eventually

REFUSAL = {"outcome": "refuse", "ground": "RF-IDENTITY", "reasons": "The register says otherwise"}


def days(case):
    """The due days of the clocks that run."""
    return {clock["name"]: clock["due_day"] for clock in case["clocks"]
            if clock["phase"] == "running"}


class CardTest(HallTest):
    def filed(self, codes=("M-FORM", "M-PHOTO", "M-OLDCARD"), **form):
        clerk = self.staff.clerk
        filed = clerk.file_case(card_filing(clerk, codes, **form)).data
        self.holder = self.opened(filed)
        return filed

    def accepted(self, officers_form=None, **form):
        """A case that waits for its fee."""
        case_id = self.filed(**form)["id"]
        self.staff.clerk.act(case_id, "accept",
                             {"form": officers_form} if officers_form else None)
        return case_id

    def paid(self, officers_form=None, **form):
        """A case that is being checked."""
        case_id = self.accepted(officers_form, **form)
        pay_when_due(self.staff.cashier, case_id)
        return case_id

    def signed(self, officers_form=None):
        """A case whose card is being made."""
        case_id = self.paid(officers_form)
        act_when_ready(self.staff.card_approver, case_id, "decide", {"outcome": "grant"})
        return case_id

    def ledger(self):
        told = self.staff.auditor.get("/v1/fee/accounts").data
        self.assertEqual(0, told["sum_fen"])
        return {entry["account"]: entry["balance_fen"] for entry in told["items"]}

    def types(self, session, case_id, *wanted):
        return [event["type"] for event in self.timeline_with(session, case_id, *wanted)]


class Certificates(CardTest):
    def test_a_card_goes_from_the_window_to_the_hand_of_its_holder(self):
        filed = self.filed(temporary_card=True)
        self.assertEqual(("submitted", []), (filed["status"], filed["missing"]))
        # 60 days from Monday 2 March end on 1 May, which is off until the 5th; 20 working days.
        self.assertEqual({"main": "2026-05-06", "promise": "2026-03-30", "accept": "2026-03-03"},
                         days(filed))
        case_id = filed["id"]
        done = self.staff.clerk.act(case_id, "accept", {"form": {"remote_area": False}}).data
        self.assertEqual(("fee_due", ["intake.case_accepted.v1"]),
                         (done["status"], done["events"]))
        bill = bill_when_due(self.staff.cashier, case_id)
        self.assertEqual([("FEE-ID-RENEW", 2000), ("FEE-ID-TEMP", 1000)],
                         [(line["fee"], line["amount_fen"]) for line in bill["lines"]])
        case = self.in_state(self.holder, case_id, "fee_due")
        self.assertEqual("2026-03-30", bill["due_day"])  # 20 working days
        self.assertEqual({"main": "2026-05-06", "promise": "2026-03-30",
                          "payment_period": "2026-03-30"}, days(case))
        self.assertIs(False, case["form"]["remote_area"])
        self.assert_offers(case, "withdraw", "correct")
        pay_when_due(self.staff.cashier, case_id)
        case = self.in_state(self.holder, case_id, "checking")
        # 5 working days behind Monday 2 March for the check.
        self.assertEqual({"main": "2026-05-06", "promise": "2026-03-30", "check": "2026-03-09"},
                         days(case))
        act_when_ready(self.staff.card_approver, case_id, "decide", {"outcome": "grant"})
        case = self.in_state(self.holder, case_id, "making")
        self.assertEqual("2026-03-18", days(case)["make"])  # 12 working days
        remade = act_when_ready(self.staff.card_maker, case_id, "return",
                                {"reasons": "The print is blurred"})
        self.assertEqual(("making", ["approval.result_remade.v1"]),
                         (remade["status"], remade["events"]))
        issued = act_when_ready(self.staff.card_maker, case_id, "issue")
        self.assertRegex(issued["document"], "^PSB-2026-[0-9]{6}$")
        case = self.in_state(self.holder, case_id, "ready")
        self.assertEqual("2026-03-04", days(case)["issue"])  # 2 working days
        self.assertEqual(issued["document"], case["document"])
        with self.refused(403, "forbidden"):
            self.staff.card_maker.act(case_id, "deliver", {"delivery": "hand", "done": True})
        for fields in ({"delivery": "hand"}, {"delivery": "hand", "done": False}):
            with self.refused(422, "invalid-fields", "/done"):  # the old card is taken back first
                self.staff.clerk.act(case_id, "deliver", fields)
        done = self.staff.clerk.act(case_id, "deliver", {"delivery": "hand", "done": True}).data
        self.assertEqual("delivered", done["status"])
        case = self.in_state(self.holder, case_id, "delivered")
        self.assertEqual((True, {}), (case["is_end"], days(case)))
        self.assertEqual([("paid", 3000)],  # what is made again costs nothing more
                         [(bill["status"], bill["amount_fen"]) for bill in case["bills"]])
        wanted = ["intake.case_submitted.v1", "intake.case_accepted.v1", "fee.bill_issued.v1",
                  "fee.payment_recorded.v1", "fee.receipt_issued.v1", "fee.bill_paid.v1",
                  "fee.case_cleared.v1", "approval.decision_made.v1", "approval.result_remade.v1",
                  "approval.result_issued.v1", "approval.result_delivered.v1"]
        told = self.types(self.holder, case_id, *wanted)
        self.assertEqual(wanted, [kind for kind in told if kind in wanted])
        titles = [message["title"] for message in eventually(
            lambda: self.holder.get("/v1/inbox").data["items"], lambda items: len(items) >= 7)]
        for title in ("Application accepted", "Please pay", "Signed and being made",
                      "Ready to be collected"):
            self.assertIn(f"{title}: {filed['number']}", titles)

    def test_what_an_officer_fills_in_is_checked(self):
        case_id = self.filed()["id"]
        clerk = self.staff.clerk
        for form, pointers in (
                ({"remote_area": "yes"}, ["/form/remote_area"]),
                ({"remote_area": True, "reason": "lost"}, ["/form/reason"]),
                ({"temporary_card": True, "remote_area": 7},
                 ["/form/remote_area", "/form/temporary_card"]),
                ({"remoteness": True}, ["/form/remoteness"])):
            with self.subTest(form=form), self.refused(422, "invalid-fields", *pointers):
                clerk.act(case_id, "accept", {"form": form})
        with self.refused(422, "invalid-fields", "/form"):  # only where the procedure asks for it
            clerk.act(case_id, "request_materials",
                      {"missing": ["M-OLDCARD"], "form": {"remote_area": True}})
        filing = card_filing(clerk)
        filing["form"]["remote_area"] = True
        with self.refused(422, "invalid-fields", "/form/remote_area"):  # nor on filing
            clerk.file_case(filing)
        self.assertEqual("submitted", self.holder.case(case_id).data["status"])

    def test_only_a_card_for_a_remote_area_takes_longer_and_the_head_says_so(self):
        near, unsaid = self.paid({"remote_area": False}), self.paid()
        head = self.staff.card_head
        for case_id in (near, unsaid):
            self.in_state(head, case_id, "checking")
            with self.refused(409, "not-allowed-now"):
                head.act(case_id, "extend", {"reasons": "The snow"})
        far = self.paid({"remote_area": True})
        self.assertIs(True, self.in_state(self.holder, far, "checking")["form"]["remote_area"])
        with self.refused(403, "forbidden"):
            self.staff.card_approver.act(far, "extend", {"reasons": "The snow"})
        with self.refused(422, "invalid-fields", "/reasons"):
            head.act(far, "extend")
        done = head.act(far, "extend", {"reasons": "The snow"}).data
        # 60 and 30 days from 2 March: 31 May, a Sunday.
        self.assertEqual(["approval.clock_extended.v1"], done["events"])
        self.assertEqual("2026-06-01", clock_of(done, "main")["due_day"])
        with self.refused(409, "not-allowed-now"):
            head.act(far, "extend", {"reasons": "More snow"})
        making = self.signed({"remote_area": True})
        self.assertEqual("2026-06-01", clock_of(act_when_ready(
            head, making, "extend", {"reasons": "The snow"}), "main")["due_day"])

    def test_a_refusal_gives_back_what_was_paid(self):
        before = self.ledger()
        case_id = self.paid()
        approver = self.staff.card_approver
        self.in_state(approver, case_id, "checking")
        with self.refused(422, "invalid-fields", "/ground", "/reasons"):
            approver.act(case_id, "decide", {"outcome": "refuse"})
        with self.refused(422, "invalid-fields", "/ground"):
            approver.act(case_id, "decide", {**REFUSAL, "ground": "NA-OTHER-AGENCY"})
        self.assertEqual("refused", approver.act(case_id, "decide", REFUSAL).data["status"])
        told = self.timeline_with(self.holder, case_id, "fee.refund_requested.v1")
        asked = [event["data"] for event in told if event["type"] == "fee.refund_requested.v1"]
        case = self.in_state(self.holder, case_id, "refused")
        bill = case["bills"][0]
        self.assertEqual([(bill["id"], 2000)],
                         [(data["bill"], data["fields"]["amount_fen"]) for data in asked])
        self.assertEqual(("paid", 2000, 2000),
                         (bill["status"], bill["amount_fen"], bill["refund_fen"]))
        self.assertEqual((True, "refuse", ["review", "suit"]),
                         (case["is_end"], case["decision"]["outcome"],
                          [remedy["kind"] for remedy in case["decision"]["remedies"]]))
        listed = [refund for refund in self.staff.finance.pages("/v1/fee/refunds?limit=1")
                  if refund["case_id"] == case_id]
        self.assertEqual([(bill["id"], bill["number"], 2000, "decide")],
                         [(one["bill_id"], one["bill_number"], one["amount_fen"], one["why"])
                          for one in listed])
        for session in (self.staff.clerk, self.staff.card_approver):
            with self.refused(403, "forbidden"):
                session.get("/v1/fee/refunds")
        after = self.ledger()  # no money has moved yet
        self.assertEqual(2000, after["drawer:cashier.hall:CU02"] - before.get("drawer:cashier.hall:CU02", 0))
        self.assertEqual(before.get("receivable:CU02", 0), after["receivable:CU02"])
        titles = [message["title"] for message in eventually(
            lambda: self.holder.get("/v1/inbox").data["items"], lambda items: len(items) >= 6)]
        self.assertIn(f"You will be paid back: {case['number']}", titles)
        appealed = self.holder.act(case_id, "appeal", {"remedy": "review"}).data
        self.assertEqual(["approval.appeal_filed.v1"], appealed["events"])
        told = self.types(self.holder, case_id, "audit.remedy_registered.v1",
                          "notification.message_queued.v1")
        self.assertEqual(1, told.count("fee.refund_requested.v1"))

    def test_a_remark_made_while_the_fee_is_due_can_be_read_by_the_holder(self):
        case_id = self.accepted()
        done = act_when_ready(self.staff.clerk, case_id, "correct", {"note": "House 9, not 7"})
        self.assertEqual(("fee_due", ["fee.case_corrected.v1"]), (done["status"], done["events"]))
        told = self.timeline_with(self.holder, case_id, "fee.case_corrected.v1")
        self.assertEqual(["House 9, not 7"], [event["data"]["fields"]["note"] for event in told
                                              if event["type"] == "fee.case_corrected.v1"])

    def test_the_department_signs_and_the_window_does_not(self):
        case_id = self.paid()
        self.in_state(self.holder, case_id, "checking")
        with self.refused(403, "forbidden"):  # the item is not delegated to the hall
            self.suite.officer("approver", "HALL").act(case_id, "decide", {"outcome": "grant"})
        with self.refused(403, "forbidden"):
            self.staff.road_approver.act(case_id, "decide", {"outcome": "grant"})

    def test_a_card_of_another_place_is_not_accepted(self):
        case_id = self.filed()["id"]
        clerk = self.staff.clerk
        with self.refused(422, "invalid-fields", "/ground"):
            clerk.act(case_id, "refuse_acceptance", {"ground": "RF-NO-CAUSE", "reasons": "No"})
        done = clerk.act(case_id, "refuse_acceptance", {
            "ground": "NA-OTHER-AGENCY", "reasons": "Registered elsewhere",
            "right_agency": "Harbour County police"}).data
        self.assertEqual("not_accepted", done["status"])
        self.assertEqual([], self.in_state(self.holder, case_id, "not_accepted")["bills"])
        self.assertEqual(["intake.appeal_filed.v1"],
                         self.holder.act(case_id, "appeal", {"remedy": "suit"}).data["events"])

    def test_what_is_missing_is_asked_for_once_and_the_limit_waits(self):
        case_id = self.filed(("M-FORM", "M-PHOTO"))["id"]
        clerk = self.staff.clerk
        with self.refused(409, "not-allowed-now"):
            clerk.act(case_id, "accept")
        done = clerk.act(case_id, "request_materials", {"missing": ["M-OLDCARD"]}).data
        self.assertEqual(("supplement", "paused"), (done["status"], clock_of(done, "main")["phase"]))
        done = clerk.act(case_id, "supply_materials",
                         {"materials": papers_of(clerk, ["M-OLDCARD"])}).data
        self.assertEqual(("submitted", "running"), (done["status"], clock_of(done, "main")["phase"]))
        with self.refused(409, "not-allowed-now"):
            clerk.act(case_id, "request_materials", {"missing": ["M-OLDCARD"]})
        self.assertEqual("fee_due", clerk.act(case_id, "accept").data["status"])

    def test_a_lost_card_needs_no_old_one_and_costs_more(self):
        filed = self.filed(("M-FORM", "M-PHOTO"), reason="lost")
        self.assertEqual([], filed["missing"])
        self.staff.clerk.act(filed["id"], "accept")
        self.assertEqual(4000, bill_when_due(self.staff.cashier, filed["id"])["amount_fen"])

    def test_the_holder_withdraws_until_the_card_is_made(self):
        submitted = self.filed()["id"]
        self.assertEqual(["intake.case_withdrawn.v1"],
                         self.holder.act(submitted, "withdraw").data["events"])
        supplement = self.filed(("M-FORM", "M-PHOTO"))["id"]
        self.staff.clerk.act(supplement, "request_materials", {"missing": ["M-OLDCARD"]})
        self.assertEqual("withdrawn", self.holder.act(supplement, "withdraw").data["status"])
        before = self.ledger()
        fee_due = self.accepted()
        bill = bill_when_due(self.staff.cashier, fee_due)
        done = act_when_ready(self.holder, fee_due, "withdraw")
        self.assertEqual(("withdrawn", ["fee.case_withdrawn.v1", "fee.bill_voided.v1"]),
                         (done["status"], done["events"]))
        case = self.in_state(self.holder, fee_due, "withdrawn")
        self.assertEqual(["void"], [bill["status"] for bill in case["bills"]])
        self.assertEqual(before.get("receivable:CU02", 0), self.ledger()["receivable:CU02"])
        with self.refused(409, "not-allowed-now"):
            self.staff.cashier.post(f"/v1/bills/{bill['id']}/payments",
                                    {"method": "cash", "amount_fen": 2000})
        checking = self.paid()
        self.assertEqual("withdrawn", act_when_ready(self.holder, checking, "withdraw")["status"])
        making = self.signed()
        self.in_state(self.holder, making, "making")
        with self.refused(409, "not-allowed-now"):
            self.holder.act(making, "withdraw")

    def test_a_card_is_asked_for_at_the_window_alone(self):
        citizen = self.hall.filing()
        filing = {**card_filing(citizen), "channel": "online"}
        with self.refused(422, "invalid-fields", "/channel"):
            citizen.file_case(filing)


class TimeOfCertificates(CardTest):
    shared = False

    def test_a_fee_that_is_not_paid_in_time_ends_the_case(self):
        filed = self.filed()
        self.staff.clerk.act(filed["id"], "accept")
        bill_when_due(self.staff.cashier, filed["id"])
        self.suite.move_clock("2026-03-30T23:59:00+08:00")  # 20 working days behind 2 March
        self.assertEqual("fee_due", self.opened(filed).case(filed["id"]).data["status"])
        self.suite.move_clock("2026-03-31T00:00:00+08:00")
        holder = self.opened(filed)
        case = self.in_state(holder, filed["id"], "lapsed")
        self.assertEqual((True, ["lapsed"]),
                         (case["is_end"], [bill["status"] for bill in case["bills"]]))
        told = self.types(holder, filed["id"], "fee.bill_lapsed.v1", "fee.bill_voided.v1")
        self.assertNotIn("fee.refund_requested.v1", told)
        self.staff = Staff(self.suite)
        self.assertEqual(0, self.ledger()["receivable:CU02"])

    def test_papers_that_do_not_come_end_the_case(self):
        filed = self.filed(("M-FORM", "M-PHOTO"))
        self.staff.clerk.act(filed["id"], "request_materials", {"missing": ["M-OLDCARD"]})
        self.suite.move_clock("2026-03-17T00:00:00+08:00")  # 10 working days behind 2 March
        case = self.in_state(self.opened(filed), filed["id"], "not_accepted")
        self.assertEqual("NA-NOT-COMPLETED", case["ground"])

    def test_the_time_of_a_supplement_is_added_to_the_limit(self):
        filed = self.filed(("M-FORM", "M-PHOTO"))
        clerk = self.staff.clerk
        clerk.act(filed["id"], "request_materials", {"missing": ["M-OLDCARD"]})
        self.suite.move_clock("2026-03-04T09:00:00+08:00")
        done = clerk.act(filed["id"], "supply_materials",
                         {"materials": papers_of(clerk, ["M-OLDCARD"])}).data
        # Two days of pause: 62 days from 2 March are 3 May, off until the 5th; 22 working days.
        self.assertEqual(("2026-05-06", "2026-04-01"), (clock_of(done, "main")["due_day"],
                                                        clock_of(done, "promise")["due_day"]))


class SensitiveFiles(HallTest):
    shared = False

    def test_a_photograph_is_in_no_event_not_even_sealed(self):
        clerk = self.staff.clerk
        filing = card_filing(clerk, ("M-FORM", "M-OLDCARD"))
        photo = paper(clerk, "M-PHOTO")
        filing["materials"].append({**photo, "filename": "fingerprints-of-yu.pdf"})
        filed = clerk.file_case(filing).data
        holder = self.opened(filed)
        told = self.timeline_with(clerk, filed["id"], "intake.material_fetched.v1")
        submitted = next(event["data"] for event in told
                         if event["type"] == "intake.case_submitted.v1")
        by_code = {material["code"]: material for material in submitted["materials"]}
        self.assertEqual({"M-FORM", "M-OLDCARD", "M-PHOTO"}, set(by_code))
        self.assertLessEqual({"filename", "sha256"}, set(by_code["M-FORM"]))
        self.assertEqual(set(), {"filename", "sha256"} & set(by_code["M-PHOTO"]))
        shown = next(one for one in holder.case(filed["id"]).data["materials"]
                     if one["code"] == "M-PHOTO")
        self.assertEqual(set(), {"filename", "sha256"} & set(shown))
        content = holder.get(f"/v1/cases/{filed['id']}/materials/{shown['index']}").data
        self.assertEqual(photo["sha256"], hashlib.sha256(content).hexdigest())
        self.timeline_with(clerk, filed["id"], "intake.material_read.v1")
        self.suite.stop()
        digest = hashlib.sha256(content)
        needles = [digest.digest(), digest.hexdigest().encode(), b"fingerprints-of-yu",
                   content[:64], CARDHOLDER["name"].encode()]
        looked = 0
        for path in self.suite.folder.rglob("*"):
            if not path.is_file() or path.is_relative_to(self.suite.mail) \
                    or path.is_relative_to(self.suite.registers):
                continue
            stored = path.read_bytes()
            looked += len(stored)
            for needle in needles:
                self.assertNotIn(needle, stored, path)
        self.assertGreater(looked, 1 << 20)


if __name__ == "__main__":
    unittest.main()
