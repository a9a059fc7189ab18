"""Finding things: the catalogue, cases, work, messages; each for those whom it concerns."""

import email
import email.policy
import unittest

from cases import (PERSON, act_when_ready, food_filing, lead, offered, paper, road_filing, FOOD_WAY)
from checks import HallTest, eventually

# The items of the catalogue that have no procedure yet, by hand from domain.md.
OPEN = ["UMB-P-001", "MSA-P-001", "MSA-R-001", "PSB-C-001", "FIN-W-001", "GOO-D-001", "HALL-T-001"]
NOT_OPEN = ["SUP-J-001",
            "HALL-Q-001", "GOO-L-001", "HOT-H-001", "GOO-N-001", "GOO-N-002", "HALL-A-001",
            "HALL-O-001", "HALL-V-001", "GOO-B-001", "HRS-B-001", "GOO-B-002", "EVA-E-001"]


class Catalogue(HallTest):
    def test_the_list_says_what_can_be_filed(self):
        items = list(self.hall.visitor().pages("/v1/items?limit=7"))
        self.assertEqual(20, len(items))
        self.assertEqual(set(OPEN),
                         {item["code"] for item in items if item["open"]})
        self.assertEqual(sorted(NOT_OPEN),
                         sorted(item["code"] for item in items if not item["open"]))

    def test_the_other_thirteen_items_are_shown_and_refuse_to_be_filed(self):
        citizen = self.hall.filing()
        self.assertEqual(13, len(NOT_OPEN))
        for code in NOT_OPEN:
            with self.subTest(item=code):
                self.assertIs(False, self.hall.visitor().get(f"/v1/items/{code}").data["open"])
                with self.refused(409, "item-not-open"):
                    citizen.file_case({"item": code, "applicant": PERSON, "form": {},
                                       "materials": [], "channel": "online"})

    def test_items_are_found_by_kind_department_and_words(self):
        visitor = self.hall.visitor()

        def codes(query):
            return [item["code"] for item in visitor.get(f"/v1/items?{query}").data["items"]]
        self.assertEqual(["UMB-P-001", "MSA-P-001"], codes("kind=permit"))
        # Its own, and those in which it takes part.
        self.assertEqual(["MSA-P-001", "MSA-R-001", "GOO-N-001", "GOO-N-002", "GOO-B-001",
                          "GOO-B-002"], codes("department=MSA"))
        self.assertEqual(["UMB-P-001"], codes("kind=permit&department=PSB"))
        self.assertEqual(["UMB-P-001"], codes("q=excavate"))
        self.assertEqual(["UMB-P-001"], codes("q=%E6%8C%96%E6%8E%98"))  # 挖掘
        self.assertEqual([], codes("kind=permit&department=HRS"))
        with self.refused(404, "not-found"):
            visitor.get("/v1/items/UMB-P-999")

    def test_an_item_shows_the_eight_disclosures(self):
        item = self.hall.visitor().get("/v1/items/UMB-P-001").data
        # rules, names, authority, stages, materials, limits, fees, contact
        self.assertEqual("Permit to excavate an urban road", item["names"]["en"])
        self.assertIn("Urban Roads", str(item["laws"]))
        self.assertEqual("UMB", item["decides"])
        self.assertEqual(["accept", "review-road", "review-traffic", "site", "expert", "decide",
                          "pay", "issue"], [stage["id"] for stage in item["stages"]])
        self.assertEqual(["M-FORM", "M-ID", "M-USCC", "M-POA", "M-PLAN", "M-GOVOK", "M-DESIGN",
                          "M-TRAFFIC", "M-RESTORE"], [one["code"] for one in item["materials"]])
        self.assertEqual((45, 12, 15), (item["statutory"]["value"], item["promised"]["value"],
                                        item["extension"]["value"]))
        self.assertEqual([25000, 12000], [fee["amount_fen"] for fee in item["fees"]])
        self.assertEqual("W01", item["contact"]["window"])
        registers = {one["code"]: one.get("register_code") for one in item["materials"]}
        self.assertEqual(("population", None), (registers["M-ID"], registers["M-DESIGN"]))

    def test_departments_and_bodies_are_shown_with_their_windows(self):
        visitor = self.hall.visitor()
        told = visitor.get("/v1/departments").data["items"]
        self.assertEqual(["GOO", "UMB", "PSB", "MSA", "HRS", "FIN"],
                         [one["code"] for one in told if not one["is_body"]])
        self.assertEqual("Urban Management Bureau",
                         visitor.get("/v1/departments/UMB").data["names"]["en"])
        with self.refused(404, "not-found"):
            visitor.get("/v1/departments/XXX")


