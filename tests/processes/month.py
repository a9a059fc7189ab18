"""What the test of a month shares: a catalogue in which every charging unit of the example has a fee, the
people at the counters, the banks, and what each of them does in a day. Whatever moves money is told to the
plain sums of sums.py too."""

import collections
import datetime

from cases import CARDHOLDER, Lasting, act_when_ready, bill_when_due, paper
from checks import HallTest, eventually
from provider import Providers
from sums import NOBODY, Sums
from suite import CHANGE_FEN, Suite, catalogue_files

from bank import Banks  # tests/bank
from delivery import Delivery
from orders import orders_read
from statements import statement_xml

DAY = datetime.timedelta(days=1)
CARD_FEN = 4000  # a lost card (L57), of CU02
# A piece of what each unit does in this test; CU01, CU02 and CU06 have fees in the example itself.
PRICES = {"CU03": 1250, "CU04": 30001, "CU05": 4500, "CU07": 777, "CU08": 15060,
          "CU09": 12000, "CU10": 8808, "CU11": 26000, "CU12": 5603, "CU13": 999}
UNITS = sorted(["CU01", "CU02", "CU06", *PRICES])
TREASURY_UNITS = ("CU01", "CU02", "CU03", "CU06", "CU08", "CU09")  # administrative: 9001...
BANKS = {"A": ("DEMACNBJ", "1001000000000001"), "B": ("DEMBCNBJ", "2001000000000001"),
         "C": ("DEMCCNBJ", "3001000000000001")}
PROVIDER_BANKS = {"DEMOPAY": "A", "DEMOCARD": "B", "DEMOQR": "A"}
# What stood there before: providers pass on a day later what was ordered out before.
OPENING_FEN = {"A": 50_000_00, "B": 30_000_00, "C": 0}
CASHIERS = ("luo.counter", "min.counter")


def month_catalogue():
    """The example's catalogue; the card's form names a unit and pieces, which that unit charges for.
    Here every unit is paid in every way."""
    fields = ('      - {id: charged_by, type: choice, required: true, personal: false, choices: '
              f'[{", ".join(PRICES)}], names: {{zh-Hans: 单位, zh-Hant: 單位, en: Unit}}}}\n'
              '      - {id: pieces, type: integer, required: true, personal: false, min: 1, max: 99, '
              'names: {zh-Hans: 件数, zh-Hant: 件數, en: Pieces}}\n')
    fees = "".join(
        f'      - {{code: FEE-{unit}, names: {{zh-Hans: 收费, zh-Hant: 收費, en: Fee}}, '
        f'quantity: pieces, when: {{charged_by: {unit}}}, amount_fen: {price}, bill_at: accepted, '
        f'basis: of this test, status: demo, payee: {unit}, waivers: []}}\n'
        for unit, price in PRICES.items())
    choices = "".join(f"  {unit}: {{zh-Hans: {unit}, zh-Hant: {unit}, en: {unit}}}\n"
                      for unit in PRICES)
    files = catalogue_files()
    text = next(file for file in files if file["name"] == "catalogue.yaml")
    for before, more in (("      - {id: remote_area, ", fields), ("      - {code: FEE-ID-RENEW, ", fees),
                         ("  inspection: ", choices)):
        assert text["text"].count(before) == 1, before
        text["text"] = text["text"].replace(before, more + before)
    only_there = "methods: [cash, transfer], legacy_bank"
    assert text["text"].count(only_there) == 1
    text["text"] = text["text"].replace(only_there, only_there.replace("]", ", online]"))
    return files


class Bill:
    """A bill and what is known of who has to pay it."""

    def __init__(self, told, filed, lines):
        self.id, self.number, self.case_id = told["id"], told["number"], told["case_id"]
        self.filed, self.lines = filed, lines
        self.fen = sum(lines.values())


