"""Closing a day and settling: 26 sums, orders held until the bank has carried them out, answers."""

import unittest
import xml.etree.ElementTree

from cases import ROAD_WAY, bill_when_due, lead, road_filing, road_form
from checks import HallTest, eventually

BILL_FEN = 360500
DAY = "2026-03-02"
NEXT_DAY = "2026-03-03"
PAIN = "{urn:iso:std:iso:20022:tech:xsd:pain.001.001.09}"


class Settlement(HallTest):
    shared = False

    def billed(self):
        citizen = self.hall.filing()
        case_id = citizen.file_case(road_filing(citizen, form=road_form())).data["id"]
        lead(ROAD_WAY, self.staff, case_id, "fee_due")
        return bill_when_due(self.staff.cashier, case_id)

    def transfer(self, reference, amount_fen, *bills, bank="A"):
        return self.staff.bank.post("/v1/payments", {
            "method": "transfer", "amount_fen": amount_fen, "reference": reference, "bank": bank,
            "bills": [{"bill_id": bill["id"]} for bill in bills]}).data

    def accounts(self):
        told = self.staff.auditor.get("/v1/fee/accounts").data
        self.assertEqual(0, told["sum_fen"])
        return {entry["account"]: entry for entry in told["items"]}

    def proof(self, day=DAY):
        proof = self.staff.auditor.get(f"/v1/fee/proof/{day}").data
        self.assertTrue(proof["holds"], proof["checks"])
        return proof

    def close(self, day=DAY):
        return self.staff.finance.post("/v1/fee/day-close", {"date": day})

    def begun(self, day=DAY):
        """The day's books, once they are a matter of their own."""
        path = f"/v1/fee/reconciliation/{day}"
        return eventually(lambda: self.staff.finance.get(path).data, lambda told: "matter" in told)

    def settlements(self):
        return self.staff.finance.get("/v1/fee/settlements").data["items"]

    # -- the day -------------------------------------------------------------------------------

    def test_thirteen_units_in_two_ways_are_what_the_accounts_took_in(self):
        self.transfer("T-1", BILL_FEN, self.billed())
        self.staff.cashier.post(f"/v1/bills/{self.billed()['id']}/payments",
                                {"method": "cash", "amount_fen": BILL_FEN})
        told = self.begun()
        self.assertEqual(26, len(told["ways"]))
        self.assertEqual({("CU01", "cash", BILL_FEN, BILL_FEN),
                          ("CU01", "transfer", BILL_FEN, BILL_FEN)},
                         {(way["unit"], way["way"], way["receipts_fen"], way["moved_fen"])
                          for way in told["ways"] if way["moved_fen"] or way["receipts_fen"]})
        self.assertEqual((2 * BILL_FEN, 2 * BILL_FEN, True, False),
                         (told["receipts_fen"], told["moved_fen"], told["balanced"],
                          told["closed"]))
        self.assertEqual(26, len(self.staff.auditor.get(
            "/v1/fee/reconciliation/2025-01-01").data["ways"]))
        with self.refused(403, "forbidden"):
            self.staff.cashier.get(f"/v1/fee/reconciliation/{DAY}")

    def test_a_day_is_closed_once_and_later_money_is_of_the_next_day(self):
        with self.refused(404, "not-found"):
            self.close()
        self.transfer("T-1", BILL_FEN, self.billed())
        self.begun()
        with self.refused(403, "forbidden"):
            self.staff.cashier.post("/v1/fee/day-close", {"date": DAY})
        closed = self.close().data
        self.assertEqual("balanced", closed["status"])
        with self.refused(409, "not-allowed-now"):
            self.close()
        bill = self.billed()
        self.transfer("T-2", BILL_FEN, bill)
        self.assertEqual(BILL_FEN, self.proof(DAY)["paid_fen"])
        self.assertEqual(2 * BILL_FEN, self.proof(NEXT_DAY)["paid_fen"])
        self.begun(NEXT_DAY)

    def test_a_day_that_is_not_closed_by_midnight_is_overdue_and_closed_late(self):
        self.transfer("T-1", BILL_FEN, self.billed())
        first = self.begun()["matter"]
        self.suite.move_clock(f"{NEXT_DAY}T10:00:00+08:00")
        self.transfer("T-2", 500)
        self.begun(NEXT_DAY)
        told = self.timeline_with(self.staff.finance, first, "fee.clock_overdue.v1")
        self.assertIn("fee.clock_overdue.v1", [event["type"] for event in told])
        self.close(NEXT_DAY)
        self.assertIs(False, self.begun(DAY)["closed"])
        self.assertEqual("balanced", self.close(DAY).data["status"])
        self.assertIs(True, self.begun(DAY)["closed"])

    # -- settling ------------------------------------------------------------------------------

    def test_with_the_close_money_in_transit_is_ordered_out_and_held(self):
        self.transfer("T-1", BILL_FEN, self.billed(), bank="A")
        self.transfer("T-2", BILL_FEN, self.billed(), bank="B")
        self.transfer("T-3", 999, bank="B")  # without a bill: it stays
        self.begun()
        self.close()
        settled = self.settlements()
        self.assertEqual([("A", BILL_FEN), ("B", BILL_FEN)],
                         [(one["bank"], one["amount_fen"]) for one in settled])
        numbers = [one["number"] for one in settled]
        self.assertEqual(["SZ20260000001", "SZ20260000002"], numbers)
        accounts = self.accounts()
        self.assertEqual((BILL_FEN, BILL_FEN),
                         (accounts["transit:A:CU01:transfer"]["balance_fen"],
                          accounts["transit:A:CU01:transfer"]["credits_held_fen"]))
        self.assertEqual(0, self.proof()["settled_fen"])
        with self.refused(409, "not-allowed-now"):
            self.staff.finance.post("/v1/fee/settlements", {})

    def test_the_file_for_the_bank_names_each_order(self):
        self.transfer("T-1", BILL_FEN, self.billed())
        ordered = self.staff.finance.post("/v1/fee/settlements", {"note": "Before the holiday"})
        self.assertEqual(1, ordered.data["settlements"])
        path = f"/v1/fee/settlements/{ordered.data['first']}"
        order = self.staff.finance.get(path).data["orders"][0]
        content = self.staff.finance.get(f"{path}/file")
        self.assertTrue(content.headers["Content-Type"].startswith("application/xml"))
        root = xml.etree.ElementTree.fromstring(content.data)
        self.assertEqual([(order["end_to_end"], "3605.00", order["to"])],
                         [(one.findtext(f".//{PAIN}EndToEndId"), one.findtext(f".//{PAIN}InstdAmt"),
                           one.findtext(f"{PAIN}CdtrAcct/{PAIN}Id/{PAIN}Othr/{PAIN}Id"))
                          for one in root.iter(f"{PAIN}CdtTrfTxInf")])
        self.assertEqual(content.data, self.staff.finance.get(f"{path}/file").data)
        with self.refused(403, "forbidden"):
            self.staff.cashier.get(f"{path}/file")

    def test_the_treasurys_answer_posts_or_releases_and_is_kept(self):
        self.transfer("T-1", BILL_FEN, self.billed(), bank="A")
        self.transfer("T-2", BILL_FEN, self.billed(), bank="C")
        self.staff.finance.post("/v1/fee/settlements", {})
        first, second = self.settlements()
        for settlement, accepted in ((first, True), (second, False)):
            answer = {"end_to_end": settlement["orders"][0]["end_to_end"], "accepted": accepted,
                      "answer": f"TR-{settlement['number']}"}
            for _ in range(2):  # told again, it changes nothing
                self.staff.finance.post(f"/v1/fee/settlements/{settlement['id']}/answers", answer)
        self.assertEqual([("made", "TR-SZ20260000001"), ("rejected", "TR-SZ20260000002")],
                         [(one["orders"][0]["status"], one["orders"][0]["answer"])
                          for one in self.settlements()])
        accounts = self.accounts()
        self.assertEqual(BILL_FEN, accounts["treasury:CU01"]["balance_fen"])
        self.assertEqual(0, accounts["transit:A:CU01:transfer"]["balance_fen"])
        self.assertEqual((BILL_FEN, None),
                         (accounts["transit:C:CU01:transfer"]["balance_fen"],
                          accounts["transit:C:CU01:transfer"].get("credits_held_fen")))
        self.assertEqual(BILL_FEN, self.proof()["settled_fen"])
        self.staff.finance.post("/v1/fee/settlements", {})  # what was turned back goes again
        self.assertEqual(["A", "C", "C"], [one["bank"] for one in self.settlements()])
        with self.refused(409, "not-allowed-now"):
            self.staff.finance.post(f"/v1/fee/settlements/{second['id']}/answers", {
                "end_to_end": second["orders"][0]["end_to_end"], "accepted": True, "answer": "X"})
        with self.refused(404, "not-found"):
            self.staff.finance.post(f"/v1/fee/settlements/{first['id']}/answers", {
                "end_to_end": "SZ20260000001-99", "accepted": True, "answer": "X"})

    def test_nothing_is_lost_when_fee_is_killed_between_the_steps(self):
        self.transfer("T-1", BILL_FEN, self.billed())
        self.begun()
        self.suite.kill("fee")
        self.suite.restart("fee")
        self.close()
        self.suite.kill("fee")
        self.suite.restart("fee")
        settlement, = self.settlements()
        self.staff.finance.post(f"/v1/fee/settlements/{settlement['id']}/answers", {
            "end_to_end": settlement["orders"][0]["end_to_end"], "accepted": True, "answer": "T"})
        self.suite.kill("fee")
        self.suite.restart("fee")
        self.assertEqual(BILL_FEN, self.accounts()["treasury:CU01"]["balance_fen"])
        # The books of the day were closed when the answer came.
        self.assertEqual((0, BILL_FEN),
                         (self.proof()["settled_fen"], self.proof(NEXT_DAY)["settled_fen"]))


if __name__ == "__main__":
    unittest.main()
