"""The daily proof: transit at close is what the banks hold, with what is under way named (L55); the
same from the record alone; on paper."""

import unittest

from cases import ROAD_WAY, bill_when_due, lead, road_filing
from checks import HallTest, eventually
from papers_read import words_of
from proofs import recomputed
from suite import CHANGE_FEN

from bank import Banks  # tests/bank
from statements import statement_xml

ACCOUNT_A = "1001000000000001"
ACCOUNT_B = "2001000000000001"
BILL_FEN = 360500
DAY, NEXT_DAY = "2026-03-02", "2026-03-03"


class ProofTest(HallTest):
    """A hall of its own for each test: numbers of statements go on from the first."""

    shared = False

    def setUp(self):
        super().setUp()
        self.banks = Banks(DAY)
        bank = self.banks.open_bank("DEMACNBJ", "102100000001", "示范银行甲")
        self.account = self.banks.open_account(bank, ACCOUNT_A, "Finance")

    def billed(self):
        citizen = self.hall.filing()
        case_id = citizen.file_case(road_filing(citizen)).data["id"]
        lead(ROAD_WAY, self.staff, case_id, "fee_due")
        return bill_when_due(self.staff.cashier, case_id)

    def told(self, account=None):
        """The bank's statement of its day is handed in and booked."""
        xml = statement_xml(self.banks.statement(account or self.account))
        sent = self.staff.finance.request("POST", "/v1/fee/statements", body=xml,
                                          media_type="application/xml").data
        done = eventually(lambda: self.staff.finance.get(f"/v1/fee/statements/{sent['id']}").data,
                          lambda one: one["status"] in ("booked", "refused"))
        self.assertEqual("booked", done["status"], done.get("why"))
        self.banks.close_day()

    def notice(self, reference, amount_fen, *bills, bank="A"):
        return self.staff.bank.post("/v1/payments", {
            "method": "transfer", "amount_fen": amount_fen, "reference": reference, "bank": bank,
            "bills": [{"bill_id": bill["id"]} for bill in bills]}).data

    def proof(self, day=DAY):
        """The proof of a day; the record alone gives the same."""
        proof = self.staff.auditor.get(f"/v1/fee/proof/{day}").data
        self.assertEqual(proof, recomputed(self.suite, proof))
        return proof

    def at_bank(self, proof, code="A"):
        return next(bank for bank in proof["banks"] if bank["bank"] == code)

    def figures(self, bank):
        """statement, before, under way, ahead, ordered, difference; what is zero is left out."""
        return tuple(bank.get(f"{name}_fen", 0) for name in (
            "statement", "before", "under_way", "ahead", "ordered", "difference"))

    def items(self, bank):
        return [(item["place"], item["code"], item["reference"], item["amount_fen"])
                for item in bank.get("items", [])]

    def checks_of(self, proof, code):
        return [(check["left_fen"], check["right_fen"], check["holds"])
                for check in proof["checks"] if check.get("bank") == code]

    def deposit(self):
        """Cash for a bill, counted and taken to the bank; the number of the paying-in slip."""
        cashier = self.staff.cashier
        bill = self.billed()
        cashier.post(f"/v1/bills/{bill['id']}/payments",
                     {"method": "cash", "amount_fen": BILL_FEN})
        drawer = cashier.get("/v1/fee/drawers").data["items"][0]["id"]
        self.suite.officer("finance_officer", "FIN")
        cashier.act(drawer, "close", {"amount_fen": CHANGE_FEN + BILL_FEN,
                                      "officer": "finance-officer.fin"})
        return cashier.act(drawer, "deposit", {"officer": "finance-officer.fin"}).data["document"]

    def pay_back(self, bill, amount_fen):
        """Part of a bill goes back the way it came; the number of the red receipt."""
        payment = self.staff.auditor.get(f"/v1/bills/{bill['id']}").data["payment"]
        refund = self.suite.officer("finance_officer", "UMB", "finder").post(
            f"/v1/payments/{payment}/refund",
            {"reasons": "Two days fewer", "amount_fen": amount_fen}).data["id"]
        self.suite.officer("finance_officer", "UMB").act(refund, "review", {"opinion": "agree"})
        self.suite.officer("approver", "FIN").act(refund, "decide", {"outcome": "grant"})
        return self.suite.officer("finance_officer", "FIN").act(refund, "pay_refund").data[
            "document"]


