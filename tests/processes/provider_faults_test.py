"""Payment on line when things fail: providers that are slow, silent or mistaken, secrets that change,
certificates, fee killed at every step."""

import datetime
import random
import socket
import unittest

from cases import ROAD_WAY, bill_when_due, lead, road_filing
from checks import eventually
from online import BILL_FEN, START, OnlineTest
from provider import Providers, new_secret

# When fee asks again about a payment that was opened at START, lives two hours, and is never answered
# rightly. A provider that was silent once is left alone until the next of these moments.
ASKED_AGAIN = ["09:00:15", "09:00:50", "09:01:55", "09:07:00", "09:22:05", "09:37:10", "09:52:15",
               "10:07:20", "10:22:25", "10:37:30", "10:52:35"]


class Unreliable(OnlineTest):
    """A provider that does not answer is asked before anything is given to it again."""

    def settle(self, *outcomes):
        self.billed()
        given = self.provider.given_count
        self.provider.plan = list(outcomes)
        payment_id = self.open()
        return payment_id, given

    def test_taken_and_answered_too_late_is_found_by_asking(self):
        for outcome in ("slow", "error_taken"):
            with self.subTest(outcome=outcome):
                payment_id, given = self.settle(outcome)
                self.when(payment_id, "ready")
                self.assertEqual(1, self.provider.given_count - given)
                self.provider.pay(payment_id)
                self.assert_paid_once(payment_id)

    def test_an_answer_about_something_else_is_none(self):
        payment_id, given = self.settle("another")
        self.when(payment_id, "ready")
        self.assertEqual(1, self.provider.given_count - given)


