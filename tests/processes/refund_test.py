"""Refunds: asked for by the payer, an officer or the unit, or owed by the law; checked by the unit,
approved and paid by Finance, four different people, back the way the money came."""

import unittest

from cases import (ROAD_WAY, act_when_ready, bill_when_due, card_filing, lead, pay_when_due,
                   road_filing)
from checks import HallTest, clock_of, eventually
from suite import CHANGE_FEN

BILL_FEN = 360500  # of road_filing


class RefundTest(HallTest):
    def setUp(self):
        super().setUp()
        self.unit = self.suite.officer("finance_officer", "UMB")
        self.finance = self.suite.officer("finance_officer", "FIN")
        self.approver = self.suite.officer("approver", "FIN")

    def paid(self, cashier=None, reference=None):
        """A road permit whose fee was paid: the citizen, the case, the bill as it stands."""
        citizen = self.hall.filing()
        case_id = citizen.file_case(road_filing(citizen)).data["id"]
        lead(ROAD_WAY, self.staff, case_id, "fee_due")
        bill = bill_when_due(self.staff.auditor, case_id)
        if reference is None:
            told = pay_when_due(cashier or self.staff.cashier, case_id)
        else:
            told = self.staff.bank.post(f"/v1/bills/{bill['id']}/payments", {
                "method": "transfer", "amount_fen": BILL_FEN, "reference": reference}).data
        bill = self.staff.auditor.get(f"/v1/bills/{bill['id']}").data
        self.assertEqual(told["payment"], bill["payment"])
        return citizen, case_id, bill

    @staticmethod
    def ask(session, bill, **fields):
        """Asks for money back; gives the refund."""
        return session.post(f"/v1/payments/{bill['payment']}/refund",
                            {"reasons": "Two days fewer", **fields}).data["id"]

    def bill(self, bill):
        return self.staff.auditor.get(f"/v1/bills/{bill['id']}").data

    def ledger(self):
        told = self.staff.auditor.get("/v1/fee/accounts").data
        self.assertEqual(0, told["sum_fen"])
        return {entry["account"]: entry["balance_fen"] for entry in told["items"]}

    def refund(self, refund):
        """How it stands in Finance's list."""
        return next(one for one in self.staff.auditor.pages("/v1/fee/refunds?limit=1")
                    if one["id"] == refund)

    def check(self, refund, session=None):
        return (session or self.unit).act(refund, "review", {"opinion": "agree"}).data

    def approve(self, refund, **fields):
        return self.approver.act(refund, "decide", {"outcome": "grant", **fields}).data


