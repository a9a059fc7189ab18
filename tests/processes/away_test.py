"""Processes that are away, slow, killed or told to end: what is refused; nothing is lost."""

import signal
import threading
import unittest
import uuid

from cases import (FOOD_WAY, act_when_ready, food_filing, lead, road_filing)
from checks import HallTest, Problem, WAIT_S, eventually
from suite import SERVICES, Unreachable

DEADLINE = {"gateway": ["--deadline", "500ms"]}


class Away(HallTest):
    """One service after the other is killed; what needs it is refused, the rest goes on."""

    settings = {"options": DEADLINE}

    def setUp(self):
        super().setUp()
        self.hall.patience_s = WAIT_S
        self.citizen = self.hall.filing()
        self.filing = road_filing(self.citizen)
        self.filed = self.citizen.file_case(self.filing).data
        self.case = f"/v1/cases/{self.filed['id']}"
        self.timeline_with(self.citizen, self.filed["id"], "notification.message_sent.v1")
        self.hall.patience_s = 0  # from here on a refusal is looked at, not waited out

    def away(self, service):
        """Kills a service for the rest of the test."""
        self.suite.kill(service)
        self.addCleanup(self.suite.restart, service)

    def refused_away(self, look):
        with self.refused(503, "service-away") as caught:
            look()
        self.assertGreaterEqual(caught[0].retry_after_s, 1)

    def test_without_intake_nothing_is_filed_and_the_rest_is_shown(self):
        self.away("intake")
        self.refused_away(lambda: self.citizen.file_case(self.filing, key=None))
        self.refused_away(lambda: self.citizen.upload(b"%PDF-1.4"))
        self.refused_away(lambda: self.citizen.get(self.case))
        self.assertEqual([], self.staff.auditor.get("/v1/fee/accounts").data["items"])
        self.assertLess(0, len(self.citizen.timeline(self.filed["id"])))
        self.assertEqual(200, self.citizen.get(f"/v1/inbox?case={self.filed['id']}").status)

    def test_without_approval_cases_are_filed_and_handled_afterwards(self):
        self.assertIsNotNone(self.staff.clerk)
        self.suite.kill("approval")
        self.refused_away(lambda: self.citizen.get(self.case))
        self.refused_away(lambda: self.staff.clerk.post("/v1/cases/search", {}, key=None))
        self.refused_away(lambda: self.staff.clerk.get("/v1/tasks"))
        filed = self.citizen.file_case({**self.filing, "materials": []}).data
        self.suite.restart("approval")
        self.hall.patience_s = WAIT_S
        found = eventually(lambda: self.staff.clerk.post(
            "/v1/cases/search", {"number": filed["number"]}).data["items"], bool)
        self.assertEqual([filed["id"]], [case["id"] for case in found])

    def test_without_fee_the_ledger_is_refused(self):
        self.assertIsNotNone(self.staff.auditor)
        self.away("fee")
        self.refused_away(lambda: self.staff.auditor.get("/v1/fee/accounts"))
        self.assertEqual(201, self.citizen.file_case({**self.filing, "materials": []}).status)

    def test_without_notification_messages_come_later(self):
        self.suite.kill("notification")
        self.refused_away(lambda: self.citizen.get(f"/v1/inbox?case={self.filed['id']}"))
        done = self.citizen.act(self.filed["id"], "withdraw").data
        self.assertEqual("withdrawn", done["status"])
        filed = self.citizen.file_case({**self.filing, "materials": []}).data
        self.suite.restart("notification")
        self.hall.patience_s = WAIT_S
        inbox = eventually(lambda: self.citizen.get(f"/v1/inbox?case={filed['id']}").data["items"],
                           bool)
        self.assertEqual(1, len(inbox))

    def test_without_the_gateway_nobody_is_there_and_afterwards_sessions_go_on(self):
        self.suite.kill("gateway")
        with self.assertRaises(Unreachable):
            self.citizen.get(self.case)
        self.suite.restart("gateway")
        self.assertEqual("submitted", self.citizen.case(self.filed["id"], patience_s=WAIT_S)
                         .data["status"])

    def test_readiness_and_metrics_name_who_is_away(self):
        told = self.hall.readiness()
        self.assertEqual((True, set(SERVICES)),
                         (told["ready"], {one["service"] for one in told["services"]}))
        self.away("fee")
        answer = self.hall.visitor().get("/readyz", check=False)
        self.assertEqual(503, answer.status)
        self.assertEqual(["fee"], [one["service"] for one in answer.data["services"]
                                   if not one["ready"]])
        self.assertEqual(b"ok\n", self.hall.visitor().get("/livez").data)
        metrics = self.hall.metrics()
        self.assertIn('glasshall_up{service="fee"} 0', metrics)
        self.assertIn('glasshall_up{service="intake"} 1', metrics)


