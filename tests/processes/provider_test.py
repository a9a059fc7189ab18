"""Payment on line: what comes in is booked once, whole, and where it belongs; who is not the provider
is told nothing."""

import json
import threading
import unittest

from cases import ROAD_WAY, bill_when_due, card_filing, lead, pay_when_due, road_filing
from checks import eventually
from online import BILL_FEN, OnlineTest
from provider import STYLES, new_secret, sign

BANKS = {"DEMOPAY": "A", "DEMOCARD": "B", "DEMOQR": "A"}


class Paying(OnlineTest):
    def test_a_payer_pays_on_line_in_each_style(self):
        for code in STYLES:
            with self.subTest(provider=code):
                before = self.ledger()
                payment_id = self.ready(code)
                told = self.payment(payment_id)
                self.assertEqual((self.bill["id"], code, BILL_FEN,
                                  f"{self.providers[code].address}/pay/{payment_id}"),
                                 (told["bill"], told["provider"], told["amount_fen"],
                                  told["redirect"]))
                intent = self.providers[code].intents[payment_id]
                self.assertEqual((BILL_FEN, "CNY", self.bill["number"]),
                                 (intent["amount"], intent["currency"], intent["reference"]))
                self.providers[code].pay(payment_id)
                self.assert_paid_once(payment_id)
                self.assertNotIn("redirect", self.payment(payment_id))
                after = self.ledger()
                transit = f"transit:{BANKS[code]}:CU01:transfer"
                self.assertEqual(BILL_FEN, after[transit] - before.get(transit, 0))
                self.assertEqual(0, sum(after.values()))

    def test_what_is_told_twice_is_booked_once(self):
        payment_id = self.ready()
        self.provider.tells = False
        self.provider.pay(payment_id)
        self.assertEqual(200, self.provider.tell(payment_id, notice="evt_same"))
        booked = self.ledger()
        for notice in ("evt_same", "evt_same", "evt_other", "evt_third"):
            self.assertEqual(200, self.provider.tell(payment_id, notice=notice))
        self.assertEqual(booked, self.ledger())
        self.assert_paid_once(payment_id)
        # The same notice is not even recorded again; others are evidence.
        self.assertEqual(3, self.count("fee.provider_heard.v1"))

    def test_it_may_be_paid_before_it_is_known_to_be_ready(self):
        self.billed()
        self.provider.plan = ["slow"]
        payment_id = self.open()
        eventually(lambda: payment_id in self.provider.intents, bool)
        self.provider.pay(payment_id)
        self.assert_paid_once(payment_id)
        self.assertNotIn("fee.intent_ready.v1", self.events())

    def test_what_is_told_at_the_same_moment_is_booked_once(self):
        payment_id = self.ready()
        self.provider.tells = False
        self.provider.pay(payment_id)
        answers = []
        threads = [threading.Thread(target=lambda notice=notice: answers.append(
            self.provider.tell(payment_id, notice=notice)))
            for notice in ("evt_a", "evt_a", "evt_b", "evt_b", "evt_c", "evt_c")]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual([200] * 6, answers)
        self.assert_paid_once(payment_id)
        self.assertEqual(3, self.count("fee.provider_heard.v1"))

    def test_what_is_paid_stays_paid(self):
        payment_id = self.ready()
        self.provider.pay(payment_id)
        self.assert_paid_once(payment_id)
        for status in ("failed", "expired", "open"):
            self.assertEqual(200, self.provider.tell(payment_id, status=status))
        self.assertEqual("paid", self.payment(payment_id)["status"])
        self.assert_paid_once(payment_id)

    def test_a_failure_that_was_none_is_put_right_by_the_money(self):
        payment_id = self.ready()
        self.provider.fail(payment_id)
        self.when(payment_id, "failed")
        self.assert_unpaid()
        self.provider.pay(payment_id)
        self.assert_paid_once(payment_id)

    def test_after_a_failure_another_payment_can_be_opened(self):
        first = self.ready()
        self.provider.fail(first)
        self.when(first, "failed")
        second = self.open()
        self.assertNotEqual(first, second)
        self.when(second, "ready")
        self.provider.pay(second)
        self.assert_paid_once(second)

    def test_there_is_one_payment_at_a_time_for_a_bill_and_a_provider(self):
        payment_id = self.ready()
        self.assertEqual([payment_id] * 3, [self.open() for _ in range(3)])
        other = self.open("DEMOCARD")
        self.assertNotEqual(payment_id, other)
        self.assertEqual(1, len([i for i in self.provider.intents.values()
                                 if i["reference"] == self.bill["number"]]))

    def test_the_same_request_opens_the_same_payment(self):
        self.billed()
        path = f"/v1/bills/{self.bill['id']}/payments"
        asked = {"method": "online", "provider": "DEMOPAY"}
        first = self.citizen.post(path, asked, key="my-own-key")
        self.assertEqual((201, f"/v1/payments/{first.data['payment']}", "opened", BILL_FEN),
                         (first.status, first.headers["Location"], first.data["status"],
                          first.data["amount_fen"]))
        self.when(first.data["payment"], "ready")
        self.provider.fail(first.data["payment"])
        self.when(first.data["payment"], "failed")
        self.assertEqual(first.data, self.citizen.post(path, asked, key="my-own-key").data)
        with self.refused(422, "idempotency-key-reused"):
            self.citizen.post(path, {**asked, "provider": "DEMOQR"}, key="my-own-key")
        self.assertNotEqual(first.data["payment"], self.citizen.post(path, asked).data["payment"])

    def test_a_lost_callback_is_found_by_asking(self):
        payment_id = self.ready()
        self.provider.tells = False
        self.provider.pay(payment_id)
        self.assertEqual("ready", self.payment(payment_id)["status"])
        self.suite.move_clock("2026-03-02T09:06:00+08:00")
        self.staff = type(self.staff)(self.suite)
        self.when(payment_id, "paid")
        self.assert_paid_once(payment_id)


