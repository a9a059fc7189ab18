"""A month of the hall's money, day after day: thirteen charging units, three banks, holidays and a day that is
made up; doubled notices, lost callbacks, refunds, a cashier who is short by 1 yuan. Every day's proof balances or
names the difference, and what the banks say of the month is what the books say."""

import collections
import datetime
import unittest

from cases import (ROAD_WAY, act_when_ready, disclosure_filing, lead, road_filing, road_form)
from checks import eventually
from days_test import days_off_and_made_up
from month import BANKS, CASHIERS, DAY, OPENING_FEN, PRICES, TREASURY_UNITS, UNITS, MonthTest

FIRST = datetime.date(2026, 4, 30)  # the day before Labour Day, to have bills in the holidays
LAST = datetime.date(2026, 5, 31)
SHORT_FEN = 100
TOO_MUCH_FEN = 700


def may(day):
    return datetime.date(2026, 5, day)


class Month(MonthTest):
    first_day = FIRST

    def setUp(self):
        super().setUp()
        off, made_up = days_off_and_made_up()
        self.workdays = [day for day in (FIRST + n * DAY for n in range((LAST - FIRST).days + 1))
                         if day in made_up or (day.weekday() < 5 and day not in off)]
        self.closed = []
        self.to_pass_on = []
        self.later = {}
        self.post.double(self.letter("B", may(8)))
        self.post.delay(self.letter("B", may(19)), days=2)
        self.events = {
            FIRST: self.a_bill_for_the_holidays, may(3): self.paid_in_the_holidays,
            may(7): self.road_in_cash, may(8): self.disclosure_in_cash,
            may(11): self.too_much_is_sent_back, may(12): self.money_without_a_bill,
            may(13): self.whole_refund, may(14): self.the_bill_is_found,
            may(15): self.refund_over_the_counter, may(16): self.paid_on_saturday,
            may(21): self.road_by_transfer, may(22): self.cash_back_by_bank,
            may(25): self.disclosure_by_transfer}
        self.evenings = {may(15): self.paid_after_the_close}

    def letter(self, code, day):
        """Which of all that the banks send the statement of that day is."""
        return 3 * (day - FIRST).days + sorted(BANKS).index(code) + 1

    def is_workday(self):
        return self.today in self.workdays

    # -- what happens once ---------------------------------------------------------------------

    def a_bill_for_the_holidays(self):
        self.later["holiday"] = self.card("CU09", 3)

    def paid_in_the_holidays(self):
        self.pay_online_now(self.later["holiday"], "DEMOPAY")

    def paid_on_saturday(self):
        self.pay_online_now(self.later["saturday"], "DEMOQR")

    def paid_after_the_close(self):
        """At eight in the evening: in the books of the next day."""
        self.at("20:00")
        self.pay_online_now(self.later["evening"], "DEMOCARD")

    def pay_online_now(self, bill, code):
        self.begin_online(bill, code)
        bill.provider.pay(bill.intent)
        self.paid_online(bill)
        self.to_pass_on.append(bill)

    def road(self, asphalt_m2):
        citizen = self.hall.filing()
        form = road_form(asphalt_m2=asphalt_m2, pavement_m2=1, to="2026-07-10", **{"from": "2026-07-01"})
        filed = citizen.file_case(road_filing(citizen, form=form)).data
        lead(ROAD_WAY, self.staff, filed["id"], "fee_due")
        return self.billed(filed, {"CU01": asphalt_m2 * 25000 + 12000})

    def road_in_cash(self):
        self.pay_cash(self.road(2), CASHIERS[0])

    def road_by_transfer(self):
        self.pay_at_bank(self.road(3), "A")

    def disclosure(self, pages):
        """More than 30 pages: 10 yuan each of the next 70."""
        citizen = self.hall.filing()
        filed = citizen.file_case(disclosure_filing(citizen)).data
        officer = self.staff.disclosure_officer
        act_when_ready(officer, filed["id"], "confirm")
        act_when_ready(officer, filed["id"], "take")
        act_when_ready(officer, filed["id"], "charge", {"charge_by": "by_page", "pages": pages})
        return self.billed(filed, {"CU06": (pages - 30) * 1000})

    def disclosure_in_cash(self):
        self.pay_cash(self.disclosure(40), CASHIERS[1])

    def disclosure_by_transfer(self):
        self.pay_by_notice(self.disclosure(55), "C")

    def too_much_is_sent_back(self):
        reference, matter = self.later.pop("too much")
        self.finance.act(matter, "return", {"reasons": "More than the bill asks for"})
        self.sums.without_bill("A", -TOO_MUCH_FEN)
        self.banks.send(self.accounts["A"], TOO_MUCH_FEN, end_to_end_id=f"R-{reference}")

    def money_without_a_bill(self):
        """Somebody forgot to say what for; tomorrow's statement tells."""
        bill = self.later["nameless"] = self.card("CU12", 2)
        self.banks.transfer(self.accounts["B"], bill.fen, text="for the examination")
        self.when_told("B", lambda: self.sums.without_bill("B", bill.fen))

    def matter_of(self, fen):
        """The matter of so much money without a bill, as the record tells of it."""
        def look():
            events = self.auditor.pages("/v1/audit/events?limit=200&type=fee.payment_unmatched.v1")
            return [event["subject"] for event in events if event["data"]["fields"]["amount_fen"] == fen]
        matter, = eventually(look, bool)
        return matter

    def the_bill_is_found(self):
        bill = self.later.pop("nameless")
        self.finance.act(self.matter_of(bill.fen), "match", {"bill_number": bill.number})
        self.sums.matched("B", bill.lines)
        self.counted["FS"] += 1
        self.pay_cash(self.card("CU07", 6), CASHIERS[0])  # this evening its account takes nothing

    def whole_refund(self):
        """Both units give back all of a bill that was paid by transfer, and settled since."""
        bill = self.later.pop("refund")
        for unit, fen in bill.lines.items():
            self.refund_by_bank(bill, "C", unit, "PSB", "transfer", fen)

    def refund_over_the_counter(self):
        bill = self.card("CU09", 4)
        self.pay_cash(bill, CASHIERS[0])
        self.refund_at_counter(bill, CASHIERS[0], "CU09", "PSB", PRICES["CU09"])
        self.later["cash"] = bill
        self.later["saturday"], self.later["evening"] = self.card("CU11", 1), self.card("CU13", 7)

    def cash_back_by_bank(self):
        self.refund_by_bank(self.later.pop("cash"), "A", "CU09", "PSB", "cash", PRICES["CU09"] + 1)

    # -- what happens every workday ------------------------------------------------------------

    def bills_of_today(self):
        """Five bills, each paid in another way: over the month each unit is paid in each of them."""
        number, units = self.workdays.index(self.today), sorted(PRICES)
        cards = [self.card(units[(number + 2 * way) % len(units)], 1 + (number + way) % 5)
                 for way in range(5)]
        if self.today == LAST - 2 * DAY:
            self.card("CU05", 1)  # is not paid this month
        if self.today == may(11):
            self.later["refund"] = self.card("CU03", 12)
            self.pay_by_notice(self.later["refund"], "C")
        return number, cards

    def pay_bills_of_today(self):
        number, (first, second, third, fourth, fifth) = self.bills_of_today()
        self.pay_cash(first, CASHIERS[0])
        self.pay_cash(second, CASHIERS[1])
        self.pay_at_bank(third, "ABC"[number % 3], in_text=number % 2 == 0)
        if self.today == may(7):
            self.later["too much"] = self.pay_by_notice(fourth, "A", more_fen=TOO_MUCH_FEN)
        else:
            self.pay_by_notice(fourth, "CAB"[number % 3], times=1 + number % 2)
        self.pay_online(fifth, number)

    def pay_online(self, bill, number):
        """Most providers tell at once; one twice, one never, one a day too late."""
        self.begin_online(bill, ("DEMOPAY", "DEMOCARD", "DEMOQR")[number % 3])
        bill.provider.tells = self.today not in (may(6), may(8), may(12))
        bill.provider.pay(bill.intent)
        if self.today == may(6):
            for _ in range(2):
                self.assertEqual(200, bill.provider.tell(bill.intent, notice="evt_doubled"))
        if self.today == may(8):
            self.at("10:06")  # nobody told, so it is asked
        if self.today == may(12):
            self.provider_falls_silent(bill)
            return
        self.paid_online(bill)
        if number % 2:
            self.pass_on(bill)
        else:
            self.to_pass_on.append(bill)

    def provider_falls_silent(self, bill):
        """It neither tells nor answers, but passes the money on: the statement tells of it."""
        bank = "B" if bill.provider.code == "DEMOCARD" else "A"
        bill.provider.asked_plan = ["error"] * 1000
        self.pass_on(bill)
        self.when_told(bank, lambda: self.sums.transfer(bank, bill.lines))
        self.counted["FS"] += 1
        self.later["silent"] = bill

    def provider_speaks_again(self):
        bill = self.later.pop("silent")
        bill.provider.asked_plan = []
        bill.provider.tells = True
        for _ in range(2):
            self.assertEqual(200, bill.provider.tell(bill.intent))
        self.intent_is(bill, "paid")

    def count_drawers(self):
        for login in CASHIERS:
            is_short = self.today == may(20) and login == CASHIERS[1]
            self.count_drawer(login, SHORT_FEN if is_short else 0)

    def close_day(self, day):
        """The books of a day are closed, and say what they should."""
        told = self.auditor.get(f"/v1/fee/reconciliation/{day}").data
        differs = day == may(20)
        self.assertEqual((not differs, SHORT_FEN if differs else None, None),
                         (told["balanced"], told.get("counted_short_fen"),
                          told.get("counted_over_fen")))
        self.unit_accounts["CU07"].takes_nothing = day == may(14)
        closed = self.close_books(day)
        self.assertEqual("differing" if differs else "balanced", closed["status"])
        if differs:
            answered = self.finance.act(told["matter"], "answer", {
                "facts_found": "One yuan of change too much was given"}).data
            self.assertEqual("explained", answered["status"])
        self.closed.append(day)
        self.check_books(day)

    def morning(self):
        self.take_the_post()
        if "silent" in self.later:
            self.provider_speaks_again()
        begun = sorted({day for day, _, _ in self.sums.taken if day < self.today})
        for day in begun:
            if day not in self.closed:
                self.close_day(day)  # nobody worked on that day
        for day in self.closed[-3:]:
            self.check_banks(day)

    def workday(self):
        self.morning()
        for login in CASHIERS:
            self.open_drawer(login)
        self.pay_bills_of_today()
        self.events.get(self.today, lambda: None)()
        self.at("17:00")
        self.count_drawers()
        self.close_day(self.today)
        self.evenings.get(self.today, lambda: None)()

    def pass_on_of_yesterday(self):
        """Most providers pass on today what they took yesterday."""
        for bill in self.to_pass_on:
            self.pass_on(bill)
        self.to_pass_on = []

    # -- what is held against each other -------------------------------------------------------

    def check_books(self, day):
        """The proof of a day, and the 26 sums of its books, against the plain sums."""
        expected, proof = self.sums.at_end_of[day], self.auditor.get(f"/v1/fee/proof/{day}").data
        told = {name: proof[name] for name in expected if name != "banks"}
        told["banks"] = {bank["bank"]: bank["transit_fen"] for bank in proof["banks"]
                         if bank["transit_fen"]}
        self.assertEqual((str(day), expected, True), (str(day), told, proof["holds"]),
                         proof["checks"])
        books = self.auditor.get(f"/v1/fee/reconciliation/{day}").data
        ways = {(way["unit"], way["way"]): (way["receipts_fen"], way["moved_fen"])
                for way in books["ways"]}
        self.assertTrue(books["closed"], str(day))
        self.assertEqual({(unit, way): (self.sums.taken[day, unit, way],) * 2
                          for unit in UNITS for way in ("cash", "transfer")}, ways, str(day))

    def check_banks(self, day):
        """What the statements say of a day agrees with its books but for what is named."""
        books = self.auditor.get(f"/v1/fee/reconciliation/{day}").data
        for bank in books["banks"]:
            self.assertNotIn("difference_fen", bank, (str(day), bank))
            account = self.accounts[bank["bank"]]
            if "statement_day" not in bank:
                continue
            after = datetime.date.fromisoformat(bank["statement_day"]) + DAY
            statement_fen = bank.get("statement_fen", 0)
            self.assertEqual(account.balance_fen(before=after), statement_fen)
            sign = {"under_way": 1, "ahead": -1, "ordered": 0}  # an order has moved nothing yet
            named = sum(sign[item["place"]] * item["amount_fen"] for item in bank.get("items", []))
            self.assertEqual(bank["transit_fen"] + OPENING_FEN[bank["bank"]] - statement_fen,
                             named, (str(day), bank))

    def check_the_end(self):
        """Books and banks say the same to the fen, and nothing is under way."""
        ledger = {entry["account"]: entry for entry in self.auditor.get("/v1/fee/accounts").data[
            "items"]}
        at_banks = collections.Counter()
        for name, entry in ledger.items():
            if name.startswith("transit:"):
                at_banks[name.split(":")[1]] += entry["balance_fen"]
        self.assertEqual({code: account.balance_fen() - OPENING_FEN[code]
                          for code, account in self.accounts.items()}, dict(at_banks))
        settled = {unit: ledger[f"{'treasury' if unit in TREASURY_UNITS else 'special'}:{unit}"][
            "balance_fen"] for unit in UNITS}
        self.assertEqual({unit: account.balance_fen()
                          for unit, account in self.unit_accounts.items()}, settled)
        self.assertEqual(dict(self.sums.settled), settled)
        self.assertEqual({"A": 0, "B": 0}, {name[9:]: entry["balance_fen"]
                                            for name, entry in ledger.items()
                                            if name.startswith("suspense:")})
        self.assertEqual(SHORT_FEN, ledger[f"over_short:{CASHIERS[1]}"]["balance_fen"])
        for bank in self.auditor.get(f"/v1/fee/reconciliation/{LAST + DAY}").data["banks"]:
            self.assertEqual(set(), {"difference_fen", "under_way_fen", "ahead_fen", "items"} &
                             set(bank), bank)
        month = collections.Counter()
        for (_, unit, way), fen in self.sums.taken.items():
            month[unit, way] += fen
        self.assertEqual([], [(unit, way) for unit in UNITS for way in ("cash", "transfer")
                              if month[unit, way] <= 0])

    def check_numbers(self):
        """Every bill has one receipt, and nothing was numbered that did not happen."""
        receipts = [bill["receipt"] for bill in (self.auditor.get(f"/v1/bills/{one.id}").data
                                                 for one in self.bills) if "receipt" in bill]
        self.assertEqual(sorted(receipts),
                         [f"FS2026{n + 1:07d}" for n in range(self.counted["FS"])])
        settlements = self.settlements()
        self.assertEqual([f"SZ2026{n + 1:07d}" for n in range(self.counted["SZ"])],
                         sorted(one["number"] for one in settlements))
        slips = [entry.end_to_end_id for entry in self.accounts["A"].entries
                 if entry.kind == "deposit"]
        self.assertEqual([f"CD2026{n + 1:07d}" for n in range(self.counted["CD"])], slips)
        refunds = [one["receipt"] for one in self.auditor.pages("/v1/fee/refunds")]
        self.assertEqual([f"FSR2026{n + 1:07d}" for n in range(self.counted["FSR"])],
                         sorted(refunds))
        orders = collections.Counter(order["status"] for one in settlements
                                     for order in one["orders"])
        self.assertEqual(1, orders["rejected"])
        self.assertEqual(["statement 20 of this account is missing"], self.refusals)
        statements = collections.Counter(
            one["status"] for one in self.auditor.pages("/v1/fee/statements?limit=100"))
        days = (LAST - FIRST).days + 1
        self.assertEqual({"booked": len(BANKS) * days, "refused": 1}, dict(statements))

    def check_record(self):
        """The record alone gives the same proof, and all that the hall knows."""
        for day in (may(7), may(16), may(20), self.closed[-1]):
            told = eventually(lambda day=day: self.suite.tool(
                "audit", "money", "--data", self.suite.data, "--date", day),
                lambda seen: seen[0] == 0)
            self.assertIn("proved", told[1])
        self.assertTrue(all(code == 0 for code in self.suite.stop().values()))
        for command in ("verify", "replay"):
            code, output = self.suite.tool("audit", command, "--data", self.suite.data)
            self.assertEqual(0, code, output)

    # -- the month -----------------------------------------------------------------------------

    def live_through(self):
        while self.today <= LAST:
            if self.is_workday():
                self.workday()
            else:
                self.events.get(self.today, lambda: None)()
            self.next_day()
            self.pass_on_of_yesterday()
        self.morning()

    def table(self):
        """What each day should have ended with, a line a day: for whoever looks why it did not."""
        names = ("charged", "paid", "suspense", "drawers", "transit", "settled", "refunded")
        lines = ["".join(f"{name:>12}" for name in ("day", *names))]
        for day, figures in self.sums.at_end_of.items():
            sums = "".join(f"{figures[f'{name}_fen'] / 100:>12.2f}" for name in names)
            lines.append(f"{day!s:>12}{sums}{'' if day in self.closed else '  open'}")
        return "\n".join(lines)

    def test_a_month_of_money_is_proved_day_after_day_and_agrees_with_the_banks(self):
        try:
            self.live_through()
            for day in self.closed:
                self.check_books(day)
            self.check_the_end()
            self.check_numbers()
        except BaseException:
            print(self.table(), flush=True)
            raise
        self.check_record()


if __name__ == "__main__":
    unittest.main()
