"""The way of one case through the hall, as its people see it.

    demo.py DATA URL MAIL-FOLDER

A citizen asks to dig up a road (UMB-P-001) and forgets a paper; the window tells her once what is
missing; road authority and traffic police review side by side; two officers check the spot; it is
granted, billed, paid in cash, and the licence is handed over. Each step is printed with what the
timeline says of it; the letters, receipt and licence among them, are saved to MAIL-FOLDER as PDF.
Called by deploy/up and deploy/demo.
"""

import collections
import datetime
import email
import email.policy
import sys
import textwrap
import threading
import time
from pathlib import Path

from hall import Hall, Problem, Unreachable
from papers import pdf
from prepare import Failure, accounts_load

ITEM = "UMB-P-001"
PLACE = "12 Willow Lane, Demo City"  # deploy/example/registers knows its planning approval
PERSON = "Wang Fang"
E_MAIL = "wang.fang@example.invalid"
HALL_ZONE = datetime.timezone(datetime.timedelta(hours=8))
WIDTH = 78
MARGIN = 23  # of the lines below the first of a timeline entry
LATE_S = 15  # how long an event may take until it stands in the timeline


# -- telling -------------------------------------------------------------------------------------


def step(who, what):
    print(f"\n== {who}: {what}", flush=True)


def told(*lines):
    for line in lines:
        print(textwrap.fill(line, WIDTH, initial_indent="   ", subsequent_indent="   "), flush=True)


def yuan(fen):
    return f"{fen // 100}.{fen % 100:02d} yuan"


def hall_time(stamp):
    return datetime.datetime.fromisoformat(stamp).astimezone(HALL_ZONE)


def actor_of(event):
    actor = event["actor"]
    post = ", ".join(actor[name] for name in ("role", "department") if actor.get(name))
    if actor.get("badge"):
        return f"{actor['badge']} ({post})" if post else actor["badge"]
    return post or actor["kind"]


def detail_of(data):
    """What of an event's own fields is worth a line."""
    fields = data.get("fields", {})
    found = [data.get("purpose"), fields.get("opinion"), fields.get("outcome"),
             data.get("number")]
    if data.get("amount_fen"):
        found.append(yuan(data["amount_fen"]))
    if "template_name" in data:
        found.append(f"{data.get('channel', 'letter')}: {data['template_name']}")
    if "source" in data and "code" in data:
        found.append(f"{data['code']} from {data['source']}: "
                     f"{'found' if data.get('found') else 'not found'}")
    if data.get("missing"):
        found.append(f"missing: {', '.join(data['missing'])}")
    return ", ".join(str(one) for one in found if one)


class Timeline:
    """Prints the entries of a case's timeline, each once."""

    def __init__(self, session, case_id):
        self.session = session
        self.case_id = case_id
        self.ids = []
        self._came = collections.Counter()  # entries by type
        self._owed = collections.Counter()  # how many of a type must have come
        self._index = 0
        self._clock_steps = {}

    def show(self, *types):
        """Prints what is new, until one more entry of each of these types has come."""
        self._owed.update(types)
        give_up_at = time.monotonic() + LATE_S
        while self.show_new() or self._owed - self._came:
            if time.monotonic() > give_up_at:
                lacking = ", ".join(sorted(self._owed - self._came))
                raise Failure(f"the timeline lacks {lacking} after {LATE_S} s")
            time.sleep(0.05)

    def show_rest(self, quiet_s=1.5):
        """Prints what still comes, until nothing new came for a while."""
        quiet_since = time.monotonic()
        while time.monotonic() - quiet_since < quiet_s:
            if self.show_new():
                quiet_since = time.monotonic()
            time.sleep(0.1)

    def show_new(self):
        entries = self.session.timeline(self.case_id, after=self._index)
        for event in entries:
            self._print(event)
            self.ids.append(event["id"])
            self._came[event["type"]] += 1
            self._index = event["index"]
        return len(entries)

    def _print(self, event):
        data = event.get("data", {})
        what = event.get("title") or event["type"]
        detail = detail_of(data)
        head = f" {hall_time(event['at']):%H:%M:%S} {event['source']:<12} "
        lines = [f"{head}{what} {detail}", f"by {actor_of(event)}"]
        clocks = self._clock_effects(data)
        if clocks:
            lines.append(f"clock: {'; '.join(clocks)}")
        for number, line in enumerate(lines):
            print(textwrap.fill(line, WIDTH, initial_indent="" if number == 0 else " " * MARGIN,
                                subsequent_indent=" " * MARGIN), flush=True)

    def _clock_effects(self, data):
        """What this event did to clocks: those that took a step since they were last seen."""
        effects = []
        for clock in data.get("step", {}).get("clocks", []):
            steps = clock["steps"]
            if self._clock_steps.get(clock["name"]) == steps:
                continue
            self._clock_steps[clock["name"]] = steps
            due = "" if clock["phase"] == "ended" else f", due {clock['due_day']}"
            effects.append(f"{clock['name']} {steps[-1]['op']}{due}")
        return effects