class AtTheBanks(ProofTest):
    def test_what_is_under_way_is_named_and_shown_by_the_next_statement(self):
        bill = self.billed()
        self.banks.transfer(self.account, BILL_FEN, reference=bill["number"])
        self.told()
        self.assertEqual(("agrees", (BILL_FEN, 0, 0, 0, 0, 0)), (
            self.at_bank(self.proof())["standing"], self.figures(self.at_bank(self.proof()))))
        slip = self.deposit()
        red = self.pay_back(bill, 60500)
        late = self.notice("LATE-1", 250)
        self.staff.finance.post("/v1/fee/settlements", {})
        settlement = self.staff.finance.get("/v1/fee/settlements").data["items"][0]
        order = settlement["orders"][0]
        proof = self.proof()
        bank = self.at_bank(proof)
        under_way = BILL_FEN + 250 - 60500
        self.assertEqual("agrees", bank["standing"])
        self.assertEqual(BILL_FEN + under_way, bank["transit_fen"])
        self.assertEqual((BILL_FEN, 0, under_way, 0, 2 * BILL_FEN - 60500, 0),
                         self.figures(bank))
        self.assertEqual({("under_way", "deposit", slip, BILL_FEN),
                          ("under_way", "refund", red, -60500),
                          ("under_way", "unmatched", "LATE-1", 250),
                          ("ordered", "settlement", order["end_to_end"], 60500 - 2 * BILL_FEN)},
                         set(self.items(bank)))
        self.assertEqual([(bank["transit_fen"], bank["transit_fen"], True)],
                         self.checks_of(proof, "A"))
        self.assertTrue(proof["holds"])
        self.staff.finance.act(late["unmatched"], "return", {"reasons": "Nobody asked for it"})

        # The bank shows all of it the next day, the order too; the first day stays as it was.
        self.suite.move_clock(f"{NEXT_DAY}T09:00:00+08:00")
        self.banks.transfer(self.account, 250)
        self.banks.accounts[ACCOUNT_A].entries[-1].bank_reference = "LATE-1"
        self.banks.deposit(self.account, BILL_FEN, text=slip)
        self.banks.accounts[ACCOUNT_A].entries[-1].end_to_end_id = slip
        for end_to_end, fen in ((red, 60500), (order["end_to_end"], order["amount_fen"]),
                                ("R-LATE-1", 250)):
            self.banks.charge(self.account, fen)
            self.banks.accounts[ACCOUNT_A].entries[-1].end_to_end_id = end_to_end
        self.told()
        after = self.proof(NEXT_DAY)
        self.assertEqual((0, "agrees", (0, 0, 0, 0, 0, 0), []), (
            self.at_bank(after)["transit_fen"], self.at_bank(after)["standing"],
            self.figures(self.at_bank(after)), self.items(self.at_bank(after))))
        self.assertTrue(after["holds"])
        again = self.at_bank(self.proof(DAY))
        self.assertEqual(("agrees", under_way - 250),
                         (again["standing"], again["under_way_fen"]))
        self.assertEqual({NEXT_DAY}, {item["bank_day"] for item in again["items"]
                                      if item["place"] == "under_way"})

    def test_without_the_statement_of_the_day_nothing_is_claimed(self):
        self.notice("T-1", 700, bank="B")
        proof = self.proof()
        self.assertEqual({"bank": "B", "transit_fen": 700, "suspense_fen": 700,
                          "standing": "untold"}, self.at_bank(proof, "B"))
        self.assertEqual([], self.checks_of(proof, "B"))
        self.told()
        self.suite.move_clock(f"{NEXT_DAY}T09:00:00+08:00")
        self.notice("T-2", 300)
        bank = self.at_bank(self.proof(NEXT_DAY))  # told of yesterday, and of no day since
        self.assertEqual(("untold", DAY, (0, 0, 300, 0, 0, 0)),
                         (bank["standing"], bank["statement_day"], self.figures(bank)))
        self.assertEqual([("under_way", "unmatched", "T-2", 300)], self.items(bank))

    def test_what_the_bank_took_by_itself_breaks_the_proof(self):
        self.banks.transfer(self.account, 600)
        self.banks.charge(self.account, 250)
        self.told()
        proof = self.proof()
        self.assertEqual(("differs", (350, 0, 0, 0, 0, 250)), (
            self.at_bank(proof)["standing"], self.figures(self.at_bank(proof))))
        self.assertEqual(([(600, 350, False)], False),
                         (self.checks_of(proof, "A"), proof["holds"]))
        code, said = self.suite.tool("audit", "money", "--data", self.suite.data, "--date", DAY)
        self.assertEqual(1, code, said)
        self.assertIn("WRONG     transit = at the bank - before + under way - ahead, A: 600 and 350",
                      said)

    def test_money_that_the_bank_shows_of_a_day_that_was_closed_is_ahead_of_the_books(self):
        self.notice("T-1", 100)
        self.banks.transfer(self.account, 100)
        self.banks.accounts[ACCOUNT_A].entries[-1].bank_reference = "T-1"
        path = f"/v1/fee/reconciliation/{DAY}"
        eventually(lambda: self.staff.finance.get(path).data, lambda told: "matter" in told)
        self.staff.finance.post("/v1/fee/day-close", {"date": DAY})
        self.banks.transfer(self.account, 40)
        self.told()
        bank = self.at_bank(self.proof())
        self.assertEqual((100, "agrees", (140, 0, 0, 40, 0, 0)),
                         (bank["transit_fen"], bank["standing"], self.figures(bank)))
        self.assertEqual(["ahead"], [item["place"] for item in bank["items"]])


