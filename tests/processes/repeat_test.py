"""Doing a thing once: versions, and requests that are sent again."""

import threading
import unittest
import uuid

from cases import (ROAD_WAY, act_when_ready, bill_when_due, food_filing, lead, road_filing)
from checks import HallTest, eventually, send_raw


def new_key():
    return str(uuid.uuid4())


class Versions(HallTest):
    def test_a_stale_if_match_is_refused_and_changes_nothing(self):
        citizen = self.hall.filing()
        case_id = citizen.file_case(food_filing(citizen)).data["id"]
        seen = self.staff.clerk.case(case_id).etag
        self.assertRegex(seen, r'^"i[0-9]+\.a[0-9]+\.f[0-9]+"$')
        self.staff.clerk.act(case_id, "accept", if_match=seen)
        self.in_state(citizen, case_id, "accepted")
        with self.refused(412, "stale"):
            self.staff.food_reviewer.act(case_id, "take", if_match='"i1.a99.f0"')
        with self.refused(412, "stale"):
            self.staff.food_reviewer.act(case_id, "take", if_match='"another-tag"')
        self.assertEqual("accepted", citizen.case(case_id).data["status"])
        fresh = self.staff.food_reviewer.case(case_id).etag
        done = self.staff.food_reviewer.act(case_id, "take", if_match=fresh).data
        self.assertEqual("in_review", done["status"])

    def test_of_two_officers_who_act_on_what_they_saw_one_is_told_that_it_changed(self):
        citizen = self.hall.filing()
        case_id = citizen.file_case(food_filing(citizen)).data["id"]
        seen = self.staff.clerk.case(case_id).etag
        self.staff.clerk.act(case_id, "request_materials", {"missing": ["M-FORM"]}, if_match=seen)
        with self.refused(412, "stale"):
            self.staff.clerk.act(case_id, "refuse_acceptance", {
                "ground": "NA-NOT-NEEDED", "reasons": "None"}, if_match=seen)

    def test_a_bill_is_paid_as_it_was_seen(self):
        citizen = self.hall.filing()
        case_id = citizen.file_case(road_filing(citizen)).data["id"]
        lead(ROAD_WAY, self.staff, case_id, "fee_due")
        bill = bill_when_due(self.staff.cashier, case_id)
        path, cash = f"/v1/bills/{bill['id']}/payments", {"method": "cash",
                                                           "amount_fen": bill["amount_fen"]}
        with self.refused(412, "stale"):
            self.staff.cashier.post(path, cash, if_match=f'"i0.a0.f{bill["version"] + 1}"')
        etag = self.staff.cashier.get(f"/v1/bills/{bill['id']}").etag
        self.assertEqual(201, self.staff.cashier.post(path, cash, if_match=etag).status)