class Refunds(RefundTest):
    def test_the_payer_gets_back_by_transfer_what_came_by_transfer(self):
        citizen, case_id, bill = self.paid(reference="BOC-refund-1")
        before = self.ledger()
        refund = self.ask(citizen, bill)
        self.timeline_with(citizen, case_id, "fee.refund_requested.v1")
        self.assertEqual((BILL_FEN, None), (self.bill(bill)["refund_fen"],
                                            self.bill(bill).get("refunded_fen")))
        self.assertEqual("finance_due", self.check(refund)["status"])
        self.assertEqual("payable", self.approve(refund)["status"])
        owed = self.ledger()
        self.assertEqual((BILL_FEN, -BILL_FEN),
                         (owed["income_due:CU01"] - before["income_due:CU01"],
                          owed["refund_due:CU01"] - before.get("refund_due:CU01", 0)))
        paid = self.finance.act(refund, "pay_refund").data
        self.assertRegex(paid["document"], "^FSR2026[0-9]{7}$")
        after = self.ledger()
        transit = "transit:A:CU01:transfer"
        self.assertEqual((-BILL_FEN, before.get("refund_due:CU01", 0)),
                         (after[transit] - before[transit], after["refund_due:CU01"]))
        self.assertEqual(BILL_FEN, self.bill(bill)["refunded_fen"])
        told = self.refund(refund)
        self.assertEqual(("refunded", paid["document"], "CU01", case_id, "request_refund"),
                         (told["status"], told["receipt"], told["unit"], told["case_id"],
                          told["why"]))
        told = self.timeline_with(citizen, case_id, "fee.refund_receipt_issued.v1")
        self.assertEqual([(paid["document"], BILL_FEN)],
                         [(event["data"]["number"], event["data"]["amount_fen"]) for event in told
                          if event["type"] == "fee.refund_receipt_issued.v1"])

    def test_part_of_it_is_asked_for_by_an_officer_of_the_case_and_never_more_than_is_left(self):
        _, _, bill = self.paid(reference="BOC-refund-2")  # the works were shortened (L58)
        handler = self.suite.officer("handler", "UMB")
        self.ask(handler, bill, amount_fen=60500)
        with self.refused(422, "invalid-fields", "/amount_fen"):
            self.ask(handler, bill, amount_fen=300001)
        self.ask(handler, bill, amount_fen=300000)
        with self.refused(409, "not-allowed-now"):
            self.ask(handler, bill)
        self.assertEqual(BILL_FEN, self.bill(bill)["refund_fen"])

    def test_what_is_refused_may_be_asked_for_again(self):
        citizen, _, bill = self.paid(reference="BOC-refund-3")
        refund = self.ask(citizen, bill)
        self.check(refund)
        with self.refused(422, "invalid-fields", "/ground", "/reasons"):
            self.approver.act(refund, "decide", {"outcome": "refuse"})
        with self.refused(422, "invalid-fields", "/ground"):
            self.approver.act(refund, "decide", {"outcome": "refuse", "ground": "RF-UNPROVEN",
                                                 "reasons": "a ground of waivers"})
        books = self.ledger()
        refused = self.approver.act(refund, "decide", {
            "outcome": "refuse", "ground": "RF-SERVICE-GIVEN", "reasons": "the works are done"})
        self.assertEqual("refused", refused.data["status"])
        self.assertEqual(books, self.ledger())
        self.assertNotIn("refund_fen", self.bill(bill))
        self.ask(citizen, bill, amount_fen=1)

    def test_finance_may_approve_less(self):
        citizen, _, bill = self.paid(reference="BOC-refund-4")
        refund = self.ask(citizen, bill, amount_fen=1000)
        self.check(refund)
        with self.refused(422, "invalid-fields", "/amount_fen"):
            self.approve(refund, amount_fen=1001)
        self.approve(refund, amount_fen=900)
        self.assertEqual((900, 900), (self.bill(bill)["refund_fen"],
                                      self.refund(refund)["amount_fen"]))
        self.finance.act(refund, "pay_refund")
        self.assertEqual(900, self.bill(bill)["refunded_fen"])

    def test_nobody_takes_part_twice(self):
        _, _, bill = self.paid(reference="BOC-refund-5")
        self.suite.account("all-hats", ("finance_officer", "UMB"), ("finance_officer", "FIN"),
                           ("approver", "FIN"), ("handler", "UMB"))
        hats = self.hall.sign_in("all-hats", self.suite.passwords["all-hats"])
        asked_by_hats = self.ask(hats, bill, amount_fen=100)
        with self.refused(403, "forbidden"):
            self.check(asked_by_hats, hats)
        self.check(asked_by_hats)
        with self.refused(403, "forbidden"):
            hats.act(asked_by_hats, "decide", {"outcome": "grant"})
        self.approve(asked_by_hats)
        with self.refused(403, "forbidden"):
            hats.act(asked_by_hats, "pay_refund")
        self.finance.act(asked_by_hats, "pay_refund")
        checked_by_hats = self.ask(self.suite.officer("handler", "UMB"), bill, amount_fen=100)
        self.check(checked_by_hats, hats)
        with self.refused(403, "forbidden"):
            hats.act(checked_by_hats, "decide", {"outcome": "grant"})
        self.approve(checked_by_hats)
        with self.refused(403, "forbidden"):
            hats.act(checked_by_hats, "pay_refund")

    def test_who_may_not(self):
        citizen, _, bill = self.paid(reference="BOC-refund-6")
        for other in (self.suite.officer("finance_officer", "PSB"), self.suite.officer("approver", "FIN"),
                      self.staff.auditor):
            with self.refused(403, "forbidden"):
                self.ask(other, bill)
        with self.refused(404, "not-found"):
            self.ask(self.hall.filing(), bill)
        with self.refused(422, "invalid-fields", "/reasons"):
            citizen.post(f"/v1/payments/{bill['payment']}/refund", {})
        refund = self.ask(citizen, bill)
        for other in (self.suite.officer("finance_officer", "PSB"), self.finance, self.approver):
            with self.refused(403, "forbidden"):
                self.check(refund, other)
        self.check(refund)
        for other in (self.unit, self.suite.officer("approver", "UMB"), self.finance):
            with self.refused(403, "forbidden"):
                other.act(refund, "decide", {"outcome": "grant"})
        self.approve(refund)
        for other in (self.unit, self.approver):
            with self.refused(403, "forbidden"):
                other.act(refund, "pay_refund")

    def test_cash_goes_back_over_the_counter_or_once_it_is_at_the_bank(self):
        cashier = self.suite.officer("cashier", "HALL", "counter")
        other = self.suite.officer("cashier", "HALL", "other-counter")
        citizen, _, bill = self.paid(cashier)
        refund, rest = (self.ask(citizen, bill, amount_fen=amount) for amount in (500, 1000))
        for one in (refund, rest):
            self.check(one)
            self.approve(one)
        with self.refused(409, "not-allowed-now"):
            other.act(refund, "pay_refund")
        with self.refused(409, "not-allowed-now"):
            self.finance.act(refund, "pay_refund")  # it is in no bank yet
        cashier.act(refund, "pay_refund")
        self.assertEqual(BILL_FEN - 500, self.ledger()["drawer:counter:CU01"])
        drawer = cashier.get("/v1/fee/drawers").data["items"][0]["id"]
        cashier.act(drawer, "close", {"amount_fen": CHANGE_FEN + BILL_FEN - 500,
                                      "officer": "finance-officer.fin"})
        with self.refused(409, "not-allowed-now"):
            cashier.act(rest, "pay_refund")
        cashier.act(drawer, "deposit", {"officer": "finance-officer.fin"})
        before = self.ledger()["transit:A:CU01:cash"]
        self.finance.act(rest, "pay_refund")
        self.assertEqual(1000, before - self.ledger()["transit:A:CU01:cash"])
        self.assertNotIn("over_short:counter", self.ledger())

    def test_red_receipts_are_numbered_without_gaps(self):
        citizen, _, bill = self.paid(reference="BOC-refund-7")
        numbers = []
        for _ in range(3):
            refund = self.ask(citizen, bill, amount_fen=100)
            self.check(refund)
            self.approve(refund)
            numbers.append(int(self.finance.act(refund, "pay_refund").data["document"][3:]))
        self.assertEqual([numbers[0], numbers[0] + 1, numbers[0] + 2], numbers)

    def test_the_law_gives_back_what_was_paid_for_a_card_that_is_refused(self):
        clerk = self.staff.clerk
        case_id = clerk.file_case(card_filing(clerk)).data["id"]
        act_when_ready(clerk, case_id, "accept")
        pay_when_due(self.staff.cashier, case_id)
        act_when_ready(self.staff.card_approver, case_id, "decide", {
            "outcome": "refuse", "ground": "RF-IDENTITY", "reasons": "Another name"})
        refund = eventually(
            lambda: [one for one in self.staff.auditor.pages("/v1/fee/refunds")
                     if one["case_id"] == case_id], bool)[0]
        self.assertEqual(("decide", "CU02", 2000, "unit_check"),
                         (refund["why"], refund["unit"], refund["amount_fen"], refund["status"]))
        self.check(refund["id"], self.suite.officer("finance_officer", "PSB"))


