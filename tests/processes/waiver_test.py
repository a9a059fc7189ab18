"""Waivers of a fee: by law, where a register proves it; by Finance, where it does not."""

import re
import unittest

from cases import (CARDHOLDER, PERSON, Staff, act_when_ready, bill_when_due, card_filing, offered,
                   papers_of, pay_when_due, waiver_filing)
from checks import HallTest, clock_of, eventually

REFUSAL = {"outcome": "refuse", "ground": "RF-UNPROVEN", "reasons": "Nothing shows the hardship"}


def days(case):
    """The due days of the clocks that run."""
    return {clock["name"]: clock["due_day"] for clock in case["clocks"]
            if clock["phase"] == "running"}


class WaiverTest(HallTest):
    def charged(self, applicant=CARDHOLDER, **form):
        """A card that waits for its fee: the case as filed, and its bill."""
        clerk = self.staff.clerk
        codes = ("M-FORM", "M-PHOTO") if form.get("reason") == "lost" else \
            ("M-FORM", "M-PHOTO", "M-OLDCARD")
        card = clerk.file_case(card_filing(clerk, codes, applicant, **form)).data
        clerk.act(card["id"], "accept")
        return card, bill_when_due(self.staff.cashier, card["id"])

    def filed(self, bill, waiver_class="WV-DIBAO", applicant=CARDHOLDER, **more):
        """A waiver of a bill, filed by a payer who has seen it."""
        self.payer = self.hall.filing()
        return eventually_filed(self.payer, waiver_filing(
            self.payer, bill["number"], waiver_class, applicant, **more))

    def checking(self, bill, waiver_class="WV-DIBAO", applicant=CARDHOLDER):
        """A waiver that the charging unit checks, the register having answered."""
        case_id = self.filed(bill, waiver_class, applicant)["id"]
        if waiver_class == "WV-DIBAO":
            self.timeline_with(self.payer, case_id, "intake.material_fetched.v1")
        self.staff.clerk.act(case_id, "accept")
        self.in_state(self.payer, case_id, "checking")
        return case_id

    def proposed(self, bill, amount_fen=1000, applicant=CARDHOLDER):
        """A reduction that Finance is asked for."""
        case_id = self.checking(bill, "WV-OTHER", applicant)
        act_when_ready(self.staff.finance, case_id, "review",
                       {"opinion": "agree", "amount_fen": amount_fen})
        return case_id

    def bill_of(self, card, state):
        """The bill of a card, once it stands so."""
        return self.staff.cashier.wait_for_case(card["id"], lambda case: [
            bill["status"] for bill in case["bills"]] == [state]).data["bills"][0]

    def ledger(self):
        told = self.staff.auditor.get("/v1/fee/accounts").data
        self.assertEqual(0, told["sum_fen"])
        self.assertEqual(0, sum(entry["balance_fen"] for entry in told["items"]))
        return {entry["account"]: entry["balance_fen"] for entry in told["items"]}

    def types(self, session, case_id, *wanted):
        return [event["type"] for event in self.timeline_with(session, case_id, *wanted)]


def eventually_filed(payer, filing):
    """Files it; a session that was told nothing of the bill may come before intake has heard."""
    def look():
        return payer.post("/v1/cases", filing, check=False)
    return eventually(look, lambda answer: answer.status == 201).data


