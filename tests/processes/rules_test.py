"""A new catalogue: taken as a whole, or refused with the place of the fault; never by halves."""

import unittest

from cases import (FOOD_WAY, changed, draft_version, food_filing, lead, publish_version,
                   road_filing)
from checks import HallTest, clock_of
from suite import catalogue_files


class BrokenRules(HallTest):
    def publish(self, files):
        return draft_version(self.staff.author, files)

    def active(self):
        return self.hall.visitor().get("/v1/items").data["catalogue_version"]

    def refuse(self, files, *says):
        """The files are refused, with every one of these words; what runs goes on."""
        before = self.active()
        with self.assertRaises(Exception) as caught:
            self.publish(files)
        problem = caught.exception
        self.assertEqual((422, "invalid-fields"), (problem.status, problem.type), str(problem))
        told = problem.detail + str(problem.errors)
        for words in says:
            self.assertIn(words, told)
        self.assertEqual(before, self.active())
        citizen = self.hall.filing()
        self.assertEqual(201, citizen.file_case(road_filing(citizen, ())).status)

    def line_of(self, name, text):
        source = next(file["text"] for file in catalogue_files() if file["name"] == name)
        return source[:source.index(text)].count("\n") + 1

    def test_what_is_active_already_is_not_published_again(self):
        before = self.active()
        told = self.publish(catalogue_files())
        self.assertEqual((before, "active"), (told["version"], told["status"]))
        self.assertEqual(before, self.active())

    def test_who_may_not_publish_is_told_so_before_the_files_are_looked_at(self):
        for session in (self.staff.clerk, self.staff.counsel):
            for text in ("items: []", "}{"):
                with self.refused(403, "forbidden"):
                    draft_version(session, [{"name": "catalogue.yaml", "text": text}])

    def test_a_fault_in_the_catalogue_is_named_by_file_line_and_field(self):
        text = "department: UMB\n    co_departments: [PSB]"
        line = self.line_of("catalogue.yaml", text)
        self.refuse(changed("catalogue.yaml", text, text.replace("UMB", "XXX")),
                    f"catalogue.yaml:{line}", "department")

    def test_a_fault_in_a_procedure_is_named_by_file_and_line(self):
        text = "{from: accepted, do: take, by: [reviewer]"
        line = self.line_of("procedures/permit.yaml", text)
        self.refuse(changed("procedures/permit.yaml", text, text.replace("reviewer", "wizard")),
                    f"procedures/permit.yaml:{line}", "by")

    def test_what_a_procedure_shows_of_a_concealed_case_is_a_field(self):
        self.refuse(changed("procedures/complaint.yaml", "shows: [unit,", "shows: [units,"),
                    'the procedure complaint shows "units"', "machine")

    def test_a_procedure_with_a_state_that_nothing_leads_to_is_refused(self):
        self.refuse(changed("procedures/permit.yaml", "to: in_meeting, emits", "to: same, emits"),
                    "procedures/permit.yaml", "in_meeting")

    def test_a_clock_that_no_state_or_item_has_is_refused(self):
        self.refuse(changed("procedures/permit.yaml", "start: [main, claim]}",
                            "start: [main, supper]}"),
                    "procedures/permit.yaml", "supper")

    def test_what_is_no_yaml_is_refused_with_the_line(self):
        self.refuse(changed("catalogue.yaml", "languages: [zh-Hans", "languages: [[zh-Hans"),
                    "catalogue.yaml:")
        self.refuse(changed("procedures/permit.yaml", "states:\n", "states: }\n"),
                    "procedures/permit.yaml:")
        self.refuse(changed("calendar-cn.yaml", "from: 2026-", "from: 2026-13-"),
                    "calendar-cn.yaml:")

    def test_a_catalogue_without_calendar_is_refused(self):
        files = [file for file in catalogue_files() if file["name"] != "calendar-cn.yaml"]
        self.refuse(files, "calendar")

    def test_a_catalogue_that_does_not_say_how_the_next_one_comes_is_refused(self):
        name = "procedures/item_version.yaml"
        self.refuse([file for file in catalogue_files() if file["name"] != name], name)

    def test_an_empty_catalogue_is_refused(self):
        self.refuse([{"name": "catalogue.yaml", "text": ""}], "")
        self.refuse([{"name": "notes.txt", "text": "hello"}], "")

    def test_a_template_with_an_unknown_placeholder_is_refused(self):
        self.refuse(changed("templates/messages.yaml", "{number}", "{nonsense}"),
                    "templates/messages.yaml", "nonsense")

    def test_a_letter_of_a_kind_or_event_that_the_hall_does_not_have_is_refused(self):
        name = "templates/letters.yaml"
        for old, new, *said in (("{item}", "{poem}", "no parameter of letters"),
                                ("kind: licence", "kind: poem", "letters[12].kind"),
                                ("approval.result_issued.v1", "approval.result_dreamt.v1",
                                 "the hall has no such event"),
                                ("for_kinds: [permit]", "for_kinds: [permits]",
                                 "no item of the catalogue is of the kind")):
            with self.subTest(new=new):
                self.refuse(changed(name, old, new), name, *said)


class NewRules(HallTest):
    shared = False

    def test_an_item_whose_procedure_is_taken_away_is_closed_and_its_cases_go_on(self):
        firm = self.hall.filing()
        case_id = firm.file_case(food_filing(firm)).data["id"]
        self.staff.food_approver.get("/v1/me")  # gets his power while the item is open
        files = [file for file in catalogue_files() if file["name"] != "procedures/permit.yaml"]
        publish_version(self.suite, self.staff, files, "2026-03-03")
        self.assertIs(False, self.hall.visitor().get("/v1/items/MSA-P-001").data["open"])
        with self.refused(409, "item-not-open"):
            firm.file_case(food_filing(firm))
        lead(FOOD_WAY, self.staff, case_id)
        self.in_state(firm, case_id, "in_force")

    def test_a_case_keeps_the_rules_it_was_accepted_under(self):
        firm = self.hall.filing()
        case_id = firm.file_case(food_filing(firm)).data["id"]
        lead(FOOD_WAY, self.staff, case_id, "in_review")
        before = self.in_state(firm, case_id, "in_review")
        text = "promised: {value: 7, unit: workday, basis: local promise, status: demo}"
        files = changed("catalogue.yaml", text, text.replace("7", "6"))
        self.assertEqual(2, publish_version(self.suite, self.staff, files, "2026-03-03"))
        self.assertEqual(6, self.hall.visitor().get("/v1/items/MSA-P-001").data["promised"]
                         ["value"])
        case = firm.case(case_id).data
        self.assertEqual((1, clock_of(before, "promise")["due_day"]),
                         (case["catalogue_version"], clock_of(case, "promise")["due_day"]))
        other = firm.file_case(food_filing(firm)).data
        lead(FOOD_WAY, self.staff, other["id"], "in_review")
        newer = self.in_state(firm, other["id"], "in_review")
        self.assertEqual((2, "2026-03-11"), (newer["catalogue_version"],
                                             clock_of(newer, "promise")["due_day"]))
        lead(FOOD_WAY[2:], self.staff, case_id)
        self.in_state(firm, case_id, "in_force")
        for service in ("intake", "gateway", "approval"):
            self.suite.kill(service)
            self.suite.restart(service)
        self.assertEqual(2, self.hall.visitor().get("/v1/items").data["catalogue_version"])
        self.assertEqual(1, firm.case(case_id).data["catalogue_version"])


if __name__ == "__main__":
    unittest.main()
