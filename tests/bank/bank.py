"""A few banks for tests: accounts, payments in and out, and what banks tell about them.

    banks = Banks("2026-03-02")
    bank = banks.open_bank("ICBKCNBJ", "102100000001", "工商银行")
    account = banks.open_account(bank, "6222000100010001", owner="Finance")
    banks.transfer(account, 360500, reference="RF18539007547034", payer="林望舒")
    banks.deposit(account, 4000, text="drawer 3")
    banks.execute(pain_001_xml)
    banks.close_day()
    xml = statement_xml(banks.statement(account, "2026-03-02"))

Amounts are whole fen. Statements are camt.053.001.08 or .02 (statements.py), orders to pay are
pain.001.001.09 (orders.py). Written from the standard, apart from the hall's own programs, so that
the two can be held against each other. Python's standard library only.
"""

import dataclasses
import datetime

from orders import OrderRefused, orders_read

KINDS = {  # the bank's code of a transaction: domain PMNT, family, sub-family
    "transfer_in": ("RCDT", "ESCT"),
    "transfer_out": ("ICDT", "ESCT"),
    "deposit": ("CNTR", "CDPT"),
    "return_in": ("ICDT", "RRTN"),   # what we sent comes back
    "return_out": ("RCDT", "RRTN"),  # what we were sent goes back
    "charge": ("ACMT", "CHRG"),
}


class BankRefused(Exception):
    """What a bank does not do; says why."""


@dataclasses.dataclass
class Entry:
    """One movement on an account."""
    number: int                # within the account, from 1
    bank_reference: str        # the bank's own, never given twice
    amount_fen: int
    is_credit: bool
    kind: str
    day: datetime.date
    is_reversal: bool = False
    status: str = "BOOK"
    end_to_end_id: str = ""
    reference: str = ""        # ISO 11649, structured
    text: str = ""             # free text
    party: str = ""            # who paid, or was paid


@dataclasses.dataclass
class Account:
    """An account and all that ever happened on it."""
    bank: "Bank"
    number: str
    owner: str
    currency: str
    opened: datetime.date
    may_overdraw: bool
    opening_fen: int
    takes_nothing: bool = False  # what is ordered to it is refused
    entries: list = dataclasses.field(default_factory=list)

    def balance_fen(self, before=None):
        """What is on it now, or was before a day began."""
        booked = (entry for entry in self.entries
                  if entry.status == "BOOK" and (before is None or entry.day < before))
        return self.opening_fen + sum(entry.amount_fen if entry.is_credit else -entry.amount_fen
                                      for entry in booked)


@dataclasses.dataclass
class Bank:
    """A bank: its BIC, its clearing number, its name."""
    bic: str
    clearing_number: str
    name: str
    booked: int = 0  # entries so far: the bank's references count them

    def next_reference(self, day):
        self.booked += 1
        return f"{self.bic[:4]}{day:%Y%m%d}{self.booked:08d}"


@dataclasses.dataclass
class Statement:
    """What a bank says of one account and day. Numbers go up by one from day to day."""
    account: Account
    number: int
    day: datetime.date
    opening_fen: int
    closing_fen: int
    entries: list

    @property
    def statement_id(self):
        return f"{self.account.bank.bic[:4]}-{self.account.number[-8:]}-{self.number:05d}"


@dataclasses.dataclass
class Outcome:
    """What became of one transfer of an order."""
    end_to_end_id: str
    amount_fen: int
    state: str  # executed, waiting, refused
    why: str = ""