class Waivers(WaiverTest):
    def test_what_the_law_exempts_is_waived_whole_and_the_card_goes_on(self):
        before = self.ledger()
        card, bill = self.charged()
        self.assertEqual(2000, bill["amount_fen"])
        filed = self.filed(bill)
        # Monday 2 March: 10 working days, 5 promised, 1 to accept.
        self.assertEqual({"main": "2026-03-16", "promise": "2026-03-09", "accept": "2026-03-03"},
                         days(filed))
        case_id = filed["id"]
        self.timeline_with(self.payer, case_id, "intake.material_fetched.v1")
        self.staff.clerk.act(case_id, "accept")
        case = self.in_state(self.payer, case_id, "checking")
        self.assertEqual({"main": "2026-03-16", "promise": "2026-03-09", "check": "2026-03-04"},
                         days(case))
        self.assertEqual([], case["bills"])  # a waiver costs nothing
        finance = self.staff.finance
        self.assertIn((filed["number"], "check"), [
            (task["number"], task["stage"]) for task in finance.get("/v1/tasks?limit=200").data["items"]])
        self.assert_offers(self.in_state(finance, case_id, "checking"), "decide", "review")
        with self.refused(422, "invalid-fields", "/amount_fen"):
            finance.act(case_id, "decide", {"outcome": "grant", "amount_fen": 1999})
        with self.refused(422, "invalid-fields", "/outcome"):
            finance.act(case_id, "decide", {"outcome": "refuse"})
        with self.refused(403, "forbidden"):
            self.staff.card_approver.act(case_id, "decide", {"outcome": "grant"})
        done = finance.act(case_id, "decide", {"outcome": "grant", "text": "On the list"}).data
        self.assertEqual(("confirmed", ["fee.waiver_confirmed.v1"]),
                         (done["status"], done["events"]))
        case = self.in_state(self.payer, case_id, "applied")
        self.assertEqual((True, {}), (case["is_end"], days(case)))
        bill = self.bill_of(card, "cleared")
        self.assertEqual((0, [(2000, 2000)]), (bill["amount_fen"], [
            (line["amount_fen"], line["waived_fen"]) for line in bill["lines"]]))
        self.in_state(self.staff.card_approver, card["id"], "checking")
        wanted = ["intake.case_submitted.v1", "intake.case_accepted.v1",
                  "fee.waiver_confirmed.v1", "fee.bill_adjusted.v1"]
        told = self.timeline_with(self.payer, case_id, *wanted)
        self.assertEqual(wanted, [event["type"] for event in told if event["type"] in wanted])
        adjusted = next(event["data"] for event in told if event["type"] == wanted[3])
        self.assertEqual((bill["id"], 2000), (adjusted["bill"], adjusted["fields"]["amount_fen"]))
        told = self.timeline_with(self.staff.clerk, card["id"], "fee.bill_lowered.v1",
                                  "fee.case_cleared.v1")
        self.assertNotIn("fee.payment_recorded.v1", [event["type"] for event in told])
        lowered = next(event["data"] for event in told if event["type"] == "fee.bill_lowered.v1")
        self.assertEqual((case_id, 2000, 0, [("income_due:CU02", "receivable:CU02", 2000)]),
                         (lowered["waiver"], lowered["amount_fen"], lowered["due_fen"],
                          [(one["debit"], one["credit"], one["amount_fen"])
                           for one in lowered["transfers"]]))
        after = self.ledger()
        for account in ("receivable:CU02", "income_due:CU02"):
            self.assertEqual(before.get(account, 0), after[account])
        titles = [message["title"] for message in eventually(
            lambda: self.payer.get(f"/v1/inbox?case={case_id}").data["items"],
            lambda items: len(items) >= 4)]
        self.assertEqual([f"{title}: {filed['number']}" for title in (
            "The bill was corrected", "Waiver granted", "Request for a waiver accepted",
            "Request for a waiver received")], titles)

    def test_a_card_that_cost_nothing_and_is_refused_gives_nothing_back(self):
        card, bill = self.charged()
        case_id = self.checking(bill)
        act_when_ready(self.staff.finance, case_id, "decide", {"outcome": "grant"})
        self.in_state(self.payer, case_id, "applied")
        act_when_ready(self.staff.card_approver, card["id"], "decide", {
            "outcome": "refuse", "ground": "RF-IDENTITY", "reasons": "Somebody else's"})
        self.types(self.opened(card), card["id"], "approval.decision_made.v1")
        self.staff.cashier.wait_for_case(card["id"], lambda case: case["status"] == "refused")
        told = self.types(self.opened(card), card["id"], *5 * ["notification.message_queued.v1"])
        self.assertNotIn("fee.refund_requested.v1", told)

    def test_a_fee_that_lists_no_waiver_stays_to_be_paid(self):
        card, bill = self.charged(temporary_card=True)
        self.assertEqual(3000, bill["amount_fen"])
        case_id = self.checking(bill)
        act_when_ready(self.staff.finance, case_id, "decide", {"outcome": "grant"})
        self.in_state(self.payer, case_id, "applied")
        bill = self.staff.cashier.wait_for_case(
            card["id"], lambda case: case["bills"][0]["amount_fen"] == 1000).data["bills"][0]
        self.assertEqual(("issued", {"FEE-ID-RENEW": 2000, "FEE-ID-TEMP": 0}),
                         (bill["status"], {line["fee"]: line.get("waived_fen", 0)
                                           for line in bill["lines"]}))
        cashier = self.staff.cashier
        before = self.ledger()
        with self.refused(422, "invalid-fields", "/amount_fen"):
            cashier.post(f"/v1/bills/{bill['id']}/payments", {"method": "cash", "amount_fen": 3000})
        cashier.post(f"/v1/bills/{bill['id']}/payments", {"method": "cash", "amount_fen": 1000})
        self.in_state(self.staff.card_approver, card["id"], "checking")
        after = self.ledger()
        self.assertEqual((1000, -1000), (
            after["drawer:cashier.hall:CU02"] - before.get("drawer:cashier.hall:CU02", 0),
            after["receivable:CU02"] - before["receivable:CU02"]))

    def test_what_was_paid_before_is_asked_back(self):
        card, bill = self.charged(temporary_card=True)
        case_id = self.checking(bill)
        pay_when_due(self.staff.cashier, card["id"])
        act_when_ready(self.staff.finance, case_id, "decide", {"outcome": "grant"})
        self.in_state(self.payer, case_id, "applied")
        told = self.timeline_with(self.staff.clerk, card["id"], "fee.refund_requested.v1")
        asked = next(event["data"] for event in told
                     if event["type"] == "fee.refund_requested.v1")
        self.assertEqual((bill["id"], 2000), (asked["bill"], asked["fields"]["amount_fen"]))
        self.assertNotIn("fee.bill_lowered.v1", [event["type"] for event in told])
        bill = self.bill_of(card, "paid")
        self.assertEqual((3000, 2000), (bill["amount_fen"], bill["refund_fen"]))
        self.assertEqual([2000], [refund["amount_fen"] for refund in
                                  self.staff.finance.get("/v1/fee/refunds?limit=200").data["items"]
                                  if refund["bill_id"] == bill["id"]])
        # The card goes its way, and when it is refused only the rest is asked back.
        act_when_ready(self.staff.card_approver, card["id"], "decide", {
            "outcome": "refuse", "ground": "RF-IDENTITY", "reasons": "Somebody else's"})
        told = self.timeline_with(self.staff.clerk, card["id"], *2 * ["fee.refund_requested.v1"])
        self.assertEqual([2000, 1000], [event["data"]["fields"]["amount_fen"] for event in told
                                        if event["type"] == "fee.refund_requested.v1"])
        self.ledger()

    def test_a_reduction_is_proposed_by_one_and_allowed_by_another(self):
        card, bill = self.charged(PERSON)
        case_id = self.checking(bill, "WV-OTHER", PERSON)
        finance, approver = self.staff.finance, self.staff.finance_approver
        with self.refused(409, "not-allowed-now") as caught:  # no register proves anything
            finance.act(case_id, "decide", {"outcome": "grant"})
        self.assertIn("register", caught[0].detail)
        with self.refused(422, "invalid-fields", "/opinion"):
            finance.act(case_id, "review", {"amount_fen": 1000})
        with self.refused(422, "invalid-fields", "/amount_fen"):
            finance.act(case_id, "review", {"opinion": "agree"})
        with self.refused(422, "invalid-fields", "/amount_fen"):
            finance.act(case_id, "review", {"opinion": "agree", "amount_fen": 2001})
        with self.refused(422, "invalid-fields", "/ground"):
            finance.act(case_id, "review", {"opinion": "agree", "amount_fen": 1000,
                                            "ground": "RF-UNPROVEN"})
        self.suite.admin.post("/v1/accounts", {
            "login": "both.fin", "badge": "FIN officer and approver", "password": "long enough 12",
            "grants": [{"role": role, "department": "FIN"}
                       for role in ("finance_officer", "approver")]})
        both = self.hall.sign_in("both.fin", "long enough 12")
        done = both.act(case_id, "review", {"opinion": "agree", "amount_fen": 1000}).data
        self.assertEqual(("finance_due", ["fee.waiver_proposed.v1"]),
                         (done["status"], done["events"]))
        self.assertEqual("2026-03-04", days(done)["decide"])  # 2 working days
        with self.refused(403, "forbidden"):  # not who proposed it
            both.act(case_id, "decide", {"outcome": "grant", "amount_fen": 1000})
        with self.refused(422, "invalid-fields", "/amount_fen"):
            approver.act(case_id, "decide", {"outcome": "grant"})
        with self.refused(422, "invalid-fields", "/amount_fen"):
            approver.act(case_id, "decide", {"outcome": "grant", "amount_fen": 2001})
        done = approver.act(case_id, "decide", {"outcome": "grant", "amount_fen": 800}).data
        self.assertEqual("confirmed", done["status"])
        self.in_state(self.payer, case_id, "applied")
        bill = self.staff.cashier.wait_for_case(
            card["id"], lambda case: case["bills"][0]["amount_fen"] == 1200).data["bills"][0]
        self.assertEqual(("issued", 800), (bill["status"], bill["lines"][0]["waived_fen"]))
        second = self.checking(bill, "WV-RURAL", PERSON)
        with self.refused(422, "invalid-fields", "/amount_fen") as caught:
            finance.act(second, "review", {"opinion": "agree", "amount_fen": 1201})
        self.assertIn("1200", caught[0].errors[0]["detail"])

    def test_finance_refuses_with_ground_and_reasons(self):
        card, bill = self.charged(PERSON)
        case_id = self.checking(bill, "WV-RURAL", PERSON)
        finance, approver = self.staff.finance, self.staff.finance_approver
        with self.refused(422, "invalid-fields", "/ground"):
            finance.act(case_id, "review", {"opinion": "object"})
        with self.refused(422, "invalid-fields", "/amount_fen"):
            finance.act(case_id, "review", {"opinion": "object", "ground": "RF-UNPROVEN",
                                            "amount_fen": 5})
        finance.act(case_id, "review", {"opinion": "object", "ground": "RF-UNPROVEN",
                                        "text": "No paper of the village"})
        self.in_state(approver, case_id, "finance_due")
        with self.refused(422, "invalid-fields", "/ground", "/reasons"):
            approver.act(case_id, "decide", {"outcome": "refuse"})
        done = approver.act(case_id, "decide", REFUSAL).data
        self.assertEqual(("refused", ["fee.waiver_refused.v1"]), (done["status"], done["events"]))
        case = self.in_state(self.payer, case_id, "refused")
        self.assertEqual((True, {}), (case["is_end"], days(case)))
        told = self.timeline_with(self.payer, case_id, "fee.waiver_refused.v1")
        refused = next(event["data"] for event in told
                       if event["type"] == "fee.waiver_refused.v1")
        self.assertEqual(("Nothing shows the hardship", ["review", "suit"]),
                         (refused["fields"]["reasons"],
                          [remedy["kind"] for remedy in refused["remedies"]]))
        self.assertEqual(("issued", 2000), (self.bill_of(card, "issued")["status"],
                                            self.bill_of(card, "issued")["amount_fen"]))
        self.assertEqual(["fee.appeal_filed.v1"],
                         self.payer.act(case_id, "appeal", {"remedy": "review"}).data["events"])
        self.timeline_with(self.payer, case_id, "audit.remedy_registered.v1")

    def test_only_the_payers_own_bill_of_such_an_item_is_named(self):
        _, bill = self.charged()
        payer = self.hall.filing()
        self.filed(bill)  # by now intake knows the bill
        for number, applicant in (("RF00HALL20269999999", CARDHOLDER), (bill["number"], PERSON),
                                  (bill["number"] + " ", CARDHOLDER)):
            with self.subTest(number=number), \
                    self.refused(422, "invalid-fields", "/form/bill_number"):
                payer.file_case(waiver_filing(payer, number, applicant=applicant))
        nobody = {key: value for key, value in CARDHOLDER.items() if key != "id_number"}
        with self.refused(422, "invalid-fields", "/form/bill_number"):
            payer.file_case(waiver_filing(payer, bill["number"], "WV-OTHER", nobody))

    def test_a_bill_whose_fees_list_no_waiver_is_left_alone(self):
        card, bill = self.charged(reason="lost")
        self.assertEqual(4000, bill["amount_fen"])
        case_id = self.checking(bill)
        finance = self.staff.finance
        with self.refused(409, "not-allowed-now") as caught:
            finance.act(case_id, "decide", {"outcome": "grant"})
        self.assertIn("review", caught[0].allowed_actions)
        self.assertNotIn("decide", caught[0].allowed_actions)
        self.assertNotIn("decide", offered(self.in_state(finance, case_id, "checking")))
        with self.refused(409, "not-allowed-now"):
            finance.act(case_id, "review", {"opinion": "agree", "amount_fen": 1})
        finance.act(case_id, "review", {"opinion": "object", "ground": "RF-NOT-IN-CLASS"})
        approver = self.staff.finance_approver
        self.in_state(approver, case_id, "finance_due")
        with self.refused(409, "not-allowed-now"):
            approver.act(case_id, "decide", {"outcome": "grant", "amount_fen": 1})
        approver.act(case_id, "decide", {**REFUSAL, "ground": "RF-NOT-IN-CLASS"})
        self.in_state(self.payer, case_id, "refused")
        self.assertEqual(4000, self.bill_of(card, "issued")["amount_fen"])

    def test_a_bill_that_was_taken_back_or_waived_before_is_left_alone(self):
        card, bill = self.charged()
        first, payer = self.checking(bill), self.payer
        second = self.checking(bill)
        act_when_ready(self.opened(card), card["id"], "withdraw")
        self.bill_of(card, "void")
        finance = self.staff.finance
        with self.refused(409, "not-allowed-now") as caught:
            finance.act(first, "decide", {"outcome": "grant"})
        self.assertIn("taken back", caught[0].detail)
        act_when_ready(payer, first, "withdraw")
        act_when_ready(self.payer, second, "withdraw")
        card, bill = self.charged()
        first = self.checking(bill)
        second = self.checking(bill)
        act_when_ready(finance, first, "decide", {"outcome": "grant"})
        self.bill_of(card, "cleared")
        with self.refused(409, "not-allowed-now"):
            finance.act(second, "decide", {"outcome": "grant"})

    def test_who_asked_withdraws_until_it_is_decided(self):
        _, bill = self.charged()
        submitted = self.filed(bill)["id"]
        self.assertEqual("withdrawn", self.payer.act(submitted, "withdraw").data["status"])
        supplement = self.filed(bill, codes=())["id"]
        self.staff.clerk.act(supplement, "request_materials", {"missing": ["M-FORM"]})
        self.assertEqual("withdrawn", self.payer.act(supplement, "withdraw").data["status"])
        for reach in (self.checking, self.proposed):
            case_id = reach(bill)
            done = act_when_ready(self.payer, case_id, "withdraw")
            self.assertEqual(("withdrawn", ["fee.case_withdrawn.v1"]),
                             (done["status"], done["events"]))
            self.assertIs(True, self.in_state(self.payer, case_id, "withdrawn")["is_end"])

    def test_a_request_that_no_fee_allows_is_not_accepted(self):
        _, bill = self.charged()
        case_id = self.filed(bill)["id"]
        done = self.staff.clerk.act(case_id, "refuse_acceptance", {
            "ground": "NA-NO-WAIVER-LISTED", "reasons": "Lost cards have none"}).data
        self.assertEqual("not_accepted", done["status"])
        self.assertEqual(["intake.appeal_filed.v1"],
                         self.payer.act(case_id, "appeal", {"remedy": "review"}).data["events"])

    def test_what_is_missing_is_asked_for_once(self):
        _, bill = self.charged()
        case_id = self.filed(bill, codes=())["id"]
        clerk = self.staff.clerk
        done = clerk.act(case_id, "request_materials", {"missing": ["M-FORM"]}).data
        # 5 working days behind Monday 2 March.
        self.assertEqual("2026-03-09", clock_of(done, "supplement_period")["due_day"])
        done = self.payer.act(case_id, "supply_materials",
                              {"materials": papers_of(self.payer, ["M-FORM"])}).data
        self.assertEqual("submitted", done["status"])
        with self.refused(409, "not-allowed-now"):
            clerk.act(case_id, "request_materials", {"missing": ["M-FORM"]})
        self.assertEqual("checking", clerk.act(case_id, "accept").data["status"])


