"""The auditor's tools: they need the log and its public key, and nothing of the hall."""

import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import tempfile
import unittest

from cases import FOOD_WAY, food_filing, lead, road_filing
from checks import HallTest, eventually, hall_time
from concerns import Officers, complaint_filing, resolve, to_resolution
from static_log import (HASHES, Signer, StaticLog, StaticServer, bundle_of, entries_at, entries_of,
                        leaf, tile_name)
from suite import PROGRAMS, ROOT


class AuditorTest(HallTest):
    """A hall whose log has more than one full tile, and a folder for what the auditor keeps."""

    def setUp(self):
        super().setUp()
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="glasshall-auditor-"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.url = f"http://127.0.0.1:{self.suite.port}/v1/log"
        self.token = self.folder / "token"
        self.token.write_text(self.staff.auditor.token + "\n")
        self.token.chmod(0o600)
        self.vkey = self.suite.data / "audit.vkey"

    def tool(self, code, *arguments):
        """Runs glasshall-audit; its standard output, and what it said beside, when it ended so."""
        done = subprocess.run([str(PROGRAMS / "glasshall-audit"), *map(str, arguments)],
                              capture_output=True, text=True, timeout=300)
        self.assertEqual(code, done.returncode, done.stdout + done.stderr)
        return done.stdout, done.stderr

    def mirror(self, name="mirror", code=0, url=None, more=()):
        """Mirrors the hall's log into a folder; gives the folder and what was said."""
        folder = self.folder / name
        more = ("--vkey", self.vkey, "--token", self.token, *more)
        output = self.tool(code, "mirror", url or self.url, folder, *more)
        return folder, "".join(output)

    def size(self):
        note = self.hall.visitor().get("/v1/log/checkpoint").data.decode()
        return int(note.split("\n")[1])

    def filed(self, size=0):
        """Cases are filed until the log is so much longer than a full tile."""
        while True:
            citizen = self.hall.filing()
            case = citizen.file_case(road_filing(citizen, ())).data
            self.timeline_with(citizen, case["id"], "notification.message_sent.v1")
            if self.size() > HASHES + size:
                return citizen, case

    def covered(self):
        """The log once a checkpoint covers all that is in the record now."""
        events = list(self.staff.auditor.pages("/v1/audit/events?limit=200"))
        eventually(self.size, lambda size: size >= int(events[-1]["sequence"]))
        return events


