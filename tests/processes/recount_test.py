"""A new calendar: limits that run are counted again, by events, and who filed is told."""

import re
import signal
import time
import unittest

from cases import (FOOD_WAY, PERSON, ROAD_WAY, bill_when_due, food_filing, lead, publish_version,
                   road_filing)
from checks import HallTest, clock_of, eventually, hall_time
from suite import CATALOGUE, catalogue_files

CALENDAR = (CATALOGUE / "calendar-cn.yaml").read_text()
WALKERS = ("intake", "approval", "fee", "audit")


def with_holiday(text, day, name="Storm day"):
    """The calendar with one more day off in 2026, on a day that would work."""
    entry = (f"      - {{name: {{zh-Hans: 防台风假, zh-Hant: 防颱風假, en: {name}}}, "
             f"from: {day}, to: {day}}}\n")
    head, year = text.split("  2026:\n")
    return head + "  2026:\n" + counted(year, -1).replace("    makeup_workdays", entry +
                                                          "    makeup_workdays", 1)


def with_make_up(text, day):
    """The calendar with one more weekend day of 2026 that works."""
    head, year = text.split("  2026:\n")
    return head + "  2026:\n" + re.sub(r"makeup_workdays: \[", f"makeup_workdays: [{day}, ",
                                       counted(year, 1), count=1)


def counted(year, difference):
    count = int(re.search(r"workday_count: (\d+)", year)[1])
    return year.replace(f"workday_count: {count}", f"workday_count: {count + difference}")


def with_2027(text):
    """The calendar with the year 2027, as a notice may have it."""
    year = """
  2027:
    notice: a notice for tests
    notice_date: 2026-11-04
    holidays:
      - {name: {zh-Hans: 元旦, zh-Hant: 元旦, en: New Year's Day}, from: 2027-01-01, to: 2027-01-03}
      - {name: {zh-Hans: 春节, zh-Hant: 春節, en: Spring Festival}, from: 2027-02-05, to: 2027-02-12}
    makeup_workdays: [2027-01-30]
    workday_count: 255
"""
    return text.replace("valid_through: 2026-12-31", "valid_through: 2027-12-31") + year


class RecountTest(HallTest):
    def publish(self, text, session=None):
        return (session or self.staff.author).post("/v1/catalogue/calendars", {"text": text}).data

    def progress(self):
        return self.suite.admin.get("/v1/catalogue/calendars").data

    def finished(self, calendar):
        """The calendars and walks, once every service has come to its end with this calendar."""
        return eventually(self.progress, lambda told: [
            (walk["calendar"], walk["running"]) for walk in told["recounts"]] ==
                          [(calendar, False)] * len(WALKERS))

    def events(self, kind):
        return list(self.staff.auditor.pages(f"/v1/audit/events?limit=200&type={kind}"))

    def told_of_dates(self, session, case_id):
        """The messages that tell of dates that moved."""
        return [message for message in session.get(f"/v1/inbox?case={case_id}").data["items"]
                if "期限变更" in message["title"] or "A date has moved" in message["title"]]

    def food(self, to="in_review"):
        firm = self.hall.filing()
        case_id = firm.file_case(food_filing(firm)).data["id"]
        lead(FOOD_WAY, self.staff, case_id, to)
        return firm, case_id

    def assert_recomputes(self, session, case_id):
        for clock in session.case(case_id).data["clocks"]:
            again = session.get(f"/v1/cases/{case_id}/clocks/{clock['name']}/recompute").data
            self.assertIs(True, again["agrees"], clock["name"])


