"""The record: for auditors as CloudEvents, for proof as a chain, for rebuilding as a replay."""

import re
import unittest

from cases import food_filing, grant_food, grant_road, road_filing
from checks import HallTest, eventually, send_raw

UUID = "^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$"
TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


class Record(HallTest):
    def events(self, query=""):
        return list(self.staff.auditor.pages(f"/v1/audit/events?limit=200{query}"))

    def test_events_are_told_as_cloud_events_in_the_order_of_the_record(self):
        citizen = self.hall.filing()
        filed = citizen.file_case(road_filing(citizen)).data
        self.timeline_with(citizen, filed["id"], "notification.message_sent.v1")
        first = self.staff.auditor.get("/v1/audit/events?limit=2")
        self.assertEqual("application/cloudevents-batch+json", first.headers["Content-Type"])
        self.assertEqual(2, len(first.data))
        events = self.events()
        places = [event["sequence"] for event in events]
        self.assertEqual(sorted(set(places)), places)
        self.assertEqual(first.data, events[:2])
        for event in events:
            self.assertEqual("1.0", event["specversion"])
            self.assertRegex(event["id"], UUID)
            self.assertRegex(event["source"],
                             "^/hall/(intake|approval|fee|notification|audit|gateway)$")
            self.assertRegex(event["type"], r"^org\.glasshall\.[a-z_]+\.[a-z_]+\.v1$")
            self.assertRegex(event["time"], r"^2026-03-02T01:00:00\.000Z$")
            self.assertRegex(event["sequence"], "^[0-9]{20}$")
            self.assertEqual("application/json", event["datacontenttype"])
        self.assertEqual(len({event["id"] for event in events}), len(events))
        submitted = [event for event in events if event.get("subject") == filed["id"]
                     and event["type"] == "org.glasshall.intake.case_submitted.v1"]
        self.assertEqual([filed["number"]], [event["data"]["number"] for event in submitted])

    def test_events_are_narrowed_by_type_and_case(self):
        citizen = self.hall.filing()
        cases = [citizen.file_case(road_filing(citizen, ())).data for _ in range(2)]
        for case in cases:
            self.timeline_with(citizen, case["id"], "notification.message_sent.v1")
        of_case = self.events(f"&case={cases[0]['id']}")
        self.assertEqual({cases[0]["id"]}, {event["subject"] for event in of_case})
        of_type = self.events("&type=intake.case_submitted.v1")
        self.assertEqual({"org.glasshall.intake.case_submitted.v1"},
                         {event["type"] for event in of_type})
        both = self.events(f"&type=intake.case_submitted.v1&case={cases[1]['id']}")
        self.assertEqual([cases[1]["number"]], [event["data"]["number"] for event in both])

    def test_an_auditor_may_wait_for_what_comes(self):
        citizen = self.hall.filing()
        end = self.events()[-1]["sequence"]
        filed = citizen.file_case(road_filing(citizen, ())).data

        def news():
            return [event for event in self.staff.auditor.get(
                f"/v1/audit/events?from={int(end)}&type=intake.case_submitted.v1",
                wait_s=10).data if event["subject"] == filed["id"]]
        self.assertEqual(1, len(eventually(news, bool)))

    def test_the_trace_of_a_request_goes_into_what_it_causes(self):
        citizen = self.hall.filing()
        answer = citizen.request("POST", "/v1/cases", road_filing(citizen),
                                 {"traceparent": TRACE})
        case_id = answer.data["id"]
        self.timeline_with(citizen, case_id, "notification.message_queued.v1")
        told = {event["type"].removeprefix("org.glasshall."): event.get("traceparent", "")
                for event in self.events(f"&case={case_id}")}
        wanted = TRACE.split("-")[1]
        self.assertEqual(wanted, told["intake.case_submitted.v1"].split("-")[1])
        self.assertEqual(wanted, told["notification.message_queued.v1"].split("-")[1])
        status, _, problem = send_raw(self.suite, "GET", "/v1/nothing", traceparent=TRACE)
        self.assertEqual((404, wanted), (status, problem["trace_id"]))
        for wrong in ("00-xyz", "00-" + "0" * 32 + "-b7ad6b7169203331-01", TRACE.upper(), "",
                      "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01"):
            _, _, problem = send_raw(self.suite, "GET", "/v1/nothing", traceparent=wrong)
            self.assertRegex(problem["trace_id"], "^[0-9a-f]{32}$")
            self.assertNotIn(problem["trace_id"], ("0" * 32, wanted, wanted.upper()))

    def test_the_reference_tells_what_every_type_in_the_record_holds(self):
        citizen = self.hall.filing()
        citizen.file_case(food_filing(citizen))
        code, output = self.suite.tool("audit", "reference")
        self.assertEqual(0, code)
        for event in self.events():
            self.assertIn(f"### `{event['type'].removeprefix('org.glasshall.')}`\n", output)
        self.assertEqual(2, self.suite.tool("audit", "reference", "no.such.v1")[0])

    def test_the_record_shows_no_personal_values(self):
        citizen = self.hall.filing()
        filed = citizen.file_case(road_filing(citizen)).data
        self.timeline_with(citizen, filed["id"], "notification.message_sent.v1")
        text = str(self.events())
        for value in ("林望舒", "000000199003074015", "13900000217", "lin.wangshu", "顾清和",
                      "13900000998"):
            self.assertNotIn(value, text)


class Proof(HallTest):
    shared = False

    def test_after_whole_cases_the_record_is_verified_and_gives_every_service_back(self):
        citizen, firm = self.hall.filing(), self.hall.filing()
        road = citizen.file_case(road_filing(citizen)).data
        food = firm.file_case(food_filing(firm)).data
        silent = citizen.file_case(road_filing(citizen, ())).data
        grant_road(self.staff, road["id"])
        grant_food(self.staff, food["id"])
        self.timeline_with(citizen, road["id"], "notification.publication_scheduled.v1")
        self.suite.kill("fee")
        self.suite.restart("fee")
        self.assertIs(True, self.suite.move_clock("2026-03-11T09:00:00+08:00")["settled"])
        self.in_state(self.opened(silent), silent["id"], "accepted")
        running = self.verify()  # beside running services
        head = re.search("head ([0-9]+:[0-9a-f]{64})", running)[1]
        self.suite.stop()
        output = self.verify("--head", head)
        for service in ("gateway", "intake", "approval", "fee", "notification"):
            self.assertRegex(output, rf"{service} +[0-9]+ records .*own log agrees")
        code, output = self.tool("replay")
        self.assertEqual(0, code, output)
        for service in ("intake", "approval", "fee", "notification", "audit", "gateway"):
            self.assertRegex(output, rf"{service} +[0-9]+ records, [0-9]+ tables, the same")
        index, chain = head.split(":")
        code, output = self.tool("verify", "--head", f"{index}:{chain[::-1]}")
        self.assertEqual(1, code, output)
        self.assertIn("history was rewritten", output)
        code, output = self.tool("verify", "--head", f"{int(index) + 100000}:{chain}")
        self.assertEqual(1, code, output)

    def tool(self, command, *more):
        return self.suite.tool("audit", command, "--data", self.suite.data, "--map-size", "4g",
                               *more)

    def verify(self, *more):
        code, output = self.tool("verify", *more)
        self.assertEqual(0, code, output)
        self.assertTrue(output.endswith("verified\n"), output)
        return output


if __name__ == "__main__":
    unittest.main()
