"""Cases for tests: filings of the two permit items, and the steps that lead them to their end."""

from papers import pdf
from suite import Problem, catalogue_files

PERSON = {
    "kind": "natural_person", "name": "林望舒", "id_type": "id_card",
    "id_number": "000000199003074015", "phone": "13900000217",
    "email": "lin.wangshu@example.org", "language": "en",
}
FIRM = {
    "kind": "legal_person", "name": "Harbour Kitchen Ltd", "id_type": "uscc",
    "id_number": "91000000DEMO000017", "phone": "13900000345",
    "email": "office@harbour-kitchen.example", "language": "zh-Hans",
}


# Somebody whom the register of allowances knows.
CARDHOLDER = {
    "kind": "natural_person", "name": "郁明澜", "id_type": "id_card",
    "id_number": "000000198511120028", "phone": "13900000528",
    "email": "yu.minglan@example.org", "language": "en",
}


def road_form(**changes):
    return {"location": "12 Willow Lane, Demo City", "road_name": "Willow Lane", "purpose": "water",
            "asphalt_m2": "12.5", "pavement_m2": 4, "from": "2026-04-01", "to": "2026-04-10",
            "closed_road": False, "emergency": False, "works": "A new water main",
            "contact_name": "顾清和", "contact_phone": "13900000998", **changes}


def food_form(**changes):
    return {"request": "new", "premises_name": "Harbour Kitchen",
            "premises_address": "3 Harbour Road, Demo City", "business_form": "catering",
            "food_items": "hot meals", "floor_area_m2": "88.5", "safety_manager": "何安",
            "contact_name": "何安", "contact_phone": "13900000345", **changes}


def paper(session, code):
    """An uploaded PDF as a material."""
    return session.material(code, f"{code}.pdf", pdf(f"Material {code}", ["For a test."]))


def papers_of(session, codes):
    return [paper(session, code) for code in codes]


def road_filing(session, codes=("M-FORM", "M-DESIGN", "M-TRAFFIC", "M-RESTORE"), **changes):
    """UMB-P-001; by default nothing is missing that no register gives."""
    return {"item": "UMB-P-001", "applicant": PERSON, "form": road_form(),
            "materials": papers_of(session, codes), "channel": "online", **changes}


def food_filing(session, codes=("M-FORM", "M-LAYOUT", "M-FSRULES"), **changes):
    """MSA-P-001."""
    return {"item": "MSA-P-001", "applicant": FIRM, "form": food_form(),
            "materials": papers_of(session, codes), "channel": "online", **changes}


def shop_filing(session, codes=("M-FILING",), **changes):
    """MSA-R-001."""
    return {"item": "MSA-R-001", "applicant": FIRM, "channel": "online",
            "form": {"premises_name": "Harbour Corner Shop", "sales_mode": "shop",
                     "premises_address": "5 Harbour Road, Demo City", "contact_name": "何安",
                     "contact_phone": "13900000345"},
            "materials": papers_of(session, codes), **changes}


def card_filing(clerk, codes=("M-FORM", "M-PHOTO", "M-OLDCARD"), applicant=None, **form):
    """PSB-C-001, filed at the window."""
    return {"item": "PSB-C-001", "applicant": applicant or CARDHOLDER, "channel": "window",
            "form": {"reason": "expiry", "temporary_card": False,
                     "registered_address": "7 Mulberry Lane, Demo City",
                     "contact_phone": "13900000528", **form},
            "materials": papers_of(clerk, codes)}


def waiver_filing(session, bill_number, waiver_class="WV-DIBAO", applicant=None, codes=None):
    """FIN-W-001, of a bill."""
    papers = codes if codes is not None else \
        ["M-FORM"] if waiver_class == "WV-DIBAO" else ["M-FORM", "M-HARD"]
    return {"item": "FIN-W-001", "applicant": applicant or CARDHOLDER, "channel": "online",
            "form": {"bill_number": bill_number, "class": waiver_class,
                     "statement": "We live on the allowance"},
            "materials": papers_of(session, papers)}