class LateHoliday(RecountTest):
    shared = False

    def test_a_holiday_announced_late_moves_what_runs_and_who_filed_is_told(self):
        firm, case_id = self.food()
        before = self.in_state(firm, case_id, "in_review")
        # 7 and 10 working days from Monday 2 March.
        self.assertEqual(("2026-03-11", "2026-03-16"), (clock_of(before, "promise")["due_day"],
                                                        clock_of(before, "main")["due_day"]))
        told = self.publish(with_holiday(CALENDAR, "2026-03-10"))
        self.assertEqual({"version": 2, "calendar": 2}, told)
        calendars = self.finished(2)
        self.assertEqual([(2, True), (1, False)],
                         [(one["version"], one["active"]) for one in calendars["calendars"]])
        moved = {walk["service"]: walk["moved"] for walk in calendars["recounts"]}
        self.assertEqual({"intake": 0, "approval": 1, "fee": 0, "audit": 0}, moved)
        case = self.opened_case(firm, case_id)
        self.assertEqual(1, case["catalogue_version"])
        promise = clock_of(case, "promise")
        self.assertEqual(("2026-03-12", "2026-03-17"),
                         (promise["due_day"], clock_of(case, "main")["due_day"]))
        self.assertEqual((1, 2, "2026-03-11", "2026-03-12"), tuple(
            promise["recount"][name]
            for name in ("calendar_before", "calendar", "due_before", "due_after")))
        self.check_derivations(promise)
        self.assert_recomputes(firm, case_id)
        message = eventually(lambda: self.told_of_dates(firm, case_id), bool)[0]
        self.assertEqual(f"期限变更：{case['number']}", message["title"])
        # the promise is what was told before, not the law's limit behind it
        self.assertIn("：我们承诺作出决定的日期：原为 2026-03-11，现为 2026-03-12。", message["text"])
        self.check_time(case_id)

    def opened_case(self, session, case_id):
        return session.wait_for_case(
            case_id, lambda case: clock_of(case, "promise")["calendar_version"] == 2).data

    def check_derivations(self, promise):
        now = " ".join(step["text"] for step in promise["derivation"])
        then = " ".join(step["text"] for step in promise["recount"]["derivation_before"])
        self.assertIn("Storm day, 10 Mar 2026: not counted.", now)
        self.assertIn("a new calendar (version 2) came into use: it was due on 11 Mar 2026 and is "
                      "now due on 12 Mar 2026.", now)
        self.assertIn("The limit ends on 12 Mar 2026, 24:00.", now)
        self.assertIn("The limit ends on 11 Mar 2026, 24:00.", then)
        self.assertNotIn("Storm day", then)

    def check_time(self, case_id):
        """The old day passes and nothing is over; the new one does."""
        self.suite.move_clock("2026-03-12T09:00:00+08:00")
        self.assertEqual([], self.overdue(case_id))
        self.suite.move_clock("2026-03-13T00:00:01+08:00")
        self.assertEqual(["promise"], self.overdue(case_id))

    def overdue(self, case_id):
        return [event["data"]["clock"] for event in self.events("approval.clock_overdue.v1")
                if event["subject"] == case_id and event["data"]["clock"] == "promise"]

    def test_silence_waits_for_the_new_day(self):
        citizen = self.hall.filing()
        filed = citizen.file_case(road_filing(citizen, ())).data
        self.assertEqual("2026-03-09", clock_of(citizen.case(filed["id"]).data, "notice")["due_day"])
        self.publish(with_holiday(CALENDAR, "2026-03-09"))
        self.finished(2)
        self.assertEqual("2026-03-10", clock_of(citizen.case(filed["id"]).data, "notice")["due_day"])
        task = eventually(lambda: self.task_of(filed["id"]),
                          lambda task: task["due_at"] == hall_time("2026-03-11 00:00"))
        self.assertEqual("green", task["light"])
        self.suite.move_clock("2026-03-10T23:59:59+08:00")
        self.in_state(self.opened(filed), filed["id"], "submitted")
        self.suite.move_clock("2026-03-11T00:00:00+08:00")
        case = self.in_state(self.opened(filed), filed["id"], "accepted")
        self.assertEqual("approval", case["owner"])

    def task_of(self, case_id):
        return next(task for task in self.staff.clerk.get("/v1/tasks").data["items"]
                    if task["case_id"] == case_id)

    def test_the_time_of_who_has_to_pay_is_never_cut_short(self):
        citizen = self.hall.filing()
        filed = citizen.file_case(road_filing(citizen)).data
        lead(ROAD_WAY, self.staff, filed["id"], "fee_due")
        bill = bill_when_due(self.staff.cashier, filed["id"])
        case = self.in_state(citizen, filed["id"], "fee_due")
        paid_by, given_by = (clock_of(case, name)["due_day"]
                             for name in ("payment_period", "deliver"))
        self.assertEqual(paid_by, bill["due_day"])
        shorter = with_make_up(CALENDAR, "2026-03-07")  # a Saturday of the first week works
        self.publish(shorter)
        self.finished(2)
        case = citizen.case(filed["id"]).data
        self.assertEqual(paid_by, clock_of(case, "payment_period")["due_day"])
        self.assertLess(clock_of(case, "deliver")["due_day"], given_by)
        self.assert_recomputes(citizen, filed["id"])
        longer = with_holiday(with_holiday(shorter, "2026-03-05"), "2026-03-06")
        self.publish(longer)
        self.finished(3)
        case = citizen.case(filed["id"]).data
        later = clock_of(case, "payment_period")["due_day"]
        self.assertGreater(later, paid_by)
        self.assertEqual(later, self.staff.cashier.get(f"/v1/bills/{bill['id']}").data["due_day"])
        self.assert_recomputes(citizen, filed["id"])


