"""Markdown for a person: tables, and targets with what came of them."""

import statistics


def median(values):
    return statistics.median(values)


def table(head, rows):
    """A table; the first column is text, the others figures."""
    lines = ["| " + " | ".join(head) + " |",
             "|" + "|".join(["---"] + ["---:"] * (len(head) - 1)) + "|"]
    lines += ["| " + " | ".join(str(cell) for cell in row) + " |" for row in rows]
    return "\n".join(lines) + "\n"


def number(value):
    """1234.5 -> 1,234; small values keep what matters of them."""
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def target(what, value, limit, at_least=True, shown=None):
    """One line on a target: reached or not."""
    reached = value >= limit if at_least else value <= limit
    sign = "at least" if at_least else "at most"
    return (f"- {'reached' if reached else '**not reached**'}: {what} "
            f"{shown or number(value)} (wanted: {sign} {number(limit)})\n")
