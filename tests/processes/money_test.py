"""Money: one window, whole bills, a receipt for each payment, a ledger that sums to zero."""

import threading
import unittest

from cases import (FOOD_WAY, ROAD_WAY, Staff, act_when_ready, bill_when_due, disclosure_filing,
                   food_filing, lead, pay_when_due, road_filing, road_form)
from checks import HallTest, clock_of, eventually

# 12.5 square metres of asphalt at 250.00 yuan, 4 of pavement at 120.00.
BILL_FEN = 12.5 * 25000 + 4 * 12000


class Money(HallTest):
    def billed(self, **form):
        """A road permit that waits for its fee: the case and its bill."""
        self.citizen = self.hall.filing()
        filing = road_filing(self.citizen, form=road_form(**form))
        case_id = self.citizen.file_case(filing).data["id"]
        lead(ROAD_WAY, self.staff, case_id, "fee_due")
        return case_id, bill_when_due(self.staff.cashier, case_id)

    def pay(self, session, bill, **fields):
        return session.post(f"/v1/bills/{bill['id']}/payments",
                            {"amount_fen": bill["amount_fen"], **fields})

    def ledger(self):
        return {entry["account"]: entry["balance_fen"]
                for entry in self.staff.auditor.get("/v1/fee/accounts").data["items"]}

    def test_a_bill_has_a_line_for_every_fee_of_the_schedule(self):
        case_id, bill = self.billed()
        self.assertEqual((case_id, "issued", 360500, int(BILL_FEN), "林望舒"),
                         (bill["case_id"], bill["status"], bill["amount_fen"], bill["amount_fen"],
                          bill["payer"]))
        self.assertEqual([("FEE-ROAD-ASPHALT", 312500, "CU01"), ("FEE-ROAD-WALK", 48000, "CU01")],
                         [(line["fee"], line["amount_fen"], line["payee"])
                          for line in bill["lines"]])
        self.assertRegex(bill["number"], "^RF[0-9]{2}HALL2026[0-9]{7}$")
        digits = "".join(str(int(letter, 36)) for letter in bill["number"][4:] + bill["number"][:4])
        self.assertEqual(1, int(digits) % 97)  # ISO 11649
        again = self.staff.cashier.get(f"/v1/bills/{bill['id']}")
        self.assertEqual(bill, again.data)
        self.assertRegex(again.etag, '^"i0.a0.f[0-9]+"$')

    def test_cash_is_taken_by_the_cashier_and_books_to_the_drawer(self):
        before = self.ledger()
        case_id, bill = self.billed()
        with self.refused(403, "forbidden"):
            self.pay(self.staff.clerk, bill, method="cash")
        with self.refused(403, "forbidden"):
            self.pay(self.staff.bank, bill, method="cash")
        with self.refused(403, "forbidden"):
            self.pay(self.citizen, bill, method="cash")
        owed = self.ledger()
        self.assertEqual(360500, owed["receivable:CU01"] - before.get("receivable:CU01", 0))
        paid = self.pay(self.staff.cashier, bill, method="cash")
        self.assertEqual((201, bill["id"], 360500),
                         (paid.status, paid.data["bill"], paid.data["amount_fen"]))
        self.assertRegex(paid.data["receipt"], "^FS2026[0-9]{7}$")
        case = self.in_state(self.citizen, case_id, "issuing")
        self.assertEqual([("paid", paid.data["receipt"])],
                         [(bill["status"], bill["receipt"]) for bill in case["bills"]])
        after = self.ledger()
        self.assertEqual(before.get("receivable:CU01", 0), after["receivable:CU01"])
        drawer = "drawer:cashier.hall:CU01"
        self.assertEqual(360500, after[drawer] - before.get(drawer, 0))

    def test_a_transfer_is_told_by_the_bank_and_the_same_notice_books_once(self):
        case_id, bill = self.billed()
        with self.refused(422, "invalid-fields", "/reference"):
            self.pay(self.staff.bank, bill, method="transfer")
        with self.refused(403, "forbidden"):
            self.pay(self.staff.cashier, bill, method="transfer", reference="B-1")
        notice = {"method": "transfer", "reference": f"ICBC-{bill['number']}"}
        first = self.pay(self.staff.bank, bill, **notice).data
        booked = self.ledger()
        for _ in range(2):  # each with another Idempotency-Key
            again = self.pay(self.staff.bank, bill, **notice)
            self.assertEqual(201, again.status)
            self.assertNotIn("payment", again.data)
        self.assertEqual(booked, self.ledger())
        case = self.in_state(self.citizen, case_id, "issuing")
        self.assertEqual(first["receipt"], case["bills"][0]["receipt"])
        told = self.timeline_with(self.citizen, case_id, "fee.case_cleared.v1")
        self.assertEqual(1, [event["type"] for event in told].count("fee.payment_recorded.v1"))
        transit = [balance for account, balance in booked.items() if account.startswith("transit:")]
        self.assertEqual([360500], transit)
        _, other = self.billed()
        with self.refused(409, "conflict"):
            self.pay(self.staff.bank, other, **notice)

    def test_a_bill_is_paid_whole_and_once(self):
        _, bill = self.billed()
        for amount_fen in (360499, 360501, 1):
            with self.subTest(amount_fen=amount_fen), \
                    self.refused(422, "invalid-fields", "/amount_fen"):
                self.pay(self.staff.cashier, bill, method="cash", amount_fen=amount_fen)
        with self.refused(422, "invalid-fields", "/amount_fen"):
            self.pay(self.staff.cashier, bill, method="cash", amount_fen=-360500)
        self.pay(self.staff.cashier, bill, method="cash")
        with self.refused(409, "not-allowed-now"):
            self.pay(self.staff.cashier, bill, method="cash")

    def test_two_payments_at_the_same_moment_book_once(self):
        _, bill = self.billed()
        self.assertIsNotNone(self.staff.cashier)
        outcomes = []

        def pay_alone():
            session = self.suite.officer("cashier", "HALL")
            try:
                outcomes.append(self.pay(session, bill, method="cash").status)
            except Exception as problem:  # told below
                outcomes.append(getattr(problem, "status", repr(problem)))
        threads = [threading.Thread(target=pay_alone) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual([201, 409, 409, 409], sorted(outcomes))

    def test_receipts_are_numbered_without_gaps(self):
        numbers = []
        for _ in range(3):
            _, bill = self.billed()
            numbers.append(self.pay(self.staff.cashier, bill, method="cash").data["receipt"])
        first = int(numbers[0].removeprefix("FS2026"))
        self.assertEqual([f"FS2026{first + step:07d}" for step in range(3)], numbers)

    def test_a_bill_of_zero_clears_the_case_at_once(self):
        citizen = self.hall.filing()
        case_id = citizen.file_case(road_filing(
            citizen, form=road_form(asphalt_m2=0, pavement_m2="0"))).data["id"]
        lead(ROAD_WAY, self.staff, case_id, "fee_due")
        case = self.in_state(citizen, case_id, "issuing")
        self.assertEqual([], [bill for bill in case["bills"] if bill["status"] == "issued"])
        told = self.timeline_with(citizen, case_id, "fee.case_cleared.v1")
        self.assertNotIn("fee.payment_recorded.v1", [event["type"] for event in told])

    def test_an_item_without_a_fee_asks_for_none(self):
        firm = self.hall.filing()
        case_id = firm.file_case(food_filing(firm)).data["id"]
        lead(FOOD_WAY, self.staff, case_id, "issuing")
        self.in_state(firm, case_id, "issuing")
        self.assertNotIn("pay", str(firm.get(f"/v1/inbox?case={case_id}").data["items"][0]["title"])
                         .lower())

    def test_fractions_are_rounded_half_up_to_the_fen(self):
        _, bill = self.billed(asphalt_m2="0.0001", pavement_m2="0.0001")
        # 2.5 fen and 1.2 fen.
        self.assertEqual([3, 1], [line["amount_fen"] for line in bill["lines"]])
        self.assertEqual(4, bill["amount_fen"])

    def test_the_ledger_sums_to_zero_and_is_for_auditors(self):
        self.billed()
        told = self.staff.auditor.get("/v1/fee/accounts").data
        self.assertEqual(0, told["sum_fen"])
        self.assertEqual(0, sum(entry["balance_fen"] for entry in told["items"]))
        for session in (self.staff.clerk, self.staff.cashier, self.suite.admin):
            with self.refused(403, "forbidden"):
                session.get("/v1/fee/accounts")
        with self.refused(403, "forbidden"):
            self.hall.filing().get("/v1/fee/accounts")

    def test_a_bill_is_shown_to_its_payer_and_to_nobody_else(self):
        _, bill = self.billed()
        self.assertEqual(bill["number"],
                         self.citizen.get(f"/v1/bills/{bill['id']}").data["number"])
        with self.refused(404, "not-found"):
            self.hall.filing().get(f"/v1/bills/{bill['id']}")
        with self.refused(403, "forbidden"):
            self.staff.food_reviewer.get(f"/v1/bills/{bill['id']}")


class ProcessingFees(HallTest):
    """What an excessive request for information costs (L38, L39): each request its own step of the
    month, or each page its own; the sums of the vectors are in the catalogue's own test."""

    def in_review(self):
        self.requester = self.hall.filing()
        self.filed = self.requester.file_case(disclosure_filing(self.requester)).data
        officer = self.staff.disclosure_officer
        act_when_ready(officer, self.filed["id"], "confirm")
        act_when_ready(officer, self.filed["id"], "take")
        self.in_state(officer, self.filed["id"], "in_review")
        return self.filed["id"]

    def charged(self, **fields):
        case_id = self.in_review()
        self.staff.disclosure_officer.act(case_id, "charge", fields)
        return case_id

    def test_each_request_costs_its_own_step_of_the_month(self):
        for ordinal, fen in ((11, 10000), (30, 10000), (31, 20000), (40, 20000), (41, 30000)):
            with self.subTest(ordinal=ordinal):
                case_id = self.charged(charge_by="by_request", requests_this_month=ordinal)
                bill = bill_when_due(self.staff.cashier, case_id)
                self.assertEqual([("FEE-OGI-ITEM", fen, "CU06")],
                                 [(line["fee"], line["amount_fen"], line["payee"])
                                  for line in bill["lines"]])

    def test_each_page_costs_its_own_step(self):
        for pages, fen in ((31, 1000), (100, 70000), (101, 72000), (200, 270000), (201, 274000)):
            with self.subTest(pages=pages):
                case_id = self.charged(charge_by="by_page", pages=pages)
                bill = bill_when_due(self.staff.cashier, case_id)
                self.assertEqual([("FEE-OGI-PAGE", fen)], [
                    (line["fee"], line["amount_fen"]) for line in bill["lines"]])

    def test_what_is_free_is_not_charged_for(self):
        case_id = self.in_review()
        for fields in ({"charge_by": "by_request", "requests_this_month": 10},
                       {"charge_by": "by_page", "pages": 30}):
            with self.refused(422, "invalid-fields", "/charge_by"):
                self.staff.disclosure_officer.act(case_id, "charge", fields)

    def test_a_request_is_charged_by_one_scale_alone_and_once(self):
        case_id = self.in_review()
        officer = self.staff.disclosure_officer
        for fields in ({"charge_by": "by_request"}, {"charge_by": "by_page"},
                       {"charge_by": "by_request", "pages": 5},
                       {"charge_by": "by_page", "pages": 40, "requests_this_month": 12}):
            with self.subTest(fields=fields), \
                    self.refused(422, "invalid-fields", "/charge_by"):
                officer.act(case_id, "charge", fields)
        officer.act(case_id, "charge", {"charge_by": "by_page", "pages": 40})
        pay_when_due(self.staff.cashier, case_id)
        self.in_state(officer, case_id, "in_review")
        with self.refused(409, "not-allowed-now"):
            officer.act(case_id, "charge", {"charge_by": "by_page", "pages": 40})

    def test_who_withdraws_owes_nothing(self):
        case_id = self.charged(charge_by="by_page", pages=40)
        bill_when_due(self.staff.cashier, case_id)
        act_when_ready(self.requester, case_id, "withdraw")
        case = self.in_state(self.requester, case_id, "withdrawn")
        self.assertEqual(["void"], [bill["status"] for bill in case["bills"]])


class TimeToPay(HallTest):
    shared = False

    def taken_request(self):
        requester = self.hall.filing()
        filed = requester.file_case(disclosure_filing(requester)).data
        act_when_ready(self.staff.disclosure_officer, filed["id"], "confirm")
        act_when_ready(self.staff.disclosure_officer, filed["id"], "take")
        return filed

    def test_once_the_processing_fee_is_paid_the_whole_limit_runs_again(self):
        filed = self.taken_request()
        self.suite.move_clock("2026-03-04T10:00:00+08:00")
        act_when_ready(self.staff.disclosure_officer, filed["id"], "charge",
                       {"charge_by": "by_page", "pages": 40})
        bill_when_due(self.staff.cashier, filed["id"])
        self.suite.move_clock("2026-03-06T10:00:00+08:00")
        pay_when_due(self.staff.cashier, filed["id"])
        case = self.in_state(self.opened(filed), filed["id"], "in_review")
        # 20 working days from the day after Friday 6 March, not what was left of them.
        main = clock_of(case, "main")
        self.assertEqual(("running", "2026-04-03"), (main["phase"], main["due_day"]))

    def test_a_processing_fee_that_is_not_paid_ends_the_request(self):
        filed = self.taken_request()
        act_when_ready(self.staff.disclosure_officer, filed["id"], "charge",
                       {"charge_by": "by_page", "pages": 40})
        bill = bill_when_due(self.staff.cashier, filed["id"])
        self.assertEqual((10000, "2026-03-30"), (bill["amount_fen"], bill["due_day"]))
        self.suite.move_clock("2026-03-31T00:00:00+08:00")
        requester = self.opened(filed)
        case = self.in_state(requester, filed["id"], "abandoned")
        self.assertEqual((True, ["lapsed"]), (case["is_end"],
                                              [bill["status"] for bill in case["bills"]]))
        self.timeline_with(requester, filed["id"], "fee.bill_lapsed.v1",
                           "intake.request_abandoned.v1")

    def test_a_fee_that_is_not_paid_in_time_lets_the_grant_lapse(self):
        citizen = self.hall.filing()
        filed = citizen.file_case(road_filing(citizen)).data
        lead(ROAD_WAY, self.staff, filed["id"], "fee_due")
        bill = bill_when_due(self.staff.cashier, filed["id"])
        # 30 working days from Monday 2 March: 21 in March, 1 to 3 and 7 to 10 April, 13 and 14.
        self.assertEqual("2026-04-14", bill["due_day"])
        case = self.in_state(citizen, filed["id"], "fee_due")
        self.assertEqual(("2026-04-14", "person"), (clock_of(case, "payment_period")["due_day"],
                                                    clock_of(case, "payment_period")["kind"]))
        self.suite.move_clock("2026-04-14T23:59:00+08:00")
        self.assertEqual("fee_due", self.opened(filed).case(filed["id"]).data["status"])
        self.suite.move_clock("2026-04-15T00:00:00+08:00")
        citizen = self.opened(filed)
        case = self.in_state(citizen, filed["id"], "lapsed")
        self.assertIs(True, case["is_end"])
        self.timeline_with(citizen, filed["id"], "fee.bill_lapsed.v1")
        staff = Staff(self.suite)  # their sessions ended meanwhile
        with self.refused(409, "not-allowed-now"):
            staff.cashier.post(f"/v1/bills/{bill['id']}/payments",
                                    {"method": "cash", "amount_fen": bill["amount_fen"]})
        auditor = staff.auditor
        self.assertEqual(0, auditor.get("/v1/fee/accounts").data["sum_fen"])
        eventually(lambda: {entry["account"]: entry["balance_fen"]
                            for entry in auditor.get("/v1/fee/accounts").data["items"]},
                   lambda balances: balances["receivable:CU01"] == 0)


if __name__ == "__main__":
    unittest.main()
