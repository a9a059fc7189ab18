"""The hand-written tables of tests/procedures/expected: what is filed, the ways to the states, and
what leads from them. Their grammar stands in tests/procedures/README.md.
"""

import re
import typing

from suite import CATALOGUE, ROOT

FOLDER = ROOT / "tests" / "procedures" / "expected"
STATES = ("owned", "end")
OTHERS = ("item", "within", "beside", "way", "step")
ANY_ITEM = {"all", "both"}


class Line(typing.NamedTuple):
    """A line of a table. `kind` is `try` where it says what a trigger leads to."""
    place: str
    kind: str
    name: str  # the first cell
    trigger: str
    who: tuple
    items: tuple
    setup: str
    fields: str
    next: str

    def leads_to(self):
        """The state after it."""
        return self.name if self.kind == "way" else self.next.split(" ")[0]

    def leads_from(self):
        """The state before it."""
        if self.kind == "try":
            return self.name
        return re.search(r"\bfrom:(\S+)", self.setup)[1]

    def is_for(self, item):
        return self.kind == "beside" or item in self.items or bool(ANY_ITEM & set(self.items))


def line_of(place, cells):
    kind = cells[1] if cells[1] in STATES + OTHERS else "try"
    trigger = cells[1] if kind == "try" else cells[6]
    return Line(place, kind, cells[0], trigger, tuple(cells[2].split(",")),
                tuple(cells[3].split(",")), cells[4], cells[5], cells[6])


class Table:
    """One procedure's table."""

    def __init__(self, path):
        self.name = path.stem
        self.lines = []
        for number, text in enumerate(path.read_text().splitlines(), 1):
            if text and not text.startswith("#"):
                cells = text.split("\t") + 7 * [""]
                self.lines.append(line_of(f"{path.stem} line {number}", cells))

    def of_kind(self, *kinds):
        return [line for line in self.lines if line.kind in kinds]

    def first_state(self):
        """Where a unit stands as soon as its case has arrived."""
        return self.of_kind(*STATES)[0].name

    def items(self):
        """The names of what is filed, or whose unit it is, with their lines."""
        return {name: line for line in self.of_kind("item", "within") for name in line.items}

    def find(self, kind, name, item):
        """The first line of this kind and name that is for the item, or None."""
        return next((line for line in self.of_kind(kind)
                     if line.name == name and line.is_for(item)), None)

    def roads(self, item, ends):
        """The lines that lead the item to an end: one for each state, trigger and end."""
        roads = {}
        for line in self.of_kind("way", "try"):
            if line.is_for(item) and line.leads_to() in ends and line.leads_from() not in ends:
                roads.setdefault((line.leads_from(), line.trigger, line.leads_to()), line)
        return list(roads.values())


def read_tables(folder=FOLDER):
    """All tables by the name of their procedure."""
    return {path.stem: Table(path) for path in sorted(folder.glob("*.tsv"))}


def read_ends(folder=CATALOGUE / "procedures"):
    """The ends of every procedure of the catalogue, by its name."""
    ends = {}
    for path in sorted(folder.glob("*.yaml")):
        states = path.read_text().partition("\nstates:\n")[2].partition("\ntransitions:")[0]
        parts = re.split(r'^  "?(\w+)"?:', states, flags=re.MULTILINE)
        ends[path.stem] = {name for name, text in zip(parts[1::2], parts[2::2])
                           if "end: true" in text}
    return ends
