"""Bills that a cashier and a finance officer take back before they are paid; and bills of several
units."""

import unittest

from cases import ROAD_WAY, bill_when_due, changed, lead, road_filing
from checks import HallTest, eventually
from suite import Suite

# What another unit than that of the carriageway charges for, in a changed catalogue.
OF_ROADS = ("quantity: pavement_m2, amount_fen: 12000, bill_at: granted, basis: 城市道路管理条例 37; "
            "the standard is set by the province, status: demo, payee: CU01")
OF_PARKS = OF_ROADS.replace("CU01", "CU08")
BILL_FEN = 360500  # of road_filing: 12.5 m2 of asphalt at 250.00 yuan, 4 of pavement at 120.00


class BillTest(HallTest):
    def billed(self):
        """A road permit that waits for its fee: the citizen, the case, the bill."""
        citizen = self.hall.filing()
        case_id = citizen.file_case(road_filing(citizen)).data["id"]
        lead(ROAD_WAY, self.staff, case_id, "fee_due")
        return citizen, case_id, bill_when_due(self.staff.auditor, case_id)

    def ledger(self):
        told = self.staff.auditor.get("/v1/fee/accounts").data
        self.assertEqual(0, told["sum_fen"])
        return {entry["account"]: entry["balance_fen"] for entry in told["items"]}

    @staticmethod
    def pay(session, bill, **fields):
        return session.post(f"/v1/bills/{bill['id']}/payments",
                            {"method": "cash", "amount_fen": bill["amount_fen"], **fields})

    def bills(self, case_id):
        """The bills of a case, the oldest first."""
        bills = self.staff.auditor.case(case_id).data["bills"]
        return sorted(bills, key=lambda bill: bill["id"])


class Void(BillTest):
    REASONS = {"officer": "finance-officer.fin", "reasons": "Made out to the wrong person"}

    def setUp(self):
        super().setUp()
        self.finance = self.suite.officer("finance_officer", "FIN")

    @staticmethod
    def void(session, bill, **fields):
        return session.post(f"/v1/bills/{bill['id']}/void", {**Void.REASONS, **fields})

    def test_two_take_a_bill_back_and_its_number_never_lives_again(self):
        citizen, case_id, bill = self.billed()
        owed = self.ledger()["receivable:CU01"]
        told = self.void(self.staff.cashier, bill)
        self.assertEqual({"bill": bill["id"]}, told.data)
        self.assertEqual(-BILL_FEN, self.ledger()["receivable:CU01"] - owed)
        self.assertEqual([("void", bill["number"])],
                         [(one["status"], one["number"]) for one in self.bills(case_id)])
        self.assertEqual("fee_due", citizen.case(case_id).data["status"])  # it was not paid
        with self.refused(409, "not-allowed-now"):
            self.pay(self.staff.cashier, bill)
        with self.refused(409, "not-allowed-now"):
            self.void(self.staff.cashier, bill)
        late = self.staff.bank.post(f"/v1/bills/{bill['id']}/payments", {
            "method": "transfer", "amount_fen": BILL_FEN, "reference": "BOC-void-1"})
        self.assertNotIn("receipt", late.data)  # it is money without a bill
        self.assertEqual(-BILL_FEN, self.ledger()["suspense:A"])
        events = self.timeline_with(self.staff.auditor, case_id, "fee.bill_voided.v1")
        voided = next(one["data"] for one in events if one["type"] == "fee.bill_voided.v1")
        self.assertEqual(("void", "finance-officer.fin"), (voided["why"], voided["second"]))

    def test_another_bill_takes_its_place_with_what_was_put_right(self):
        _, case_id, bill = self.billed()
        told = self.void(self.staff.cashier, bill, reissue=True, payer="林望海").data
        first, second = self.bills(case_id)
        self.assertEqual((first["id"], second["id"], second["number"]),
                         (told["bill"], told["reissued"], told["number"]))
        self.assertEqual(("void", "林望舒", "issued", "林望海", BILL_FEN, bill["due_day"]),
                         (first["status"], first["payer"], second["status"], second["payer"],
                          second["amount_fen"], second["due_day"]))
        self.assertNotEqual(first["number"], second["number"])
        told = self.void(self.finance, second, officer="cashier.hall", reissue=True,
                         form={"pavement_m2": "3"}).data
        third = self.bills(case_id)[2]
        self.assertEqual((told["reissued"], 348500, "林望海", [312500, 36000]),
                         (third["id"], third["amount_fen"], third["payer"],
                          [line["amount_fen"] for line in third["lines"]]))
        self.pay(self.staff.cashier, third)
        self.in_state(self.staff.auditor, case_id, "issuing")
        self.assertEqual(["void", "void", "paid"],
                         [one["status"] for one in self.bills(case_id)])

    def test_what_is_put_right_must_be_right(self):
        _, _, bill = self.billed()
        with self.refused(422, "invalid-fields", "/reissue"):
            self.void(self.staff.cashier, bill, payer="somebody else")
        with self.refused(422, "invalid-fields", "/officer", "/reasons"):
            self.staff.cashier.post(f"/v1/bills/{bill['id']}/void", {})
        for form in ({"works": "another main"}, {"pavement_m2": "many"}):
            with self.refused(422, "invalid-fields", f"/form/{next(iter(form))}"):
                self.void(self.staff.cashier, bill, reissue=True, form=form)
        self.assertEqual("issued", self.staff.auditor.get(f"/v1/bills/{bill['id']}").data["status"])

    def test_nobody_takes_a_bill_back_alone(self):
        _, _, bill = self.billed()
        self.suite.officer("cashier", "HALL", "second-till")
        self.suite.account("both", ("cashier", "HALL"), ("finance_officer", "FIN"))
        both = self.hall.sign_in("both", self.suite.passwords["both"])
        cashier = self.staff.cashier
        for session, second in ((cashier, "cashier.hall"), (cashier, "second-till"),
                                (both, "both"), (self.finance, "finance-officer.fin"),
                                (self.staff.clerk, "finance-officer.fin"),
                                (self.staff.road_approver, "cashier.hall")):
            with self.subTest(second=second), self.refused(403, "forbidden"):
                self.void(session, bill, officer=second)
        with self.refused(422, "invalid-fields", "/officer"):
            self.void(cashier, bill, officer="nobody-here")
        with self.refused(412, "stale"):
            cashier.post(f"/v1/bills/{bill['id']}/void", self.REASONS,
                         if_match=f'"i0.a0.f{bill["version"] + 1}"')

    def test_a_bill_that_was_paid_is_not_taken_back(self):
        _, _, bill = self.billed()
        self.pay(self.staff.cashier, bill)
        with self.refused(409, "not-allowed-now"):
            self.void(self.staff.cashier, bill)


