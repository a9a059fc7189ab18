"""Collection points: branches post to the same ledger and take what they may; a day on which one that was
open took nothing is told, and somebody says why."""

import unittest

from cases import ROAD_WAY, bill_when_due, lead, road_filing
from certificate_test import CardTest
from checks import eventually
from suite import CHANGE_FEN

POINT, OTHER = "CP01", "CP02"
DAY = "2026-03-02"  # a Monday
CARD_FEN = 2000


class PointTest(CardTest):
    def setUp(self):
        super().setUp()
        self.finance = self.suite.officer("finance_officer", "FIN")

    def cashier(self, place, login=None, drawer=True):
        return self.suite.officer("cashier", place, login, drawer=drawer)

    def card_bill(self):
        """The bill of a new identity card, which is due."""
        return bill_when_due(self.staff.auditor, self.accepted())

    def road_bill(self):
        citizen = self.hall.filing()
        case_id = citizen.file_case(road_filing(citizen)).data["id"]
        lead(ROAD_WAY, self.staff, case_id, "fee_due")
        return bill_when_due(self.staff.auditor, case_id)

    @staticmethod
    def pay(cashier, bill, **more):
        return cashier.post(f"/v1/bills/{bill['id']}/payments",
                            {"method": "cash", "amount_fen": bill["amount_fen"], **more})

    @staticmethod
    def drawer_of(cashier):
        return cashier.get("/v1/fee/drawers").data["items"][0]

    def taken(self, day=DAY):
        """What each point took, by way."""
        told = self.finance.get(f"/v1/fee/reconciliation/{day}").data
        return {(one["collection_point"], one["way"]): one["taken_fen"] for one in told["points"]}

    def of_unit(self, unit, way, day=DAY):
        told = self.finance.get(f"/v1/fee/reconciliation/{day}").data
        self.assertTrue(told["balanced"])
        return next(one["moved_fen"] for one in told["ways"]
                    if (one["unit"], one["way"]) == (unit, way))


class Taking(PointTest):
    def test_what_a_branch_takes_stands_in_the_ledger_of_the_hall(self):
        cashier = self.cashier(POINT, "east")
        before, of_unit, of_point = self.ledger(), self.of_unit("CU02", "cash"), self.taken()
        self.assertEqual({(POINT, "cash"), (OTHER, "cash"), (OTHER, "transfer")}, set(of_point))
        bill = self.card_bill()
        self.assertRegex(self.pay(cashier, bill).data["receipt"], "^FS2026")
        drawer = self.drawer_of(cashier)
        self.assertEqual((POINT, CARD_FEN), (drawer["collection_point"], drawer["takings_fen"]))
        self.assertEqual(CARD_FEN, self.ledger()["drawer:east:CU02"])
        self.assertEqual(of_unit + CARD_FEN, self.of_unit("CU02", "cash"))
        self.assertEqual({**of_point, (POINT, "cash"): of_point[POINT, "cash"] + CARD_FEN},
                         self.taken())
        cashier.act(drawer["id"], "close", {"amount_fen": CHANGE_FEN + CARD_FEN,
                                            "officer": "finance-officer.fin"})
        done = cashier.act(drawer["id"], "deposit", {"officer": "finance-officer.fin"}).data
        self.assertRegex(done["document"], "^CD2026")
        after, account = self.ledger(), "transit:B:CU02:cash"  # the hall's cash goes to A
        self.assertEqual(CARD_FEN, after[account] - before.get(account, 0))
        self.assertEqual(before.get("transit:A:CU02:cash"), after.get("transit:A:CU02:cash"))

    def test_what_the_hall_takes_is_of_no_point(self):
        before = self.taken()
        self.pay(self.cashier("HALL"), self.card_bill())
        self.assertEqual(before, self.taken())
        self.assertNotIn("collection_point", self.drawer_of(self.cashier("HALL")))

    def test_a_point_takes_money_for_its_units_and_items_alone(self):
        cashier = self.cashier(POINT, "narrow")
        bill = self.road_bill()
        with self.refused(409, "not-allowed-now") as caught:
            self.pay(cashier, bill)
        self.assertIn("CU01", caught[0].detail)
        with self.refused(422, "invalid-fields", "/collection_point"):
            self.pay(cashier, self.card_bill(), collection_point=OTHER)
        self.pay(cashier, self.card_bill(), collection_point=POINT)
        self.pay(self.cashier("HALL"), bill)

    def test_the_bank_may_say_at_which_point_a_transfer_was_made(self):
        before = self.taken()[OTHER, "transfer"]
        bill = self.card_bill()

        def transfer(point):
            self.staff.bank.post(f"/v1/bills/{bill['id']}/payments", {
                "method": "transfer", "amount_fen": CARD_FEN, "reference": "P-1", "bank": "B",
                "collection_point": point})
        for point in (POINT, "CP09", "HALL"):  # CP01 takes cash alone
            with self.subTest(point), self.refused(422, "invalid-fields", "/collection_point"):
                transfer(point)
        transfer(OTHER)
        self.assertEqual(before + CARD_FEN, self.taken()[OTHER, "transfer"])

    def test_cashiers_work_where_they_hold_the_role(self):
        change = {"amount_fen": 100}
        with self.refused(403, "forbidden"):
            self.cashier("PSB", drawer=False).post("/v1/fee/drawers", change)
        mine = self.cashier(POINT, "mine", drawer=False)
        with self.refused(403, "forbidden"):
            mine.post("/v1/fee/drawers", {**change, "collection_point": OTHER})
        with self.refused(422, "invalid-fields", "/collection_point"):
            mine.post("/v1/fee/drawers", {**change, "collection_point": "CP09"})
        with self.refused(409, "not-allowed-now"):
            self.pay(mine, self.card_bill())
        mine.post("/v1/fee/drawers", change)
        drawer = self.drawer_of(mine)["id"]
        counted = {**change, "officer": "finance-officer.fin"}
        with self.refused(403, "forbidden"):
            self.cashier(OTHER, "theirs").act(drawer, "close", counted)
        with self.refused(422, "invalid-fields", "/officer"):
            self.finance.act(drawer, "close", {**change, "officer": "theirs"})
        self.finance.act(drawer, "close", {**change, "officer": "mine"})
        sent = self.cashier("HALL", "sent", drawer=False)
        sent.post("/v1/fee/drawers", {**change, "collection_point": OTHER})
        self.assertEqual(OTHER, self.drawer_of(sent)["collection_point"])