class Finding(HallTest):
    def person(self, number):
        """Somebody else, with an id number and a telephone of the own."""
        return {**PERSON, "id_number": f"0000001990030740{number}", "phone": f"139000002{number}"}

    def filed_by(self, person):
        citizen = self.hall.filing()
        return citizen, citizen.file_case(road_filing(citizen, applicant=person)).data

    def search(self, session, **by):
        return [case["number"] for case in
                session.post("/v1/cases/search", by).data["items"]]

    def test_cases_are_found_by_number_telephone_and_identity_number(self):
        person = self.person("31")
        _, first = self.filed_by(person)
        _, second = self.filed_by({**person, "phone": "13900000299"})
        self.filed_by(self.person("32"))
        clerk = self.staff.clerk
        eventually(lambda: self.search(clerk, number=second["number"]), bool)
        self.assertEqual([first["number"]], self.search(clerk, number=first["number"]))
        self.assertEqual([second["number"], first["number"]],
                         self.search(clerk, id_number=person["id_number"]))
        self.assertEqual([first["number"]], self.search(clerk, phone=person["phone"]))
        self.assertEqual([], self.search(clerk, phone=person["phone"][:-1]))
        self.assertEqual([], self.search(clerk, id_number="000000199003079999"))
        self.assertEqual([], self.search(clerk, number="20260302-999999-1"))

    def test_a_search_narrows_by_everything_that_is_given(self):
        person = self.person("33")
        _, filed = self.filed_by(person)
        clerk = self.staff.clerk
        eventually(lambda: self.search(clerk, number=filed["number"]), bool)
        mine = {"id_number": person["id_number"]}
        for narrowing, count in (({"item": "UMB-P-001"}, 1), ({"item": "MSA-P-001"}, 0),
                                 ({"status": "submitted"}, 1), ({"status": "accepted"}, 0),
                                 ({"department": "UMB"}, 1), ({"department": "MSA"}, 0),
                                 ({"from": "2026-03-02", "to": "2026-03-02"}, 1),
                                 ({"from": "2026-03-03"}, 0), ({"to": "2026-03-01"}, 0),
                                 ({"number": filed["number"]}, 1),
                                 ({"number": "20260302-999999-1"}, 0),
                                 ({"phone": person["phone"]}, 1), ({"phone": "13999999999"}, 0)):
            with self.subTest(narrowing=narrowing):
                self.assertEqual(count, len(self.search(clerk, **mine, **narrowing)))

    def test_a_number_is_narrowed_by_the_person_too(self):
        _, filed = self.filed_by(self.person("34"))
        other = self.person("35")
        self.filed_by(other)
        eventually(lambda: self.search(self.staff.clerk, id_number=other["id_number"]), bool)
        self.assertEqual([], self.search(self.staff.clerk, number=filed["number"],
                                         id_number=other["id_number"]))

    def test_who_filed_finds_the_own_cases_and_cannot_search_for_people(self):
        person = self.person("36")
        citizen, filed = self.filed_by(person)
        self.filed_by(person)
        eventually(lambda: self.search(citizen), bool)
        self.assertEqual([filed["number"]], self.search(citizen))
        with self.refused(403, "forbidden"):
            self.search(citizen, phone=person["phone"])

    def test_an_officer_finds_the_cases_of_the_own_department_only(self):
        person = self.person("37")
        _, filed = self.filed_by(person)
        eventually(lambda: self.search(self.staff.clerk, number=filed["number"]), bool)
        mine = {"id_number": person["id_number"]}
        self.assertEqual([filed["number"]], self.search(self.staff.road_reviewer, **mine))
        self.assertEqual([filed["number"]], self.search(self.staff.traffic_reviewer, **mine))
        self.assertEqual([], self.search(self.staff.food_reviewer, **mine))

    def test_a_long_list_comes_page_by_page(self):
        person = self.person("38")
        numbers = [self.filed_by(person)[1]["number"] for _ in range(5)]
        mine = {"id_number": person["id_number"], "limit": 2}
        eventually(lambda: self.search(self.staff.clerk, number=numbers[-1]), bool)
        seen, cursor = [], None
        for _ in range(4):
            page = self.staff.clerk.post("/v1/cases/search",
                                         {**mine, **({"cursor": cursor} if cursor else {})}).data
            seen += [case["number"] for case in page["items"]]
            cursor = page.get("next")
            if not cursor:
                break
        self.assertEqual(numbers[::-1], seen)

    def test_work_stands_in_the_list_of_whoever_is_to_do_it(self):
        firm = self.hall.filing()
        filed = firm.file_case(food_filing(firm)).data
        lead(FOOD_WAY, self.staff, filed["id"], "in_review")

        def tasks(session, query=""):
            return [task for task in session.pages(f"/v1/tasks{query}")
                    if task["case_id"] == filed["id"]]
        mine = eventually(lambda: tasks(self.staff.food_reviewer), bool)
        self.assertEqual([("review", "MSA", "reviewer", "reviewer.msa", "green")],
                         [(task["stage"], task["department"], task["role"], task["assignee"],
                           task["light"]) for task in mine])
        self.assertEqual(1, len(tasks(self.staff.food_reviewer, "?stage=review&department=MSA")))
        self.assertEqual([], tasks(self.staff.food_reviewer, "?stage=site"))
        self.assertEqual([], tasks(self.staff.road_reviewer))
        with self.refused(403, "forbidden"):
            firm.get("/v1/tasks")
        act_when_ready(self.staff.food_reviewer, filed["id"], "review",
                       {"opinion": "agree", "site_check": True})
        self.assertEqual(["site"], [task["stage"] for task in eventually(
            lambda: tasks(self.staff.food_checker), bool)])

    def test_number_and_code_tell_how_a_case_stands_and_nothing_personal(self):
        citizen, filed = self.filed_by(self.person("39"))
        key = {"number": filed["number"], "code": filed["code"]}
        told = self.hall.visitor().post("/v1/track", key).data
        self.assertEqual(
            {"number": filed["number"], "item": "UMB-P-001", "status": "submitted",
             "item_name": "Permit to excavate an urban road", "is_end": False,
             "status_name": "Waiting for acceptance", "next_step": "Acceptance",
             "received_at": "2026-03-02T01:00:00.000Z", "due_at": "2026-03-09T16:00:00.000Z",
             "due_day": "2026-03-09"}, told)
        self.assertEqual(told, self.hall.visitor().post(
            "/v1/track", {**key, "code": filed["code"].lower()}).data)
        citizen.act(filed["id"], "withdraw")
        told = self.hall.visitor().post("/v1/track", key).data
        self.assertEqual(("withdrawn", True), (told["status"], told["is_end"]))
        self.assertNotIn("due_at", told)
        with self.refused(404, "not-found"):
            self.hall.visitor().post("/v1/track", {**key, "code": "0000-0000-0000"})

    def test_messages_come_in_the_language_of_the_applicant(self):
        for language, words in (("en", "Application received"), ("zh-Hans", "收到"),
                                ("zh-Hant", "收到")):
            with self.subTest(language=language):
                person = {**self.person("40"), "language": language,
                          "email": f"{language.lower()}@example.org"}
                citizen, filed = self.filed_by(person)
                inbox = eventually(
                    lambda: citizen.get(f"/v1/inbox?case={filed['id']}").data["items"],
                    lambda items: items and items[0]["status"] == "sent")
                self.assertIn(words, inbox[0]["title"] + inbox[0]["text"])
                self.assertIn(filed["number"], inbox[0]["title"])
                mail = self.mails_to(person["email"])[-1]
                self.assertEqual(inbox[0]["title"], mail["Subject"])
                self.assertEqual(inbox[0]["text"], mail.get_content().strip())
        hant = self.mails_to("zh-hant@example.org")[-1].get_content()
        hans = self.mails_to("zh-hans@example.org")[-1].get_content()
        self.assertNotEqual(hans, hant)

    def mails(self):
        return [email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
                for path in sorted(self.suite.mail.glob("*.eml"))]

    def mails_to(self, address):
        return [mail for mail in self.mails() if address in mail["To"]]

    def test_a_message_that_has_no_address_stays_in_the_inbox(self):
        person = {name: value for name, value in self.person("41").items() if name != "email"}
        citizen, filed = self.filed_by(person)
        inbox = eventually(lambda: citizen.get(f"/v1/inbox?case={filed['id']}").data["items"], bool)
        self.assertEqual(["inbox"], [message["channel"] for message in inbox])
        # The mail of who files next is there, and there is none about the first.
        self.filed_by({**self.person("45"), "email": "next@example.org"})
        eventually(lambda: self.mails_to("next@example.org"), bool)
        self.assertFalse([mail for mail in self.mails() if filed["number"] in mail["Subject"]])

    def test_a_session_opened_by_number_and_code_is_for_that_one_case(self):
        _, filed = self.filed_by(self.person("42"))
        _, other = self.filed_by(self.person("43"))
        holder = self.opened(filed)
        me = holder.get("/v1/me").data
        self.assertEqual(("filer", filed["id"]), (me["kind"], me["case_id"]))
        self.assertIn("withdraw", offered(holder.case(filed["id"]).data))
        with self.refused(404, "not-found"):
            holder.case(other["id"])
        lacking = self.hall.filing()
        filed = lacking.file_case(road_filing(lacking, ("M-FORM", "M-DESIGN", "M-TRAFFIC"))).data
        self.staff.clerk.act(filed["id"], "request_materials", {"missing": ["M-RESTORE"]})
        holder = self.opened(filed)
        done = holder.act(filed["id"], "supply_materials",
                          {"materials": [paper(holder, "M-RESTORE")]}).data
        self.assertEqual("submitted", done["status"])


if __name__ == "__main__":
    unittest.main()
