"""glasshall-catalogue on the shipped catalogue, and on broken and changed copies of it."""

import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest
import xml.etree.ElementTree

from suite import CATALOGUE, PROGRAMS

ITEM = "UMB-P-001"


class CatalogueTool(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="glasshall-")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.copy = self.folder / "catalogue"
        shutil.copytree(CATALOGUE, self.copy)

    def change(self, name, *pairs):
        """Replaces passages of a file of the copy; gives the lines they stand on."""
        path = self.copy / name
        lines = []
        for old, new in pairs:
            text = path.read_text()
            self.assertIn(old, text)
            lines.append(text[:text.index(old)].count("\n") + 1)
            path.write_text(text.replace(old, new, 1))
        return lines

    def run_tool(self, *arguments, code=0, **environment):
        done = subprocess.run([str(PROGRAMS / "glasshall-catalogue"), *map(str, arguments)],
                              capture_output=True, text=True, timeout=60,
                              env={**os.environ, **environment})
        self.assertEqual(code, done.returncode, done.stderr)
        return done

    # -- check ------------------------------------------------------------------------------------

    def test_the_shipped_catalogue_is_sound(self):
        done = self.run_tool("check", CATALOGUE)
        self.assertRegex(done.stdout, rf"(?m)^{ITEM} +open ")
        for line in done.stderr.splitlines():
            self.assertRegex(line, r"^[a-z/_.-]+:[0-9]+: .*warning: ")

    def test_every_fault_of_every_file_is_told_at_once_with_its_line(self):
        role, event, field = self.change(
            "procedures/permit.yaml",
            ("do: accept, by: [window_clerk]", "do: accept, by: [window_clark]"),
            ("emits: result_issued", "emits: result_issed"),
            ("needs: [officers, findings]", "needs: [officers, finding]"))
        promise, department = self.change(
            "catalogue.yaml",
            ("promised: {value: 12, unit: workday", "promised: {value: 46, unit: workday"),
            ("department: MSA", "department: MSB"))
        day, = self.change("calendar-cn.yaml", ("2026-10-10]", "2026-10-12]"))
        message, = self.change("templates/messages.yaml", ("{missing}", "{mising}"))
        done = self.run_tool("check", self.copy, code=1)
        self.assertEqual("", done.stdout)
        told = done.stderr
        for place, words in (
                (f"calendar-cn.yaml:{day}: ", "is no weekend day"),
                (f"procedures/permit.yaml:{role}: ", 'did you mean "window_clerk"?'),
                (f"procedures/permit.yaml:{event}: ", 'did you mean "approval.result_issued.v1"?'),
                (f"procedures/permit.yaml:{field}: ", 'did you mean "findings"?'),
                (f"catalogue.yaml:{promise}: ", "is longer than statutory: 46 workday against 45 "
                                                "workday; promise at most 45 workday"),
                (f"catalogue.yaml:{department}: ", '"MSB" is not a department'),
                (f"templates/messages.yaml:{message - 1}: ", '"{mising}" is no parameter')):
            with self.subTest(place=place):
                lines = [line for line in told.splitlines() if line.startswith(place)]
                self.assertTrue(any(words in line for line in lines), told)

    def test_unsound_procedures_are_refused_by_file_and_line(self):
        stuck = ("transitions:\n  - {from: accepted, do: escalate, by: [hall_manager], to: stuck, "
                 "clocks: {stop: [main, claim]}, emits: case_escalated}\n")
        for name, old, new, says in (
                ("unreachable", "  in_force:\n", "  lost: {owner: fee, end: true}\n  in_force:\n",
                 "states.lost: is never reached"),
                ("dead end", "  in_force:\n",
                 "  stuck: {owner: approval, rests: nobody knows why}\n  in_force:\n",
                 "states.stuck: has no way to an end"),
                ("no clock", "clocks: [supplement_period]", "clocks: []",
                 "states.supplement: does not name \"supplement_period\""),
                ("two owners", "owner: intake, clocks: [supplement_period]",
                 "owner: [intake, approval], clocks: [supplement_period]",
                 "states.supplement.owner: must be one of"),
                ("never ends", "to: same, clocks: {stop: claim}", "to: same",
                 "nothing ends \"claim\" when it is over: stop, restart or extend it in clocks"),
                ("relation", "by: [applicant, representative, window_clerk], to: submitted",
                 "by: [aplicant], to: submitted", "did you mean \"applicant\"?")):
            with self.subTest(name=name):
                shutil.copytree(CATALOGUE, self.copy, dirs_exist_ok=True)
                self.change("procedures/permit.yaml", (old, new))
                if name == "dead end":
                    self.change("procedures/permit.yaml", ("transitions:\n", stuck))
                told = self.run_tool("check", self.copy, code=1).stderr
                self.assertIn(says, told)
                self.assertRegex(told, r"(?m)^procedures/permit.yaml:[0-9]+: ")

    def test_what_cannot_be_read_is_trouble_not_a_fault(self):
        self.assertIn("cannot list", self.run_tool("check", self.folder / "none", code=2).stderr)
        (self.copy / "catalogue.yaml").unlink()
        self.assertIn("has no catalogue.yaml", self.run_tool("check", self.copy, code=2).stderr)
        for arguments in ((), ("check",), ("check", self.copy, "more"), ("nonsense", self.copy),
                          ("check", self.copy, "--colour")):
            with self.subTest(arguments=arguments):
                self.assertTrue(self.run_tool(*arguments, code=2).stderr)

    # -- draw -------------------------------------------------------------------------------------

    def test_a_procedure_is_drawn_as_graph_and_as_svg(self):
        document = self.run_tool("draw", CATALOGUE, "permit").stdout
        self.assertTrue(document.startswith('digraph "permit" {\n'), document[:80])
        self.assertIn('"submitted" -> "accepted"', document)
        picture = self.run_tool("draw", CATALOGUE, "permit", "--svg").stdout
        root = xml.etree.ElementTree.fromstring(picture)
        self.assertEqual("{http://www.w3.org/2000/svg}svg", root.tag)
        self.assertIn("in_force", "".join(root.itertext()))

    def test_all_procedures_are_drawn_into_a_folder(self):
        names = sorted(path.stem for path in (CATALOGUE / "procedures").glob("*.yaml"))
        self.run_tool("draw", CATALOGUE, "all", "--out", self.folder / "out", "--svg")
        self.assertEqual([f"{name}.svg" for name in names],
                         sorted(path.name for path in (self.folder / "out").iterdir()))
        self.run_tool("draw", CATALOGUE, "permit", "--out", self.folder / "one")
        self.assertEqual(self.run_tool("draw", CATALOGUE, "permit").stdout,
                         (self.folder / "one" / "permit.dot").read_text())

    def test_without_graphviz_it_is_told_what_to_install(self):
        out = self.folder / "out"
        done = self.run_tool("draw", CATALOGUE, "permit", "--svg", "--out", out, code=2,
                             PATH=str(self.folder))
        self.assertIn("apt-get install graphviz", done.stderr)
        self.assertEqual([], list(out.iterdir()))
        self.run_tool("draw", CATALOGUE, "permit", PATH=str(self.folder))

    def test_a_procedure_that_is_not_there_is_not_drawn(self):
        done = self.run_tool("draw", CATALOGUE, "permits", code=2)
        self.assertIn('there is no procedure "permits"; did you mean "permit"?', done.stderr)
        self.assertIn("--out", self.run_tool("draw", CATALOGUE, "all", code=2).stderr)

    # -- explain ----------------------------------------------------------------------------------

    def test_an_item_is_explained_in_three_languages(self):
        titles = {"zh-Hans": "挖掘城市道路许可", "zh-Hant": "挖掘城市道路許可",
                  "en": "Permit to excavate an urban road"}
        pages = []
        for language, title in titles.items():
            page = self.run_tool("explain", CATALOGUE, ITEM, "--language", language).stdout
            self.assertTrue(page.startswith(f"{ITEM}  {title}\n"), page[:80])
            for section in range(1, 9):
                self.assertIn(f"\n{section}. ", page)
            pages.append(page)
        self.assertEqual("\n\n".join(pages), self.run_tool("explain", CATALOGUE, ITEM).stdout)
        self.assertIn('there is no item "XX"', self.run_tool("explain", CATALOGUE, "XX",
                                                            code=2).stderr)
        self.run_tool("explain", CATALOGUE, ITEM, "--language", "fr", code=2)

    # -- diff -------------------------------------------------------------------------------------

    def test_differences_are_told_to_whom_they_concern(self):
        self.assertEqual("", self.run_tool("diff", CATALOGUE, self.copy).stdout)
        self.change("catalogue.yaml",
                    ("promised: {value: 12, unit: workday", "promised: {value: 10, unit: workday"),
                    ("amount_fen: 25000", "amount_fen: 26000"))
        self.change("procedures/permit.yaml",
                    ("do: issue, by: [window_clerk]", "do: issue, by: [reviewer]"))
        told = self.run_tool("diff", CATALOGUE, self.copy, code=1).stdout
        applicants, payers, officers = told.split("\n\n")
        self.assertEqual(["For applicants and others with a case",
                          f"  {ITEM} Permit to excavate an urban road",
                          "    - the promised limit is shorter: 10 working days, was 12 working "
                          "days"], applicants.splitlines())
        self.assertIn("is higher: 260.00 yuan, was 250.00 yuan", payers)
        self.assertIn("in issuing: issue: reviewer may do it now", officers)
        self.assertIn("in issuing: issue: window_clerk may no longer do it", officers)

    def test_a_folder_that_is_not_sound_is_trouble_for_a_comparison(self):
        line, = self.change("catalogue.yaml", ("department: UMB\n", "department: UMP\n"))
        done = self.run_tool("diff", CATALOGUE, self.copy, code=2)
        self.assertEqual("", done.stdout)
        self.assertIn(f"{self.copy}/catalogue.yaml:{line}: ", done.stderr)


if __name__ == "__main__":
    unittest.main()