class Opening(ProofTest):
    """Each figure opens into its entries, each entry into its event in the record."""

    def entries(self, path):
        """All entries behind a figure's address, page by page."""
        told = []
        while path:
            answer = self.staff.auditor.get(path)
            told += answer.data["items"]
            path = answer.next_page
        return told

    def test_each_figure_is_the_sum_of_its_entries_and_each_entry_is_in_the_record(self):
        bill = self.billed()
        self.banks.transfer(self.account, BILL_FEN, reference=bill["number"])
        self.told()
        self.deposit()
        self.pay_back(bill, 60500)
        self.notice("T-1", 300, bank="B")
        self.staff.finance.post("/v1/fee/settlements", {})
        settlement = self.staff.finance.get("/v1/fee/settlements").data["items"][0]
        self.staff.finance.post(f"/v1/fee/settlements/{settlement['id']}/answers", {
            "end_to_end": settlement["orders"][0]["end_to_end"], "accepted": True, "answer": "T"})
        self.billed()
        proof = self.proof()
        names = {figure["figure"] for figure in proof["figures"]}
        for name in ("charged", "paid", "waived", "void", "outstanding", "suspense", "drawers", "transit",
                     "settled", "refunded", "refund_due", "floats", "over_short"):
            self.assertIn(name, names)
        self.assertLessEqual({"outstanding CU01", "transit A", "transit B"}, names)
        seen = {}
        for figure in proof["figures"]:
            with self.subTest(figure=figure["figure"]):
                entries = self.entries(figure["entries"] + "&limit=2")
                signs = {True: 1, False: -1}
                self.assertEqual(figure["amount_fen"], sum(
                    signs[entry["side"] == figure["side"]] * entry["amount_fen"]
                    for entry in entries))
                if f"{figure['figure']}_fen" in proof:
                    self.assertEqual(proof[f"{figure['figure']}_fen"], figure["amount_fen"])
                seen.update({entry["seq"]: entry for entry in entries})
        self.assertGreater(proof["settled_fen"], 0)
        self.assertGreater(proof["refunded_fen"], 0)
        self.assertGreater(len(seen), 8)
        for entry in seen.values():
            [event] = eventually(lambda entry=entry: self.staff.auditor.get(entry["record"]).data,
                                 bool)
            self.assertEqual((entry["event"], "/hall/fee"), (event["id"], event["source"]))
            self.assertIn(entry["transfer"],
                          [transfer["id"] for transfer in event["data"]["transfers"]])

    def test_what_was_never_said_is_in_no_record(self):
        self.assertEqual([], self.staff.auditor.get(
            "/v1/audit/events?source=fee&seq=999999999").data)
        self.assertEqual([], self.staff.auditor.get("/v1/audit/events?source=nobody&seq=1").data)
        for query in ("source=fee", "seq=3", "source=fee&seq=x", f"source={'x' * 80}&seq=1"):
            with self.subTest(query=query), self.refused(400, "malformed"):
                self.staff.auditor.get(f"/v1/audit/events?{query}")
        with self.refused(403, "forbidden"):
            self.staff.finance.get("/v1/audit/events?source=fee&seq=1")
        for query in ("code=poem", "code=charge,charge,charge,charge,charge", "until=today",
                      "cursor=1.2.3.", "cursor=1.2.3"):
            with self.subTest(query=query), self.refused(400, "malformed"):
                self.staff.auditor.get(f"/v1/fee/entries?account=transit:*&{query}")