class MonthTest(HallTest):
    """A hall, its people, three banks and three providers, from one day on."""

    shared = False
    first_day = None  # a date

    @classmethod
    def open_hall(cls):
        suite = Suite(**cls.settings)
        suite.start()
        try:
            suite.admin.post("/v1/catalogue/versions", {"files": month_catalogue()})
        except BaseException:
            suite.stop()  # nobody else would
            raise
        return suite

    def setUp(self):
        self.providers = Providers()
        self.addCleanup(self.providers.close)
        type(self).settings = {
            "clock": f"virtual:{self.first_day}T09:00:00+08:00",
            "options": {"fee": self.providers.options}}
        super().setUp()
        self.providers.begin(self.suite)
        self.today = self.first_day
        self.sums = Sums(self.first_day)
        self.open_banks()
        self.sign_in()
        self.bills = []
        self.counted = collections.Counter()  # of numbered papers

    def sign_in(self):
        def lasting(*post):
            return Lasting(lambda: self.suite.officer(*post))
        self.clerk = lasting("window_clerk", "HALL")
        self.link = lasting("bank_link", "HALL")
        self.finance = lasting("finance_officer", "FIN")
        self.auditor = lasting("auditor", "*")
        self.approver = lasting("approver", "FIN")
        self.unit_finance = {department: lasting("finance_officer", department)
                             for department in ("UMB", "PSB", "MSA", "HRS", "GOO")}
        self.unit_finance["FIN"] = lasting("finance_officer", "FIN", "second-finance.fin")
        self.cashiers = {login: lasting("cashier", "HALL", login, False) for login in CASHIERS}

    # -- the calendar --------------------------------------------------------------------------

    def at(self, clock):
        """It becomes so late: "17:30"."""
        self.suite.move_clock(f"{self.today}T{clock}:00+08:00")

    def next_day(self):
        """The banks close their day and send their statements; tomorrow begins."""
        for code, account in self.accounts.items():
            self.post.send((code, self.today, self.banks.statement(account)), self.today + DAY)
        self.banks.close_day()
        self.today += DAY
        self.at("09:00")
        self.sums.begin(self.today)

    # -- bills ---------------------------------------------------------------------------------

    def card(self, unit, pieces):
        """A lost card, and pieces of what the unit does: charged for at the window."""
        filed = self.clerk.file_case({
            "item": "PSB-C-001", "applicant": CARDHOLDER, "channel": "window",
            "form": {"reason": "lost", "temporary_card": False, "charged_by": unit,
                     "pieces": pieces, "registered_address": "7 Mulberry Lane, Demo City",
                     "contact_phone": "13900000528"},
            "materials": [paper(self.clerk, code) for code in ("M-FORM", "M-PHOTO")]}).data
        act_when_ready(self.clerk, filed["id"], "accept")
        return self.billed(filed, {"CU02": CARD_FEN, unit: pieces * PRICES[unit]})

    def billed(self, filed, lines):
        """The bill of a case, once it is there: exactly of these sums."""
        told = bill_when_due(self.auditor, filed["id"])
        told_lines = collections.Counter()
        for line in told["lines"]:
            told_lines[line["payee"]] += line["amount_fen"]
        self.assertEqual(lines, dict(told_lines))
        bill = Bill(told, filed, lines)
        self.bills.append(bill)
        self.sums.charge(lines)
        return bill

    def payer(self, bill):
        return self.hall.open_case(bill.filed["number"], bill.filed["code"])

    # -- paying --------------------------------------------------------------------------------

    def pay_cash(self, bill, login):
        self.cashiers[login].post(f"/v1/bills/{bill.id}/payments",
                                  {"method": "cash", "amount_fen": bill.fen})
        self.sums.cash(login, bill.lines)
        self.counted["FS"] += 1

    def pay_at_bank(self, bill, bank, in_text=False):
        """A transfer of which the hall hears by the statement alone."""
        named = {"text": f"fee, {bill.number.lower()}"} if in_text else {"reference": bill.number}
        self.banks.transfer(self.accounts[bank], bill.fen, payer="郁明澜", **named)
        self.when_told(bank, lambda: self.sums.transfer(bank, bill.lines))
        self.counted["FS"] += 1

    def pay_by_notice(self, bill, bank, times=1, more_fen=0):
        """A transfer that the bank tells of at once, so often; gives its reference."""
        fen = bill.fen + more_fen
        entry = self.banks.transfer(self.accounts[bank], fen, reference=bill.number)
        told = [self.link.post("/v1/payments", {
            "method": "transfer", "amount_fen": fen, "reference": entry.bank_reference,
            "bank": bank, "bills": [{"bill_id": bill.id}]}).data for _ in range(times)]
        self.sums.transfer(bank, bill.lines)
        self.counted["FS"] += 1
        if more_fen:
            self.sums.without_bill(bank, more_fen)
        return entry.bank_reference, told[0].get("unmatched")

    def begin_online(self, bill, code):
        """The payer opens a payment at a provider, and it is ready."""
        bill.provider, payer = self.providers[code], self.payer(bill)
        bill.intent = payer.post(f"/v1/bills/{bill.id}/payments",
                                 {"method": "online", "provider": code}).data["payment"]
        self.intent_is(bill, "ready")

    def intent_is(self, bill, status):
        payer = self.payer(bill)
        eventually(lambda: payer.get(f"/v1/payments/{bill.intent}").data,
                   lambda told: told["status"] == status)

    def paid_online(self, bill):
        """The hall knows that it was paid."""
        self.intent_is(bill, "paid")
        self.sums.transfer(PROVIDER_BANKS[bill.provider.code], bill.lines)
        self.counted["FS"] += 1

    def pass_on(self, bill):
        """The provider sends on to Finance what it took."""
        account = self.accounts[PROVIDER_BANKS[bill.provider.code]]
        own = bill.provider.intents[bill.intent]["id"]
        self.banks.transfer(account, bill.fen, reference=bill.number, payer=bill.provider.code,
                            end_to_end_id=f"{bill.provider.code}:{own}")

    # -- the banks -----------------------------------------------------------------------------

    def open_banks(self):
        self.banks = Banks(str(self.first_day))
        self.accounts = {
            code: self.banks.open_account(self.banks.open_bank(bic, "102100000001", f"Bank {code}"),
                                          number, "Finance", balance_fen=OPENING_FEN[code])
            for code, (bic, number) in BANKS.items()}
        treasury = self.banks.open_bank("DEMTCNBJ", "011100000001", "Treasury")
        self.unit_accounts = {
            unit: self.banks.open_account(
                treasury, f"{9001 if unit in TREASURY_UNITS else 9002}{int(unit[2:]):012d}", unit)
            for unit in UNITS}
        self.post = Delivery()
        self.waiting = []  # statements that came before the one that they follow
        self.to_tell = collections.defaultdict(list)  # bank, day: what its statement will tell
        self.refusals = []

    def when_told(self, bank, happens):
        """What is in the books once the statement of today is."""
        self.to_tell[bank, self.today].append(happens)

    def upload(self, code, day, statement):
        """Hands a statement in; True when it is booked."""
        sent = self.finance.request("POST", "/v1/fee/statements", body=statement_xml(statement),
                                    media_type="application/xml").data
        done = eventually(lambda: self.finance.get(f"/v1/fee/statements/{sent['id']}").data,
                          lambda one: one["status"] in ("booked", "refused"))
        if done["status"] == "refused":
            self.refusals.append(done["why"])
            return False
        self.assertEqual((0, 0), (done["differing"], done["other"]), done)
        self.assertEqual(len(statement.entries), done["entries_read"], done)
        for happens in self.to_tell.pop((code, day), ()):
            happens()
        return True

    def take_the_post(self):
        """The statements that arrived are handed in, the oldest of each bank first."""
        arrived = self.waiting + self.post.take(self.today)
        arrived.sort(key=lambda one: (one[0], one[1]))
        self.waiting = [one for one in arrived if not self.upload(*one)]

    # -- the counters --------------------------------------------------------------------------

    def open_drawer(self, login):
        change = CHANGE_FEN - self.sums.short[login]
        self.cashiers[login].post("/v1/fee/drawers", {"amount_fen": change})

    def count_drawer(self, login, short_fen=0):
        """Two count it, two take what it holds to the bank."""
        cashier, officer = self.cashiers[login], {"officer": "finance-officer.fin"}
        drawer = cashier.get("/v1/fee/drawers").data["items"][0]["id"]
        takings = self.sums.takings(login)
        there = CHANGE_FEN - self.sums.short[login] + takings - short_fen
        cashier.act(drawer, "close", {"amount_fen": there, **officer})
        self.sums.found_short(login, short_fen)
        if takings == 0:
            return
        slip = cashier.act(drawer, "deposit", officer).data["document"]
        self.banks.deposit(self.accounts["A"], takings, end_to_end_id=slip)
        self.sums.deposit(login, "A")
        self.counted["CD"] += 1

    # -- the close -----------------------------------------------------------------------------

    def close_books(self, day):
        """Finance closes the books of a day; what stands in transit goes to the units' accounts."""
        before = {one["id"] for one in self.settlements()}
        closed = self.finance.post("/v1/fee/day-close", {"date": str(day)}).data
        self.sums.close(day, self.today)
        expected = self.sums.order()
        new = [one for one in self.settlements() if one["id"] not in before]
        self.assertEqual(expected, {(one["bank"], order["unit"]): order["amount_fen"]
                                    for one in new for order in one["orders"]})
        for settlement in new:
            self.counted["SZ"] += 1
            self.bank_executes(settlement)
        return closed

    def settlements(self):
        return list(self.finance.pages("/v1/fee/settlements?limit=100"))

    def bank_executes(self, settlement):
        """The bank reads the file and pays; what it refuses Finance takes back."""
        path = f"/v1/fee/settlements/{settlement['id']}"
        xml = self.finance.get(f"{path}/file").data
        group, = orders_read(xml).groups
        self.assertEqual(BANKS[settlement["bank"]][1], group.debtor_account)
        unit_of = {account.number: unit for unit, account in self.unit_accounts.items()}
        for transfer, outcome in zip(group.transfers, self.banks.execute(xml)):
            key = settlement["bank"], unit_of[transfer.creditor_account]
            self.assertEqual(transfer.end_to_end_id, outcome.end_to_end_id)
            if outcome.state == "executed":
                self.when_told(key[0], lambda key=key: self.sums.made(*key))
                continue
            self.assertEqual("the account takes no money", outcome.why)
            self.finance.post(f"{path}/answers", {"end_to_end": transfer.end_to_end_id,
                                                  "accepted": False, "answer": "REFUSED-1"})
            self.sums.turned_back(*key)

    # -- refunds -------------------------------------------------------------------------------

    def refund_agreed(self, bill, unit, department, fen):
        """The payer asks, the unit checks, Finance agrees."""
        payment = self.auditor.get(f"/v1/bills/{bill.id}").data["payment"]
        refund = self.payer(bill).post(f"/v1/payments/{payment}/refund", {
            "reasons": "Not needed any more", "unit": unit, "amount_fen": fen}).data["id"]
        self.unit_finance[department].act(refund, "review", {"opinion": "agree"})
        self.approver.act(refund, "decide", {"outcome": "grant"})
        self.counted["FSR"] += 1
        return refund

    def refund_by_bank(self, bill, bank, unit, department, way, fen):
        refund = self.refund_agreed(bill, unit, department, fen)
        number = self.finance.act(refund, "pay_refund").data["document"]
        lacks = self.sums.refund_by_bank(bank, unit, way, fen)
        if lacks:
            self.banks.send(self.unit_accounts[unit], lacks, to=self.accounts[bank],
                            end_to_end_id=f"T-{number}")
        self.banks.send(self.accounts[bank], fen, end_to_end_id=number, party="郁明澜")

    def refund_at_counter(self, bill, login, unit, department, fen):
        refund = self.refund_agreed(bill, unit, department, fen)
        self.cashiers[login].act(refund, "pay_refund")
        self.sums.refund_at_counter(login, unit, fen)


__all__ = ["MonthTest", "BANKS", "CARD_FEN", "CASHIERS", "DAY", "NOBODY", "OPENING_FEN", "PRICES", "UNITS"]
