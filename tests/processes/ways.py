"""Leads matters to states through the gateway, as the tables of tests/procedures write it.

    walk = Walk(suite)
    course = walk.course("certificate", "expiry")
    problems = walk.go({"a card": course.lead("delivered")})

A way that waits for a clock yields the moment at which the clock is over. `go` follows all ways as
far as they come, then moves the clock to the earliest of these moments: many matters share one hall
and one walk through time.
"""

import datetime
import json

from cases import Lasting, bill_when_due, offered, papers_of
from checks import WAIT_S, clock_of, eventually
from tables import read_ends, read_tables

FILERS = {"applicant", "holder", "requester", "complainant", "payer", "representative"}
PARTIES = {"third_party", "interested_party"}
RELATIONS = {"unit_concerned", "co_author", "meeting_member"}
PLACES = {"window_clerk": "HALL", "hall_manager": "HALL", "cashier": "HALL", "bank_link": "HALL",
          "co_reviewer": "PSB", "supervisor": "SUP", "auditor": "*", "government_head": "*",
          "hotline_operator": "HOT"}
# Words of a setup that say how a matter is made, not what is done with it.
PLAN_WORDS = ("missing", "represented", "channel:", "form:", "register:", "unit:", "field:", "by:",
              "authorised-by:", "at-once")
# Where matters of the hall begin.
OPENINGS = {"delegation": "/v1/delegations", "shift": "/v1/shifts",
            "joint_meeting": "/v1/meetings", "drawer": "/v1/fee/drawers"}
OFFICER_FIELDS = {"officer", "officers", "deputy", "assignee", "login"}


def is_plan(word):
    return word.startswith(PLAN_WORDS)


class People:
    """The persons of the tables, each with an account and a session when first named."""

    def __init__(self, suite):
        self._suite = suite
        self._sessions = {}
        self.filer = Lasting(suite.hall.filing)

    @staticmethod
    def login(name):
        return name.lower().replace("+", "-and-").replace("*", "all")

    def known(self, name):
        """The login of a person of the tables, whose account is made when it is new."""
        self.session(name)
        return self.login(name)

    def session(self, name):
        if name not in self._sessions:
            self._sessions[name] = Lasting(lambda: self._sign_in(name))
        return self._sessions[name]

    def _sign_in(self, name):
        login = self.login(name)
        if name in PARTIES:
            grants = [("public", "HALL")]
        else:
            grants = [self._grant(part) for part in name.split("+")]
        if len(grants) == 1:
            # Every hall of the tables begins with the drawer of one cashier, open.
            return self._suite.officer(*grants[0], login, drawer=name == "cashier.HALL")
        if login not in self._suite.passwords:
            self._suite.account(login, *grants)
        return self._suite.hall.sign_in(login, self._suite.passwords[login])

    @staticmethod
    def _grant(part):
        role, department = part.split(".")[:2]
        return ("handler" if role in RELATIONS else role), department