class Words(OnlineTest):
    """Every word of a provider, in every state of a payment."""

    #            open        paid         failed       expired      paid, another amount
    EXPECTED = {
        "opened": ["ready", "paid", "failed", "expired", "unmatched"],
        "ready": ["ready", "paid", "failed", "expired", "unmatched"],
        "paid": ["paid", "paid", "paid", "paid", "paid"],
        "failed": ["failed", "paid", "failed", "failed", "unmatched"],
        "expired": ["expired", "paid", "expired", "expired", "unmatched"],
        "unmatched": ["unmatched"] * 5,  # the money is booked
    }
    SAID = [{"status": "open"}, {"status": "paid"}, {"status": "failed"}, {"status": "expired"},
            {"status": "paid", "amount": 1}]

    def word(self, payment_id, **changes):
        """What the provider tells, known to it or not."""
        self.assertEqual(200, self.provider.tell(payment_id, **{
            "intent": payment_id, "id": self.provider_id, "amount": BILL_FEN, "currency": "CNY",
            "redirect": f"{self.provider.address}/pay/{payment_id}", **changes}))

    def begin(self, status):
        """A payment in that state."""
        self.billed()
        self.provider_id = f"pi_{new_secret('stripe')[6:22]}"
        self.provider.asked_plan = ["error"] if status == "opened" else []
        payment_id = self.open()
        if status == "opened":
            eventually(lambda: self.count("fee.intent_delayed.v1"), bool)
            return payment_id
        self.when(payment_id, "ready")
        self.provider_id = self.provider.intents[payment_id]["id"]
        if status == "unmatched":
            self.word(payment_id, status="paid", amount=1)
        elif status != "ready":
            self.word(payment_id, status=status)
        self.when(payment_id, status)
        return payment_id

    def test_every_word_in_every_state(self):
        for before, expected in self.EXPECTED.items():
            for said, after in zip(self.SAID, expected):
                with self.subTest(before=before, said=said):
                    payment_id = self.begin(before)
                    suspense = self.suspense()
                    self.word(payment_id, **said)
                    told = self.payment(payment_id)
                    self.assertEqual((after, after == "ready"),
                                     (told["status"], "redirect" in told))
                    wrong = "amount" in said and before not in ("paid", "unmatched")
                    self.assertEqual(1 if wrong else 0, self.suspense() - suspense)
                    bill = self.citizen.get(f"/v1/bills/{self.bill['id']}").data["status"]
                    self.assertEqual("paid" if after == "paid" else "issued", bill)

    def test_further_money_for_what_is_paid_stands_in_suspense(self):
        payment_id = self.begin("paid")
        suspense = self.suspense()
        self.provider_id = "pi_charged_again"
        self.word(payment_id, status="paid")
        self.assertEqual("paid", self.payment(payment_id)["status"])
        self.assertEqual(BILL_FEN, self.suspense() - suspense)

    def test_the_right_amount_after_a_wrong_one_pays_the_bill(self):
        payment_id = self.begin("unmatched")
        self.provider_id = "pi_the_right_one"
        self.word(payment_id, status="paid")
        self.assert_paid_once(payment_id)


