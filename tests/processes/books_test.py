"""The books: money without a bill, several bills at once, balances of the past, the daily proof."""

import unittest

from cases import ROAD_WAY, bill_when_due, lead, road_filing, road_form
from checks import HallTest
from proofs import recomputed

# 12.5 square metres of asphalt at 250.00 yuan, 4 of pavement at 120.00.
BILL_FEN = 360500
DAY = "2026-03-02"


class Books(HallTest):
    references = iter(range(1, 10_000))

    def billed(self, **form):
        """A road permit that waits for its fee: who filed it, the case and its bill."""
        citizen = self.hall.filing()
        case_id = citizen.file_case(road_filing(citizen, form=road_form(**form))).data["id"]
        lead(ROAD_WAY, self.staff, case_id, "fee_due")
        return citizen, case_id, bill_when_due(self.staff.cashier, case_id)

    def transfer(self, amount_fen, *bills, **fields):
        """The bank tells of a transfer, by default under a reference of its own."""
        reference = f"{self.id()[-20:]}-{next(self.references)}"
        notice = {"method": "transfer", "amount_fen": amount_fen, "reference": reference,
                  "bills": [{"bill_id": bill["id"]} for bill in bills], **fields}
        return notice, self.staff.bank.post("/v1/payments", notice)

    def accounts(self, query=""):
        told = self.staff.auditor.get(f"/v1/fee/accounts{query}").data
        self.assertEqual(0, told["sum_fen"])
        return {entry["account"]: entry["balance_fen"] for entry in told["items"]}

    def moved(self, before, after):
        """What changed between two looks at the accounts."""
        changes = {name: after[name] - before.get(name, 0) for name in after}
        return {name: fen for name, fen in changes.items() if fen != 0}

    # -- one payment, several bills ------------------------------------------------------------

    def test_one_transfer_pays_several_bills_of_several_cases(self):
        one, first, road = self.billed()
        two, second, other = self.billed(asphalt_m2=1)
        before = self.accounts()
        due = road["amount_fen"] + other["amount_fen"]
        notice, paid = self.transfer(due, road, other, bank="B")
        self.assertEqual(201, paid.status)
        self.in_state(one, first, "issuing")
        self.in_state(two, second, "issuing")
        self.assertEqual({"receivable:CU01": -due, "transit:B:CU01:transfer": due},
                         self.moved(before, self.accounts()))
        receipts = {session.get(f"/v1/cases/{case}").data["bills"][0]["receipt"]
                    for session, case in ((one, first), (two, second))}
        self.assertEqual(2, len(receipts))
        for _ in range(2):
            self.assertEqual(201, self.staff.bank.post("/v1/payments", notice).status)
        self.assertEqual(due, self.accounts()["transit:B:CU01:transfer"])

    def test_cash_for_several_bills_is_what_is_due_on_all(self):
        _, _, road = self.billed()
        _, _, other = self.billed(asphalt_m2=1)
        both = {"method": "cash", "bills": [{"bill_id": road["id"]}, {"bill_id": other["id"]}]}
        with self.refused(422, "invalid-fields", "/amount_fen"):
            self.staff.cashier.post("/v1/payments", {**both, "amount_fen": road["amount_fen"]})
        with self.refused(422, "invalid-fields", "/bills"):
            self.staff.cashier.post("/v1/payments", {"method": "cash", "amount_fen": 100})
        paid = self.staff.cashier.post("/v1/payments", {
            **both, "amount_fen": road["amount_fen"] + other["amount_fen"]})
        self.assertEqual(201, paid.status)
        for bill in (road, other):
            self.assertEqual("paid", self.staff.cashier.get(f"/v1/bills/{bill['id']}").data[
                "status"])

    def test_only_the_link_to_the_banks_tells_of_transfers_and_of_accounts_that_exist(self):
        with self.refused(403, "forbidden"):
            self.staff.cashier.post("/v1/payments", {
                "method": "transfer", "amount_fen": 100, "reference": "X"})
        with self.refused(422, "invalid-fields", "/bank"):
            self.transfer(100, bank="Z")
        with self.refused(422, "invalid-fields", "/reference"):
            self.transfer(100, reference=None)
        with self.refused(404, "not-found"):
            self.transfer(100, {"id": "0190b0a0-0000-7000-8000-000000000000"})

    # -- too much, too little, for nothing -----------------------------------------------------

    def test_what_is_paid_too_much_is_money_without_a_bill(self):
        citizen, case_id, bill = self.billed()
        before = self.accounts()
        _, paid = self.transfer(BILL_FEN + 700, bill)
        self.assertEqual(700, paid.data["unmatched_fen"])
        self.in_state(citizen, case_id, "issuing")
        self.assertEqual({"receivable:CU01": -BILL_FEN, "transit:A:CU01:transfer": BILL_FEN,
                          "transit:A:-:transfer": 700, "suspense:A": -700},
                         self.moved(before, self.accounts()))

    def test_too_little_stays_without_a_bill_and_is_sent_back(self):
        citizen, case_id, bill = self.billed()
        before = self.accounts()
        _, paid = self.transfer(BILL_FEN - 1, bill)
        self.assertNotIn("receipt", paid.data)
        self.assertEqual(BILL_FEN - 1, paid.data["unmatched_fen"])
        self.in_state(citizen, case_id, "fee_due")
        matter = paid.data["unmatched"]
        with self.refused(422, "invalid-fields", "/bill_number"):
            self.staff.finance.act(matter, "match", {"bill_number": bill["number"]})
        with self.refused(403, "forbidden"):
            self.staff.cashier.act(matter, "return", {"reasons": "Not enough"})
        self.staff.finance.act(matter, "return", {"reasons": "Less than the bill asks for"})
        self.assertEqual("sent_back", self.staff.finance.get(f"/v1/cases/{matter}").data["status"])
        self.assertEqual({}, self.moved(before, self.accounts()))
        with self.refused(409, "not-allowed-now"):
            self.staff.finance.act(matter, "return", {"reasons": "Once more"})

    def test_the_bill_of_money_without_one_is_found_later(self):
        _, paid = self.transfer(BILL_FEN + 30)
        matter = paid.data["unmatched"]
        with self.refused(422, "invalid-fields", "/bill_number"):
            self.staff.finance.act(matter, "match", {"bill_number": "RF18HALL20269999999"})
        citizen, case_id, bill = self.billed()
        before = self.accounts()
        self.staff.finance.act(matter, "match", {"bill_number": bill["number"]})
        case = self.in_state(citizen, case_id, "issuing")
        self.assertRegex(case["bills"][0]["receipt"], "^FS2026[0-9]{7}$")
        self.assertEqual({"receivable:CU01": -BILL_FEN, "suspense:A": BILL_FEN,
                          "transit:A:-:transfer": -BILL_FEN, "transit:A:CU01:transfer": BILL_FEN},
                         self.moved(before, self.accounts()))
        self.assertEqual("matched", self.staff.finance.get(f"/v1/cases/{matter}").data["status"])

    def test_money_for_a_bill_that_was_paid_before_is_not_lost(self):
        _, _, bill = self.billed()
        self.transfer(BILL_FEN, bill)
        before = self.accounts()
        _, paid = self.transfer(BILL_FEN, bill)
        self.assertEqual(BILL_FEN, paid.data["unmatched_fen"])
        self.assertEqual({"transit:A:-:transfer": BILL_FEN, "suspense:A": -BILL_FEN},
                         self.moved(before, self.accounts()))
        matter = paid.data["unmatched"]
        with self.refused(422, "invalid-fields", "/bill_number"):
            self.staff.finance.act(matter, "match", {"bill_number": bill["number"]})

    # -- the books -----------------------------------------------------------------------------

    def test_entries_lead_from_a_figure_to_its_events(self):
        _, case_id, bill = self.billed()
        self.transfer(BILL_FEN, bill)
        told, path = [], "/v1/fee/entries?account=receivable:CU01&limit=2"
        while path:
            answer = self.staff.auditor.get(path)
            told += answer.data["items"]
            path = answer.next_page
        self.assertEqual(self.accounts()["receivable:CU01"], told[-1]["balance_fen"])
        signs = {"debit": 1, "credit": -1}
        self.assertEqual(told[-1]["balance_fen"],
                         sum(signs[entry["side"]] * entry["amount_fen"] for entry in told))
        timeline = self.timeline_with(self.staff.clerk, case_id, "fee.bill_paid.v1")
        ids = {event["id"] for event in timeline}
        for entry in told[-2:]:
            self.assertIn(entry["event"], ids)
        with self.refused(400, "malformed"):
            self.staff.auditor.get("/v1/fee/entries")
        with self.refused(403, "forbidden"):
            self.staff.cashier.get("/v1/fee/entries?account=receivable:CU01")

    def test_balances_of_the_past_can_be_asked_for(self):
        _, _, bill = self.billed()
        then = self.accounts()
        events = self.staff.auditor.get("/v1/fee/entries?account=receivable:CU01&limit=500").data
        at = events["items"][-1]["time"]
        self.suite.move_clock(f"{DAY}T09:30:00+08:00")
        self.transfer(BILL_FEN, bill)
        self.assertNotEqual(then["receivable:CU01"], self.accounts()["receivable:CU01"])
        self.assertEqual(then["receivable:CU01"], self.accounts(f"?at={at}")["receivable:CU01"])
        with self.refused(400, "malformed"):
            self.staff.auditor.get("/v1/fee/accounts?at=yesterday")

    def test_the_proof_of_the_day_holds_and_the_record_alone_gives_the_same(self):
        _, _, bill = self.billed()
        self.transfer(BILL_FEN + 5, bill)
        self.billed()
        day = DAY
        proof = self.staff.auditor.get(f"/v1/fee/proof/{day}").data
        self.assertTrue(proof["holds"])
        self.assertEqual(3, len(proof["checks"]))
        self.assertEqual(proof["charged_fen"], proof["paid_fen"] + proof["outstanding_fen"] +
                         proof["waived_fen"] + proof["void_fen"])
        self.assertEqual(proof["paid_fen"] + proof["suspense_fen"],
                         proof["drawers_fen"] + proof["transit_fen"] + proof["settled_fen"] +
                         proof["refunded_fen"])
        self.assertGreater(proof["paid_fen"], 0)
        accounts = self.accounts()
        self.assertEqual(accounts["receivable:CU01"], proof["outstanding_fen"])
        self.assertEqual(sum(fen for name, fen in accounts.items() if name.startswith("transit:")),
                         proof["transit_fen"])

        self.assertEqual(proof, recomputed(self.suite, proof))
        early = self.staff.auditor.get("/v1/fee/proof/2025-01-01").data
        self.assertEqual((True, 0), (early["holds"], early["charged_fen"]))
        with self.refused(404, "not-found"):
            self.staff.auditor.get("/v1/fee/proof/today")
        with self.refused(403, "forbidden"):
            self.staff.cashier.get(f"/v1/fee/proof/{day}")


if __name__ == "__main__":
    unittest.main()
