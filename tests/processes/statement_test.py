"""Bank statements: judged as a whole, booked entry by entry, once; in their order, without a gap."""

import unittest

from cases import ROAD_WAY, bill_when_due, lead, road_filing
from checks import HallTest, eventually
from suite import CHANGE_FEN

import second_reader  # tests/bank
from bank import Banks
from large import large_statement
from statements import statement_xml, statements_xml

ACCOUNT_A = "1001000000000001"
ACCOUNT_B = "2001000000000001"
BILL_FEN = 360500
PROGRESS = ("entries", "entries_read", "matched", "in_suspense", "differing",
            "carried_out", "other", "announced")


class StatementTest(HallTest):
    """A hall of its own for each test: numbers of statements go on from the first."""

    shared = False

    def setUp(self):
        super().setUp()
        self.banks = Banks("2026-03-02")
        self.bank_a = self.banks.open_bank("DEMACNBJ", "102100000001", "示范银行甲")
        self.bank_b = self.banks.open_bank("DEMBCNBJ", "105100000001", "示范银行乙")
        self.account = self.banks.open_account(self.bank_a, ACCOUNT_A, "Finance")
        self.other = self.banks.open_account(self.bank_b, ACCOUNT_B, "Finance", balance_fen=5000)

    def billed(self):
        citizen = self.hall.filing()
        case_id = citizen.file_case(road_filing(citizen)).data["id"]
        lead(ROAD_WAY, self.staff, case_id, "fee_due")
        return case_id, bill_when_due(self.staff.cashier, case_id)

    def send(self, xml, session=None, media_type="application/xml"):
        session = session or self.staff.finance
        return session.request("POST", "/v1/fee/statements", body=xml, media_type=media_type)

    def over(self, sent):
        """The statement, once it is booked or refused."""
        return eventually(lambda: self.staff.finance.get(f"/v1/fee/statements/{sent['id']}").data,
                          lambda one: one["status"] in ("booked", "refused"), 120)

    def booked(self, xml):
        done = self.over(self.send(xml).data)
        self.assertEqual("booked", done["status"], done.get("why"))
        return done

    def assert_refused(self, xml, why, line=None):
        done = self.over(self.send(xml).data)
        self.assertEqual(("refused", why), (done["status"], done["why"]))
        if line is not None:
            self.assertEqual(line, done["line"])

    def progress(self, statement):
        return {name: statement[name] for name in PROGRESS if statement[name]}

    def ledger(self):
        """What moved; the change in drawers aside."""
        return {one["account"]: one["balance_fen"]
                for one in self.staff.auditor.get("/v1/fee/accounts").data["items"]
                if one["balance_fen"] and not one["account"].startswith("float")}

    # -- booking -------------------------------------------------------------------------------

    def test_entries_pay_bills_confirm_notices_and_leave_the_rest_to_finance(self):
        case_told, told = self.billed()
        case_structured, structured = self.billed()
        case_written, written = self.billed()
        notice = self.banks.transfer(self.account, BILL_FEN, reference=told["number"])
        self.banks.transfer(self.account, BILL_FEN, reference=structured["number"], payer="甲")
        grouped = " ".join(written["number"][i:i + 4] for i in range(0, len(written["number"]), 4))
        self.banks.transfer(self.account, BILL_FEN, text=f"fee {grouped.lower()}, 谢谢")
        self.banks.transfer(self.account, 777, text="nobody knows what for")
        self.banks.transfer(self.account, 100, reference=told["number"])
        self.banks.charge(self.account, 250)
        self.banks.announce(self.account, 9999)
        self.staff.bank.post(f"/v1/bills/{told['id']}/payments",
                             {"method": "transfer", "amount_fen": BILL_FEN, "bank": "A",
                              "reference": notice.bank_reference})
        sent = self.send(statement_xml(self.banks.statement(self.account)))
        self.assertEqual(201, sent.status)
        self.assertEqual(f"/v1/fee/statements/{sent.data['id']}", sent.headers["Location"])
        done = self.over(sent.data)
        self.assertEqual("booked", done["status"], done.get("why"))
        self.assertEqual({"entries": 7, "entries_read": 7, "matched": 3, "in_suspense": 2,
                          "other": 1, "announced": 1}, self.progress(done))
        self.assertEqual([(ACCOUNT_A, "A", 1, 0, 3 * BILL_FEN + 877 - 250)],
                         [(part["account"], part["bank"], part["number"], part["opening_fen"],
                           part["closing_fen"]) for part in done["statements"]])
        for case_id in (case_told, case_structured, case_written):
            self.in_state(self.staff.road_approver, case_id, "issuing")
        self.assertEqual({"transit:A:CU01:transfer": 3 * BILL_FEN, "transit:A:-:transfer": 877,
                          "suspense:A": -877, "income_due:CU01": -3 * BILL_FEN}, self.ledger())

    def at_bank(self, code="A"):
        path = "/v1/fee/reconciliation/2026-03-02"
        told = eventually(lambda: self.staff.auditor.get(path).data, lambda day: "banks" in day)
        return next(bank for bank in told["banks"] if bank["bank"] == code)

    def test_books_and_banks_are_compared_with_what_is_under_way_named(self):
        self.banks.transfer(self.other, 777)
        self.assertEqual({"bank": "A", "transit_fen": 0, "suspense_fen": 0, "standing": "untold"},
                         self.at_bank())
        self.banks.transfer(self.account, 600)
        self.booked(statement_xml(self.banks.statement(self.account)))
        self.booked(statement_xml(self.banks.statement(self.other)))
        self.assertEqual((600, 600, None), tuple(
            self.at_bank().get(name) for name in ("transit_fen", "statement_fen", "difference_fen")))
        other = self.at_bank("B")  # where there was money before these books
        self.assertEqual((777, 5777, 5000, None), tuple(other.get(name) for name in (
            "transit_fen", "statement_fen", "before_fen", "difference_fen")))
        self.staff.bank.post("/v1/payments", {"method": "transfer", "amount_fen": 250,
                                              "reference": "LATE-1", "bank": "A", "bills": []})
        late = self.at_bank()
        self.assertEqual((850, 600, 250, None, [("LATE-1", 250)]),
                         (late["transit_fen"], late["statement_fen"], late["under_way_fen"],
                          late.get("difference_fen"),
                          [(item["reference"], item["amount_fen"]) for item in late["items"]]))

    def test_what_the_bank_took_by_itself_is_a_difference(self):
        self.banks.transfer(self.account, 600)
        self.banks.charge(self.account, 250)
        self.booked(statement_xml(self.banks.statement(self.account)))
        told = self.at_bank()
        self.assertEqual((600, 350, 250), (told["transit_fen"], told["statement_fen"],
                                           told["difference_fen"]))

    def test_the_same_statement_is_booked_once(self):
        self.banks.transfer(self.account, 777)
        xml = statement_xml(self.banks.statement(self.account))
        first = self.booked(xml)
        ledger = self.ledger()
        again = self.send(xml).data
        self.assertEqual((first["id"], "booked"), (again["id"], again["status"]))
        self.assert_refused(xml + b"\n", "statement 1 of this account was booked before")
        self.assert_refused(statement_xml(self.banks.statement(self.account), version="02"),
                            "statement 1 of this account was booked before")
        self.assertEqual(ledger, self.ledger())
        self.assertEqual(["refused", "refused", "booked"],
                         [one["status"] for one
                          in self.staff.finance.get("/v1/fee/statements").data["items"]])

    def test_several_accounts_in_one_file(self):
        self.banks.transfer(self.account, 777)
        self.banks.transfer(self.other, 333)
        self.booked(statements_xml(self.banks.statements(), version="02"))
        self.assertEqual({"transit:A:-:transfer": 777, "suspense:A": -777,
                          "transit:B:-:transfer": 333, "suspense:B": -333}, self.ledger())

    def test_a_day_without_entries_is_booked_at_once(self):
        done = self.booked(statement_xml(self.banks.statement(self.account)))
        self.assertEqual({}, self.progress(done))

    def test_what_the_hall_ordered_is_made_when_the_bank_shows_it(self):
        _, bill = self.billed()
        self.banks.transfer(self.account, BILL_FEN, reference=bill["number"])
        self.booked(statement_xml(self.banks.statement(self.account)))
        self.staff.finance.post("/v1/fee/settlements", {})
        settlement = self.staff.finance.get("/v1/fee/settlements").data["items"][0]
        path = f"/v1/fee/settlements/{settlement['id']}"
        self.banks.close_day()
        outcomes = self.banks.execute(self.staff.finance.get(f"{path}/file").data)
        self.assertEqual([("executed", BILL_FEN)],
                         [(one.state, one.amount_fen) for one in outcomes], outcomes)
        self.suite.move_clock("2026-03-03T09:00:00+08:00")
        done = self.booked(statement_xml(self.banks.statement(self.account)))
        self.assertEqual({"entries": 1, "entries_read": 1, "carried_out": 1}, self.progress(done))
        order = self.staff.finance.get(path).data["orders"][0]
        self.assertEqual("made", order["status"])
        held = {name: balance for name, balance in self.ledger().items()
                if name.startswith("transit:")}
        self.assertEqual({}, held)

    def test_an_order_that_nobody_knows_or_of_another_sum_differs(self):
        _, bill = self.billed()
        self.banks.transfer(self.account, BILL_FEN, reference=bill["number"])
        self.booked(statement_xml(self.banks.statement(self.account)))
        self.staff.finance.post("/v1/fee/settlements", {})
        settlement = self.staff.finance.get("/v1/fee/settlements").data["items"][0]
        content = self.staff.finance.get(f"/v1/fee/settlements/{settlement['id']}/file").data
        self.banks.close_day()
        self.banks.execute(content.replace(b"3605.00", b"3604.99"))
        self.banks.charge(self.account, 1)
        self.banks.accounts[ACCOUNT_A].entries[-1].end_to_end_id = "NOBODY-1"
        done = self.booked(statement_xml(self.banks.statement(self.account)))
        self.assertEqual({"entries": 2, "entries_read": 2, "differing": 2}, self.progress(done))
        again = self.staff.finance.get(f"/v1/fee/settlements/{settlement['id']}").data
        self.assertEqual("ordered", again["orders"][0]["status"])

    def test_an_order_that_the_bank_carries_out_twice_differs(self):
        _, bill = self.billed()
        self.banks.transfer(self.account, BILL_FEN, reference=bill["number"])
        self.banks.transfer(self.account, BILL_FEN, text="somebody else's")
        self.booked(statement_xml(self.banks.statement(self.account)))
        self.staff.finance.post("/v1/fee/settlements", {})
        settlement = self.staff.finance.get("/v1/fee/settlements").data["items"][0]
        number = settlement["orders"][0]["end_to_end"]
        self.banks.close_day()
        for _ in range(2):
            self.banks.send(self.account, BILL_FEN, end_to_end_id=number)
        done = self.booked(statement_xml(self.banks.statement(self.account)))
        self.assertEqual({"entries": 2, "entries_read": 2, "carried_out": 1, "differing": 1},
                         self.progress(done))

    def test_what_the_bank_counts_otherwise_differs_by_that_alone(self):
        finance = self.suite.officer("finance_officer", "FIN")
        _, bill = self.billed()
        self.staff.cashier.post(f"/v1/bills/{bill['id']}/payments",
                                {"method": "cash", "amount_fen": BILL_FEN})
        drawer = self.staff.cashier.get("/v1/fee/drawers").data["items"][0]["id"]
        with_cashier = {"officer": "cashier.hall"}
        finance.act(drawer, "close", {"amount_fen": CHANGE_FEN + BILL_FEN, **with_cashier})
        slip = finance.act(drawer, "deposit", with_cashier).data["document"]
        self.banks.deposit(self.account, BILL_FEN - 100, end_to_end_id=slip)
        done = self.booked(statement_xml(self.banks.statement(self.account)))
        self.assertEqual({"entries": 1, "entries_read": 1, "differing": 1}, self.progress(done))
        bank = self.at_bank()
        self.assertEqual((BILL_FEN, BILL_FEN - 100, 100, None), tuple(bank.get(name) for name in (
            "transit_fen", "statement_fen", "difference_fen", "items")))
        self.assertNotIn("suspense:A", self.ledger())

    def entries_of(self, *accounts):
        """What moved in accounts, into them positive; what is only held has not moved."""
        told = [entry for account in accounts for entry in self.staff.auditor.get(
            f"/v1/fee/entries?account={account}&limit=500").data["items"]]
        return [entry["amount_fen"] * (1 if entry["side"] == "debit" else -1)
                for entry in told if entry.get("step") != "hold"]

    def read_twice(self):
        """The statement of today, booked by the hall and read by a package that others wrote: both find
        the same account, number, balances and entries. What the package found."""
        xml = statement_xml(self.banks.statement(self.account))
        [part] = self.booked(xml)["statements"]
        [told] = second_reader.read(xml)["statements"]
        self.assertEqual(
            {"account": part["account"], "number": part["number"],
             "balances": {"OPBD": part["opening_fen"], "CLBD": part["closing_fen"]},
             "entries": part["entries"]},
            {**told, "entries": len(told["entries"])})
        return told["entries"]

    @unittest.skipIf(second_reader.missing(), f"{second_reader.missing()} is not installed")
    def test_another_reader_finds_in_the_statements_what_was_booked(self):
        _, bill = self.billed()
        self.banks.transfer(self.account, BILL_FEN, reference=bill["number"], payer="林望舒")
        self.banks.transfer(self.account, 113, text="fees & dues <2026>")
        came = self.read_twice()
        self.assertEqual(
            [(BILL_FEN, "CNY", "2026-03-02", ""), (113, "CNY", "2026-03-02", "fees & dues <2026>")],
            [(one["amount_fen"], one["currency"], one["day"], one["text"]) for one in came])
        billed, unmatched = "transit:A:CU01:transfer", "transit:A:-:transfer"
        self.assertEqual(self.entries_of(billed, unmatched), [one["amount_fen"] for one in came])
        for one in came:  # the bank's notice comes late: the hall knows the reference, books nothing
            self.staff.bank.post("/v1/payments", {
                "method": "transfer", "bank": "A", "bills": [], "reference": one["reference"],
                "amount_fen": one["amount_fen"]})
        self.assertEqual(2, len(self.entries_of(billed, unmatched)))
        self.staff.finance.post("/v1/fee/settlements", {})
        [settlement] = self.staff.finance.get("/v1/fee/settlements").data["items"]
        path = f"/v1/fee/settlements/{settlement['id']}"
        self.banks.close_day()
        self.banks.execute(self.staff.finance.get(f"{path}/file").data)
        self.suite.move_clock("2026-03-03T09:00:00+08:00")
        went = self.read_twice()
        self.assertEqual([(-settlement["amount_fen"], settlement["number"], "2026-03-03")],
                         [(one["amount_fen"], one["text"], one["day"]) for one in went])
        self.assertEqual([BILL_FEN, went[0]["amount_fen"]], self.entries_of(billed))

    # -- refusing ------------------------------------------------------------------------------

    def test_nothing_is_booked_from_a_file_that_is_wrong_anywhere(self):
        for _ in range(3):
            self.banks.transfer(self.account, 777)
        statement = self.banks.statement(self.account)
        self.assert_refused(statement_xml(statement, wrong="currency"),
                            "Amt is in another currency than the statement", 22)
        self.assert_refused(statement_xml(statement, wrong="closing"),
                            "the closing balance is not the opening balance with all that was "
                            "booked: it is 0.01 too large", 7)
        self.assert_refused(statement_xml(statement, wrong="cut"),
                            "is cut off: it ends in the middle")
        self.assert_refused(b"<!DOCTYPE x>" + statement_xml(statement)[39:],
                            "has a document type (DOCTYPE), which no statement needs", 1)
        self.assert_refused(b"", "is empty", 1)
        self.assertEqual({}, self.ledger())
        self.booked(statement_xml(statement))

    def test_statements_follow_each_other_without_a_gap(self):
        days = []
        for _ in range(3):
            self.banks.transfer(self.account, 777)
            days.append(statement_xml(self.banks.statement(self.account)))
            self.banks.close_day()
        self.booked(days[0])
        self.assert_refused(days[2], "statement 2 of this account is missing", 4)
        wrong = days[1].replace(b">7.77</Amt><CdtDbtInd>CRDT</CdtDbtInd><Dt>",
                                b">8.77</Amt><CdtDbtInd>CRDT</CdtDbtInd><Dt>", 1)
        wrong = wrong.replace(b">15.54</Amt><CdtDbtInd>CRDT</CdtDbtInd><Dt>",
                              b">16.54</Amt><CdtDbtInd>CRDT</CdtDbtInd><Dt>", 1)
        self.assert_refused(wrong, "the statement does not open with what statement 1 closed with")
        self.booked(days[1])
        self.booked(days[2])
        self.assertEqual(-3 * 777, self.ledger()["suspense:A"])

    def test_accounts_of_others_and_other_currencies_are_refused(self):
        stranger = self.banks.open_account(self.bank_a, "9999", "Somebody")
        foreign = self.banks.open_account(self.bank_a, "1001000000000009", "Finance",
                                          currency="USD")
        self.assert_refused(statement_xml(self.banks.statement(stranger)),
                            "the account is none of Finance's")
        self.assert_refused(statement_xml(self.banks.statement(foreign)),
                            "the account is none of Finance's")

    def test_only_finance_hands_statements_in(self):
        xml = statement_xml(self.banks.statement(self.account))
        for session in (self.staff.clerk, self.staff.bank, self.staff.cashier):
            with self.refused(403, "forbidden"):
                self.send(xml, session)
            with self.refused(403, "forbidden"):
                session.get("/v1/fee/statements")
        with self.refused(403, "forbidden"):
            self.send(xml, self.hall.filing())
        with self.refused(415, "unsupported-media"):
            self.send(xml, media_type="application/pdf")
        with self.refused(404, "not-found"):
            self.staff.finance.get("/v1/fee/statements/0191d9a0-0000-7000-8000-000000000000")
        self.assertEqual([], self.staff.auditor.get("/v1/fee/statements").data["items"])

    # -- bad days ------------------------------------------------------------------------------

    def test_a_large_statement_goes_on_where_it_was_after_kill_9(self):
        _, bill = self.billed()
        statement = large_statement(3000, ACCOUNT_A, references=[bill["number"]])
        sent = self.send(statement_xml(statement)).data
        path = f"/v1/fee/statements/{sent['id']}"
        for read in (1, 1000, 2000):
            eventually(lambda: self.staff.finance.get(path).data,
                       lambda one, read=read: one["entries_read"] >= read, 120)
            self.suite.kill("fee")
            self.suite.restart("fee")
        done = self.over(sent)
        self.assertEqual({"entries": 3000, "entries_read": 3000, "in_suspense": 3000},
                         self.progress(done))
        self.assertEqual(-statement.closing_fen, self.ledger()["suspense:A"])
        self.assertEqual(0, len(list((self.suite.data / "fee" / "statements").glob("*/*"))))

    def test_what_a_statement_says_of_payers_stays_in_no_place(self):
        self.banks.transfer(self.account, 777, payer="赵钱孙李", text="for my sister Zhou Wuzheng")
        self.booked(statement_xml(self.banks.statement(self.account)))
        self.suite.stop()
        for path in self.suite.data.rglob("*"):
            if path.is_file():
                content = path.read_bytes()
                self.assertNotIn("赵钱孙李".encode(), content, path)
                self.assertNotIn(b"Zhou Wuzheng", content, path)
        code, output = self.suite.tool("audit", "replay", "--data", self.suite.data)
        self.assertEqual(0, code, output)


if __name__ == "__main__":
    unittest.main()