class NextYear(RecountTest):
    shared = False
    settings = {"clock": "virtual:2026-12-17T09:00:00+08:00"}

    def accepted(self):
        citizen = self.hall.filing()
        case_id = citizen.file_case(road_filing(citizen)).data["id"]
        lead(ROAD_WAY, self.staff, case_id, "accepted")
        promise = clock_of(self.in_state(citizen, case_id, "accepted"), "promise")
        # 12 working days from Thursday 17 December; New Year's Day is off in any case
        self.assertEqual(("2027-01-05", True), (promise["due_day"], promise["provisional"]))
        return citizen, case_id

    def test_the_notice_of_the_next_year_makes_provisional_days_certain(self):
        citizen, case_id = self.accepted()
        self.publish(with_2027(CALENDAR))
        self.finished(2)
        promise = clock_of(citizen.case(case_id).data, "promise")
        self.assertEqual(("2027-01-05", False), (promise["due_day"], promise["provisional"]))
        self.assertEqual("2027-01-05", promise["recount"]["due_before"])
        self.assertIn("due on 5 Jan 2027 as before", str(promise["derivation"]))
        self.assertIn("No holiday notice covers", str(promise["recount"]["derivation_before"]))
        self.assertNotIn("No holiday notice covers", str(promise["derivation"]))
        self.assertEqual([], self.told_of_dates(citizen, case_id))
        self.assert_recomputes(citizen, case_id)

    def test_a_longer_new_year_moves_the_day(self):
        citizen, case_id = self.accepted()
        longer = with_2027(CALENDAR).replace("to: 2027-01-03", "to: 2027-01-04")
        self.publish(longer.replace("workday_count: 255", "workday_count: 254"))
        self.finished(2)
        promise = clock_of(citizen.case(case_id).data, "promise")
        self.assertEqual(("2027-01-06", False), (promise["due_day"], promise["provisional"]))
        message = eventually(lambda: self.told_of_dates(citizen, case_id), bool)[0]
        self.assertIn(": the day by which we promise a decision: was 2027-01-05, now 2027-01-06.",
                      message["text"])
        self.assert_recomputes(citizen, case_id)


class Publishing(RecountTest):
    shared = False

    def refuse(self, text, *wanted):
        with self.refused_with_errors() as caught:
            self.publish(text)
        for word in wanted:
            self.assertIn(word, str(caught[0]))
        self.assertEqual([1], [one["version"] for one in self.progress()["calendars"]])

    def refused_with_errors(self):
        return self.refused(422, "invalid-fields", "")

    def test_a_broken_calendar_is_refused_by_file_and_line_and_the_running_one_stays(self):
        line = CALENDAR[:CALENDAR.index("from: 2026-10-01")].count("\n") + 1
        self.refuse(CALENDAR.replace("from: 2026-10-01", "from: 2026-10-00"),
                    f"calendar-cn.yaml:{line}")
        self.refuse(CALENDAR.replace("from: 2026-10-01", "from: 2026-10-02"), "calendar-cn.yaml:",
                    "workday_count")
        self.refuse("no calendar at all", "calendar-cn.yaml:")

    def test_what_is_past_is_a_fact_and_stays(self):
        self.refuse(with_holiday(CALENDAR, "2026-02-26"),
                    "2026-02-26 is past and was a working day")
        self.refuse(with_make_up(CALENDAR, "2026-03-01"), "2026-03-01 is past and was a day off")
        begins = CALENDAR.index("  2024:\n")
        ends = CALENDAR.index("  2025:\n")
        self.refuse((CALENDAR[:begins] + CALENDAR[ends:]).replace("2024-01-01", "2025-01-01", 1),
                    "2024-01-01 is past")
        self.assertEqual(2, self.publish(with_2027(CALENDAR))["calendar"])
        self.finished(2)
        with self.refused_with_errors() as caught:
            self.publish(CALENDAR)
        self.assertIn("valid_through: the calendar that counts goes to 2027-12-31", str(caught[0]))
        # today itself may still be declared a day off
        today = with_2027(with_holiday(CALENDAR, "2026-03-02"))
        self.assertEqual(3, self.publish(today)["calendar"])

    def test_the_same_calendar_changes_nothing(self):
        firm, case_id = self.food()
        self.assertEqual({"version": 1, "calendar": 1}, self.publish(CALENDAR))
        files = catalogue_files()
        item = next(file for file in files if file["name"] == "catalogue.yaml")
        item["text"] = item["text"].replace("en: Food business permit", "en: Food permit", 1)
        self.assertEqual(2, publish_version(self.suite, self.staff, files, "2026-03-03"))
        self.assertEqual([1], [one["version"] for one in self.progress()["calendars"]])
        self.assertEqual({"version": 3, "calendar": 3},
                         self.publish(with_holiday(CALENDAR, "2026-03-10")))
        self.finished(3)
        self.assertEqual("Food permit", firm.get("/v1/items/MSA-P-001").data["names"]["en"])
        self.assertEqual(1, len(self.events("approval.clocks_recounted.v1")))
        self.assertEqual([3] * len(WALKERS), [event["data"]["calendar"] for service in WALKERS
                                     for event in self.events(f"{service}.recount_finished.v1")])

    def test_who_may_publish_and_look(self):
        with self.refused(403, "forbidden"):
            self.publish(with_holiday(CALENDAR, "2026-03-10"), self.staff.clerk)
        with self.refused(403, "forbidden"):
            self.publish(with_holiday(CALENDAR, "2026-03-10"), self.suite.admin)
        with self.refused(403, "forbidden"):
            self.staff.clerk.get("/v1/catalogue/calendars")
        author = self.staff.author
        self.assertEqual(2, self.publish(with_holiday(CALENDAR, "2026-03-10"), author)["calendar"])
        self.assertEqual(2, len(author.get("/v1/catalogue/calendars").data["calendars"]))