class Course:
    """A matter, or a unit of one, on its way."""

    def __init__(self, walk, table, item, setup="", person=None):
        self.walk = walk
        self.table = walk.tables[table]
        self.item = item
        self.setup = setup
        self.line = self.table.items()[item]
        self.case_table, self.case_item, self.case_line = self.table, item, self.line
        if self.line.kind == "within":
            self.case_table = walk.tables[self.line.who[0]]
            self.case_item = self.line.name
            self.case_line = self.case_table.items()[self.case_item]
        self.person = person or walk.new_person()
        self.cast = {}
        self.id = None
        self.bill_number = None
        self._holder = None

    # -- what it is --------------------------------------------------------------------------

    @property
    def is_unit(self):
        return self.line.kind == "within"

    def words(self):
        """What is said of how it is made."""
        return [word for setup in (self.setup, self.line.setup, self.case_line.setup)
                for word in setup.split() if is_plan(word)]

    def word(self, prefix):
        return next((word.removeprefix(prefix) for word in self.words()
                     if word.startswith(prefix)), None)

    def department(self):
        """Who is in charge: of the item's code, or of who begins a matter of the hall."""
        if self.case_line.name != "-":
            return self.case_line.name.split("-")[0]
        begins = next(way for way in self.case_table.of_kind("way") if way.is_for(self.case_item))
        return begins.who[0].split(".")[1]

    def case(self):
        return self.walk.observer().case(self.id).data

    def unit(self, case):
        key = self.word("unit:")
        return next((unit for unit in case["units"] if unit["stage"] == key), None)

    def state(self, of_unit):
        case = self.case()
        if not of_unit:
            return case["status"]
        unit = self.unit(case)
        return unit and unit["state"]

    # -- the way -----------------------------------------------------------------------------

    def lead(self, state):
        """Leads it to the state; yields the moments until which it waits."""
        named = self._named_in_filing()
        if named is not None:
            yield from self._make(named)
        yield from self._work(self.table, self.item, self.setup, state)

    def follow(self, line):
        """Leads it along a line of its table, from where that line begins."""
        yield from self.lead(line.name)
        if line.kind != "way":
            yield from self._go(line)
            self._arrive(self.is_unit, line.leads_to())

    def _work(self, table, item, setup, state):
        """The words of a setup in their order; without `from:`, the way to the state comes behind
        the other matters and before the steps."""
        words = [word for word in setup.split() if not is_plan(word)]
        if not any(word.startswith("from:") for word in words):
            words.sort(key=lambda word: not word.startswith("with:"))
            others = sum(word.startswith("with:") for word in words)
            words.insert(others, f"from:{state}")
        for word in words:
            yield from self._word_go(table, item, word)

    def _word_go(self, table, item, word):
        kind, _, value = word.partition(":")
        if kind == "from":
            yield from self._reach(table, item, value)
        elif kind == "with":
            name, _, times = value.partition("*")
            for _ in range(int(times or 1)):
                yield from self._make(name)
        elif kind == "wait":
            yield self.walk.now() + datetime.timedelta(days=int(value.removesuffix("d")))
        else:
            step = table.find("step", word, item) or \
                self.case_table.find("step", word, self.case_item)
            assert step is not None, f"no step is named {word}"
            yield from self._go(step)

    def _reach(self, table, item, state):
        if state == "none":
            return
        if table is not self.case_table and state == table.first_state():
            yield from self._work(self.case_table, self.case_item, self.line.setup, self.line.next)
            return
        way = table.find("way", state, item)
        assert way is not None, f"no way leads to {state} for {item}"
        yield from self._work(table, item, way.setup, "none")
        yield from self._go(way)
        self._arrive(table is not self.case_table, state)

    def _go(self, line):
        if " " in line.trigger:
            yield from self._wait_over(line.trigger)
        else:
            self._act(line.trigger, line.who[0], line.fields)

    def _arrive(self, of_unit, state):
        """Waits until it stands there, or has gone on to an end by itself."""
        ends = self.walk.ends[(self.table if of_unit else self.case_table).name]
        eventually(lambda: self.state(of_unit), lambda seen: seen == state or seen in ends)

    def _wait_over(self, trigger):
        at, trigger = self._meant(trigger)
        name, _, what = trigger.rpartition(" ")
        assert what == "over", f"nobody waits for {trigger}"
        clocks = eventually(lambda: at.case()["clocks"],
                            lambda seen: any(clock["name"] == name for clock in seen))
        clock = clock_of({"clocks": clocks}, name)
        if clock["phase"] == "running":
            yield datetime.datetime.fromisoformat(clock["due_at"])

    # -- others ------------------------------------------------------------------------------

    def _make(self, name):
        """Makes the matter of that name and leads it to its state."""
        line = self.table.find("beside", name, self.item) or \
            self.case_table.find("beside", name, self.case_item)
        assert line is not None, f"no line tells of a matter {name}"
        other = Course(self.walk, line.who[0], line.items[0], line.setup, self.person)
        other.bill_number = self.bill_number
        self.cast[name] = other
        yield from other.lead(line.next)

    def _meant(self, trigger):
        """`NAME/TRIGGER`: the matter of that name, and the trigger alone."""
        name, _, rest = trigger.rpartition("/")
        return (self.cast[name], rest) if name else (self, trigger)

    def _named_in_filing(self):
        """The matter that the filing names, as `card` in `@card.bill`."""
        if self.word("form:") is not None or "\"@" not in self.case_line.fields:
            return None
        return self.case_line.fields.partition("\"@")[2].partition(".")[0]

    def _real(self, value, key=None):
        """The value of a field: numbers of other matters and logins put in."""
        if isinstance(value, dict):
            return {name: self._real(one, name) for name, one in value.items()}
        if isinstance(value, list):
            return [self._real(one, key) for one in value]
        if isinstance(value, str) and value.startswith("@"):
            name, _, part = value[1:].partition(".")
            assert part == "bill", value
            return self.bill_number if not name else self.cast[name].bill()["number"]
        if isinstance(value, str) and key in OFFICER_FIELDS:
            return self.walk.people.known(value)
        return value

    # -- acting ------------------------------------------------------------------------------

    def _person(self, who):
        """The name of the officer that the table means."""
        instead = self.word("by:")
        if instead is not None and who.split(".")[0] == instead.split(".")[0]:
            return instead
        if who in PARTIES or "." in who:
            return who
        return f"{who}.{PLACES.get(who, self.department())}"

    def _session(self, who):
        if who in FILERS:
            return self._holder or self.walk.people.filer
        return self.walk.people.session(self._person(who))

    def _act(self, trigger, who, fields):
        at, action = self._meant(trigger)
        opened = None
        session = at._session(who)
        fields = self._real(json.loads(fields or "{}"))
        if at.id is None:
            at._begin(session, fields)
        elif action == "record_payment":
            if "reference" in fields:  # a bank's is used once
                fields["reference"] += f"-{at.id}"
            told = session.post(f"/v1/bills/{at.bill()['id']}/payments", fields).data
            opened = told.get("unmatched")
        elif action == "request_refund":
            payment = eventually(at.bill, lambda bill: bill["status"] == "paid")["payment"]
            opened = session.post(f"/v1/payments/{payment}/refund", fields).data["id"]
        else:
            if "materials" in fields:
                fields["materials"] = papers_of(session, [one["code"] for one in fields["materials"]])
            session.wait_for_case(at.id, lambda case: action in offered(case), WAIT_S)
            session.act(at.id, action, fields)
        if self.id is None and action == "record_payment":
            self.id = opened  # what is left of the money, if anything
        elif self.id is None:  # it was opened by another
            self.id = opened or self.walk.opened_by(self.table.name, at.id)

    def bill(self):
        return bill_when_due(self.walk.people.session("cashier.HALL"), self.id)

    def _begin(self, session, fields):
        if self.case_line.name == "-":
            told = session.post(OPENINGS[self.table.name], self._with_words(fields)).data
        else:
            told = self._file(session, fields)
            self._holder = Lasting(
                lambda: self.walk.suite.hall.open_case(told["number"], told["code"]))
        self.id = told["id"]

    def _with_words(self, fields):
        """`field:NAME=VALUE` of a matter beside."""
        for word in self.words():
            if word.startswith("field:"):
                name, _, value = word.removeprefix("field:").partition("=")
                fields[name] = self._real(value, name)
        return fields

    # -- filing ------------------------------------------------------------------------------

    def _file(self, session, over):
        filing = self._real(json.loads(self.case_line.fields))
        filing["item"] = self.case_line.name
        filing["applicant"]["id_number"] = self.person
        codes = [material["code"] for material in filing["materials"]]
        for word in self.words():
            self._word_work(word, filing, codes)
        if session is not self.walk.people.filer and filing["channel"] == "online":
            filing["channel"] = "window"
        filing["channel"] = self.word("channel:") or filing["channel"]
        self.walk.tell_registers(filing, self.words())
        filing["materials"] = papers_of(session, codes)
        return session.file_case({**filing, **over}).data

    def _word_work(self, word, filing, codes):
        kind, _, value = word.partition(":")
        if kind == "missing":
            codes.remove(value or codes[1])
        elif kind == "represented":
            filing["applicant"].update(represented=True, representative="Wang")
            codes.extend(filter(None, [self.word("authorised-by:")]))
        elif kind == "form":
            name, _, value = value.partition("=")
            filing["form"][name] = self._real(value)