class Later(OnlineTest):
    shared = False

    def again(self, moment):
        self.suite.move_clock(f"2026-03-02T{moment}+08:00")
        self.staff = type(self.staff)(self.suite)

    def test_a_provider_that_is_silent_holds_up_nobody_else(self):
        payments = []
        for _ in range(3):
            self.billed()
            payments.append((self.citizen, self.bill))
        asked = {"method": "online", "provider": "DEMOPAY"}
        self.provider.asked_plan = ["slow"]
        opened = [citizen.post(f"/v1/bills/{bill['id']}/payments", asked).data["payment"]
                  for citizen, bill in payments]
        self.when(self.open("DEMOQR"), "ready")
        for (citizen, _), payment_id in zip(payments, opened):
            self.citizen = citizen
            self.assertEqual("opened", self.payment(payment_id)["status"])
        self.assertEqual((1, 0), (self.provider.asked_count, self.provider.given_count))
        self.again("09:00:11")
        for (self.citizen, _), payment_id in zip(payments, opened):
            self.when(payment_id, "ready")

    def test_what_asking_finds_is_not_trusted_either(self):
        payment_id = self.ready()
        self.provider.tells = False
        self.provider.pay(payment_id)
        self.provider.intents[payment_id]["amount"] = BILL_FEN - 100
        self.again("09:06:00")
        self.when(payment_id, "unmatched")
        self.assertEqual(BILL_FEN - 100, self.suspense())
        self.assert_unpaid()

    def test_what_was_not_taken_is_given_again_later_under_the_same_key(self):
        self.billed()
        moments = ["09:00:11", "09:00:42", "09:01:50", "09:07:00", "09:23:00", "09:39:00"]
        outcomes = ["error", "rubbish", "huge", "moved", "lost", "busy"]
        self.provider.plan = list(outcomes)
        payment_id = self.open()
        for number, moment in enumerate(moments, 1):
            eventually(lambda: self.provider.given_count, lambda count: count == number)
            eventually(lambda: self.count("fee.intent_delayed.v1"), lambda count: count == number)
            self.assertEqual("opened", self.payment(payment_id)["status"])
            self.again(moment)
        self.when(payment_id, "ready")
        self.assertEqual({f'"{payment_id}"'}, set(self.provider.idempotency_keys))
        self.assertEqual(7, self.provider.given_count)
        self.provider.pay(payment_id)
        self.assert_paid_once(payment_id)

    def test_a_payment_that_nobody_makes_expires_and_money_that_comes_late_is_booked(self):
        payment_id = self.ready()
        self.again("11:00:00")
        told = self.when(payment_id, "expired")
        self.assertNotIn("redirect", told)
        other = self.open()
        self.assertNotEqual(payment_id, other)
        self.provider.pay(payment_id)
        self.assert_paid_once(payment_id)

    def test_money_that_comes_late_without_a_word_is_found_too(self):
        payment_id = self.ready()
        self.again("11:00:00")
        self.when(payment_id, "expired")
        self.provider.tells = False
        self.provider.pay(payment_id)
        self.again("23:59:00")
        self.assert_paid_once(payment_id)

    def test_a_provider_that_never_answers_again_is_told_to_finance(self):
        payment_id = self.ready()
        self.provider.asked_plan = ["error"] * 50
        begun = datetime.datetime.fromisoformat(self.suite.moment)
        # Five minutes after it was ready, then after 5, 10, 30, 60, 180, 720, 1440, 1440 minutes.
        for count, minutes in enumerate((6, 12, 23, 54, 115, 296, 1017, 2458, 3899), start=1):
            self.assertEqual([], self.staff.finance.get("/v1/fee/exceptions").data["items"])
            self.suite.move_clock((begun + datetime.timedelta(minutes=minutes)).isoformat())
            self.staff = type(self.staff)(self.suite)
            self.timeline_with(self.staff.auditor, self.case_id,
                               *["fee.intent_delayed.v1"] * count)
        [told] = eventually(lambda: self.staff.finance.get("/v1/fee/exceptions").data["items"], bool)
        self.assertEqual(("unheard", payment_id, "expired", self.bill["number"]),
                         tuple(told[name] for name in ("kind", "payment", "status", "bill_number")))
        self.assertIn("Ask the provider", told["to_do"])

    def test_money_for_a_bill_that_lapsed_stands_in_suspense(self):
        payment_id = self.ready()
        self.assertEqual(0, self.suspense())
        self.suite.move_clock("2026-04-15T00:00:00+08:00")
        self.staff = type(self.staff)(self.suite)  # sessions are over
        self.citizen = self.citizen_again()
        self.in_state(self.citizen, self.case_id, "lapsed")
        self.provider.pay(payment_id)
        self.when(payment_id, "unmatched")
        self.assertEqual(BILL_FEN, self.suspense())

    def billed(self):
        self.citizen = self.hall.filing()
        self.filed = self.citizen.file_case(road_filing(self.citizen)).data
        self.case_id = self.filed["id"]
        lead(ROAD_WAY, self.staff, self.case_id, "fee_due")
        self.bill = bill_when_due(self.staff.cashier, self.case_id)
        return self.bill

    def citizen_again(self):
        return self.opened(self.filed)

    def test_this_machine_is_not_called_unless_that_is_wanted(self):
        self.suite.stop_one("fee")
        options = self.suite.options["fee"]
        options[1] = options[1].replace("http://", "https://")
        options.remove("--provider-loopback")
        self.suite.restart("fee")
        with socket.create_server(("127.0.0.1", 0)) as door:
            door.settimeout(0.1)
            options[1] = f"DEMOPAY=https://127.0.0.1:{door.getsockname()[1]}/v1"
            self.providers.secrets_file.write_text(self.provider.secret_lines())
            self.suite.stop_one("fee")
            self.suite.restart("fee")
            self.billed()
            payment_id = self.open()
            eventually(lambda: self.count("fee.intent_delayed.v1"), bool)
            self.assertEqual("opened", self.payment(payment_id)["status"])
            with self.assertRaises(TimeoutError):
                door.accept()

    def test_a_secret_is_changed_without_a_gap(self):
        payment_id = self.ready()
        old = self.provider.secret
        self.provider.secret = new_secret("standard_webhooks")
        self.assertEqual(401, self.provider.tell(payment_id, status="open"))
        with open(self.providers.secrets_file, "a", encoding="utf-8") as file:
            file.write(f"DEMOPAY callback {self.provider.secret}\n")
        self.suite.stop_one("fee")
        self.suite.restart("fee")
        self.assertEqual(200, self.provider.tell(payment_id, status="open"))
        self.provider.secret = old
        self.assertEqual(200, self.provider.tell(payment_id, status="paid"))
        self.assert_paid_once(payment_id)

    def test_fee_does_not_start_with_secrets_that_others_may_read(self):
        self.assertEqual(0, self.suite.stop_one("fee"))
        self.providers.secrets_file.chmod(0o640)
        self.suite.spawn("fee")
        self.suite.processes["fee"].wait(20)
        self.assertIn("must be a file of this user alone", self.suite.log("fee").read_text())
        self.providers.secrets_file.chmod(0o600)
        self.suite.restart("fee")


class Secure(OnlineTest):
    """Over TLS: only whom the operator's authorities vouch for is called."""

    shared = False

    @classmethod
    def connect(cls):
        providers = Providers()
        providers.secure()
        cls.settings = {"clock": f"virtual:{START}", "options": {"fee": [
            *providers.options, "--provider-ca", str(providers.certificate)]}}
        return providers

    def test_whom_nobody_vouches_for_is_told_nothing(self):
        self.suite.stop_one("fee")
        vouched = list(self.suite.options["fee"])
        self.suite.options["fee"] = vouched[:-2]
        self.suite.restart("fee")
        self.billed()
        payment_id = self.open()
        eventually(lambda: self.count("fee.intent_delayed.v1"), bool)
        self.assertEqual((0, 0), (self.provider.asked_count, self.provider.given_count))
        self.suite.stop_one("fee")
        self.suite.options["fee"] = vouched
        self.suite.restart("fee")
        self.suite.move_clock("2026-03-02T09:01:00+08:00")
        self.when(payment_id, "ready")
        self.provider.pay(payment_id)
        self.assert_paid_once(payment_id)