class Mirror(AuditorTest):
    def test_a_mirror_is_the_log_as_it_is_served(self):
        self.filed()
        folder, told = self.mirror()
        size = int((folder / "checkpoint").read_text().split("\n")[1])
        self.assertIn(f"holds {size} entries", told)
        entries = entries_at(folder)
        self.assertEqual(size, len(entries))
        StaticLog(Signer.of_hall(self.suite), entries).write(self.folder / "built")
        built = {path.relative_to(self.folder / "built"): path.read_bytes()
                 for path in (self.folder / "built").rglob("*") if path.is_file()}
        mirrored = {path.relative_to(folder): path.read_bytes()
                    for path in folder.rglob("*") if path.is_file()}
        self.assertEqual(self.vkey.read_bytes(), mirrored.pop(pathlib.Path("vkey")))
        self.assertEqual(built, mirrored)

    def test_a_mirror_goes_on_where_it_stopped(self):
        self.filed()
        folder, _ = self.mirror()
        before = len(entries_at(folder))
        self.filed(before)
        shown = json.loads(self.mirror(more=["--json"])[1])
        self.assertEqual(before, shown["before"])
        self.assertEqual(shown["size"], len(entries_at(folder)))
        # Full tiles stay, partial ones go when a wider or the full one is there.
        self.assertLess(shown["entries_fetched"], shown["size"] - before // HASHES * HASHES + 1)
        partial = sorted(path.name for path in folder.glob("tile/entries/*.p/*"))
        self.assertEqual([str(shown["size"] % HASHES)] if shown["size"] % HASHES else [], partial)
        self.assertEqual(sorted((folder / "tile" / "0").glob("*.p")),
                         sorted(path.parent for path in folder.glob("tile/0/*.p/*")))
        again = json.loads(self.mirror(more=["--json"])[1])
        if again["size"] == shown["size"]:
            self.assertEqual((0, 0), (again["files_written"], again["entries_fetched"]))

    def static(self, entries, name="static", signer=None):
        folder = self.folder / name
        StaticLog(signer or Signer.of_hall(self.suite), entries).write(folder)
        return folder

    def entries(self, count):
        """Entries of the hall's own log."""
        if not hasattr(Mirror, "kept"):
            self.filed(200)
            Mirror.kept = entries_at(self.mirror("source")[0])
        return Mirror.kept[:count]

    def test_an_interrupted_mirror_is_resumed(self):
        entries = self.entries(HASHES + 200)
        with StaticServer(self.static(entries), answers=5) as server:
            _, told = self.mirror("resumed", 2, server.url)
            self.assertIn("cannot be reached", told)
            self.assertFalse((self.folder / "resumed" / "checkpoint").exists())
            self.assertTrue((self.folder / "resumed" / "checkpoint.next").exists())
            server.answers, server.asked = None, []
            folder, _ = self.mirror("resumed", 0, server.url)
            self.assertNotIn("/" + tile_name("entries", 0, HASHES), server.asked)
        self.assertEqual(entries, entries_at(folder))
        self.assertFalse((folder / "checkpoint.next").exists())

    def test_a_fork_is_proved_and_the_mirror_stays(self):
        entries = self.entries(HASHES + 100)
        folder, _ = self.mirrored(entries[:HASHES + 50])
        before = (folder / "checkpoint").read_text()
        for name, changed in (("longer", HASHES + 100), ("same", HASHES + 50), ("shorter", 40)):
            with self.subTest(name):
                forged = entries[:20] + [entries[20] + b"!"] + entries[21:changed]
                with StaticServer(self.static(forged)) as server:
                    _, told = self.mirror("copy", 1, server.url)
                self.assertIn("FORK", told)
                self.assertEqual(before, (folder / "checkpoint").read_text())
                self.assertEqual(entries[:HASHES + 50], entries_at(folder))
                kept = {path.read_text() for path in (folder / "fork").iterdir()}
                self.assertIn(before, kept)
                self.assertIn(StaticLog(Signer.of_hall(self.suite), forged).checkpoint(), kept)

    def mirrored(self, entries, name="copy"):
        with StaticServer(self.static(entries)) as server:
            return self.mirror(name, 0, server.url)

    def test_a_fork_after_an_interrupted_run_is_noticed(self):
        entries = self.entries(HASHES + 100)
        self.mirrored(entries[:100])
        with StaticServer(self.static(entries), answers=4) as server:
            folder, _ = self.mirror("copy", 2, server.url)
        self.assertTrue((folder / "checkpoint.next").exists())
        forged = entries[:150] + [b"another"] + entries[151:]
        with StaticServer(self.static(forged)) as server:
            _, told = self.mirror("copy", 1, server.url)
        self.assertIn("FORK", told)

    def test_a_log_that_lost_entries_is_refused(self):
        entries = self.entries(HASHES + 100)
        folder, _ = self.mirrored(entries)
        with StaticServer(self.static(entries[:HASHES + 20])) as server:
            _, told = self.mirror("copy", 1, server.url)
        self.assertIn(f"shows {HASHES + 20} entries, but {HASHES + 100} were signed", told)
        self.assertEqual(entries, entries_at(folder))

    def test_what_is_served_is_held_against_the_checkpoint(self):
        entries = self.entries(HASHES + 100)
        for damaged, told in ((tile_name("0", 0, HASHES), "is not what the checkpoint"),
                              (tile_name("0", 1, 100), "do not give the root"),
                              (tile_name("entries", 0, HASHES), "does not hold the entries"),
                              (tile_name("entries", 1, 100), "does not hold the entries")):
            with self.subTest(damaged):
                folder = self.static(entries)
                content = bytearray((folder / damaged).read_bytes())
                content[-1] ^= 1
                (folder / damaged).write_bytes(content)
                with StaticServer(folder) as server:
                    copy, output = self.mirror("held", 1, server.url)
                self.assertIn(told, output)
                self.assertFalse((copy / "checkpoint").exists())
                self.assertFalse((copy / damaged).exists())

    def test_only_a_checkpoint_of_the_right_key_is_taken(self):
        entries = self.entries(10)
        signer = Signer.of_hall(self.suite)
        signer.seed = bytes(32)
        with StaticServer(self.static(entries, signer=signer)) as server:
            _, told = self.mirror("wrong", 1, server.url)
        self.assertIn("false", told)
        other = "hall.example/log+7a19e3a9+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4"
        told = self.tool(1, "mirror", self.url, self.folder / "wrong", "--vkey", other)[1]
        self.assertIn("not signed by hall.example/log", told)
        self.assertIn("verifier key", self.tool(2, "mirror", self.url, self.folder / "wrong",
                                                "--vkey", self.folder / "nothing")[1])

    def test_without_a_key_the_logs_own_is_believed_and_that_is_said(self):
        _, told = self.tool(0, "mirror", self.url, self.folder / "first", "--token", self.token)
        self.assertIn("no --vkey was given", told)
        self.assertIn(self.vkey.read_text().strip(), told)
        _, told = self.tool(0, "mirror", self.url, self.folder / "first", "--token", self.token)
        self.assertNotIn("no --vkey", told)

    def test_entries_want_an_auditors_token(self):
        told = self.tool(2, "mirror", self.url, self.folder / "closed", "--vkey", self.vkey)[1]
        self.assertIn("--token", told)

    def test_addresses_and_absence_are_told(self):
        for url, told in (("http://hall.example/v1/log", "use https"), ("hall.example", "address"),
                          ("http://127.0.0.1:1/v1/log", "cannot be reached"),
                          (f"http://127.0.0.1:{self.suite.port}/v1", "there is no")):
            with self.subTest(url):
                self.assertIn(told, self.mirror("nowhere", 2, url)[1])

    def test_what_is_gone_from_a_mirror_is_fetched_again(self):
        entries = self.entries(HASHES + 100)
        folder, _ = self.mirrored(entries)
        full = folder / tile_name("entries", 0, HASHES)
        whole = full.read_bytes()
        full.unlink()
        (folder / tile_name("0", 0, HASHES)).write_bytes(b"short")
        with StaticServer(self.static(entries)) as server:
            self.mirror("copy", 0, server.url)
            self.assertEqual(whole, full.read_bytes())
            full.write_bytes(whole[:-3])
            self.mirror("copy", 0, server.url, ["--recheck"])
        self.assertEqual(whole, full.read_bytes())
        self.assertEqual(HASHES * 32, (folder / tile_name("0", 0, HASHES)).stat().st_size)

    def test_a_mirror_of_a_mirror_is_the_same(self):
        entries = self.entries(HASHES + 100)
        folder, _ = self.mirrored(entries)
        with StaticServer(folder) as server:
            second, _ = self.mirror("second", 0, server.url)
        self.assertEqual(entries, entries_at(second))

    def test_a_long_log_is_mirrored_in_two_runs(self):
        entries = [f"entry {number}".encode() for number in range(70000)]
        for size in (65536, 70000):  # 256 full tiles, and one of the second level; then 273
            with StaticServer(self.static(entries[:size])) as server:
                folder, _ = self.mirror("long", 0, server.url)
        self.assertEqual(entries, entries_at(folder))

        def files(root):
            return {path.relative_to(root): path.read_bytes() for path in root.rglob("*")
                    if path.is_file()}
        mirrored = files(folder)
        mirrored.pop(pathlib.Path("vkey"))
        self.assertEqual(files(self.folder / "static"), mirrored)
        self.assertIn(pathlib.Path("tile/2/000.p/1"), mirrored)
        forged = [*entries[:300], b"another", *entries[301:]]
        with StaticServer(self.static(forged + [b"one more"])) as server:
            self.assertIn("FORK", self.mirror("long", 1, server.url)[1])

    # -- from a mirror ---------------------------------------------------------------------------

    def test_a_mirror_is_verified_and_its_damage_is_named(self):
        entries = self.entries(HASHES + 100)
        folder, _ = self.mirrored(entries)
        told, _ = self.tool(0, "verify", "--from", folder)
        self.assertIn(f"record    {len(entries)} entries", told)
        self.assertTrue(told.endswith("verified\n"), told)
        bundle = folder / tile_name("entries", 0, HASHES)
        whole = bundle.read_bytes()
        changed = entries_of(whole)
        changed[17] = changed[17][:-1] + bytes([changed[17][-1] ^ 1])
        bundle.write_bytes(bundle_of(changed))
        self.assertIn("entry 18 ", self.tool(1, "verify", "--from", folder)[0])
        bundle.write_bytes(whole[:-1])
        told = "".join(self.tool(1, "verify", "--from", folder))
        self.assertIn("is cut", told)
        bundle.write_bytes(whole)
        tile = folder / tile_name("0", 0, HASHES)
        tile.unlink()
        self.assertIn("is missing", self.tool(1, "verify", "--from", folder)[1])
        other = "hall.example/log+7a19e3a9+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4"
        self.assertIn("not signed", self.tool(1, "verify", "--from", folder, "--vkey", other)[1])

    def test_gaps_and_causes_are_seen_in_a_mirror(self):
        entries = self.entries(HASHES + 100)
        folder, _ = self.mirrored(entries[:100] + entries[140:], "gap")
        told, _ = self.tool(1, "verify", "--from", folder)
        self.assertIn("does not stand before it", told)

    def test_the_same_head_from_a_store_and_a_mirror(self):
        self.filed()
        self.covered()
        folder, _ = self.mirror("whole")
        head = next(line.split("head ")[1] for line in
                    self.tool(0, "verify", "--from", folder)[0].splitlines() if "head " in line)
        told, _ = self.tool(0, "verify", "--data", self.suite.data, "--map-size", "4g", "--head",
                            head)
        self.assertTrue(told.endswith("verified\n"), told)


class Telling(AuditorTest):
    """What is told of the record, from store and mirror alike."""

    def setUp(self):
        super().setUp()
        self.citizen, self.case = self.filed()
        self.events = self.covered()
        self.copy, _ = self.mirror()
        self.store = ("--data", self.suite.data, "--map-size", "4g")

    def exported(self, *more):
        told, _ = self.tool(0, "export", *more)
        return [json.loads(line) for line in told.splitlines()]

    def test_events_are_exported_as_the_gateway_tells_them(self):
        count = len(self.events)
        self.assertEqual(self.events, self.exported("--from", self.copy)[:count])
        self.assertEqual(self.events, self.exported(*self.store)[:count])
        batch = json.loads(self.tool(0, "export", "--from", self.copy, "--batch")[0])
        self.assertEqual(self.events, batch[:count])
        self.assertEqual([], json.loads(self.tool(0, "export", "--from", self.copy, "--batch",
                                                  "--type", "no.such.v1")[0]))

    def test_exports_are_narrowed(self):
        def of(*more):
            return self.exported("--from", self.copy, *more)
        mine = of("--case", self.case["id"])
        self.assertEqual([event for event in self.events if event.get("subject") ==
                          self.case["id"]], mine)
        kind = "org.glasshall.intake.case_submitted.v1"
        wanted = [event for event in of() if event["type"] == kind]
        self.assertTrue(wanted)
        self.assertEqual(wanted, of("--type", kind))
        self.assertEqual(wanted, of("--type", kind.removeprefix("org.glasshall.")))
        self.assertEqual([], of("--since", "2026-03-03"))
        self.assertEqual([], of("--until", "2026-03-01"))
        self.assertEqual(of(), of("--since", "2026-03-02", "--until", "2026-03-02"))
        self.assertEqual([], of("--until", "2026-03-02T09:00:00+08:00"))
        self.assertEqual([], of("--department", "MSA"))
        for wrong in (["--case", "x"], ["--since", "yesterday"], ["--zone", "Moon/Sea"]):
            self.tool(2, "export", "--from", self.copy, *wrong)

    def test_two_records_are_held_against_each_other(self):
        entries = entries_at(self.copy)
        signer = Signer.of_hall(self.suite)
        other = entries[:30] + [entries[31]] + entries[31:]

        def written(name, some):
            StaticLog(signer, some).write(self.folder / name)
            shutil.copy(self.vkey, self.folder / name / "vkey")
            return self.folder / name

        def told(code, left, right):
            return json.loads(self.tool(code, "diff", left, right, "--json", "--map-size", "4g")[0])
        found = told(1, self.copy, written("other", other))
        self.assertEqual(("differ", 30, 31), (found["relation"], found["same"],
                                              found["differs_at"]))
        self.assertEqual([leaf(entries[30]).hex(), leaf(entries[31]).hex()],
                         [record["entry"]["leaf"] for record in found["records"]])
        text, _ = self.tool(1, "diff", self.copy, self.folder / "other")
        self.assertIn("THEY DIFFER from entry 31 on", text)
        found = told(0, written("short", entries[:50]), self.copy)
        self.assertEqual(("first_begins_second", 50), (found["relation"], found["same"]))
        self.assertIn("it lacks the last", self.tool(0, "diff", self.copy, self.folder / "short")[0])
        self.assertEqual("same", told(0, self.copy, self.copy)["relation"])
        found = told(0, self.copy, self.suite.data)
        self.assertEqual(len(entries), found["same"])
        self.assertIn(found["relation"], ("same", "first_begins_second"))
        self.tool(2, "diff", self.copy)
        self.tool(2, "diff", self.copy, self.folder / "nothing")

    def test_the_story_of_a_case_is_told_whole(self):
        timeline = [event["index"] for event in self.citizen.timeline(self.case["id"])]
        for asked in (self.case["number"], self.case["id"]):
            for source in (self.store, ("--from", self.copy)):
                story = json.loads(self.tool(0, "case", asked, "--json", *source)[0])["events"]
                self.assertEqual(timeline, [int(event["sequence"]) for event in story])
        for event in story:
            if "cause" in event:
                self.assertLess(event["cause"], int(event["sequence"]))
        self.assertIn("/applicant/name", story[0]["sealed"])
        text, _ = self.tool(0, "case", self.case["number"], "--from", self.copy)
        self.assertIn(f"number {self.case['number']}", text)
        for place in timeline:
            self.assertRegex(text, rf"\n#{place} +2026-03-02 09:00:00  [A-Z]")
        self.assertRegex(text, r"limit [a-z_]+ \([a-z_]+, running\): until 2026-03-09")
        self.assertRegex(text, r"because of #[1-9][0-9]* \(intake [0-9]+\)")
        for value in ("林望舒", "000000199003074015", "13900000217"):
            self.assertNotIn(value, text)
        for asked in ("20260302-999999-1", "01900000-0000-7000-8000-000000000000"):
            self.assertIn("no case", self.tool(2, "case", asked, "--from", self.copy)[1])


class Follow(AuditorTest):
    def follow(self, url, *more):
        process = subprocess.Popen(
            [str(PROGRAMS / "glasshall-audit"), "follow", url, "--vkey", str(self.vkey), "--token",
             str(self.token), "--every", "100ms", *more],
            stdout=open(self.folder / "told", "wb"), stderr=open(self.folder / "said", "wb"))
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        return process

    def told(self):
        return (self.folder / "told").read_text()

    def said(self):
        return (self.folder / "said").read_text()

    def ended(self, process):
        return process.wait(30)

    def test_what_comes_is_told_until_somebody_stops_it(self):
        process = self.follow(self.url)
        eventually(self.said, lambda text: "begins at" in text)
        _, case = self.filed()
        text = eventually(self.told, lambda text: "notification.message_sent.v1 case " +
                          case["id"] in text)
        self.assertRegex(text, rf"(?m)^#[0-9]+ 2026-03-02T01:00:00.000Z intake.case_submitted.v1 "
                         rf"case {case['id']} by person")
        process.send_signal(signal.SIGINT)
        self.assertEqual(0, self.ended(process), self.said())

    def test_all_that_was_is_told_as_cloud_events(self):
        self.filed()
        events = self.covered()
        process = self.follow(self.url, "--after", "0", "--json")
        text = eventually(self.told, lambda text: text.count("\n") >= len(events))
        process.send_signal(signal.SIGTERM)
        self.assertEqual(0, self.ended(process), self.said())
        self.assertEqual(events, [json.loads(line) for line in text.splitlines()][:len(events)])

    def test_a_log_that_is_away_is_waited_for_and_a_fork_ends_it(self):
        self.filed(60)
        self.covered()
        entries = entries_at(self.mirror("source")[0])
        signer, static = Signer.of_hall(self.suite), self.folder / "static"
        StaticLog(signer, entries[:200]).write(static)
        with StaticServer(static) as server:
            process = self.follow(server.url)
            eventually(self.said, lambda text: "begins at 200" in text)
            server.answers = 0
            eventually(self.said, lambda text: "waiting for it" in text)
            StaticLog(signer, entries[:HASHES + 10]).write(self.folder / "longer")
            server.folder, server.answers = self.folder / "longer", None
            eventually(self.said, lambda text: f"{HASHES + 10} entries" in text)
            StaticLog(signer, entries[:100] + entries[101:HASHES + 50]).write(self.folder / "fork")
            server.folder = self.folder / "fork"
            self.assertEqual(1, self.ended(process), self.said())
        self.assertIn("FORK", self.said())
        notes = [StaticLog(signer, some).checkpoint() for some in
                 (entries[:HASHES + 10], entries[:100] + entries[101:HASHES + 50])]
        for note in notes:
            self.assertIn(note, self.told())

    def test_a_log_that_loses_entries_ends_it(self):
        self.filed()
        entries = entries_at(self.mirror("source")[0])
        signer, static = Signer.of_hall(self.suite), self.folder / "static"
        StaticLog(signer, entries[:200]).write(static)
        with StaticServer(static) as server:
            process = self.follow(server.url)
            eventually(self.said, lambda text: "begins at 200" in text)
            StaticLog(signer, entries[:150]).write(self.folder / "shorter")
            server.folder = self.folder / "shorter"
            self.assertEqual(1, self.ended(process), self.said())
        self.assertIn("150 entries, but 200 were signed", self.said())


class Rules(AuditorTest):
    """A hall in which limits passed: in three services, and of supervision's own."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.staff = Officers(cls.suite)
        hall = cls.suite.hall
        citizen, firm, complainant = hall.filing(), hall.filing(), hall.filing()
        citizen.file_case(road_filing(citizen, ("M-FORM",)))
        food = firm.file_case(food_filing(firm)).data
        lead(FOOD_WAY, cls.staff, food["id"], "in_review")
        complaint = complainant.file_case(complaint_filing(complainant)).data
        to_resolution(cls.staff, complaint["id"])
        resolve(cls.staff.hall_manager, complaint["id"], until="2026-03-06")
        for day in ("2026-03-05 09:00", "2026-03-09 00:00", "2026-03-10 00:00",
                    "2026-03-12 00:00"):
            assert cls.suite.move_clock(hall_time(day))["settled"]

    def rules(self, code, *more):
        return json.loads(self.tool(code, "rules", "--json", *more)[0])

    def test_the_rules_run_again_find_what_was_found(self):
        events = self.covered()
        raised = [event["data"] for event in events
                  if event["type"] == "org.glasshall.audit.finding_raised.v1"]
        told = self.rules(0, "--data", self.suite.data, "--map-size", "4g")
        self.assertEqual((True, len(raised), 0, 0), (told["agrees"], told["found"],
                                                     told["missing"], told["too_much"]))
        self.assertEqual(
            sorted((one["source"], one["seq"], one["rule"], one["clock"]) for one in raised),
            sorted((one["source"], one["seq"], one["rule"], one["limit"])
                   for one in told["findings"]))
        rules = {(one["source"], one["rule"]) for one in told["findings"]}
        for wanted in (("intake", "case_deemed_accepted"), ("approval", "yellow_card"),
                       ("approval", "red_card"), ("audit", "red_card")):
            self.assertIn(wanted, rules)
        self.assertEqual(told, self.rules(0, "--from", self.mirror()[0]))
        text, _ = self.tool(0, "rules", "--from", self.folder / "mirror")
        self.assertIn("the findings are what the rules say", text)

    def test_a_period_is_judged_alone(self):
        mirror, _ = self.mirror()
        everything = self.rules(0, "--from", mirror)["findings"]
        days = ("2026-03-02", "2026-03-08", "2026-03-09", "2026-03-10", "2026-03-12")
        parts = [self.rules(0, "--from", mirror, "--since", since, "--until", until)["findings"]
                 for since, until in zip(days, ("2026-03-07", *days[1:4], "2026-03-31"))]
        self.assertEqual([], [part for part in self.rules(
            0, "--from", mirror, "--until", "2026-03-01")["findings"]])
        told = [tuple(one.items()) for part in parts for one in part]
        self.assertEqual({tuple(one.items()) for one in everything}, set(told))

    def test_a_finding_that_lacks_and_one_without_a_cause_are_named(self):
        mirror, _ = self.mirror()
        entries = entries_at(mirror)
        place = next(i for i, entry in enumerate(entries) if b"audit.finding_raised.v1" in entry)
        signer = Signer.of_hall(self.suite)

        def changed(name, some):
            StaticLog(signer, some).write(self.folder / name)
            return ("--from", self.folder / name, "--vkey", self.vkey)
        # Another event of audit takes its place: the places behind it stay.
        order = next(entry for entry in entries if b"audit.order_issued.v1" in entry)
        told = self.rules(1, *changed("less", entries[:place] + [order] + entries[place + 1:]))
        self.assertEqual((1, 0), (told["missing"], told["too_much"]))
        self.assertIn("MISSING", {one["verdict"] for one in told["findings"]})
        told = self.rules(1, *changed("more", entries + [entries[place]]))
        self.assertEqual((0, 1), (told["missing"], told["too_much"]))
        self.assertIn("TOO MUCH", self.tool(1, "rules", *changed("more", entries +
                                                                 [entries[place]]))[0])


SERVICES = ("intake", "approval", "fee", "notification", "gateway", "audit")


class Replay(AuditorTest):
    """A hall that was ended after whole cases: its stores, and a mirror of its log."""

    shared = False

    def setUp(self):
        super().setUp()
        self.citizen, self.case = self.filed()
        self.covered()

    def replay(self, code, *more):
        return "".join(self.tool(code, "replay", "--map-size", "4g", *more))

    def test_everything_is_rebuilt_from_a_mirror_and_is_what_the_hall_holds(self):
        first, _ = self.mirror("first")
        told = self.replay(0, "--from", first)
        for service in SERVICES:
            self.assertRegex(told, rf"(?m)^{service} +[0-9]+ records, [0-9]+ tables, rebuilt$")
        self.filed()
        size = self.covered_whole()
        whole, _ = self.mirror("whole")
        self.suite.stop()
        self.assertIn("up to date", self.replay(2, "--from", first, "--data", self.suite.data))
        told = self.replay(0, "--from", whole, "--data", self.suite.data)
        self.assertIn(f"record    {size} entries", told)
        for service in SERVICES:
            self.assertRegex(told, rf"(?m)^{service} +[0-9]+ records, [0-9]+ tables, the same$")
        self.assertIn("the record gives what the services hold", told)
        for command, more in (("verify", []), ("money", ["--date", "2026-03-02"])):
            for source in (["--from", whole], ["--from", self.suite.data, "--map-size", "4g"]):
                self.tool(0, command, *more, *source)
        told = [self.tool(0, "money", "--date", "2026-03-02", "--json", *source)[0] for source in
                (["--from", whole], ["--data", self.suite.data, "--map-size", "4g"])]
        self.assertEqual(told[0], told[1])

    def covered_whole(self):
        """The size of the log once nothing comes any more."""
        seen = []

        def stands_still(size):
            seen.append(size)
            return len(seen) > 40 and len(set(seen[-40:])) == 1
        return eventually(self.size, stands_still)

    def test_the_key_that_differs_and_the_record_that_gave_it_are_named(self):
        self.covered_whole()
        entries = entries_at(self.mirror("whole")[0])
        self.suite.stop()
        number = self.case["number"].encode()
        other = number[:-1] + (b"1" if number[-1:] != b"1" else b"2")
        place = next(i for i, entry in enumerate(entries)
                     if number in entry and b"intake.case_submitted.v1" in entry)
        entries[place] = entries[place].replace(number, other)
        StaticLog(Signer.of_hall(self.suite), entries).write(self.folder / "other")
        told = self.replay(1, "--from", self.folder / "other", "--vkey", self.vkey, "--data",
                           self.suite.data)
        self.assertRegex(told, r"(?m)^intake +DIFFERS at [0-9]+: table log has")
        self.assertRegex(told, r"first at key [0-9a-f]{16}: number [0-9]+")
        self.assertIn(self.case["id"], told)
        self.assertRegex(told, r"it is so behind intake [0-9]+ \(intake.case_submitted.v1\), "
                         rf"entry {place + 1} of the record")
        self.assertIn("THE RECORD DOES NOT GIVE", told)


class Manual(unittest.TestCase):
    """The manual page tells every command and option, and no other."""

    def setUp(self):
        self.page = ROOT / "deploy" / "man" / "glasshall-audit.1"
        text = self.page.read_text().replace("\\-", "-")
        self.common = text.partition(".SH COMMON OPTIONS")[2].partition(".SH COMMANDS")[0]
        commands = text.partition(".SH COMMANDS")[2].partition(".SH EXIT")[0]
        self.sections = {part.split("\n")[0]: part for part in commands.split(".SS ")[1:]}

    def help(self, *command):
        done = subprocess.run([str(PROGRAMS / "glasshall-audit"), *command, "--help"],
                              capture_output=True, text=True, timeout=60, check=True)
        return done.stdout

    def test_every_command_and_option_stands_in_the_manual(self):
        told = self.help().partition("The auditor's commands")[2]
        commands = re.findall(r"(?m)^  ([a-z-]+) +[a-z]", told)
        self.assertIn("mirror", commands)
        self.assertEqual(sorted(commands), sorted(self.sections))
        for command in commands:
            with self.subTest(command):
                options = set(re.findall(r"(?m)^  (--[a-z-]+)", self.help(command)))
                section = self.common + self.sections[command]
                missing = {option for option in options
                           if not re.search(rf"(?m)^\.BI? {option}(?![a-z-])", section)}
                self.assertEqual(set(), missing)
                own = set(re.findall(r"(?m)^\.BI? (--[a-z-]+)", self.sections[command]))
                self.assertEqual(set(), own - options)

    @unittest.skipUnless(shutil.which("man"), "needs man")
    def test_the_manual_is_formatted_without_a_warning(self):
        done = subprocess.run(["man", "--warnings", "-l", str(self.page)], capture_output=True,
                              text=True, timeout=60, env={**os.environ, "MANPAGER": "cat"})
        self.assertEqual((0, ""), (done.returncode, done.stderr))


if __name__ == "__main__":
    unittest.main()