def disclosure_filing(session, **changes):
    """GOO-D-001, through the portal."""
    return {"item": "GOO-D-001", "applicant": PERSON, "channel": "online",
            "form": {"information": "Road works of 2025", "description": "Contracts and costs",
                     "form_wanted": "electronic", "delivery": "e_mail", "help_needed": "none"},
            "materials": papers_of(session, ["M-OGI"]), **changes}


class Lasting:
    """A session that is opened again when time has ended it."""

    def __init__(self, open_session):
        self._open = open_session
        self._session = open_session()

    def __getattr__(self, name):
        def again(*arguments, **more):
            try:
                return getattr(self._session, name)(*arguments, **more)
            except Problem as problem:
                if problem.status != 401:
                    raise
            self._session = self._open()
            return getattr(self._session, name)(*arguments, **more)
        return again


class Staff:
    """Officers who handle permits, one for each part of the work, each signed in when first named.

    Officers whom another one names in a report must have accounts: name them before."""

    POSTS = {
        "clerk": ("window_clerk", "HALL"),
        "cashier": ("cashier", "HALL"),
        "bank": ("bank_link", "HALL"),
        "road_reviewer": ("reviewer", "UMB"),
        "traffic_reviewer": ("co_reviewer", "PSB"),
        "road_checker": ("field_checker", "UMB"),
        "second_road_checker": ("field_checker", "UMB", "second-checker.umb"),
        "road_approver": ("approver", "UMB"),
        "food_reviewer": ("reviewer", "MSA"),
        "food_checker": ("field_checker", "MSA"),
        "second_food_checker": ("field_checker", "MSA", "second-checker.msa"),
        "food_approver": ("approver", "MSA"),
        "food_head": ("agency_head", "MSA"),
        "road_head": ("agency_head", "UMB"),
        "government_head": ("government_head", "*"),
        "food_publisher": ("publisher", "MSA"),
        "card_approver": ("approver", "PSB"),
        "card_maker": ("handler", "PSB"),
        "card_head": ("agency_head", "PSB"),
        "finance": ("finance_officer", "FIN"),
        "finance_approver": ("approver", "FIN"),
        "disclosure_officer": ("disclosure_officer", "GOO"),
        "supervisor": ("supervisor", "SUP"),
        "hall_manager": ("hall_manager", "HALL"),
        "auditor": ("auditor", "*"),
        "author": ("information_officer", "HALL"),
        "counsel": ("legal_counsel", "HALL"),
        "finance": ("finance_officer", "HALL"),
    }

    def __init__(self, suite):
        self._suite = suite

    def __getattr__(self, name):
        if name not in self.POSTS:
            raise AttributeError(name)
        session = self._suite.officer(*self.POSTS[name])
        setattr(self, name, session)
        return session


def act_when_ready(session, case_id, action, fields=None):
    """Does an action once the case offers it to this officer."""
    session.wait_for_case(case_id, lambda case: action in offered(case))
    return session.act(case_id, action, fields).data


def offered(case):
    return [action["action"] for action in case["actions"]]


# How a case of each item goes from state to state: (state, what its officers do in it).
FOOD_WAY = [
    ("submitted", lambda staff, case: act_when_ready(staff.clerk, case, "accept")),
    ("accepted", lambda staff, case: act_when_ready(staff.food_reviewer, case, "take")),
    ("in_review", lambda staff, case: act_when_ready(
        staff.food_reviewer, case, "review",
        {"opinion": "agree", "text": "All in order", "site_check": True})),
    ("site_check", lambda staff, case: check_site(
        staff.food_checker, staff.second_food_checker, case)),
    ("decision_due", lambda staff, case: act_when_ready(
        staff.food_approver, case, "decide", {"outcome": "grant"})),
    ("issuing", lambda staff, case: hand_over(staff.clerk, case)),
    ("in_force", None),
]
ROAD_WAY = [
    ("submitted", lambda staff, case: act_when_ready(staff.clerk, case, "accept")),
    ("accepted", lambda staff, case: act_when_ready(staff.road_reviewer, case, "assign")),
    ("joint_review", lambda staff, case: review_road(staff, case)),
    ("site_check", lambda staff, case: check_site(
        staff.road_checker, staff.second_road_checker, case)),
    ("decision_due", lambda staff, case: act_when_ready(
        staff.road_approver, case, "decide", {"outcome": "grant"})),
    ("fee_due", lambda staff, case: pay_when_due(staff.cashier, case)),
    ("issuing", lambda staff, case: hand_over(staff.clerk, case)),
    ("in_force", None),
]


