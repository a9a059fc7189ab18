#!/usr/bin/env python3
"""The banks of the tests: do they keep their own books, and does the hall's reader see the same?

    tests/bank/bank_test.py PATH_OF_bank_read
"""

import decimal
import pathlib
import subprocess
import sys
import tempfile
import unittest
import xml.etree.ElementTree

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

from bank import BankRefused, Banks  # noqa: E402
from delivery import Delivery  # noqa: E402
from large import large_statement  # noqa: E402
from statements import WRONGS, statement_xml, statements_xml  # noqa: E402

READER = None
COMMANDS = pathlib.Path(__file__).resolve().parent / "run"
CAMT = "urn:iso:std:iso:20022:tech:xsd:camt.053.001."

ORDER = """<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"><CstmrCdtTrfInitn>
<GrpHdr><MsgId>M-1</MsgId><CreDtTm>2026-03-02T09:00:00Z</CreDtTm><NbOfTxs>2</NbOfTxs>
<CtrlSum>150.25</CtrlSum><InitgPty><Nm>Hall</Nm></InitgPty></GrpHdr>
<PmtInf><PmtInfId>G-1</PmtInfId><PmtMtd>TRF</PmtMtd><NbOfTxs>2</NbOfTxs><CtrlSum>150.25</CtrlSum>
<ReqdExctnDt><Dt>2026-03-02</Dt></ReqdExctnDt><Dbtr><Nm>Hall</Nm></Dbtr>
<DbtrAcct><Id><Othr><Id>1001</Id></Othr></Id></DbtrAcct>
<DbtrAgt><FinInstnId><BICFI>ICBKCNBJ</BICFI></FinInstnId></DbtrAgt>
<CdtTrfTxInf><PmtId><EndToEndId>E-1</EndToEndId></PmtId>
<Amt><InstdAmt Ccy="CNY">100.25</InstdAmt></Amt>
<Cdtr><Nm>Treasury</Nm></Cdtr><CdtrAcct><Id><Othr><Id>2001</Id></Othr></Id></CdtrAcct>
<RmtInf><Ustrd>day 1</Ustrd></RmtInf></CdtTrfTxInf>
<CdtTrfTxInf><PmtId><EndToEndId>E-2</EndToEndId></PmtId>
<Amt><InstdAmt Ccy="CNY">50</InstdAmt></Amt><Cdtr><Nm>Elsewhere</Nm></Cdtr><CdtrAcct><Id><Othr><Id>9999</Id></Othr></Id></CdtrAcct></CdtTrfTxInf>
</PmtInf></CstmrCdtTrfInitn></Document>
""".encode()


def read(xml_bytes):
    """What the hall's reader prints of a file: exit status and lines."""
    with tempfile.TemporaryFile() as file:
        file.write(xml_bytes)
        file.seek(0)
        done = subprocess.run([READER], stdin=file, capture_output=True, check=False, text=True)
    if done.stderr:
        raise AssertionError(done.stderr)
    return done.returncode, done.stdout.splitlines()