class Limits(RefundTest):
    shared = False

    def overdue(self, refund):
        return [event["data"]["clock"] for event in self.staff.auditor.get(
            f"/v1/audit/events?case={refund}&limit=200").data
            if event["type"].endswith("fee.clock_overdue.v1")]

    def test_each_step_has_its_time_and_the_unit_half_of_it_for_its_own_find(self):
        citizen, _, bill = self.paid(reference="BOC-refund-8")
        asked = self.ask(citizen, bill, amount_fen=100)
        found = self.ask(self.suite.officer("finance_officer", "UMB", "finder"), bill,
                         amount_fen=100)
        self.assertEqual("2026-03-16", clock_of(self.unit.case(asked).data, "check")["due_day"])
        self.assertEqual("2026-03-09",
                         clock_of(self.unit.case(found).data, "check_found")["due_day"])
        self.suite.move_clock("2026-03-10T09:00:00+08:00")
        eventually(lambda: self.overdue(found), lambda seen: seen == ["check_found"])
        self.check(asked)
        self.assertEqual("2026-03-24",
                         clock_of(self.unit.case(asked).data, "approval")["due_day"])
        self.approve(asked)
        self.assertEqual("2026-03-24", clock_of(self.unit.case(asked).data, "payout")["due_day"])
        self.suite.move_clock("2026-03-25T09:00:00+08:00")
        eventually(lambda: self.overdue(asked), lambda seen: seen == ["payout"])

    def test_kill_9_between_the_steps_loses_nothing(self):
        citizen, _, bill = self.paid(reference="BOC-refund-9")
        refund = self.ask(citizen, bill)
        steps = ((self.unit, "review", {"opinion": "agree"}),
                 (self.approver, "decide", {"outcome": "grant"}), (self.finance, "pay_refund", {}))
        for session, action, fields in steps:
            session.act(refund, action, fields, key=f"key-{action}")
            books = self.ledger()
            self.suite.kill("fee")
            self.suite.restart("fee")
            session.act(refund, action, fields, key=f"key-{action}")
            self.assertEqual(books, self.ledger())
        self.assertEqual(("refunded", BILL_FEN),
                         (self.refund(refund)["status"], self.bill(bill)["refunded_fen"]))


if __name__ == "__main__":
    unittest.main()
