"""Drawers: cash goes into an open one, two count it, two take it to the bank; what is too little or too
much stands under the cashier's name."""

import unittest

from cases import ROAD_WAY, bill_when_due, lead, road_filing
from checks import HallTest, eventually
from suite import CHANGE_FEN

BILL_FEN = 360500  # of road_filing


class DrawerTest(HallTest):
    def setUp(self):
        super().setUp()
        self.finance = self.suite.officer("finance_officer", "FIN")

    def cashier(self, login, drawer=True):
        return self.suite.officer("cashier", "HALL", login, drawer=drawer)

    def billed(self):
        """A bill that waits for its payment."""
        citizen = self.hall.filing()
        case_id = citizen.file_case(road_filing(citizen)).data["id"]
        lead(ROAD_WAY, self.staff, case_id, "fee_due")
        return bill_when_due(self.staff.auditor, case_id)

    @staticmethod
    def pay(cashier, bill):
        return cashier.post(f"/v1/bills/{bill['id']}/payments",
                            {"method": "cash", "amount_fen": bill["amount_fen"]})

    def ledger(self):
        told = self.staff.auditor.get("/v1/fee/accounts").data
        self.assertEqual(0, told["sum_fen"])
        return {entry["account"]: entry["balance_fen"] for entry in told["items"]}

    @staticmethod
    def drawer_of(cashier):
        """The one drawer that a cashier sees."""
        drawers = cashier.get("/v1/fee/drawers").data["items"]
        assert len(drawers) == 1, drawers
        return drawers[0]

    def count(self, cashier, amount_fen, **more):
        drawer = self.drawer_of(cashier)["id"]
        counted = {"amount_fen": amount_fen} if amount_fen else {"empty": True}
        return cashier.act(drawer, "close", {**counted, "officer": "finance-officer.fin", **more})