class Silent(PointTest):
    shared = False

    def silences(self):
        """The matters of days on which a point was silent: (point, day) -> case, and findings."""
        told = {}
        for event in self.staff.auditor.pages("/v1/audit/events?limit=200"):
            if event["type"].endswith("fee.point_silent.v1"):
                fields = event["data"]["fields"]
                told[fields["collection_point"], fields["books_day"]] = event["subject"]
        return told

    def silent_by(self, moment, *expected):
        self.suite.move_clock(moment)
        told = eventually(self.silences, lambda seen: len(seen) >= len(expected))
        self.assertEqual(sorted(expected), sorted(told))
        return told

    def test_each_working_day_without_money_is_told_unless_it_was_closed(self):
        self.silent_by("2026-03-02T23:59:00+08:00")
        self.silent_by("2026-03-03T00:01:00+08:00", (POINT, DAY))
        week = [(POINT, f"2026-03-0{day}") for day in (2, 3, 4, 5, 6)] + [(OTHER, "2026-03-03")]
        # CP02 is open on Tuesdays and Thursdays; a notice closed it on the 5th.
        self.silent_by("2026-03-09T09:00:00+08:00", *week)

    def test_a_point_that_took_money_is_not_told(self):
        self.pay(self.cashier(POINT), self.card_bill())
        self.silent_by("2026-03-03T09:00:00+08:00")
        self.silent_by("2026-03-04T09:00:00+08:00", (POINT, "2026-03-03"), (OTHER, "2026-03-03"))

    def test_a_silence_is_a_finding_that_the_point_or_finance_explains(self):
        told = self.silent_by("2026-03-04T09:00:00+08:00", (POINT, DAY), (POINT, "2026-03-03"),
                              (OTHER, "2026-03-03"))
        first, second = told[POINT, DAY], told[POINT, "2026-03-03"]
        self.timeline_with(self.finance, first, "audit.finding_raised.v1")
        with self.refused(422, "invalid-fields", "/facts_found"):
            self.finance.act(first, "answer", {})
        with self.refused(403, "forbidden"):
            self.cashier(OTHER, drawer=False).act(first, "answer", {"facts_found": "rain"})
        why = {"facts_found": "The street was closed; nobody came"}
        self.cashier(POINT, drawer=False).act(first, "answer", why)
        self.finance.act(second, "answer", why)
        for case_id in (first, second):
            self.assertEqual(("explained", True), tuple(
                self.finance.case(case_id).data[name] for name in ("status", "is_end")))

    def test_kill_9_at_midnight_tells_each_silence_once(self):
        self.suite.kill("fee")
        self.suite.restart("fee")
        self.silent_by("2026-03-03T09:00:00+08:00", (POINT, DAY))
        self.suite.kill("fee")
        self.suite.restart("fee")
        self.silent_by("2026-03-04T09:00:00+08:00", (POINT, DAY), (POINT, "2026-03-03"),
                       (OTHER, "2026-03-03"))


if __name__ == "__main__":
    unittest.main()