class Walk:
    """Courses in one hall, walked side by side."""

    def __init__(self, suite):
        self.suite = suite
        self.tables = read_tables()
        self.ends = read_ends()
        self.people = People(suite)
        self._persons = 0

    def course(self, table, item, setup=""):
        return Course(self, table, item, setup)

    def now(self):
        return datetime.datetime.fromisoformat(self.suite.moment)

    def observer(self):
        """Who reads every matter and changes none."""
        return self.people.session("supervisor.SUP")

    def new_person(self):
        """The number of an applicant who has no other matter here."""
        self._persons += 1
        return f"00000019900101{self._persons:04}"

    def go(self, ways):
        """Follows all ways to their ends; gives by name what went wrong on them."""
        problems = {}
        waiting = {}
        ready = dict(ways)
        while ready or waiting:
            for name, way in ready.items():
                try:
                    waiting[name] = (next(way), way)
                except StopIteration:
                    pass
                except Exception as problem:  # the other ways go on
                    problems[name] = problem
            ready = self._move(waiting)
        return problems

    def _move(self, waiting):
        """Lets time pass until something is over that ways wait for; gives these."""
        if not waiting:
            return {}
        earliest = min(moment for moment, _ in waiting.values())
        if earliest > self.now():
            told = self.suite.move_clock(earliest.isoformat())
            assert told["settled"], told
        ready = {name: way for name, (moment, way) in waiting.items() if moment <= self.now()}
        for name in ready:
            del waiting[name]
        return ready

    # -- beside the gateway ------------------------------------------------------------------

    def tell_registers(self, filing, words):
        """Registers hold whoever files, where no word says that they do not."""
        for path in self.suite.registers.glob("*.json"):
            held = json.loads(path.read_text())
            for key in (filing["applicant"]["id_number"], filing["form"].get("location")):
                if key is not None and f"register:{path.stem}=no" not in words:
                    held[key] = {"reference": f"{path.stem} {len(held)}"}
            path.write_text(json.dumps(held))

    def opened_by(self, procedure, case_id):
        """The matter of that procedure that `case_id` has opened last."""
        def look():
            matters = self.observer().case(case_id).data.get("matters", [])
            return [matter["id"] for matter in matters if matter["item"] == procedure]
        return eventually(look, bool)[-1]