class SeveralUnits(BillTest):
    """The pavement is charged by another unit than the carriageway."""

    @classmethod
    def open_hall(cls):
        files = changed("catalogue.yaml", OF_ROADS, OF_PARKS)
        suite = Suite(**cls.settings)
        suite.start()
        try:
            suite.admin.post("/v1/catalogue/versions", {"files": files})
        except BaseException:
            suite.stop()
            raise
        return suite

    def test_each_unit_gets_its_own(self):
        before = self.ledger()
        _, case_id, bill = self.billed()
        self.assertEqual([("CU01", 312500), ("CU08", 48000)],
                         [(line["payee"], line["amount_fen"]) for line in bill["lines"]])
        self.pay(self.staff.cashier, bill)
        drawers = self.staff.auditor.get("/v1/fee/drawers").data["items"]
        self.assertEqual([{"unit": "CU01", "amount_fen": 312500},
                          {"unit": "CU08", "amount_fen": 48000}], drawers[0]["takings"])
        after = self.ledger()
        self.assertEqual((-312500, -48000),
                         (after["income_due:CU01"] - before.get("income_due:CU01", 0),
                          after["income_due:CU08"] - before.get("income_due:CU08", 0)))
        self.in_state(self.staff.auditor, case_id, "issuing")

    def test_a_refund_is_checked_by_the_unit_that_charged(self):
        citizen, case_id, bill = self.billed()
        told = self.staff.bank.post(f"/v1/bills/{bill['id']}/payments", {
            "method": "transfer", "amount_fen": BILL_FEN, "reference": "BOC-units-1"}).data
        path = f"/v1/payments/{told['payment']}/refund"
        with self.refused(422, "invalid-fields", "/unit"):
            citizen.post(path, {"reasons": "Too much"})
        with self.refused(422, "invalid-fields", "/amount_fen"):
            citizen.post(path, {"reasons": "Too much", "unit": "CU08", "amount_fen": 48001})
        citizen.post(path, {"reasons": "Too much", "unit": "CU08"})
        with self.refused(409, "not-allowed-now"):
            citizen.post(path, {"reasons": "Too much", "unit": "CU08", "amount_fen": 1})
        refunds = eventually(
            lambda: [one for one in self.staff.auditor.pages("/v1/fee/refunds")
                     if one["case_id"] == case_id], bool)
        self.assertEqual([("CU08", 48000)],
                         [(one["unit"], one["amount_fen"]) for one in refunds])


if __name__ == "__main__":
    unittest.main()