class Crash(RecountTest):
    shared = False
    CASES = 500  # two walks over them are more records than audit may be behind: 1024

    def test_a_recount_that_is_killed_goes_on_where_it_was(self):
        citizen = self.hall.filing()
        person = {key: value for key, value in PERSON.items() if key != "email"}
        filing = road_filing(citizen, (), applicant=person)
        filed = [citizen.file_case(filing).data for _ in range(self.CASES)]
        self.settle("2026-03-02T09:00:01+08:00")
        self.suite.signal("audit", signal.SIGSTOP)  # the walk waits for whoever is behind
        first = with_holiday(CALENDAR, "2026-03-05")
        self.publish(first)
        eventually(self.walk, lambda walk: walk["calendar"] == 2 and not walk["running"])
        self.publish(with_holiday(first, "2026-03-06"))
        waits = eventually(self.standing_walk, bool)
        self.assertEqual(3, waits["calendar"])
        self.assertLess(0, waits["seen"])
        self.assertLess(waits["seen"], self.CASES)
        # people are served meanwhile
        self.assertEqual(201, citizen.file_case(filing).status)
        self.suite.kill("intake")
        self.suite.signal("audit", signal.SIGCONT)
        self.suite.restart("intake")
        told = self.finished(3)
        versions = 3  # their matters are looked at like any case
        self.assertEqual(self.CASES + 1 + versions, next(
            walk["seen"] for walk in told["recounts"] if walk["service"] == "intake"))
        for case in filed[:: self.CASES // 5]:
            clock = clock_of(self.opened(case).case(case["id"]).data, "notice")
            self.assertEqual("2026-03-11", clock["due_day"])
        self.settle("2026-03-02T09:00:02+08:00")
        self.check_record([case["id"] for case in filed])
        self.suite.stop()
        self.check_tools()

    def settle(self, moment):
        """Everything is told and archived, every message has gone."""
        self.assertIs(True, self.suite.move_clock(moment)["settled"])

    def walk(self):
        return next(walk for walk in self.progress()["recounts"] if walk["service"] == "intake")

    def standing_walk(self):
        """Intake's walk once it stands still before its end."""
        before = self.walk()
        time.sleep(0.5)
        return before if before["running"] and before == self.walk() else None

    def check_record(self, ids):
        """Each calendar moved every case once: none was left out, none came twice."""
        moved = [event["subject"] for event in self.events("intake.clocks_recounted.v1")]
        self.assertEqual(sorted(2 * ids), sorted(moved))
        seen = [event["data"]["seen"] for event in self.events("intake.recount_advanced.v1")
                if event["data"]["calendar"] == 3]
        self.assertEqual(sorted(set(seen)), seen)

    def check_tools(self):
        for command, wanted in (("verify", "own log agrees"), ("replay", "tables, the same")):
            code, output = self.suite.tool("audit", command, "--data", self.suite.data,
                                           "--map-size", "4g")
            self.assertEqual(0, code, output)
            for service in ("intake", "approval", "fee"):
                self.assertRegex(output, rf"{service} +[0-9]+ records.*{wanted}")


if __name__ == "__main__":
    unittest.main()