class Evidence(HallTest):
    shared = False
    settings = {"options": DEADLINE}

    def test_without_audit_filing_goes_on_and_takes_no_effect_elsewhere(self):
        citizen, clerk = self.hall.filing(), self.staff.clerk
        filing = road_filing(citizen)
        eventually(lambda: self.suite.tool("audit", "check", "--data", self.suite.data)[0],
                   lambda code: code == 0)
        self.suite.kill("audit")
        filed = citizen.file_case(filing)
        self.assertEqual(201, filed.status)
        number = {"number": filed.data["number"]}
        with self.refused(503, "service-away"):
            citizen.get(f"/v1/cases/{filed.data['id']}/timeline", patience_s=0)
        self.assertEqual([], clerk.post("/v1/cases/search", number).data["items"])
        with self.refused(503, "behind"):
            citizen.get(f"/v1/cases/{filed.data['id']}", patience_s=0)
        self.assertEqual([], list(self.suite.mail.glob("*.eml")))
        self.suite.restart("audit")
        eventually(lambda: clerk.post("/v1/cases/search", number).data["items"], bool)
        self.timeline_with(citizen, filed.data["id"], "notification.message_sent.v1")
        self.assertEqual(1, len(list(self.suite.mail.glob("*.eml"))))


class Slow(HallTest):
    settings = {"options": DEADLINE}

    def frozen(self, service):
        self.suite.signal(service, signal.SIGSTOP)

    def thaw(self, service):
        self.suite.signal(service, signal.SIGCONT)
        self.suite.wait_ready()

    def filed_numbers(self):
        return [case["number"] for case in
                self.staff.clerk.post("/v1/cases/search", {"limit": 200}).data["items"]]

    def test_a_filing_that_got_no_answer_in_time_is_neither_lost_nor_doubled(self):
        citizen, key = self.hall.filing(), str(uuid.uuid4())
        filing = road_filing(citizen)
        before = self.filed_numbers()
        self.frozen("intake")
        with self.refused(503, "service-away") as caught:
            citizen.file_case(filing, key=key, patience_s=0)
        self.assertGreaterEqual(caught[0].retry_after_s, 1)
        self.thaw("intake")
        filed = citizen.file_case(filing, key=key).data
        again = citizen.file_case(filing, key=key)
        self.assertEqual((filed["id"], True), (again.data["id"], again.was_repeated))
        eventually(lambda: filed["number"] in self.filed_numbers(), bool)
        self.assertEqual(len(before) + 1, len(self.filed_numbers()))

    def test_an_action_that_got_no_answer_in_time_is_done_once(self):
        firm, key = self.hall.filing(), str(uuid.uuid4())
        case_id = firm.file_case(food_filing(firm)).data["id"]
        act_when_ready(self.staff.clerk, case_id, "accept")
        self.in_state(self.staff.food_reviewer, case_id, "accepted")
        self.frozen("approval")
        with self.refused(503, "service-away"):
            self.staff.food_reviewer.act(case_id, "take", key=key, patience_s=0)
        self.thaw("approval")
        done = self.staff.food_reviewer.act(case_id, "take", key=key).data
        self.assertEqual("in_review", done["status"])
        told = self.timeline_with(firm, case_id, "approval.task_claimed.v1")
        self.assertEqual(1, [event["type"] for event in told].count("approval.task_claimed.v1"))