# -- the papers ----------------------------------------------------------------------------------


def works_days():
    """First and last day of the works: next month's."""
    today = datetime.datetime.now(HALL_ZONE).date()
    return today + datetime.timedelta(days=30), today + datetime.timedelta(days=44)


def paper(session, code, filename, title, lines):
    content = pdf(title, [*lines, "", f"{PERSON}, for: {PLACE}"])
    told(f"{filename}: {len(content)} bytes, PDF")
    return session.material(code, filename, content)


def filing(session):
    first, last = works_days()
    materials = [
        paper(session, "M-FORM", "application.pdf", "Application",
              ["Permit to excavate an urban road", f"From {first} to {last}",
               "Purpose: water supply of the house"]),
        paper(session, "M-DESIGN", "design.pdf", "Location drawing and works design",
              ["Trench: 10.0 m by 1.2 m, 1.5 m deep", "Pipe: DN 50, polyethylene",
               "Crosses the northern pavement at right angles"]),
        paper(session, "M-TRAFFIC", "traffic.pdf", "Traffic management plan",
              ["One lane stays open", "Works by day only, 09:00 to 17:00",
               "Signs 50 m ahead in both directions"]),
    ]
    return {
        "item": ITEM,
        "channel": "online",
        "applicant": {"kind": "natural_person", "name": PERSON, "id_type": "resident_id",
                      "id_number": "000000199003074015", "phone": "00000000000",
                      "email": E_MAIL, "language": "en"},
        "form": {"location": PLACE, "road_name": "Willow Lane", "purpose": "water",
                 "asphalt_m2": 8.5, "pavement_m2": 3.5, "from": str(first), "to": str(last),
                 "closed_road": False, "emergency": False,
                 "works": "New water main for house number 12", "contact_name": PERSON,
                 "contact_phone": "00000000000"},
        "materials": materials,
    }


# -- the case ------------------------------------------------------------------------------------


class Case:
    """The case on its way; signs its people in as they are needed."""

    def __init__(self, data, url):
        self.hall = Hall(url)
        self.accounts = accounts_load(data)
        self.officers = {}
        self.citizen = None
        self.timeline = None
        self.id = None
        self.number = None

    def officer(self, login):
        if login not in self.officers:
            self.officers[login] = self.hall.sign_in(login, self.accounts[login]["password"])
        return self.officers[login]

    def badge(self, login):
        return self.accounts[login]["badge"]

    def act(self, login, action, fields=None):
        """An officer looks at the case, then acts on what he saw (If-Match)."""
        session = self.officer(login)
        seen = session.case(self.id)
        done = session.act(self.id, action, fields, if_match=seen.etag)
        self.timeline.show(*done.data["events"])
        told(f"-> {done.data['status']}")
        return done.data

    def wait_until(self, state):
        """The case as the citizen sees it: her own look needs no record."""
        return self.citizen.wait_for_case(self.id, lambda case: case["status"] == state).data