class Wrong(OnlineTest):
    """What a provider gets wrong never pays a bill, and never vanishes."""

    def test_the_wrong_amount_stands_in_suspense(self):
        for amount in (BILL_FEN - 1, BILL_FEN + 1, 1):
            with self.subTest(amount=amount):
                before = self.suspense()
                payment_id = self.ready()
                self.assertEqual(200, self.provider.tell(payment_id, status="paid", amount=amount))
                self.when(payment_id, "unmatched")
                self.assertEqual(amount, self.suspense() - before)
                self.assert_unpaid()
                self.assertEqual(200, self.provider.tell(payment_id, status="paid", amount=amount))
                self.assertEqual(amount, self.suspense() - before)
                told = self.citizen.timeline(self.case_id)
                self.assertEqual(1, [e["type"] for e in told].count("fee.intent_unmatched.v1"))

    def test_another_currency_pays_nothing_and_has_no_value_in_the_books(self):
        books = self.ledger()
        payment_id = self.ready()
        self.assertEqual(200, self.provider.tell(payment_id, status="paid", currency="USD"))
        self.when(payment_id, "unmatched")
        self.assert_unpaid()
        self.assertEqual(books.get("suspense:A", 0), self.ledger().get("suspense:A", 0))

    def exceptions(self):
        return list(self.staff.finance.pages("/v1/fee/exceptions?limit=1"))

    def test_money_in_another_currency_is_given_to_finance_once(self):
        before = self.exceptions()
        payment_id = self.ready()
        for _ in range(2):
            self.assertEqual(200, self.provider.tell(payment_id, status="paid", currency="USD"))
        self.when(payment_id, "unmatched")
        [told] = self.exceptions()[len(before):]
        self.assertEqual(
            ("foreign_money", "DEMOPAY", BILL_FEN, "USD", payment_id, "unmatched",
             self.bill["id"], self.bill["number"], self.provider.intents[payment_id]["id"]),
            tuple(told[name] for name in ("kind", "provider", "amount_fen", "currency", "payment",
                                          "status", "bill", "bill_number", "reference")))
        self.assertIn("statement", told["to_do"])
        self.assertEqual(1, self.count("fee.exception_raised.v1"))
        self.assertEqual(before + [told], list(self.staff.auditor.pages("/v1/fee/exceptions")))
        resolve = f"/v1/fee/exceptions/{told['id']}/resolution"
        found = {"found": "500.00 CNY, in the statement of 3 March"}
        for other in (self.staff.cashier, self.staff.auditor, self.staff.clerk, self.citizen):
            with self.refused(403, "forbidden"):
                other.post(resolve, found)
        for other in (self.staff.cashier, self.staff.clerk, self.citizen):
            with self.refused(403, "forbidden"):
                other.get("/v1/fee/exceptions")
        for empty in ({}, {"found": ""}):
            with self.refused(422, "invalid-fields", "/found"):
                self.staff.finance.post(resolve, empty)
        self.staff.finance.post(resolve, found)
        with self.refused(404, "not-found"):
            self.staff.finance.post(resolve, found)
        self.provider.tell(payment_id, status="paid", currency="USD")
        self.assertEqual(before, self.exceptions())  # it was looked into

    def test_foreign_money_that_nobody_asked_for_or_for_a_paid_bill_is_not_lost(self):
        before = self.exceptions()
        stray = {"intent": None, "id": f"pi_stray_{new_secret('stripe')[6:20]}", "amount": 700,
                 "currency": "EUR"}
        self.assertEqual(200, self.provider.tell("nothing", status="paid", **stray))
        payment_id = self.ready()
        self.provider.pay(payment_id)
        self.assert_paid_once(payment_id)
        self.assertEqual(200, self.provider.tell(payment_id, status="paid", currency="USD",
                                                 id="pi_once_more"))
        self.assert_paid_once(payment_id)
        first, second = self.exceptions()[len(before):]
        self.assertEqual((stray["id"], 700, "EUR", False),
                         (first["reference"], first["amount_fen"], first["currency"],
                          "payment" in first))
        self.assertEqual(("pi_once_more", payment_id, "paid"),
                         (second["reference"], second["payment"], second["status"]))

    def test_amounts_that_are_no_whole_number_of_fen_pay_nothing(self):
        for amount in (None, "360500", 3605.0, 0, -BILL_FEN, True, 10**30):
            with self.subTest(amount=amount):
                before = self.suspense()
                payment_id = self.ready()
                self.provider.tell(payment_id, status="paid", amount=amount)
                self.assert_unpaid()
                self.assertEqual(before, self.suspense())

    def test_money_for_a_bill_that_was_paid_in_cash_stands_in_suspense(self):
        before = self.suspense()
        payment_id = self.ready()
        self.assertIn("redirect", self.payment(payment_id))
        pay_when_due(self.staff.cashier, self.case_id)
        self.in_state(self.citizen, self.case_id, "issuing")
        self.assertNotIn("redirect", self.payment(payment_id))
        self.provider.pay(payment_id)
        self.when(payment_id, "unmatched")
        self.assertEqual(BILL_FEN, self.suspense() - before)
        self.assertEqual(1, self.count("fee.receipt_issued.v1"))

    def test_two_providers_that_are_both_paid_pay_once(self):
        before = self.suspense()
        first = self.ready()
        second = self.open("DEMOQR")
        self.when(second, "ready")
        self.provider.pay(first)
        self.providers["DEMOQR"].pay(second)
        self.when(first, "paid")
        self.when(second, "unmatched")
        self.assertEqual(BILL_FEN, self.suspense() - before)

    def test_money_that_nobody_asked_for_stands_in_suspense(self):
        before = self.suspense()
        for intent in ("0192f0c1-2f7a-7c3e-9b1d-6a5b4c3d2e1f", "not an id", None, 7):
            self.assertEqual(200, self.provider.tell(
                "nothing", status="paid", intent=intent, amount=100, currency="CNY",
                id=f"pi_stray_{new_secret('stripe')[6:20]}"))
        self.assertEqual(400, self.suspense() - before)

    def test_one_provider_cannot_speak_for_another(self):
        before = self.suspense()
        payment_id = self.ready()
        other = self.providers["DEMOCARD"]
        self.assertEqual(200, other.tell(payment_id, status="failed", intent=payment_id,
                                         id="pi_1"))
        self.assertEqual("ready", self.payment(payment_id)["status"])
        self.assertEqual(200, other.tell(payment_id, status="paid", intent=payment_id, id="pi_2",
                                         amount=BILL_FEN, currency="CNY"))
        self.assertEqual("ready", self.payment(payment_id)["status"])
        self.assert_unpaid()
        self.assertEqual(BILL_FEN, self.suspense() - before)

    def test_what_is_set_up_for_another_amount_is_not_shown_to_the_payer(self):
        for outcome in ("too_dear", "other_money", "homeless", "elsewhere", "refused"):
            with self.subTest(outcome=outcome):
                self.billed()
                self.provider.plan = [outcome]
                told = self.when(self.open(), "failed")
                self.assertNotIn("redirect", told)