class Killed(OnlineTest):
    """kill -9 of fee at each step: nothing is lost, nothing is done twice."""

    shared = False

    def kill(self):
        self.suite.kill("fee")

    def test_while_the_provider_thinks(self):
        self.billed()
        self.provider.plan = ["slow"]
        payment_id = self.open()
        eventually(lambda: self.provider.given_count, lambda count: count == 1)
        self.kill()
        self.suite.restart("fee")
        self.when(payment_id, "ready")
        self.assertEqual(1, self.provider.given_count)
        self.provider.pay(payment_id)
        self.assert_paid_once(payment_id)

    def test_before_the_provider_heard_of_it(self):
        self.billed()
        self.provider.asked_plan = ["slow"]
        payment_id = self.open()
        eventually(lambda: self.provider.asked_count, lambda count: count >= 1)
        self.kill()
        self.assertNotIn(payment_id, self.provider.intents)
        self.suite.restart("fee")
        self.when(payment_id, "ready")
        self.provider.pay(payment_id)
        self.assert_paid_once(payment_id)

    def test_while_it_is_told(self):
        payment_id = self.ready()
        self.provider.tells = False
        self.provider.pay(payment_id)
        self.kill()
        self.assertEqual(503, self.provider.tell(payment_id, notice="evt_1"))
        self.suite.restart("fee")
        self.assertEqual(200, self.provider.tell(payment_id, notice="evt_1"))
        self.kill()
        self.suite.restart("fee")
        self.assertEqual(200, self.provider.tell(payment_id, notice="evt_1"))
        self.assertEqual(200, self.provider.tell(payment_id, notice="evt_2"))
        self.assert_paid_once(payment_id)

    def test_whatever_happens_a_bill_is_paid_once(self):
        """Six bills, a provider that does everything wrong, fee killed again and again."""
        chance = random.Random(20260302)
        self.provider.plan = [chance.choice(["fine", "slow", "error_taken", "error", "another"])
                              for _ in range(12)]
        self.provider.asked_plan = [chance.choice(["fine", "fine", "slow", "error", "rubbish"])
                                    for _ in range(24)]
        payments = {}
        for _ in range(6):
            self.billed()
            payments[self.open()] = (self.citizen, self.case_id)
        for number, moment in enumerate(ASKED_AGAIN):
            if number < 3:
                self.kill()
                self.suite.restart("fee")
            self.suite.move_clock(f"2026-03-02T{moment}+08:00")
        for payment_id, (citizen, _) in payments.items():
            eventually(lambda: citizen.get(f"/v1/payments/{payment_id}").data["status"],
                       lambda status: status == "ready")
        told = list(payments) * 3
        chance.shuffle(told)
        self.provider.tells = False
        for number, payment_id in enumerate(told):
            self.provider.pay(payment_id)
            if number % 5 == 2:
                self.kill()
                self.assertEqual(503, self.provider.tell(payment_id))
                self.suite.restart("fee")
            self.assertIn(self.provider.tell(payment_id), (200, 503))
        for payment_id, (self.citizen, self.case_id) in payments.items():
            self.provider.tell(payment_id)
            self.assert_paid_once(payment_id)
        ledger = self.ledger()
        self.assertEqual(6 * BILL_FEN, ledger["transit:A:CU01:transfer"])
        self.assertEqual((0, 0), (self.suspense(), sum(ledger.values())))
        proof = self.staff.auditor.get("/v1/fee/proof/2026-03-02").data
        self.assertEqual((True, 6 * BILL_FEN, 6 * BILL_FEN, 0),
                         (proof["holds"], proof["charged_fen"], proof["paid_fen"],
                          proof["suspense_fen"]))
        self.assertLessEqual(len(set(self.provider.idempotency_keys)), 6)

    def test_what_came_of_it_is_the_same_in_a_replay(self):
        first = self.ready()
        self.provider.tell(first, status="paid", amount=1)
        self.when(first, "unmatched")
        second = self.open("DEMOCARD")
        self.when(second, "ready")
        self.kill()
        self.suite.restart("fee")
        self.providers["DEMOCARD"].pay(second)
        self.assert_paid_once(second)
        self.assertEqual(("unmatched", 1), (self.payment(first)["status"], self.suspense()))
        self.assertIs(True, self.suite.move_clock("2026-03-02T09:01:00+08:00")["settled"])
        for command in ("verify", "replay"):
            code, output = self.suite.tool("audit", command, "--data", self.suite.data)
            self.assertEqual(0, code, output)


if __name__ == "__main__":
    unittest.main()
