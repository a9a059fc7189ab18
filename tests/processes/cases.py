"""Cases for tests: filings of the two permit items, and the steps that lead them to their end."""

from papers import pdf

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


class Staff:
    """Officers who handle permits, one for each part of the work, signed in."""

    def __init__(self, suite):
        self.clerk = suite.officer("window_clerk", "HALL")
        self.cashier = suite.officer("cashier", "HALL")
        self.road_reviewer = suite.officer("reviewer", "UMB")
        self.traffic_reviewer = suite.officer("co_reviewer", "PSB")
        self.road_checker = suite.officer("field_checker", "UMB")
        self.second_road_checker = suite.officer("field_checker", "UMB", "second-checker.umb")
        self.road_approver = suite.officer("approver", "UMB")
        self.food_reviewer = suite.officer("reviewer", "MSA")
        self.food_checker = suite.officer("field_checker", "MSA")
        self.second_food_checker = suite.officer("field_checker", "MSA", "second-checker.msa")
        self.food_approver = suite.officer("approver", "MSA")
        self.auditor = suite.officer("auditor", "*")


def act_when_ready(session, case_id, action, fields=None):
    """Does an action once the case offers it to this officer."""
    session.wait_for_case(case_id, lambda case: action in offered(case))
    return session.act(case_id, action, fields).data


def offered(case):
    return [action["action"] for action in case["actions"]]


def grant_food(staff, case_id):
    """From `submitted` to the delivered licence of MSA-P-001."""
    act_when_ready(staff.clerk, case_id, "accept")
    act_when_ready(staff.food_reviewer, case_id, "take")
    act_when_ready(staff.food_reviewer, case_id, "review",
                   {"opinion": "agree", "text": "All in order", "site_check": True})
    act_when_ready(staff.food_checker, case_id, "record",
                   {"officers": ["field-checker.msa", "second-checker.msa"],
                    "findings": "As on the plan", "passed": True})
    act_when_ready(staff.food_approver, case_id, "decide", {"outcome": "grant"})
    act_when_ready(staff.clerk, case_id, "issue")
    act_when_ready(staff.clerk, case_id, "deliver", {"delivery": "hand"})


def grant_road(staff, case_id):
    """From `submitted` to the delivered licence of UMB-P-001."""
    act_when_ready(staff.clerk, case_id, "accept")
    act_when_ready(staff.road_reviewer, case_id, "assign")
    act_when_ready(staff.road_reviewer, case_id, "review", {"opinion": "agree"})
    act_when_ready(staff.traffic_reviewer, case_id, "review",
                   {"opinion": "agree_with_conditions", "conditions": "One lane stays open"})
    act_when_ready(staff.road_checker, case_id, "record",
                   {"officers": ["field-checker.umb", "second-checker.umb"],
                    "findings": "As on the plan", "passed": True})
    act_when_ready(staff.road_approver, case_id, "decide", {"outcome": "grant"})
    pay_when_due(staff.cashier, case_id)
    act_when_ready(staff.clerk, case_id, "issue")
    act_when_ready(staff.clerk, case_id, "deliver", {"delivery": "hand"})


def pay_when_due(cashier, case_id):
    """Takes cash for the open bill of a case."""
    case = cashier.wait_for_case(case_id, lambda case: case["bills"]).data
    bill = case["bills"][0]
    return cashier.post(f"/v1/bills/{bill['id']}/payments",
                        {"method": "cash", "amount_fen": bill["amount_fen"]}).data
