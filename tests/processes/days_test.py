"""The six processes stepped day by day: every limit, on every day, against days counted one by one."""

import datetime
import re
import unittest

from cases import act_when_ready, road_filing
from checks import HallTest, clock_of, hall_time
from concerns import Holder
from suite import CATALOGUE

DAY = datetime.timedelta(days=1)
FIRST = datetime.date(2026, 1, 26)
DAYS = 75  # through Spring Festival, its make-up days and Qingming


def days_off_and_made_up():
    """What the notices say, read without the hall's own reader."""
    text = (CATALOGUE / "calendar-cn.yaml").read_text()
    off, made_up = set(), set()
    for begin, end in re.findall(r"from: (\d{4}-\d\d-\d\d), to: (\d{4}-\d\d-\d\d)", text):
        day = datetime.date.fromisoformat(begin)
        while day <= datetime.date.fromisoformat(end):
            off.add(day)
            day += DAY
    for listed in re.findall(r"makeup_workdays: \[([^\]]*)\]", text):
        made_up |= {datetime.date.fromisoformat(day) for day in re.findall(r"[\d-]{10}", listed)}
    return off, made_up


class DayByDay(HallTest):
    settings = {"clock": f"virtual:{FIRST}T09:00:00+08:00"}

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.off, cls.made_up = days_off_and_made_up()

    def is_workday(self, day):
        return day in self.made_up or (day.weekday() < 5 and day not in self.off)

    def workdays_left(self, today, due):
        """Working days after `today` up to and with `due`."""
        count, day = 0, today + DAY
        while day <= due:
            count += self.is_workday(day)
            day += DAY
        return count

    def look(self, session, case_id, today):
        """Every running clock of the case on this day; the names of those that were looked at."""
        seen = set()
        for clock in session.case(case_id).data["clocks"]:
            if clock["phase"] == "ended":
                continue
            again = session.get(f"/v1/cases/{case_id}/clocks/{clock['name']}/recompute").data
            self.assertTrue(again["agrees"], (str(today), clock["name"], again))
            due = datetime.date.fromisoformat(clock["due_day"])
            if clock["phase"] == "running" and today <= due:
                self.assertEqual(self.workdays_left(today, due), clock["working_days_left"],
                                 (str(today), clock))
                seen.add(clock["name"])
        return seen

    def test_every_limit_is_right_on_every_day(self):
        citizen = self.hall.filing()
        filings = [citizen.file_case(road_filing(citizen)).data for _ in range(2)]
        ids = [(Holder(self.hall, filed), filed["id"]) for filed in filings]
        waiting, moving = ids[0][0], ids[1][0]
        act_when_ready(self.staff.clerk, ids[1][1], "accept")
        self.in_state(moving, ids[1][1], "accepted")
        seen = set()
        for step in range(1, DAYS + 1):
            today = FIRST + step * DAY
            told = self.suite.move_clock(hall_time(f"{today} 09:00"))
            self.assertEqual(hall_time(f"{today} 09:00"), told["now"])
            for session, case_id in ids:
                seen |= self.look(session, case_id, today)
        self.assertLessEqual({"main", "notice"}, seen)
        # Nobody looked at the one: silence accepted it from the day of receipt on.
        self.timeline_with(waiting, ids[0][1], "intake.case_deemed_accepted.v1",
                           "approval.clock_overdue.v1", "audit.finding_raised.v1")
        self.assertEqual("running", clock_of(waiting.case(ids[0][1]).data, "main")["phase"])


if __name__ == "__main__":
    unittest.main()