class Drawers(DrawerTest):
    def test_cash_is_taken_into_an_open_drawer_only(self):
        cashier = self.cashier("shut", drawer=False)
        bill = self.billed()
        with self.refused(409, "not-allowed-now") as caught:
            self.pay(cashier, bill)
        self.assertIn("open", caught[0].detail)
        opened = cashier.post("/v1/fee/drawers", {"amount_fen": 15000})
        self.assertEqual((201, "drawer", "open"),
                         (opened.status, opened.data["item"], opened.data["status"]))
        self.assertRegex(self.pay(cashier, bill).data["receipt"], "^FS2026")
        self.assertEqual(
            {"id": opened.data["id"], "cashier": "shut", "status": "open", "float_fen": 15000,
             "takings_fen": BILL_FEN, "takings": [{"unit": "CU01", "amount_fen": BILL_FEN}]},
            {name: value for name, value in self.drawer_of(cashier).items()
             if name != "opened_at"})
        ledger = self.ledger()
        self.assertEqual((15000, BILL_FEN), (ledger["float:shut"], ledger["drawer:shut:CU01"]))

    def test_a_cashier_has_one_drawer(self):
        cashier = self.cashier("single")
        with self.refused(409, "conflict"):
            cashier.post("/v1/fee/drawers", {"amount_fen": 1})
        with self.refused(422, "invalid-fields", "/amount_fen"):
            self.cashier("nothing", drawer=False).post("/v1/fee/drawers", {})
        for other in (self.staff.clerk, self.finance, self.staff.supervisor, self.suite.admin):
            with self.refused(403, "forbidden"):
                other.post("/v1/fee/drawers", {"amount_fen": 1})

    def test_the_count_goes_to_the_bank_unit_by_unit(self):
        cashier = self.cashier("exact")
        before = self.ledger()
        self.pay(cashier, self.billed())
        drawer = self.drawer_of(cashier)["id"]
        self.count(cashier, CHANGE_FEN + BILL_FEN)
        told = self.drawer_of(cashier)
        self.assertEqual(("counted", CHANGE_FEN + BILL_FEN, "exact", "finance-officer.fin", BILL_FEN),
                         (told["status"], told["counted_fen"], told["counted_by"],
                          told["counted_with"], told["takings_fen"]))
        self.assertNotIn("difference_fen", told)
        with self.refused(409, "not-allowed-now"):
            self.pay(cashier, self.billed())
        with self.refused(409, "conflict"):
            cashier.post("/v1/fee/drawers", {"amount_fen": CHANGE_FEN})
        done = cashier.act(drawer, "deposit", {"officer": "finance-officer.fin"}).data
        self.assertEqual("closed", done["status"])
        self.assertRegex(done["document"], "^CD2026[0-9]{7}$")
        after = self.ledger()
        transit = "transit:A:CU01:cash"
        self.assertEqual(BILL_FEN, after[transit] - before.get(transit, 0))
        self.assertEqual((0, CHANGE_FEN), (after["drawer:exact:CU01"], after["float:exact"]))
        self.assertNotIn("over_short:exact", after)
        self.assertEqual([], cashier.get("/v1/fee/drawers").data["items"])
        cashier.post("/v1/fee/drawers", {"amount_fen": CHANGE_FEN})  # the next begins as it ended
        self.assertNotIn("over_short:exact", self.ledger())

    def test_deposits_are_numbered_without_gaps(self):
        numbers = []
        for login in ("slip-one", "slip-two"):
            cashier = self.cashier(login)
            self.pay(cashier, self.billed())
            drawer = self.drawer_of(cashier)["id"]
            self.count(cashier, CHANGE_FEN + BILL_FEN)
            numbers.append(cashier.act(drawer, "deposit",
                                       {"officer": "finance-officer.fin"}).data["document"])
        self.assertEqual(1, int(numbers[1][2:]) - int(numbers[0][2:]))

    def test_what_is_missing_or_too_much_stands_under_the_cashiers_name(self):
        for login, found_fen in (("short", -100), ("over", 100)):
            with self.subTest(login):
                cashier = self.cashier(login)
                self.pay(cashier, self.billed())
                self.count(cashier, CHANGE_FEN + BILL_FEN + found_fen)
                told, ledger = self.drawer_of(cashier), self.ledger()
                self.assertEqual((found_fen, BILL_FEN, CHANGE_FEN + found_fen),
                                 (told["difference_fen"], told["takings_fen"], told["float_fen"]))
                self.assertEqual((-found_fen, BILL_FEN, CHANGE_FEN + found_fen),
                                 (ledger[f"over_short:{login}"], ledger[f"drawer:{login}:CU01"],
                                  ledger[f"float:{login}"]))

    def test_a_drawer_that_lacks_takings_too_is_made_up_by_the_hall(self):
        cashier = self.cashier("robbed")
        issued = self.ledger()["float_issued:HALL"]
        self.pay(cashier, self.billed())
        self.count(cashier, 0)
        ledger = self.ledger()
        self.assertEqual((CHANGE_FEN + BILL_FEN, BILL_FEN, 0, -BILL_FEN),
                         (ledger["over_short:robbed"], ledger["drawer:robbed:CU01"],
                          ledger["float:robbed"], ledger["float_issued:HALL"] - issued))
        cashier.act(self.drawer_of(cashier)["id"], "deposit", {"officer": "finance-officer.fin"})
        self.assertEqual(0, self.ledger()["drawer:robbed:CU01"])

    def test_the_change_is_counted_again_when_the_next_drawer_is_opened(self):
        cashier = self.cashier("careless")
        self.count(cashier, CHANGE_FEN)
        cashier.post("/v1/fee/drawers", {"amount_fen": CHANGE_FEN - 500})
        ledger = self.ledger()
        self.assertEqual((500, CHANGE_FEN - 500),
                         (ledger["over_short:careless"], ledger["float:careless"]))
        self.count(cashier, CHANGE_FEN - 500, handed_out_fen=500)
        self.assertEqual(CHANGE_FEN, self.ledger()["float:careless"])
        cashier.post("/v1/fee/drawers", {"amount_fen": CHANGE_FEN})
        with self.refused(422, "invalid-fields", "/taken_back_fen"):
            self.count(cashier, CHANGE_FEN, taken_back_fen=CHANGE_FEN + 1)
        self.count(cashier, CHANGE_FEN, taken_back_fen=CHANGE_FEN)
        self.assertEqual(0, self.ledger()["float:careless"])

    def test_two_persons_count_and_two_go_to_the_bank(self):
        cashier = self.cashier("watched")
        self.cashier("colleague")
        self.pay(cashier, self.billed())
        drawer = self.drawer_of(cashier)["id"]
        counted = {"amount_fen": CHANGE_FEN + BILL_FEN}
        with self.refused(422, "invalid-fields", "/officer"):
            cashier.act(drawer, "close", counted)
        for alone in ("watched", "colleague"):
            with self.subTest(alone), self.refused(403, "forbidden"):
                cashier.act(drawer, "close", {**counted, "officer": alone})
        with self.refused(403, "forbidden"):
            self.cashier("colleague").act(drawer, "close",
                                          {**counted, "officer": "finance-officer.fin"})
        with self.refused(403, "forbidden"):
            self.staff.clerk.act(drawer, "close", {**counted, "officer": "watched"})
        self.finance.act(drawer, "close", {**counted, "officer": "watched"})
        with self.refused(403, "forbidden"):
            cashier.act(drawer, "deposit", {"officer": "colleague"})
        self.finance.act(drawer, "deposit", {"officer": "colleague"})

    def test_a_cashier_sees_the_own_drawer_and_finance_all(self):
        mine = self.cashier("mine")
        self.cashier("yours")
        self.assertEqual(["mine"], [one["cashier"] for one in mine.pages("/v1/fee/drawers")])
        for reader in (self.finance, self.staff.auditor):
            seen = [one["cashier"] for one in reader.pages("/v1/fee/drawers?limit=1")]
            self.assertEqual(sorted(seen), seen)
            self.assertLessEqual({"mine", "yours"}, set(seen))
        for other in (self.staff.clerk, self.staff.road_approver, self.suite.admin):
            with self.refused(403, "forbidden"):
                other.get("/v1/fee/drawers")