class BanksTest(unittest.TestCase):
    def setUp(self):
        self.banks = Banks("2026-03-02")
        self.bank = self.banks.open_bank("ICBKCNBJ", "102100000001", "工商银行")
        self.other = self.banks.open_bank("CCBKCNBJ", "105100000001", "建设银行 & <co>")
        self.hall = self.banks.open_account(self.bank, "1001", "Hall", balance_fen=100000)
        self.treasury = self.banks.open_account(self.other, "2001", "Treasury")

    # -- books ---------------------------------------------------------------------------------

    def test_money_moves_once_and_never_below_zero(self):
        self.banks.transfer(self.hall, 5000, payer="A")
        self.banks.deposit(self.hall, 700)
        self.banks.charge(self.hall, 200)
        self.assertEqual(105500, self.hall.balance_fen())
        for amount in (0, -1):
            with self.assertRaises(BankRefused):
                self.banks.transfer(self.hall, amount)
        with self.assertRaisesRegex(BankRefused, "not enough"):
            self.banks.charge(self.hall, 105501)
        self.banks.charge(self.hall, 105500)
        self.assertEqual(0, self.hall.balance_fen())

    def test_a_return_goes_the_other_way_once(self):
        paid = self.banks.transfer(self.hall, 5000, end_to_end_id="E", payer="A")
        back = self.banks.give_back(self.hall, paid)
        self.assertEqual((False, True, 5000, "E"),
                         (back.is_credit, back.is_reversal, back.amount_fen, back.end_to_end_id))
        with self.assertRaisesRegex(BankRefused, "already"):
            self.banks.give_back(self.hall, paid)
        with self.assertRaisesRegex(BankRefused, "already"):
            self.banks.give_back(self.hall, back)
        self.assertEqual(100000, self.hall.balance_fen())

    def test_what_is_announced_moves_nothing(self):
        self.banks.announce(self.hall, 99)
        self.assertEqual(100000, self.hall.balance_fen())
        self.assertEqual(100000, self.banks.statement(self.hall).closing_fen)

    def test_bank_references_are_never_given_twice(self):
        for _ in range(3):
            self.banks.transfer(self.hall, 1)
            self.banks.transfer(self.treasury, 1)
            self.banks.close_day()
        references = [entry.bank_reference for account in (self.hall, self.treasury)
                      for entry in account.entries]
        self.assertEqual(6, len(set(references)))

    # -- orders --------------------------------------------------------------------------------

    def test_an_order_is_executed_once_and_comes_back_in_both_statements(self):
        outcomes = self.banks.execute(ORDER)
        self.assertEqual([("E-1", 10025, "executed"), ("E-2", 5000, "executed")],
                         [(one.end_to_end_id, one.amount_fen, one.state) for one in outcomes])
        self.assertIs(outcomes, self.banks.execute(ORDER))
        self.assertEqual((84975, 10025), (self.hall.balance_fen(), self.treasury.balance_fen()))
        self.assertEqual(["E-1", "E-2"], [entry.end_to_end_id for entry in self.hall.entries])
        self.assertEqual(("E-1", "day 1", "Hall"),
                         (self.treasury.entries[0].end_to_end_id, self.treasury.entries[0].text,
                          self.treasury.entries[0].party))

    def test_an_order_waits_for_its_day(self):
        order = ORDER.replace(b"<Dt>2026-03-02", b"<Dt>2026-03-04")
        outcomes = self.banks.execute(order)
        self.banks.close_day()
        self.assertEqual(["waiting", "waiting"], [one.state for one in outcomes])
        self.banks.close_day()
        self.assertEqual(["executed", "executed"], [one.state for one in outcomes])
        self.assertEqual("2026-03-04", str(self.hall.entries[0].day))

    def test_a_transfer_that_cannot_be_paid_is_refused_alone(self):
        self.banks.charge(self.hall, 94000)
        self.assertEqual([("refused", "there is not enough on the account"), ("executed", "")],
                         [(one.state, one.why) for one in self.banks.execute(ORDER)])
        elsewhere = ORDER.replace(b">1001<", b">1002<").replace(b"M-1", b"M-2")
        self.assertEqual(["refused", "refused"],
                         [one.state for one in self.banks.execute(elsewhere)])

    def test_an_account_that_takes_nothing_refuses_what_is_ordered_to_it(self):
        self.treasury.takes_nothing = True
        outcomes = self.banks.execute(ORDER)
        self.assertEqual([("refused", "the account takes no money"), ("executed", "")],
                         [(one.state, one.why) for one in outcomes])
        self.assertEqual((95000, 0), (self.hall.balance_fen(), self.treasury.balance_fen()))

    def test_what_is_sent_by_hand_leaves_one_account_and_arrives_in_the_other(self):
        self.banks.send(self.hall, 700, end_to_end_id="R-1", to=self.treasury)
        self.banks.send(self.hall, 300, end_to_end_id="R-2", party="A")
        self.assertEqual((99000, 700), (self.hall.balance_fen(), self.treasury.balance_fen()))
        self.assertEqual(["R-1", "R-2"], [entry.end_to_end_id for entry in self.hall.entries])
        with self.assertRaisesRegex(BankRefused, "not enough"):
            self.banks.send(self.treasury, 701)

    def test_a_wrong_order_file_is_refused_whole(self):
        for what, by, why in (
                (b"pain.001.001.09", b"pain.001.001.03", "is not pain"),
                (b"<NbOfTxs>2", b"<NbOfTxs>3", "NbOfTxs"),
                (b"<CtrlSum>150.25", b"<CtrlSum>150.26", "CtrlSum"),
                (b"E-2", b"E-1", "stands twice"),
                (b">50<", b">-50<", "no amount"),
                (b">50<", b">50.001<", "no amount"),
                (b"<MsgId>M-1</MsgId>", b"", "MsgId is missing"),
                (b"</Document>", b"", "no XML"),
                (b"<Document", b"<!DOCTYPE x><Document", "DOCTYPE")):
            with self.subTest(why), self.assertRaisesRegex(BankRefused, why):
                self.banks.execute(ORDER.replace(what, by))
        self.assertEqual(100000, self.hall.balance_fen())

    # -- statements ----------------------------------------------------------------------------

    def live(self, days):
        """Some days with something on each, and nothing on one."""
        for day in range(days):
            if day != 1:
                paid = self.banks.transfer(self.hall, 1000 + day, reference="RF18539007547034",
                                           payer="A & <B>", end_to_end_id=f"E{day}", text="a < b")
                self.banks.deposit(self.hall, 300, text="drawer 3")
                if day == 2:
                    self.banks.give_back(self.hall, paid)
                self.banks.announce(self.hall, 77)
            self.banks.close_day()

    def test_statements_chain_without_a_gap(self):
        self.live(5)
        before = None
        for day in range(2, 7):
            statement = self.banks.statement(self.hall, f"2026-03-{day:02d}")
            self.assertEqual(day - 1, statement.number)
            if before is not None:
                self.assertEqual(before.closing_fen, statement.opening_fen)
            before = statement
        self.assertEqual(self.hall.balance_fen(), before.closing_fen)
        with self.assertRaises(BankRefused):
            self.banks.statement(self.hall, "2026-03-01")
        with self.assertRaises(BankRefused):
            self.banks.statement(self.hall, "2026-03-08")

    def test_the_xml_adds_up_by_itself(self):
        self.live(3)
        for version in ("08", "02"):
            for day in ("2026-03-02", "2026-03-03", "2026-03-04"):
                root = xml.etree.ElementTree.fromstring(
                    statement_xml(self.banks.statement(self.hall, day), version))
                self.check_sums(root, {"c": CAMT + version}, version)

    def check_sums(self, root, names, version):
        def signed(node):
            amount = decimal.Decimal(node.find("c:Amt", names).text)
            return amount if node.find("c:CdtDbtInd", names).text == "CRDT" else -amount
        balances = {node.find(".//c:Cd", names).text: signed(node)
                    for node in root.iterfind(".//c:Bal", names)}
        status = "c:Sts/c:Cd" if version == "08" else "c:Sts"
        entries = root.findall(".//c:Ntry", names)
        booked = [node for node in entries if node.find(status, names).text == "BOOK"]
        self.assertEqual(balances["CLBD"], balances["OPBD"] + sum(map(signed, booked)))
        told = root.find(".//c:TtlNtries", names)
        self.assertEqual(str(len(entries)), told.find("c:NbOfNtries", names).text)
        self.assertEqual(sum(abs(signed(node)) for node in entries),
                         decimal.Decimal(told.find("c:Sum", names).text))

    def test_the_halls_reader_sees_the_same(self):
        self.live(4)
        for version in ("08", "02"):
            for day in ("2026-03-02", "2026-03-03", "2026-03-04"):
                statement = self.banks.statement(self.hall, day)
                code, lines = read(statement_xml(statement, version))
                self.assertEqual((0, self.printed(statement)), (code, lines))

    @staticmethod
    def printed(statement):
        booked = [entry for entry in statement.entries if entry.status == "BOOK"]
        came = sum(entry.amount_fen for entry in booked if entry.is_credit)
        went = sum(entry.amount_fen for entry in booked if not entry.is_credit)
        return ([f"statement {statement.number} of {statement.account.number} "
                 f"from {statement.opening_fen} to {statement.closing_fen}"] +
                [f"{'entry' if entry.status == 'BOOK' else 'announced'} "
                 f"{'+' if entry.is_credit else '-'} {entry.amount_fen} {entry.bank_reference} "
                 f"{entry.reference or '-'} {entry.end_to_end_id or '-'}"
                 for entry in statement.entries] +
                [f"total {len(statement.entries)} entries, {came} in, {went} out"])

    def test_several_accounts_stand_in_one_file(self):
        self.live(1)
        statements = self.banks.statements("2026-03-02")
        code, lines = read(statements_xml(statements))
        self.assertEqual((0, self.printed(statements[0]) + self.printed(statements[1])),
                         (code, lines))

    def test_the_halls_reader_refuses_every_wrong_one(self):
        self.live(1)
        statement = self.banks.statement(self.hall, "2026-03-02")
        told = {
            "opening": "it is 0.01 too small", "closing": "it is 0.01 too large",
            "summary": "another sum of entries", "count": "counts 4 entries, there are 3",
            "currency": "another currency", "double": "reference of an entry before it",
            "lost": "counts 3 entries, there are 2", "negative": "carries a sign",
            "namespace": "another version", "cut": "is cut off"}
        self.assertEqual(set(WRONGS), set(told))
        for wrong, why in told.items():
            with self.subTest(wrong):
                code, lines = read(statement_xml(statement, wrong=wrong))
                self.assertEqual((1, 1), (code, len(lines)), lines)
                self.assertIn(why, lines[0])

    def test_xmllint_finds_them_well_formed(self):
        self.live(1)
        for version in ("08", "02"):
            text = statement_xml(self.banks.statement(self.hall, "2026-03-02"), version)
            subprocess.run(["xmllint", "--nonet", "--noout", "-"], input=text, check=True)

    def test_notices_tell_of_what_came_in(self):
        self.live(1)
        self.assertEqual([1000, 300], [one["amount_fen"]
                                       for one in self.banks.notices(self.hall, "2026-03-02")])

    def test_a_hundred_thousand_entries_are_read_one_by_one(self):
        statement = large_statement(100000, references=["RF18539007547034"])
        code, lines = read(statement_xml(statement))
        self.assertEqual((0, 100002), (code, len(lines)))
        self.assertEqual(f"total 100000 entries, {statement.closing_fen} in, 0 out", lines[-1])
        self.assertEqual(self.printed(statement), lines)

    # -- delivery ------------------------------------------------------------------------------

    def test_things_come_twice_late_never_or_in_another_order(self):
        post = Delivery()
        post.double(2)
        post.delay(3, days=2)
        post.drop(4)
        for thing in "abcdef":
            post.send(thing, "2026-03-02")
        self.assertEqual([], post.take("2026-03-01"))
        self.assertEqual(list("abbef"), post.take("2026-03-02"))
        self.assertEqual([], post.take("2026-03-03"))
        self.assertEqual(["c"], post.take("2026-03-04"))
        post.reorder(seed=1)
        for thing in range(20):
            post.send(thing, "2026-03-05")
        taken = post.take("2026-03-05")
        self.assertNotEqual(list(range(20)), taken)
        self.assertEqual(list(range(20)), sorted(taken))

    # -- by hand -------------------------------------------------------------------------------

    def test_the_commands_do_what_they_say(self):
        day = subprocess.run([COMMANDS, "day", "--version", "02"], capture_output=True, check=True)
        code, lines = read(day.stdout)
        self.assertEqual((0, 6), (code, len(lines)))
        with tempfile.NamedTemporaryFile(suffix=".xml") as file:
            file.write(ORDER)
            file.flush()
            paid = subprocess.run([COMMANDS, "orders", file.name], capture_output=True, check=True,
                                  text=True)
        self.assertEqual("E-1 10025 executed\nE-2 5000 executed\n", paid.stdout)


if __name__ == "__main__":
    READER = sys.argv.pop(1)
    unittest.main()
