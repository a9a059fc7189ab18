"""Every item of the catalogue that this hall takes can be filed and driven to every end of its
machine by HTTP, and so can the matters of the hall and the units of cases. The roads are those of
the hand-written tables of tests/procedures: every way to an end, and every other action or clock
that leads to one."""

import unittest

from cases import act_on_version, changed, draft_version, publish_version
from checks import HallTest, eventually
from tables import read_ends, read_tables
from ways import Walk, is_plan

# Ends that cannot be reached, and why: (machine, end): (reason, does it hold for this item).
IMPOSSIBLE = {
    ("permit", "lapsed"): ("what costs nothing cannot be paid late",
                           lambda item: all(fee["amount_fen"] == 0 and not fee.get("steps")
                                            for fee in item["fees"])),
}


def plan_of(line):
    """What is said of how the matter is made. The rest of a way's setup is gone anyway."""
    words = line.setup.split()
    return " ".join(filter(is_plan, words) if line.kind == "way" else words)


class EndsTest(HallTest):
    """Follows every road to every end of some machines, all in one hall."""

    machines = ()
    side_by_side = True  # otherwise one road after the other

    def assert_every_end(self):
        walk = Walk(self.suite)
        roads = {}
        for machine in self.machines:
            table = walk.tables[machine]
            for item in table.items():
                for line in table.roads(item, walk.ends[machine]):
                    course = walk.course(machine, item, plan_of(line))
                    roads[machine, item, line] = self.to_end(course, line)
        problems = {}
        for some in [roads] if self.side_by_side else [{name: roads[name]} for name in roads]:
            problems.update(walk.go(some))
        for machine, item, line in roads:
            with self.subTest(place=line.place, item=item, by=line.trigger, end=line.leads_to()):
                if (machine, item, line) in problems:
                    raise problems[machine, item, line]
        self.assertEqual({(machine, end) for machine in self.machines
                          for end in walk.ends[machine]},
                         {(machine, line.leads_to()) for machine, _, line in roads})

    def to_end(self, course, line):
        yield from course.follow(line)
        case = course.case()
        if course.is_unit:
            unit = course.word("unit:")
            self.assertEqual(line.leads_to(), course.unit(case)["state"])
            clocks = [clock for clock in case["clocks"] if clock["name"].endswith(":" + unit)]
        else:
            self.assertEqual((line.leads_to(), True), (case["status"], case["is_end"]))
            clocks = case["clocks"]
        self.assertEqual([], [clock["name"] for clock in clocks if clock["phase"] != "ended"])


class Permits(EndsTest):
    machines = ("permit", "joint_review")

    def test_permits_and_their_reviews_reach_every_end(self):
        self.assert_every_end()


class Certificates(EndsTest):
    machines = ("certificate",)

    def test_certificates_reach_every_end(self):
        self.assert_every_end()


class Filings(EndsTest):
    machines = ("filing",)

    def test_filings_reach_every_end(self):
        self.assert_every_end()


class Waivers(EndsTest):
    machines = ("fee_waiver",)

    def test_waivers_reach_every_end(self):
        self.assert_every_end()


class Requests(EndsTest):
    machines = ("disclosure_request", "disclosure_consultation")

    def test_requests_for_information_and_those_asked_reach_every_end(self):
        self.assert_every_end()


class Complaints(EndsTest):
    machines = ("complaint", "unit_reply")

    def test_complaints_and_what_the_unit_owes_reach_every_end(self):
        self.assert_every_end()


class Matters(EndsTest):
    machines = ("delegation", "joint_meeting", "promise")

    def test_delegations_meetings_and_what_they_resolve_reach_every_end(self):
        self.assert_every_end()


class Shifts(EndsTest):
    machines = ("shift",)
    side_by_side = False  # it is the same officer's, who has one at a time

    def test_shifts_reach_every_end(self):
        self.assert_every_end()


class Drawers(EndsTest):
    machines = ("drawer",)
    side_by_side = False  # it is the same cashier's, who has one at a time

    def test_drawers_reach_every_end(self):
        self.assert_every_end()


class Money(EndsTest):
    machines = ("refund", "unmatched_payment")

    def test_refunds_and_money_without_a_bill_reach_every_end(self):
        self.assert_every_end()