class Overdue(DrawerTest):
    shared = False

    def findings(self, drawer, count):
        """The finding of each clock that was over."""
        told = eventually(
            lambda: [event["data"]["clock"] for event in self.staff.auditor.get(
                f"/v1/audit/events?case={drawer}&limit=200").data
                if event["type"].endswith("audit.finding_raised.v1")],
            lambda seen: len(seen) >= count)
        self.assertEqual(count, len(told))
        return told

    def test_what_is_not_counted_and_not_at_the_bank_at_the_end_of_the_day_is_overdue(self):
        cashier = self.cashier("late")
        self.pay(cashier, self.billed())
        drawer = self.drawer_of(cashier)["id"]
        self.suite.move_clock("2026-03-02T23:59:00+08:00")
        self.assertEqual([], self.findings(drawer, 0))
        self.suite.move_clock("2026-03-03T09:00:00+08:00")
        self.assertEqual(["end_of_shift"], self.findings(drawer, 1))
        self.count(cashier, CHANGE_FEN + BILL_FEN)
        self.suite.move_clock("2026-03-04T09:00:00+08:00")
        self.assertEqual(["end_of_shift", "close_of_day"], self.findings(drawer, 2))
        cashier.act(drawer, "deposit", {"officer": "finance-officer.fin"})
        case = cashier.case(drawer).data
        self.assertEqual(("closed", True), (case["status"], case["is_end"]))

    def test_kill_9_between_the_steps_loses_nothing(self):
        cashier = self.cashier("killed")
        self.pay(cashier, self.billed())
        drawer = self.drawer_of(cashier)["id"]
        for amount, action in (({"amount_fen": CHANGE_FEN + BILL_FEN - 100}, "close"),
                               ({}, "deposit")):
            fields = {**amount, "officer": "finance-officer.fin"}
            first = cashier.act(drawer, action, fields, key=f"key-{action}")
            books = self.ledger()
            self.suite.kill("fee")
            self.suite.restart("fee")
            again = cashier.act(drawer, action, fields, key=f"key-{action}")
            self.assertEqual(first.data["status"], again.data["status"])
            self.assertEqual(books, self.ledger())
        self.assertEqual((100, 0), (books["over_short:killed"], books["drawer:killed:CU01"]))
        self.assertEqual([], cashier.get("/v1/fee/drawers").data["items"])


if __name__ == "__main__":
    unittest.main()
