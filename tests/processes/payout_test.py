"""What a provider passes on to Finance's account stands in the bank's statement, one movement for each
payment: it is the money that was booked when it was paid, or the first that is heard of it."""

import unittest

from checks import eventually
from online import BILL_FEN, OnlineTest

from bank import Banks  # tests/bank
from statements import statement_xml

ACCOUNT_A = "1001000000000001"


class Payouts(OnlineTest):
    shared = False

    def setUp(self):
        super().setUp()
        self.banks = Banks("2026-03-02")
        bank = self.banks.open_bank("DEMACNBJ", "102100000001", "示范银行甲")
        self.account = self.banks.open_account(bank, ACCOUNT_A, "Finance")

    def pass_on(self, payment_id, amount_fen=BILL_FEN):
        """The provider sends what it took, under its code and its own id of the payment."""
        self.banks.transfer(self.account, amount_fen, reference=self.bill["number"],
                            payer="Demo Pay",
                            end_to_end_id=f"DEMOPAY:{self.provider.intents[payment_id]['id']}")

    def booked(self):
        """Today's statement, booked: how many entries had which end."""
        sent = self.staff.finance.request(
            "POST", "/v1/fee/statements", media_type="application/xml",
            body=statement_xml(self.banks.statement(self.account))).data
        done = eventually(lambda: self.staff.finance.get(f"/v1/fee/statements/{sent['id']}").data,
                          lambda one: one["status"] in ("booked", "refused"))
        self.assertEqual("booked", done["status"], done.get("why"))
        return {name: done[name] for name in ("matched", "in_suspense", "differing", "carried_out")
                if done[name]}

    def transit(self):
        return {name: fen for name, fen in self.ledger().items()
                if name.startswith("transit:") and fen != 0}

    def at_bank(self):
        return self.staff.auditor.get("/v1/fee/reconciliation/2026-03-02").data["banks"][0]

    def test_what_was_told_at_once_is_not_booked_again_when_it_arrives(self):
        payment_id = self.ready()
        self.provider.pay(payment_id)
        self.assert_paid_once(payment_id)
        self.pass_on(payment_id)
        self.assertEqual({"carried_out": 1}, self.booked())
        self.assertEqual(({"transit:A:CU01:transfer": BILL_FEN}, 0),
                         (self.transit(), self.suspense()))
        self.assertEqual((BILL_FEN, BILL_FEN, None, None), tuple(self.at_bank().get(name) for name in (
            "transit_fen", "statement_fen", "difference_fen", "items")))

    def test_what_the_statement_tells_first_is_not_booked_again_by_the_provider(self):
        payment_id = self.ready()
        self.provider.tells = False
        self.provider.pay(payment_id)
        self.pass_on(payment_id)
        self.assertEqual({"matched": 1}, self.booked())
        self.in_state(self.citizen, self.case_id, "issuing")
        booked = self.ledger()
        self.assertEqual(200, self.provider.tell(payment_id, notice="evt_late"))
        self.assertEqual(200, self.provider.tell(payment_id, notice="evt_later"))
        self.assertEqual((booked, 0), (self.ledger(), self.suspense()))
        self.assertEqual(1, self.count("fee.payment_recorded.v1"))
        self.when(payment_id, "paid")

    def test_what_is_passed_on_twice_is_money_without_a_bill(self):
        payment_id = self.ready()
        self.provider.pay(payment_id)
        self.assert_paid_once(payment_id)
        self.pass_on(payment_id)
        self.pass_on(payment_id)
        self.assertEqual({"carried_out": 1, "in_suspense": 1}, self.booked())
        self.assertEqual({"transit:A:CU01:transfer": BILL_FEN, "transit:A:-:transfer": BILL_FEN},
                         self.transit())
        self.assertEqual((BILL_FEN, None), (self.suspense(), self.at_bank().get("difference_fen")))

    def test_what_is_passed_on_short_differs_by_what_is_missing(self):
        payment_id = self.ready()
        self.provider.pay(payment_id)
        self.assert_paid_once(payment_id)
        self.pass_on(payment_id, BILL_FEN - 600)  # it kept its fee
        self.assertEqual({"differing": 1}, self.booked())
        self.assertEqual(({"transit:A:CU01:transfer": BILL_FEN}, 600),
                         (self.transit(), self.at_bank()["difference_fen"]))


if __name__ == "__main__":
    unittest.main()