class Days(HallTest):
    """Days of the books, by hand: each begins by itself, and the hall has one a day."""

    machines = ("fee_day",)

    def close(self, day):
        """Closes the day once its books have begun; its matter."""
        path = f"/v1/fee/reconciliation/{day}"
        matter = eventually(lambda: self.staff.finance.get(path).data,
                            lambda told: "matter" in told)["matter"]
        self.staff.finance.post("/v1/fee/day-close", {"date": day})
        return matter

    def assert_end(self, status, matter):
        case = self.staff.finance.case(matter).data
        self.assertEqual((status, True, []), (case["status"], case["is_end"], [
            clock["name"] for clock in case["clocks"] if clock["phase"] != "ended"]))

    def test_days_of_the_books_reach_every_end(self):
        self.staff.bank.post("/v1/payments", {"method": "transfer", "amount_fen": 100,
                                              "reference": "DAY-1", "bills": []})
        self.assert_end("balanced", self.close("2026-03-02"))
        self.suite.move_clock("2026-03-03T09:00:00+08:00")
        cashier = self.suite.officer("cashier", "HALL", "short")
        self.suite.officer("finance_officer", "FIN")
        drawer = cashier.get("/v1/fee/drawers").data["items"][0]
        cashier.act(drawer["id"], "close", {"amount_fen": drawer["float_fen"] - 100,
                                            "officer": "finance-officer.fin"})
        matter = self.close("2026-03-03")
        self.assertEqual("differing", self.staff.finance.case(matter).data["status"])
        told = self.staff.finance.get("/v1/fee/reconciliation/2026-03-03").data
        self.assertEqual((False, 100), (told["balanced"], told["counted_short_fen"]))
        self.staff.finance.act(matter, "answer", {"facts_found": "A coin under the drawer"})
        self.assert_end("explained", matter)
        accounts = self.staff.auditor.get("/v1/fee/accounts").data["items"]
        self.assertEqual([100], [entry["balance_fen"] for entry in accounts
                                 if entry["account"] == "over_short:short"])
        self.assertEqual({"balanced", "explained"}, set(read_ends()["fee_day"]))


class Silences(HallTest):
    """Collection points that took nothing, by hand: each matter begins by itself when a day is over."""

    machines = ("silent_point",)

    def test_days_without_money_at_a_point_reach_every_end(self):
        self.suite.move_clock("2026-03-03T09:00:00+08:00")
        [matter] = [event["subject"] for event in self.staff.auditor.pages(
            "/v1/audit/events?limit=200&type=fee.point_silent.v1")]
        self.staff.finance.act(matter, "answer", {"facts_found": "Nobody came"})
        case = self.staff.finance.case(matter).data
        self.assertEqual(("explained", True, []), (case["status"], case["is_end"], [
            clock["name"] for clock in case["clocks"] if clock["phase"] != "ended"]))
        self.assertEqual({"explained"}, set(read_ends()["silent_point"]))


class Versions(HallTest):
    """Versions of the catalogue, by hand: each road changes the rules of the whole hall, and those
    of the tables would overtake each other."""

    machines = ("item_version",)

    def version(self, number):
        return self.staff.author.get(f"/v1/catalogue/versions/{number}").data

    def assert_end(self, status, number):
        case = self.staff.author.case(self.version(number)["id"]).data
        self.assertEqual((status, True, []), (case["status"], case["is_end"], [
            clock["name"] for clock in case["clocks"] if clock["phase"] != "ended"]))

    def test_versions_of_the_catalogue_reach_every_end(self):
        files = changed("catalogue.yaml", "Demo City}}", "Demo Town}}")
        dropped = draft_version(self.staff.author, files)["version"]
        act_on_version(self.staff.author, dropped, "cancel", {"reasons": "A mistake"})
        self.assert_end("dropped", dropped)
        replaced = publish_version(self.suite, self.staff, files, "2026-03-09")
        self.assert_end("retired", 1)
        halted = {"reasons": "The register is down", "until": "2026-03-31"}
        act_on_version(self.staff.hall_manager, replaced, "suspend", halted)
        publish_version(self.suite, self.staff, changed("catalogue.yaml", "Demo City}}", "Demo}}"),
                        "2026-03-16")
        self.assert_end("retired", replaced)
        self.assertEqual({"dropped", "retired"}, read_ends()["item_version"])


class Coverage(HallTest):
    """No item and no machine is left out above."""

    def test_every_machine_of_the_catalogue_is_walked(self):
        walked = [machine for walker in (*EndsTest.__subclasses__(), Days, Silences, Versions)
                  for machine in walker.machines]
        self.assertEqual(sorted(read_ends()), sorted(walked))

    def test_every_item_has_a_road_to_every_end_of_its_machine(self):
        tables, ends = read_tables(), read_ends()
        visitor = self.hall.visitor()
        listed = list(visitor.pages("/v1/items"))
        self.assertEqual(20, len(listed))
        for item in (visitor.get(f"/v1/items/{one['code']}").data for one in listed):
            machine = item["machine"]
            self.assertEqual(machine in ends, item["open"], item["code"])
            for end in ends.get(machine, ()):
                _, impossible = IMPOSSIBLE.get((machine, end), ("", lambda item: False))
                with self.subTest(item=item["code"], end=end):
                    self.assertEqual(not impossible(item), self.has_road(
                        tables[machine], ends[machine], item["code"], end))

    def has_road(self, table, ends, code, end):
        names = [name for name, line in table.items().items() if line.name == code]
        return any(end == line.leads_to() for name in names
                   for line in table.roads(name, ends))


if __name__ == "__main__":
    unittest.main()