class Paper(ProofTest):
    """The same proof as PDF."""

    def pair(self, day=DAY):
        """The proof as JSON and on paper, both counted up to the same place."""
        proof = self.staff.auditor.get(f"/v1/fee/proof/{day}").data
        paper = self.staff.auditor.get(f"/v1/fee/proof/{day}.pdf")
        again = self.staff.auditor.get(f"/v1/fee/proof/{day}").data
        if proof["upto_seq"] != again["upto_seq"]:
            return self.pair(day)  # something moved in between
        self.assertEqual("application/pdf", paper.headers["Content-Type"])
        self.assertEqual(f'inline; filename="proof-{day}.pdf"',
                         paper.headers["Content-Disposition"])
        return proof, paper.data

    @staticmethod
    def yuan(fen):
        return f"{'-' if fen < 0 else ''}{abs(fen) // 100}.{abs(fen) % 100:02d}"

    def assert_on_paper(self, proof, pdf):
        """Every figure, both sides of every rule, every account and what is under way stand there."""
        told = words_of(pdf)
        labels = {"charged": "应收（已开单）", "paid": "实收", "outstanding": "待收", "waived": "减免",
                  "void": "作废、失效", "suspense": "无单待查款", "drawers": "钱箱现金",
                  "transit": "待缴过渡户", "settled": "已缴国库、专户", "refunded": "已退付",
                  "refund_due": "待退付", "floats": "备用金", "over_short": "清点差额（短为正）"}
        for name, label in labels.items():
            self.assertIn(f"{label}¥{self.yuan(proof[f'{name}_fen'])}", told)
        for check in proof["checks"]:
            sides = f"{self.yuan(check['left_fen'])}{self.yuan(check['right_fen'])}"
            self.assertIn(sides + ("相等" if check["holds"] else "不相等"), told)
        for bank in proof["banks"]:
            self.assertIn(f"收缴账户{bank['bank']}", told)
            for item in bank.get("items", []):
                self.assertIn(item["reference"], told)
                self.assertIn(self.yuan(item["amount_fen"]), told)
        self.assertIn(f"第{proof['upto_seq']}条", told)
        self.assertIn(proof["upto_chain"], told)

    def test_it_names_every_figure_every_equality_what_is_under_way_and_how_far_it_was_counted(self):
        bill = self.billed()
        self.banks.transfer(self.account, BILL_FEN, reference=bill["number"])
        self.told()
        self.deposit()
        self.pay_back(bill, 60500)
        self.notice("T-1", 300, bank="B")
        self.staff.finance.post("/v1/fee/settlements", {})
        proof, pdf = self.pair()
        self.assert_on_paper(proof, pdf)
        for words in ("非税收入资金日证明", "2026年3月2日", "示范市政务服务大厅", "相符", "当日对账单未到",
                      "缴存现金", "退付", "已发指令未执行", "不作结论"):
            self.assertIn(words, words_of(pdf))
        self.assertNotIn("不相等", words_of(pdf))
        again, twin = self.pair()
        if again["upto_seq"] == proof["upto_seq"]:
            self.assertEqual(pdf, twin)
        self.suite.kill("fee")
        self.suite.restart("fee")
        proof, pdf = self.pair()
        for _ in range(3):
            again, twin = self.pair()
            self.assertEqual(again["upto_seq"] == proof["upto_seq"], pdf == twin)
            proof, pdf = again, twin

    def test_what_differs_is_said_and_a_day_without_money_has_noughts(self):
        self.banks.transfer(self.account, 600)
        self.banks.charge(self.account, 250)
        self.told()
        proof, pdf = self.pair()
        self.assert_on_paper(proof, pdf)
        for words in ("不相等", "不符", "结论：有不相等之处"):
            self.assertIn(words, words_of(pdf))
        self.assert_on_paper(*self.pair("2025-01-01"))

    def test_who_may_read_the_proof_may_have_it_on_paper(self):
        for session in (self.staff.finance, self.staff.auditor):
            self.assertTrue(session.get(f"/v1/fee/proof/{DAY}.pdf").data.startswith(b"%PDF-"))
        for session in (self.staff.cashier, self.staff.clerk):
            with self.refused(403, "forbidden"):
                session.get(f"/v1/fee/proof/{DAY}.pdf")
        with self.refused(401, "unauthenticated"):
            self.hall.visitor().get(f"/v1/fee/proof/{DAY}.pdf")
        for day in ("today", "2026-02-30"):
            with self.refused(404, "not-found"):
                self.staff.auditor.get(f"/v1/fee/proof/{day}.pdf")


class WithoutFont(HallTest):
    """Money is taken without a font; only paper needs it."""

    settings = {"options": {"fee": ["--letter-font", "/nowhere/at-all.ttc"]}}

    def test_the_proof_is_told_and_paper_refused_with_the_reason(self):
        self.assertTrue(self.staff.auditor.get(f"/v1/fee/proof/{DAY}").data["holds"])
        with self.refused(503, "service-away") as caught:
            self.staff.auditor.get(f"/v1/fee/proof/{DAY}.pdf")
        self.assertIn("/nowhere/at-all.ttc", caught[0].detail)


if __name__ == "__main__":
    unittest.main()