class Killed(HallTest):
    def test_a_case_goes_to_its_end_although_every_process_is_killed_on_the_way(self):
        firm = self.hall.filing()
        case_id = firm.file_case(food_filing(firm)).data["id"]
        for (state, work), service in zip(FOOD_WAY, ("intake", "approval", "audit", "fee",
                                                     "notification", "gateway", None)):
            self.in_state(firm, case_id, state)
            if service is not None:
                self.suite.kill(service)
                self.suite.restart(service)
                work(self.staff, case_id)
        self.assertEqual("grant", firm.case(case_id).data["decision"]["outcome"])
        told = self.timeline_with(firm, case_id, "approval.result_delivered.v1",
                                  "notification.publication_scheduled.v1")
        counts = [event["type"] for event in told]
        for once in ("intake.case_accepted.v1", "approval.task_claimed.v1",
                     "approval.opinion_given.v1", "approval.site_check_recorded.v1",
                     "approval.decision_made.v1", "fee.case_cleared.v1",
                     "approval.result_issued.v1", "approval.result_delivered.v1"):
            self.assertEqual(1, counts.count(once), once)
        code, output = self.suite.tool("audit", "verify", "--data", self.suite.data,
                                       "--map-size", "4g")
        self.assertEqual((0, True), (code, output.endswith("verified\n")), output)

    def test_filings_under_way_when_intake_is_killed_are_filed_once_each(self):
        sessions = [self.hall.filing() for _ in range(4)]
        filings = [(session, [{**road_filing(session), "materials": []} for _ in range(5)])
                   for session in sessions]
        ids, failures = [], []

        def file_all(session, mine):
            for filing in mine:  # the client repeats with the same key until it has an answer
                try:
                    ids.append(session.file_case(filing, patience_s=WAIT_S).data["id"])
                except (Problem, Unreachable) as failure:
                    failures.append(str(failure))
        threads = [threading.Thread(target=file_all, args=one) for one in filings]
        for thread in threads:
            thread.start()
        for _ in range(2):
            self.suite.kill("intake")
            self.suite.restart("intake")
        for thread in threads:
            thread.join()
        self.assertEqual([], failures)
        self.assertEqual((20, 20), (len(ids), len(set(ids))))
        for session in sessions:
            eventually(lambda session=session: len(session.post(
                "/v1/cases/search", {"limit": 200}).data["items"]), lambda count: count == 5)


    def test_a_file_that_comes_in_the_first_moment_after_a_restart_is_kept(self):
        citizen = self.hall.filing()
        for _ in range(3):
            self.suite.kill("intake")
            self.suite.spawn("intake")
            filing = road_filing(citizen)  # the upload is repeated until intake takes it
            self.assertEqual(201, citizen.file_case(filing).status)

    def test_a_file_that_comes_after_the_clock_went_on_by_a_day_is_kept(self):
        self.suite.move_clock("2026-03-04T09:00:00+08:00")
        citizen = self.hall.filing()
        self.assertEqual(201, citizen.file_case(road_filing(citizen)).status)


class Ending(HallTest):
    shared = False

    def test_every_process_ends_in_good_order_when_told_to(self):
        firm = self.hall.filing()
        case_id = firm.file_case(food_filing(firm)).data["id"]
        lead(FOOD_WAY, self.staff, case_id, "in_review")
        self.assertEqual({service: 0 for service in SERVICES}, self.suite.stop())
        for service in SERVICES:
            lines = self.suite.log(service).read_text().splitlines()
            self.assertIn('"event":"host.ended"', lines[-1], service)
        for service in SERVICES:
            self.suite.spawn(service)
        self.suite.wait_ready()
        self.in_state(firm, case_id, "in_review")
        lead(FOOD_WAY[2:], self.staff, case_id)
        self.in_state(firm, case_id, "in_force")

    def test_a_request_under_way_is_answered_before_the_gateway_ends(self):
        citizen = self.hall.filing()
        case_id = citizen.file_case(road_filing(citizen)).data["id"]
        etag = citizen.case(case_id).etag
        answers = []
        waiting = threading.Thread(target=lambda: answers.append(
            citizen.case(case_id, if_none_match=etag, wait_s=60, patience_s=0).status))
        waiting.start()
        metric = "glasshall_http_connections "
        eventually(lambda: next(int(line.split()[1]) for line in self.hall.metrics().splitlines()
                                if line.startswith(metric)), lambda count: count >= 2)
        self.assertEqual(0, self.suite.stop_one("gateway"))
        waiting.join()
        self.assertEqual([304], answers)
        self.suite.restart("gateway")


if __name__ == "__main__":
    unittest.main()
