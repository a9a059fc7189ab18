"""After whole cases nothing personal stands anywhere on the hall's disk or in its logs."""

import base64
import json
import unittest

from cases import FIRM, PERSON, food_filing, food_form, grant_food, grant_road, paper, road_filing
from checks import HallTest, eventually

# What people told, that is marked personal.
VALUES = [PERSON["name"], PERSON["id_number"], PERSON["phone"], PERSON["email"], "顾清和",
          "13900000998", FIRM["name"], FIRM["email"], "何安", FIRM["phone"], "M-DESIGN-secret.pdf",
          "Her brother is the neighbour", "A remark for her alone"]
WORDS_OF_A_FILE = b"Material M-TRAFFIC"


def spellings(value):
    """The bytes that a value may stand in a file as."""
    raw = value.encode()
    escaped = json.dumps(value)[1:-1].encode()
    found = {"UTF-8": raw, "JSON": escaped, "UTF-16-LE": value.encode("utf-16-le"),
             "UTF-16-BE": value.encode("utf-16-be"), "hexadecimal": raw.hex().encode()}
    for shift in range(3):  # wherever it begins inside the coded bytes
        coded = base64.b64encode(bytes(shift) + raw)
        first = {0: 0, 1: 2, 2: 3}[shift]
        last = len(coded) - (4 if (shift + len(raw)) % 3 else 0)
        if last - first >= 8:
            found[f"base64 from {shift}"] = coded[first:last]
            found[f"base64url from {shift}"] = coded[first:last].replace(b"+", b"-").replace(
                b"/", b"_")
    return found


class Privacy(HallTest):
    def lead_cases(self):
        citizen, firm = self.hall.filing(), self.hall.filing()
        filing = road_filing(citizen, ("M-FORM", "M-TRAFFIC", "M-RESTORE"))
        design = paper(citizen, "M-DESIGN")
        filing["materials"].append({**design, "filename": "M-DESIGN-secret.pdf"})
        self.road = citizen.file_case(filing).data
        self.food = firm.file_case(food_filing(firm, form=food_form())).data
        grant_road(self.staff, self.road["id"])
        grant_food(self.staff, self.food["id"])
        third = self.hall.filing()
        asked = third.file_case(road_filing(third, ("M-FORM",))).data
        self.staff.clerk.act(asked["id"], "request_materials",
                             {"missing": ["M-DESIGN"], "note": "A remark for her alone"})
        refused = third.file_case(road_filing(third, ())).data
        self.staff.clerk.act(refused["id"], "refuse_acceptance", {
            "ground": "NA-NOT-NEEDED", "reasons": "Her brother is the neighbour"})
        self.staff.clerk.post("/v1/cases/search", {"phone": PERSON["phone"]})
        self.staff.clerk.post("/v1/cases/search", {"id_number": PERSON["id_number"]})
        citizen.post("/v1/cases", {"applicant": PERSON, "item": 7}, check=False)
        for session, case in ((citizen, self.road), (firm, self.food)):
            self.timeline_with(session, case["id"], "notification.publication_scheduled.v1")
        self.timeline_with(third, refused["id"], *2 * ["notification.message_queued.v1"])
        self.citizen = citizen

    def files(self):
        """Every file that the processes wrote, but for the e-mail that left the hall."""
        for path in self.suite.folder.rglob("*"):
            if path.is_file() and not path.is_relative_to(self.suite.mail) \
                    and not path.is_relative_to(self.suite.registers) \
                    and path.name != "admin.json":
                yield path

    def test_no_personal_value_stands_in_any_file(self):
        self.lead_cases()
        shown = self.citizen.case(self.road["id"]).data  # it can be read by whom it belongs to
        self.assertEqual(PERSON["name"], shown["applicant"]["name"])
        self.assertIn("M-DESIGN-secret.pdf", [one.get("filename") for one in shown["materials"]])
        secrets = {(value, kind): needle for value in VALUES
                   for kind, needle in spellings(value).items()}
        for secret in (self.suite.admin_password, *self.suite.passwords.values(),
                       self.road["code"], self.road["code"].replace("-", ""),
                       self.citizen.token, self.suite.admin.token):
            secrets[secret, "UTF-8"] = secret.encode()
        secrets["the words of a file", "UTF-8"] = WORDS_OF_A_FILE
        self.suite.stop()
        looked = 0
        for path in self.files():
            content = path.read_bytes()
            looked += len(content)
            for (value, kind), needle in secrets.items():
                if needle in content:
                    self.fail(f"{value} stands as {kind} in {path.relative_to(self.suite.folder)}")
        self.assertGreater(looked, 1 << 20)
        stored = b"".join(path.read_bytes() for path in self.files())
        # The search would have found what is not personal.
        self.assertIn(b"12 Willow Lane, Demo City", stored)
        self.assertIn(self.road["number"].encode(), stored)
        # It went out by e-mail.
        self.assertTrue(eventually(lambda: list(self.suite.mail.glob("*.eml")), bool))

    def test_the_spellings_are_found_where_they_stand(self):
        for value in VALUES:
            for kind, needle in spellings(value).items():
                self.assertGreaterEqual(len(needle), 4, (value, kind))
        coded = base64.b64encode(b"xy" + "林望舒".encode() + b"!")
        self.assertTrue(any(needle in coded for needle in spellings("林望舒").values()))


if __name__ == "__main__":
    unittest.main()