def file_it(case):
    print("   Times are those of the hall, in Asia/Shanghai.")
    step(PERSON, f"files {ITEM} online; no account, and the restoration plan forgotten")
    applicant = case.hall.filing()
    filed = applicant.file_case(filing(applicant)).data
    case.id, case.number = filed["id"], filed["number"]
    told(f"number {filed['number']}, code {filed['code']}",
         f"missing: {', '.join(filed['missing']) or 'nothing'}; identity and planning approval are "
         "asked from registers, not from her")
    if filed["missing"] != ["M-RESTORE"]:
        raise Failure(f"M-RESTORE alone should be missing, not {filed['missing']}")
    case.citizen = case.hall.open_case(filed["number"], filed["code"])
    case.timeline = Timeline(case.citizen, case.id)
    case.timeline.show("intake.case_submitted.v1", "intake.material_fetched.v1",
                       "intake.material_fetched.v1")


def complete_it(case):
    step(case.badge("clerk"), "tells her once of everything that is missing")
    case.act("clerk", "request_materials", {"missing": ["M-RESTORE"], "period_workdays": 10,
                                            "note": "The restoration plan is not among the files."})
    step(PERSON, "comes back with number and code, and hands it in")
    restore = paper(case.citizen, "M-RESTORE", "restoration.pdf", "Restoration plan",
                    ["Filled in layers, compacted", "New surface within 5 days",
                     "The applicant answers for the surface for one year"])
    done = case.citizen.act(case.id, "supply_materials", {"materials": [restore]})
    case.timeline.show(*done.data["events"])
    step(case.badge("clerk"), "accepts; the promised limit starts")
    case.act("clerk", "accept")


def review_it(case):
    case.wait_until("accepted")
    step(case.badge("umb-reviewer"), "asks all units at once (joint review)")
    case.act("umb-reviewer", "assign")
    step(f"{case.badge('umb-reviewer')} and {case.badge('psb-reviewer')}",
         "give their opinions at the same time")
    opinions = {
        "umb-reviewer": {"opinion": "agree", "text": "The road may be opened as drawn."},
        "psb-reviewer": {"opinion": "agree_with_conditions", "text": "One lane is enough.",
                         "conditions": "No works on market days."},
    }
    failures = []

    def give(login):
        try:
            case.officer(login).act(case.id, "review", opinions[login])
        except (Problem, Unreachable) as error:
            failures.append(error)

    for login in opinions:
        case.officer(login)
    threads = [threading.Thread(target=give, args=(login,)) for login in opinions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]
    case.timeline.show("approval.opinion_given.v1", "approval.opinion_given.v1",
                       "approval.review_group_completed.v1")
    step(f"{case.badge('umb-checker')} and {case.badge('umb-checker-2')}", "check the spot, as two")
    case.act("umb-checker", "record", {"officers": ["umb-checker", "umb-checker-2"], "passed": True,
                                       "findings": "Pavement and kerb as in the drawing."})


def decide_it(case):
    step(case.badge("umb-approver"), "grants it")
    case.act("umb-approver", "decide", {
        "outcome": "grant", "valid_until": str(works_days()[1]),
        "conditions": "No works on market days; one lane stays open."})
    case.timeline.show("fee.bill_issued.v1")


def pay_it(case):
    bill = case.wait_until("fee_due")["bills"][0]
    step(case.badge("cashier"),
         f"takes {yuan(bill['amount_fen'])} in cash for bill {bill['number']}")
    for line in bill["lines"]:
        told(f"{line['fee']}: {line['quantity']} x {yuan(line['each_fen'])} = "
             f"{yuan(line['amount_fen'])}")
    paid = case.officer("cashier").post(f"/v1/bills/{bill['id']}/payments",
                                        {"method": "cash", "amount_fen": bill["amount_fen"]})
    case.timeline.show("fee.payment_recorded.v1", "fee.receipt_issued.v1", "fee.case_cleared.v1")
    told(f"receipt {paid.data['receipt']}")