class Banks:
    """Some banks that live through the same days."""

    def __init__(self, day):
        self.day = datetime.date.fromisoformat(day)
        self.banks = {}
        self.accounts = {}
        self.orders = {}   # message id -> outcomes
        self.waiting = []  # (day, order, transfer, outcome)

    # -- banks and accounts --------------------------------------------------------------------

    def open_bank(self, bic, clearing_number, name):
        bank = Bank(bic, clearing_number, name)
        self.banks[bic] = bank
        return bank

    def open_account(self, bank, number, owner, balance_fen=0, currency="CNY", may_overdraw=False):
        if number in self.accounts:
            raise BankRefused("the account is open already")
        account = Account(bank, number, owner, currency, self.day, may_overdraw, balance_fen)
        self.accounts[number] = account
        return account

    # -- movements -----------------------------------------------------------------------------

    def _book(self, account, amount_fen, is_credit, kind, **fields):
        if amount_fen <= 0:
            raise BankRefused("an amount is above zero")
        if not is_credit and not account.may_overdraw and account.balance_fen() < amount_fen:
            raise BankRefused("there is not enough on the account")
        entry = Entry(len(account.entries) + 1, account.bank.next_reference(self.day), amount_fen,
                      is_credit, kind, self.day, **fields)
        account.entries.append(entry)
        return entry

    def transfer(self, account, amount_fen, reference="", text="", payer="", end_to_end_id=""):
        """Money that somebody outside sends."""
        return self._book(account, amount_fen, True, "transfer_in", reference=reference, text=text,
                          party=payer, end_to_end_id=end_to_end_id)

    def deposit(self, account, amount_fen, reference="", text="", end_to_end_id=""):
        """Cash that is paid in at the bank's window, with the number of the paying-in slip."""
        return self._book(account, amount_fen, True, "deposit", reference=reference, text=text,
                          end_to_end_id=end_to_end_id)

    def send(self, account, amount_fen, end_to_end_id="", to=None, party="", text=""):
        """Money that the owner sends by hand: to an account of these banks, or somewhere else."""
        party = to.owner if to is not None else party
        sent = self._book(account, amount_fen, False, "transfer_out", party=party, text=text,
                          end_to_end_id=end_to_end_id)
        if to is not None:
            self._book(to, amount_fen, True, "transfer_in", party=account.owner, text=text,
                       end_to_end_id=end_to_end_id)
        return sent

    def charge(self, account, amount_fen, text="account fee"):
        """What the bank takes for its trouble."""
        return self._book(account, amount_fen, False, "charge", text=text)

    def give_back(self, account, entry):
        """Returns a movement: the other direction, told as a reversal with the same ids."""
        text = f"return of {entry.bank_reference}"
        if entry.is_reversal or any(other.text == text for other in account.entries):
            raise BankRefused("it was returned already")
        kind = "return_out" if entry.is_credit else "return_in"
        return self._book(account, entry.amount_fen, not entry.is_credit, kind, is_reversal=True,
                          end_to_end_id=entry.end_to_end_id, reference=entry.reference,
                          text=text, party=entry.party)

    def announce(self, account, amount_fen, is_credit=True, status="PDNG", **fields):
        """An entry that is told but not booked: it changes no balance."""
        entry = Entry(len(account.entries) + 1, account.bank.next_reference(self.day), amount_fen,
                      is_credit, "transfer_in" if is_credit else "transfer_out", self.day,
                      status=status, **fields)
        account.entries.append(entry)
        return entry

    # -- orders to pay -------------------------------------------------------------------------

    def execute(self, xml):
        """Takes an order file (pain.001); what became of each transfer. The same message again
        pays nothing again and answers as before."""
        try:
            order = orders_read(xml)
        except OrderRefused as refusal:
            raise BankRefused(str(refusal)) from refusal
        if order.message_id in self.orders:
            return self.orders[order.message_id]
        outcomes = []
        for group in order.groups:
            for transfer in group.transfers:
                outcome = Outcome(transfer.end_to_end_id, transfer.amount_fen, "waiting")
                outcomes.append(outcome)
                self.waiting.append((group.execution_day, group, transfer, outcome))
        self.orders[order.message_id] = outcomes
        self._work_orders()
        return outcomes

    def _work_orders(self):
        due = [item for item in self.waiting if item[0] <= self.day]
        self.waiting = [item for item in self.waiting if item[0] > self.day]
        for _, group, transfer, outcome in due:
            outcome.state, outcome.why = self._pay(group, transfer)

    def _pay(self, group, transfer):
        debtor = self.accounts.get(group.debtor_account)
        creditor = self.accounts.get(transfer.creditor_account)
        if debtor is None:
            return "refused", "there is no such account to pay from"
        if transfer.currency != debtor.currency:
            return "refused", "the account is in another currency"
        if creditor is not None and creditor.takes_nothing:
            return "refused", "the account takes no money"
        known = {"end_to_end_id": transfer.end_to_end_id, "reference": transfer.reference,
                 "text": transfer.text}
        try:
            self._book(debtor, transfer.amount_fen, False, "transfer_out",
                       party=transfer.creditor_name, **known)
        except BankRefused as refusal:
            return "refused", str(refusal)
        if creditor is not None:
            self._book(creditor, transfer.amount_fen, True, "transfer_in", party=debtor.owner,
                       **known)
        return "executed", ""

    # -- days and statements -------------------------------------------------------------------

    def close_day(self, days=1):
        """Goes on to the next day; orders that were waiting for it are executed."""
        for _ in range(days):
            self.day += datetime.timedelta(days=1)
            self._work_orders()

    def statement(self, account, day=None):
        """The statement of a day that is over, or of today so far."""
        day = self.day if day is None else datetime.date.fromisoformat(str(day))
        if not account.opened <= day <= self.day:
            raise BankRefused("there is no such day")
        opening_fen = account.balance_fen(before=day)
        entries = [entry for entry in account.entries if entry.day == day]
        closing_fen = account.balance_fen(before=day + datetime.timedelta(days=1))
        number = (day - account.opened).days + 1
        return Statement(account, number, day, opening_fen, closing_fen, entries)

    def statements(self, day=None):
        """The statements of all accounts for a day."""
        day = self.day if day is None else datetime.date.fromisoformat(str(day))
        return [self.statement(account, day) for account in self.accounts.values()
                if account.opened <= day]

    def notices(self, account, day=None):
        """What a bank tells at once of each credit, as the link to the banks passes it on."""
        day = self.day if day is None else datetime.date.fromisoformat(str(day))
        return [{"bank_reference": entry.bank_reference, "account": account.number,
                 "amount_fen": entry.amount_fen, "reference": entry.reference, "text": entry.text}
                for entry in account.entries
                if entry.day == day and entry.is_credit and entry.status == "BOOK"]