def lead(way, staff, case_id, to="in_force"):
    """Leads a case that was submitted along its way to a state."""
    for state, work in way:
        if state == to:
            return
        work(staff, case_id)
    raise ValueError(f"the way does not lead to {to}")


def grant_food(staff, case_id):
    """From `submitted` to the delivered licence of MSA-P-001."""
    lead(FOOD_WAY, staff, case_id)


def grant_road(staff, case_id):
    """From `submitted` to the delivered licence of UMB-P-001."""
    lead(ROAD_WAY, staff, case_id)


def review_road(staff, case_id):
    """Both units of the joint review agree, one with a condition."""
    act_when_ready(staff.road_reviewer, case_id, "review", {"opinion": "agree"})
    act_when_ready(staff.traffic_reviewer, case_id, "review",
                   {"opinion": "agree_with_conditions", "conditions": "One lane stays open"})


def check_site(checker, second, case_id):
    """Two officers, both named, check the spot; the first one reports."""
    officers = [session.get("/v1/me").data["login"] for session in (checker, second)]
    act_when_ready(checker, case_id, "record",
                   {"officers": officers, "findings": "As on the plan", "passed": True})


def hand_over(clerk, case_id):
    """The licence is made, and handed over at the window."""
    act_when_ready(clerk, case_id, "issue")
    act_when_ready(clerk, case_id, "deliver", {"delivery": "hand"})


def pay_when_due(cashier, case_id):
    """Takes cash for the open bill of a case."""
    bill = bill_when_due(cashier, case_id)
    return cashier.post(f"/v1/bills/{bill['id']}/payments",
                        {"method": "cash", "amount_fen": bill["amount_fen"]}).data


def bill_when_due(session, case_id):
    """The bill of a case, once it is there."""
    return session.wait_for_case(case_id, lambda case: case["bills"]).data["bills"][0]


# -- versions of the catalogue -------------------------------------------------------------------


def changed(name, old, new):
    """The files of the shipped catalogue with one passage replaced."""
    files = catalogue_files()
    for file in files:
        if file["name"] == name:
            assert file["text"].count(old) >= 1, f"{old!r} is not in {name}"
            file["text"] = file["text"].replace(old, new, 1)
    return files


def draft_version(session, files, **more):
    """Hands in the files of a new version; returns what is told of it."""
    return session.post("/v1/catalogue/versions", {"files": files, **more}).data


def act_on_version(session, version, action, fields=None, **more):
    """Does an action on a version on its way."""
    return session.post(f"/v1/catalogue/versions/{version}/actions/{action}", fields, **more).data


def approve_version(staff, version, effective_on):
    """Takes a draft through all hands, to come into force on that day."""
    act_on_version(staff.author, version, "submit", {"effective_on": effective_on})
    act_on_version(staff.counsel, version, "advise", {"opinion": "agree", "text": "Lawful"})
    act_on_version(staff.finance, version, "decide", {"outcome": "grant"})


def publish_version(suite, staff, files, effective_on):
    """Drafts and approves a version and waits for its day, at 00:00 of which it is in force."""
    drafted = draft_version(staff.author, files)
    approve_version(staff, drafted["version"], effective_on)
    suite.move_clock(f"{effective_on}T00:00:00+08:00")
    return drafted["version"]