class Repeats(HallTest):
    def numbers(self):
        """How many cases there are, as the next number shows."""
        citizen = self.hall.filing()
        return int(citizen.file_case(road_filing(citizen)).data["number"].split("-")[1])

    def test_a_filing_that_is_sent_again_files_once(self):
        citizen = self.hall.filing()
        filing, key = road_filing(citizen), new_key()
        before = self.numbers()
        first = citizen.file_case(filing, key=key)
        self.assertFalse(first.was_repeated)
        for _ in range(3):
            again = citizen.file_case(filing, key=key)
            self.assertEqual((201, first.data), (again.status, again.data))
            self.assertTrue(again.was_repeated)
            self.assertEqual(first.headers["Location"], again.headers["Location"])
        self.assertEqual(before + 2, self.numbers())

    def test_a_key_is_taken_quoted_and_bare(self):
        citizen = self.hall.filing()
        filing, key = road_filing(citizen), new_key()
        first = citizen.request("POST", "/v1/cases", filing, {"Idempotency-Key": f'"{key}"'})
        again = citizen.request("POST", "/v1/cases", filing, {"Idempotency-Key": key})
        self.assertEqual((first.data, True), (again.data, again.was_repeated))

    def test_a_key_that_was_used_for_another_body_is_refused(self):
        citizen = self.hall.filing()
        filing, key = road_filing(citizen), new_key()
        citizen.file_case(filing, key=key)
        filing["form"]["works"] = "Something else"
        with self.refused(422, "idempotency-key-reused"):
            citizen.file_case(filing, key=key)

    def test_keys_of_different_people_and_routes_have_nothing_to_do_with_each_other(self):
        first, second, key = self.hall.filing(), self.hall.filing(), new_key()
        one = first.file_case(road_filing(first), key=key).data
        two = second.file_case(road_filing(second), key=key).data
        self.assertNotEqual(one["id"], two["id"])
        done = first.act(one["id"], "withdraw", key=key)
        self.assertEqual(("withdrawn", False), (done.data["status"], done.was_repeated))

    def test_a_refusal_is_not_kept_under_the_key(self):
        citizen, key = self.hall.filing(), new_key()
        filing = road_filing(citizen)
        wrong = {**filing, "form": {**filing["form"], "purpose": "swimming"}}
        with self.refused(422, "invalid-fields", "/form/purpose"):
            citizen.file_case(wrong, key=key)
        self.assertEqual(201, citizen.file_case(filing, key=key).status)

    def test_without_a_key_the_same_request_is_another_one(self):
        citizen = self.hall.filing()
        filing = {**road_filing(citizen), "materials": []}
        first = citizen.file_case(filing, key=None).data
        second = citizen.file_case(filing, key=None).data
        self.assertNotEqual(first["id"], second["id"])

    def test_an_action_that_is_sent_again_is_done_once(self):
        firm, key = self.hall.filing(), new_key()
        case_id = firm.file_case(food_filing(firm)).data["id"]
        first = self.staff.clerk.act(case_id, "accept", key=key)
        act_when_ready(self.staff.food_reviewer, case_id, "take")
        again = self.staff.clerk.act(case_id, "accept", key=key)  # although it went on since
        self.assertEqual((first.data["events"], True), (again.data["events"], again.was_repeated))
        told = self.timeline_with(firm, case_id, "approval.task_claimed.v1")
        self.assertEqual(1, [event["type"] for event in told].count("intake.case_accepted.v1"))

    def test_a_payment_that_is_sent_again_books_once(self):
        citizen, key = self.hall.filing(), new_key()
        case_id = citizen.file_case(road_filing(citizen)).data["id"]
        lead(ROAD_WAY, self.staff, case_id, "fee_due")
        bill = bill_when_due(self.staff.cashier, case_id)
        path, cash = f"/v1/bills/{bill['id']}/payments", {"method": "cash",
                                                           "amount_fen": bill["amount_fen"]}
        first = self.staff.cashier.post(path, cash, key=key)
        again = self.staff.cashier.post(path, cash, key=key)
        self.assertEqual((201, first.data, True), (again.status, again.data, again.was_repeated))

    def test_an_account_that_is_sent_again_is_made_once(self):
        key = new_key()
        account = {"login": "again.hall", "badge": "Again", "password": "a long password",
                   "grants": [{"role": "window_clerk", "department": "HALL"}]}
        first = self.suite.admin.post("/v1/accounts", account, key=key)
        again = self.suite.admin.post("/v1/accounts", account, key=key)
        self.assertEqual((201, first.data["id"], True),
                         (again.status, again.data["id"], again.was_repeated))

    def test_the_same_request_twice_at_once_files_one_case(self):
        citizen, key = self.hall.filing(), new_key()
        filing = road_filing(citizen)
        answers = []

        def send():
            session = type(citizen)(self.hall, citizen.token)
            answers.append(session.file_case(filing, key=key).data["id"])
        threads = [threading.Thread(target=send) for _ in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual((6, 1), (len(answers), len(set(answers))))

    def test_a_key_that_is_too_long_is_told(self):
        citizen = self.hall.filing()
        status, _, problem = send_raw(self.suite, "POST", "/v1/cases", b"{}", citizen.token,
                                      Idempotency_Key='"' + "k" * 300 + '"')
        self.assertEqual((400, "/problems/malformed"), (status, problem["type"]))


class RepeatsAfterKills(HallTest):
    """kill -9 of whoever has a part in it, between a request and its repetition."""

    def test_a_repetition_is_known_after_every_process_was_killed(self):
        citizen, key = self.hall.filing(), new_key()
        filing = road_filing(citizen)
        first = citizen.file_case(filing, key=key)
        for service in ("intake", "gateway", "audit"):
            with self.subTest(killed=service):
                self.suite.kill(service)
                self.suite.restart(service)
                again = citizen.file_case(filing, key=key)
                self.assertEqual((201, first.data, True),
                                 (again.status, again.data, again.was_repeated))
        filing["channel"] = "post"
        with self.refused(422, "idempotency-key-reused"):
            citizen.file_case(filing, key=key)

    def test_an_action_is_repeated_after_its_owner_was_killed(self):
        firm, key = self.hall.filing(), new_key()
        case_id = firm.file_case(food_filing(firm)).data["id"]
        act_when_ready(self.staff.clerk, case_id, "accept")
        self.in_state(firm, case_id, "accepted")
        first = self.staff.food_reviewer.act(case_id, "take", key=key)
        self.suite.kill("approval")
        self.suite.restart("approval")
        again = self.staff.food_reviewer.act(case_id, "take", key=key)
        self.assertEqual((first.data["events"], True), (again.data["events"], again.was_repeated))
        told = eventually(lambda: firm.timeline(case_id), lambda events: any(
            event["type"] == "approval.task_claimed.v1" for event in events))
        self.assertEqual(1, [event["type"] for event in told].count("approval.task_claimed.v1"))


if __name__ == "__main__":
    unittest.main()
