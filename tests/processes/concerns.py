"""Requests for information and complaints for tests: filings, officers, and the steps between."""

from cases import Lasting, Staff, act_when_ready, papers_of

REQUESTER = {
    "kind": "natural_person", "name": "许云舟", "id_type": "id_card",
    "id_number": "000000198811230027", "phone": "13900000451",
    "email": "xu.yunzhou@example.org", "language": "en",
}
COMPLAINANT = {
    "kind": "natural_person", "name": "沈知秋", "id_type": "id_card",
    "id_number": "000000197502040031", "phone": "13900000762",
    "email": "shen.zhiqiu@example.org", "language": "zh-Hant",
}
NEIGHBOUR = {"relation": "third_party", "name": "Old Mill Ltd", "contact": "9 Mill Row, Demo City"}


class Holder(Lasting):
    """Who has number and code of a case, and opens it again when time has ended the session."""

    def __init__(self, hall, filed):
        super().__init__(lambda: hall.open_case(filed["number"], filed["code"]))


class Officers(Staff):
    """Those of the disclosure office, of the complaint centre and of supervision beside the rest."""

    POSTS = {
        **Staff.POSTS,
        "desk": ("disclosure_officer", "GOO"),
        "second_desk": ("disclosure_officer", "GOO", "second-desk.goo"),
        "head": ("disclosure_head", "GOO"),
        "counsel": ("legal_counsel", "GOO"),
        "planner": ("reviewer", "PSB", "planner.psb"),
        "handler": ("handler", "HALL"),
        "second_handler": ("handler", "HALL", "second-handler.hall"),
        "hotline": ("hotline_operator", "HALL"),
        "supervisor": ("supervisor", "SUP"),
        "second_supervisor": ("supervisor", "SUP", "second-supervisor.sup"),
        "hall_head": ("agency_head", "HALL"),
        "unit_officer": ("reviewer", "UMB", "complained-about.umb"),
        "unit_head": ("agency_head", "UMB", "head.umb"),
    }


def request_form(**changes):
    return {"information": "Plan of the old mill", "description": "The plan approved in 2019",
            "document_number": "示政〔2019〕7号", "form_wanted": "electronic", "delivery": "e_mail",
            "help_needed": "none", **changes}


def request_filing(session, form=None, **changes):
    """GOO-D-001, by the portal."""
    return {"item": "GOO-D-001", "applicant": REQUESTER, "form": form or request_form(),
            "materials": papers_of(session, ("M-OGI",)), "channel": "online", **changes}


def complaint_form(**changes):
    return {"complainant_class": "resident", "unit": "UMB", "about": "delay",
            "happened_on": "2026-02-27", "facts": "Nobody was at the window all morning",
            "asked_for": "That the window is staffed", "case_number": "20260227-000001-1",
            **changes}


def complaint_filing(session, form=None, **changes):
    """HALL-T-001, by the portal."""
    return {"item": "HALL-T-001", "applicant": COMPLAINANT, "form": form or complaint_form(),
            "materials": papers_of(session, ("M-FACT", "M-EVID")), "channel": "online", **changes}


# -- the way of a request -----------------------------------------------------------------------


def to_review(staff, case_id):
    """Receipt confirmed where it came by the portal, taken up."""
    case = staff.desk.case(case_id).data
    if case["status"] == "awaiting_confirmation":
        staff.desk.act(case_id, "confirm")
    act_when_ready(staff.desk, case_id, "take")
    staff.desk.wait_for_case(case_id, lambda now: now["status"] == "in_review")


def draft(staff, case_id, kind, **fields):
    """Drafted, and advised on where this kind of reply needs counsel."""
    drafted = act_when_ready(staff.desk, case_id, "review", {"reply_kind": kind, **fields})
    if drafted["status"] == "counsel_due":
        act_when_ready(staff.counsel, case_id, "advise", {"opinion": "agree", "text": "Sound"})


def reply(staff, case_id, kind, **fields):
    """From `in_review` to the signed reply."""
    draft(staff, case_id, kind, **fields)
    return act_when_ready(staff.head, case_id, "reply", {"reply_kind": kind, **fields})


# -- the way of a complaint ---------------------------------------------------------------------

FOUR = {"facts_found": "The deputy of the post was not named",
        "responsibility": "Head of the road section",
        "rule": "Rules on A and B posts, 4",
        "correction": "Deputies are named for every post by the end of the month"}


def to_investigation(staff, case_id, by="handler"):
    """Accepted by the centre and taken up."""
    act_when_ready(staff.clerk, case_id, "accept")
    act_when_ready(getattr(staff, by), case_id, "take")


def to_resolution(staff, case_id, by="handler"):
    """Investigated: it waits to be resolved."""
    to_investigation(staff, case_id, by)
    act_when_ready(getattr(staff, by), case_id, "review", {"findings": "The window was closed"})


def verify(session, case_id, **changes):
    return act_when_ready(session, case_id, "verify",
                          {"findings": "Deputies are named", "done": True, **changes})


def resolve(session, case_id, **changes):
    """Founded, with all four that closing needs."""
    return act_when_ready(session, case_id, "resolve",
                          {"founded": True, "ground": "CP-FOUNDED", **FOUR, **changes})
