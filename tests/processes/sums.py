"""What the books of a hall should say, added up by hand: plain sums of what the test itself did, for each
unit, way and bank, and as they stood at the end of each day. It knows nothing of the fee service."""

import collections
import datetime

DAY = datetime.timedelta(days=1)
NOBODY = "-"  # the unit of money without a bill


class Sums:
    def __init__(self, day):
        self.day = day      # in whose books money stands now
        self.closed = None  # the last day that was closed
        self.charged = collections.Counter()   # unit
        self.paid = collections.Counter()      # unit
        self.taken = collections.Counter()     # day of the books, unit, way
        self.drawers = collections.Counter()   # cashier, unit
        self.transit = collections.Counter()   # bank, unit, way
        self.held = collections.Counter()      # bank, unit, way: ordered out
        self.ordered = collections.defaultdict(collections.deque)  # bank, unit: what each order holds
        self.settled = collections.Counter()   # unit
        self.refunded = collections.Counter()  # unit
        self.short = collections.Counter()     # cashier
        self.suspense = collections.Counter()  # bank
        self.at_end_of = {}                    # day: figures

    # -- days ----------------------------------------------------------------------------------

    def _turn(self, day):
        while self.day < day:
            self.at_end_of[self.day] = self.figures()
            self.day += DAY

    def begin(self, today):
        """A day of the calendar begins; the books may be ahead of it."""
        self._turn(today)

    def close(self, day, today):
        """Finance closes the books of a day: what moves now stands behind the last closed one."""
        self.closed = day if self.closed is None else max(self.closed, day)
        self._turn(max(today, self.closed + DAY))

    def figures(self):
        """What the proof of the day tells for the hall."""
        at_banks = collections.Counter()
        for (bank, _, _), fen in self.transit.items():
            at_banks[bank] += fen
        charged, paid = sum(self.charged.values()), sum(self.paid.values())
        return {"charged_fen": charged, "paid_fen": paid, "outstanding_fen": charged - paid,
                "suspense_fen": sum(self.suspense.values()),
                "drawers_fen": sum(self.drawers.values()),
                "transit_fen": sum(self.transit.values()),
                "settled_fen": sum(self.settled.values()),
                "refunded_fen": sum(self.refunded.values()),
                "over_short_fen": sum(self.short.values()),
                "banks": {bank: fen for bank, fen in at_banks.items() if fen}}

    # -- money in ------------------------------------------------------------------------------

    def charge(self, lines):
        self.charged.update(lines)

    def _take(self, lines, way):
        self.paid.update(lines)
        for unit, fen in lines.items():
            self.taken[self.day, unit, way] += fen

    def cash(self, cashier, lines):
        self._take(lines, "cash")
        for unit, fen in lines.items():
            self.drawers[cashier, unit] += fen

    def transfer(self, bank, lines):
        """By transfer, or on line: what counts is the bank where it is."""
        self._take(lines, "transfer")
        for unit, fen in lines.items():
            self.transit[bank, unit, "transfer"] += fen

    def without_bill(self, bank, fen):
        self.suspense[bank] += fen
        self.transit[bank, NOBODY, "transfer"] += fen

    def matched(self, bank, lines):
        self.without_bill(bank, -sum(lines.values()))
        self.transfer(bank, lines)

    # -- money on its way ----------------------------------------------------------------------

    def found_short(self, cashier, fen):
        """A count finds so much too little: it is the change that lacks it."""
        self.short[cashier] += fen

    def takings(self, cashier):
        return sum(fen for (who, _), fen in self.drawers.items() if who == cashier)

    def deposit(self, cashier, bank):
        for (who, unit), fen in list(self.drawers.items()):
            if who == cashier:
                self.transit[bank, unit, "cash"] += fen
                self.drawers[who, unit] = 0

    def order(self):
        """All that is free goes out: {(bank, unit): fen}."""
        orders = collections.defaultdict(dict)
        for place, fen in self.transit.items():
            free = fen - self.held[place]
            if place[1] != NOBODY and free > 0:
                self.held[place] += free
                orders[place[:2]][place] = free
        for key, parts in orders.items():
            self.ordered[key].append(parts)
        return {key: sum(parts.values()) for key, parts in orders.items()}

    def made(self, bank, unit):
        """The bank carried out the oldest order for a unit."""
        for place, fen in self.ordered[bank, unit].popleft().items():
            self.held[place] -= fen
            self.transit[place] -= fen
            self.settled[unit] += fen

    def turned_back(self, bank, unit):
        """The bank refused the order that was just given."""
        for place, fen in self.ordered[bank, unit].pop().items():
            self.held[place] -= fen

    # -- money out -----------------------------------------------------------------------------

    def refund_at_counter(self, cashier, unit, fen):
        self.drawers[cashier, unit] -= fen
        self.refunded[unit] += fen

    def refund_by_bank(self, bank, unit, way, fen):
        """Gives how much the treasury has to send back first."""
        place = (bank, unit, way)
        lacks = max(0, fen - (self.transit[place] - self.held[place]))
        self.settled[unit] -= lacks
        self.transit[place] += lacks - fen
        self.refunded[unit] += fen
        return lacks


__all__ = ["Sums", "NOBODY"]