class TimeOfWaivers(WaiverTest):
    shared = False

    def test_time_ends_bills_and_supplements_and_the_record_gives_all_back(self):
        card, bill = self.charged()
        late = self.filed(bill, codes=())
        self.staff.clerk.act(late["id"], "request_materials", {"missing": ["M-FORM"]})
        case_id = self.checking(bill)
        waived, other = self.charged()
        done = self.checking(other)
        act_when_ready(self.staff.finance, done, "decide", {"outcome": "grant"})
        self.in_state(self.payer, done, "applied")
        self.suite.move_clock("2026-03-10T00:00:00+08:00")
        case = self.in_state(self.opened(late), late["id"], "not_accepted")
        self.assertEqual("NA-NOT-COMPLETED", case["ground"])
        self.suite.move_clock("2026-03-31T00:00:00+08:00")  # the time to pay is over
        self.staff = Staff(self.suite)
        self.bill_of(card, "lapsed")
        with self.refused(409, "not-allowed-now") as caught:
            self.staff.finance.act(case_id, "decide", {"outcome": "grant"})
        self.assertIn("lapsed", caught[0].detail)
        self.assertNotIn("decide", caught[0].allowed_actions)
        self.types(self.staff.clerk, case_id, "fee.clock_overdue.v1", "audit.finding_raised.v1")
        self.in_state(self.staff.clerk, waived["id"], "checking")
        told = self.staff.auditor.get("/v1/fee/accounts").data
        self.assertEqual((0, {0}), (told["sum_fen"],
                                    {entry["balance_fen"] for entry in told["items"]
                                     if not entry["account"].startswith("float")}))
        self.suite.stop()
        for command in ("verify", "replay"):
            code, output = self.suite.tool("audit", command, "--data", self.suite.data,
                                           "--map-size", "4g")
            self.assertEqual(0, code, output)
        for service in ("intake", "approval", "fee", "notification", "audit", "gateway"):
            self.assertTrue(re.search(rf"{service} +[0-9]+ records, [0-9]+ tables, the same",
                                      output), output)


if __name__ == "__main__":
    unittest.main()
