"""A day of many payments, made quickly: what the hall must take without growing."""

import datetime

from bank import Account, Bank, Entry, Statement


def large_statement(count, account="6222000100010001", day="2026-03-02", number=1, opening_fen=0,
                    references=None):
    """A statement of `count` transfers in, of 1.00 yuan and some fen each. `references` are used in
    turn; without them none is quoted."""
    on = datetime.date.fromisoformat(day)
    bank = Bank("ICBKCNBJ", "102100000001", "工商银行")
    held = Account(bank, account, "Finance", "CNY", on, False, opening_fen)
    entries = [Entry(i, f"ICBK{on:%Y%m%d}{i:08d}", 100 + i % 50, True, "transfer_in", on,
                     end_to_end_id=f"E2E-{i}",
                     reference=references[(i - 1) % len(references)] if references else "",
                     text=f"payment {i}", party="付款人")
               for i in range(1, count + 1)]
    closing_fen = opening_fen + sum(entry.amount_fen for entry in entries)
    return Statement(held, number, on, opening_fen, closing_fen, entries)