class Refusing(OnlineTest):
    """Who is not the provider is told nothing."""

    def test_whoever_did_not_sign_is_turned_away_alike(self):
        payment_id = self.ready()
        body = self.provider.body_of(payment_id, "evt_1", status="paid")
        now_s = self.provider.now_s()
        good = sign("standard_webhooks", self.provider.secret, body, now_s, "evt_1")
        answers = set()
        forged = {
            "no header": {},
            "another secret": sign("standard_webhooks", new_secret("standard_webhooks"), body,
                                   now_s, "evt_1"),
            "too old": sign("standard_webhooks", self.provider.secret, body, now_s - 301, "evt_1"),
            "too new": sign("standard_webhooks", self.provider.secret, body, now_s + 301, "evt_1"),
            "another id": {**good, "webhook-id": "evt_2"},
            "another time": {**good, "webhook-timestamp": str(now_s + 1)},
            "no number": {**good, "webhook-timestamp": "yesterday"},
            "bad base64": {**good, "webhook-signature": "v1,????"},
            "another style": sign("stripe", self.provider.secret, body, now_s, "evt_1"),
            "huge": {**good, "webhook-signature": "v1," + "A" * 4000},
            "many": {**good, "webhook-signature":
                     f"v1,{'A' * 43}= " * 16 + good["webhook-signature"]},
            "no text": {**good, "webhook-signature": "v1,\xff\xfe"},
        }
        for name, headers in forged.items():
            with self.subTest(name):
                self.assertEqual(401, self.provider.send(body, headers))
                answers.add(json.loads(self.provider.last_answer)["detail"])
        with self.subTest("another body"):
            self.assertEqual(401, self.provider.send(body + b" ", good))
        for name in ("NOSUCHPAY", "DEMOCARD", "%20", "x" * 200):
            with self.subTest(provider=name):
                self.assertEqual(401, self.provider.send(body, good, code=name))
                answers.add(json.loads(self.provider.last_answer)["detail"])
        self.assertEqual(1, len(answers))
        self.assertEqual("ready", self.payment(payment_id)["status"])
        self.assertEqual(0, self.count("fee.provider_heard.v1"))
        self.assertEqual(200, self.provider.send(body, good))
        self.when(payment_id, "paid")

    def test_what_is_signed_and_yet_no_word_on_a_payment_changes_nothing(self):
        payment_id = self.ready()
        books = self.ledger()
        bodies = {
            b"": 400, b"{": 400, b"[]": 400, b'"paid"': 400, b"\xff": 400, b"[" * 5000: 400,
            b"{}": 200, b'{"id": "evt", "type": "customer.created", "data": {"name": "x"}}': 200,
            b'{"id": "evt", "data": []}': 200,
            json.dumps({"id": "e", "data": {"intent": payment_id, "id": "a b",
                                            "status": "paid"}}).encode(): 200,
            json.dumps({"id": "e", "data": {"intent": payment_id, "id": "pi",
                                            "status": "settled"}}).encode(): 200,
        }
        for number, (body, expected) in enumerate(bodies.items()):
            with self.subTest(body=body[:60]):
                headers = sign("standard_webhooks", self.provider.secret, body,
                               self.provider.now_s(), f"evt_odd_{number}")
                self.assertEqual(expected, self.provider.send(body, headers))
        self.assertEqual(413, self.provider.send(b" " * 20481, {}))
        self.assertEqual(("ready", books),
                         (self.payment(payment_id)["status"], self.ledger()))

    def test_a_notice_without_an_id_is_refused_where_the_body_must_have_it(self):
        payment_id = self.ready("DEMOQR")
        qr = self.providers["DEMOQR"]
        data = {**qr.intents[payment_id], "status": "paid"}
        for notice in (None, "", "with blank", "x" * 101):
            body = json.dumps({"id": notice, "data": data}).encode()
            self.assertEqual(400, qr.send(body, sign("github", qr.secret, body, 0, "")))
        self.assert_unpaid()

    def test_only_the_payer_pays_on_line(self):
        self.billed()
        path = f"/v1/bills/{self.bill['id']}/payments"
        asked = {"method": "online", "provider": "DEMOPAY"}
        with self.refused(404, "not-found"):
            self.hall.filing().post(path, asked)
        with self.refused(403, "forbidden"):
            self.staff.cashier.post(path, asked)
        with self.refused(401, "unauthenticated"):
            self.hall.visitor().post(path, asked)
        for provider in ({}, {"provider": "NOSUCHPAY"}, {"provider": ""}):
            with self.refused(422, "invalid-fields", "/provider"):
                self.citizen.post(path, {"method": "online", **provider})
        with self.refused(422, "invalid-fields", "/amount_fen"):
            self.staff.cashier.post(path, {"method": "cash"})
        payment_id = self.open()
        with self.refused(404, "not-found"):
            self.hall.filing().get(f"/v1/payments/{payment_id}")
        self.assertEqual(payment_id,
                         self.staff.cashier.get(f"/v1/payments/{payment_id}").data["id"])
        pay_when_due(self.staff.cashier, self.case_id)
        with self.refused(409, "not-allowed-now"):
            self.open()

    def test_what_a_unit_does_not_take_on_line_is_paid_otherwise(self):
        clerk = self.staff.clerk
        filed = clerk.file_case(card_filing(clerk)).data  # CU02 takes cash and transfers
        holder = self.opened(filed)
        clerk.act(filed["id"], "accept")
        bill = bill_when_due(holder, filed["id"])
        self.assertEqual((["cash", "transfer"], False), (bill["methods"], "providers" in bill))
        path = f"/v1/bills/{bill['id']}/payments"
        with self.refused(409, "not-allowed-now") as caught:
            holder.post(path, {"method": "online", "provider": "DEMOPAY"})
        self.assertIn("may be paid by: cash, transfer", caught[0].detail)
        self.staff.cashier.post(path, {"method": "cash", "amount_fen": bill["amount_fen"]})
        self.billed()
        self.assertEqual(["cash", "transfer", "online"], self.bill["methods"])

    def test_who_comes_back_with_number_and_code_may_pay(self):
        self.citizen = self.hall.filing()
        filed = self.citizen.file_case(road_filing(self.citizen)).data
        self.case_id = filed["id"]
        lead(ROAD_WAY, self.staff, self.case_id, "fee_due")
        self.bill = bill_when_due(self.staff.cashier, self.case_id)
        self.citizen = self.opened(filed)
        payment_id = self.open()
        self.when(payment_id, "ready")
        self.provider.pay(payment_id)
        self.assert_paid_once(payment_id)

    def test_no_secret_stands_in_a_log_or_an_answer(self):
        payment_id = self.ready()
        self.provider.pay(payment_id)
        self.assert_paid_once(payment_id)
        said = json.dumps(self.citizen.timeline(self.case_id))
        for service in ("fee", "gateway", "audit"):
            said += self.suite.log(service).read_text()
        for provider in self.providers.values():
            self.assertNotIn(provider.secret, said)
            self.assertNotIn(provider.key, said)


if __name__ == "__main__":
    unittest.main()