def hand_it_over(case):
    case.wait_until("issuing")
    step(case.badge("clerk"), "makes the licence and hands it over")
    made = case.act("clerk", "issue")
    told(f"licence {made['document']}")
    case.act("clerk", "deliver", {"delivery": "hand"})


# -- what is left of it --------------------------------------------------------------------------


def inbox(case):
    step(PERSON, "reads her inbox")
    messages = case.citizen.get("/v1/inbox").data["items"]
    for message in reversed(messages):
        told(f"{hall_time(message['at']):%H:%M:%S}  {message['channel']:<6} "
             f"{message['status']:<8} {message['title']}")
    return messages


def letters(folder, number):
    """The e-mails about a case that were put into the folder."""
    found = []
    for path in Path(folder).glob("*.eml"):
        letter = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
        if number in f"{letter['Subject']} {letter.get_content()}":
            found.append(letter)
    return found


def e_mails(case, folder, sent):
    step("mail", f"what went to {E_MAIL} (a folder stands for the mail server)")
    give_up_at = time.monotonic() + LATE_S
    while len(found := letters(folder, case.number)) < sent:
        if time.monotonic() > give_up_at:
            raise Failure(f"{len(found)} e-mails are in {folder}, but {sent} were to be sent")
        time.sleep(0.2)
    for letter in sorted(found, key=lambda one: one["Message-ID"]):  # ids grow with time
        told(letter["Subject"])
    for notice in found:
        if "hand in" in notice["Subject"]:
            print("\n   The one-time notice reads:")
            told(*notice.get_content().splitlines())


def papers(case, folder):
    step(PERSON, f"saves what the hall gave her in writing to {folder}")
    address = f"/v1/cases/{case.id}/letters"
    give_up_at = time.monotonic() + LATE_S
    while [one for one in case.citizen.get(address).data["items"] if one["status"] != "made"]:
        if time.monotonic() > give_up_at:
            raise Failure(f"letters are still not made after {LATE_S} s; look at {address}")
        time.sleep(0.2)
    made = case.citizen.get(address).data["items"]
    kinds = [one["kind"] for one in made]
    if not {"receipt", "licence"} <= set(kinds):
        raise Failure(f"receipt and licence are not among the letters: {', '.join(kinds)}")
    for one in made:
        pdf_file = case.citizen.get(f"{address}/{one['kind']}.pdf?n={one['n']}").data
        path = Path(folder) / f"{one['number']}.pdf"
        path.write_bytes(pdf_file)
        told(f"{path.name}  {one['title']} ({one['kind']}), {len(pdf_file)} bytes")


def audit(case):
    step(case.badge("auditor"), "finds every event in the audit log, and the books level")
    auditor = case.officer("auditor")
    events = auditor.pages(f"/v1/audit/events?case={case.id}&limit=200")
    recorded = {event["id"] for event in events}
    missing = [one for one in case.timeline.ids if one not in recorded]
    if missing:
        raise Failure(f"{len(missing)} events of the timeline are not in the audit log")
    ledger = auditor.get("/v1/fee/accounts").data
    told(f"{len(recorded)} events of this case are recorded; all {len(case.timeline.ids)} of the "
         f"timeline are among them",
         f"the ledger has {len(ledger['items'])} accounts, which sum to "
         f"{yuan(ledger['sum_fen'])}")
    if ledger["sum_fen"] != 0:
        raise Failure("the ledger does not sum to zero")


def run(data, url, mail_folder):
    case = Case(data, url)
    for part in (file_it, complete_it, review_it, decide_it, pay_it, hand_it_over):
        part(case)
    case.timeline.show_rest()
    messages = inbox(case)
    e_mails(case, mail_folder, sum(message["channel"] == "email" for message in messages))
    papers(case, mail_folder)
    audit(case)
    state = case.citizen.case(case.id).data
    print(f"\n== case {case.number}: {state['status_name']} ({state['status']})\n")


def main(arguments):
    try:
        run(*arguments)
    except (Failure, Problem, Unreachable, TimeoutError) as error:
        print(f"\n{error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
