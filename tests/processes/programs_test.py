"""The programs by themselves: help, settings, exit codes, log lines."""

import json
import os
import pathlib
import subprocess
import tempfile
import unittest

from cases import PERSON, food_filing, grant_food, road_filing, road_form
from checks import HallTest, eventually
from suite import PROGRAMS, SERVICES, Suite

OPTIONS = ["--data", "--map-size", "--reserve", "--clock", "--log-level", "--stream-window"]
TRACE_ID = "4bf92f3577b34da6a3ce929d0e0e4736"


class Programs(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="glasshall-")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.data = self.folder / "data"

    def run_program(self, service, *arguments, **environment):
        return subprocess.run([str(PROGRAMS / f"glasshall-{service}"), *map(str, arguments)],
                              capture_output=True, text=True, timeout=60,
                              env={**os.environ, **environment})

    def refused(self, service, *arguments, says, code=1, **environment):
        """The program ends at once, says why, and has made nothing."""
        done = self.run_program(service, "--data", self.data, *arguments, **environment)
        self.assertEqual(code, done.returncode, done.stderr)
        self.assertRegex(done.stderr, says)
        self.assertFalse((self.data / service / "store.mdb").exists())

    def test_every_program_explains_its_options(self):
        for service in SERVICES:
            with self.subTest(service=service):
                done = self.run_program(service, "--help")
                self.assertEqual((0, ""), (done.returncode, done.stderr))
                for option in OPTIONS:
                    self.assertIn(option, done.stdout)
        for command in ("verify", "replay"):
            done = self.run_program("audit", command, "--help")
            self.assertEqual(0, done.returncode)
            self.assertIn("--data", done.stdout)
        done = self.run_program("catalogue", "--help")
        self.assertEqual(0, done.returncode)
        for command in ("check FOLDER", "draw FOLDER KIND", "explain FOLDER ITEM",
                        "diff FOLDER FOLDER"):
            self.assertIn(command, done.stdout)

    def test_every_program_tells_its_version(self):
        versions = {self.run_program(service, "--version").stdout.replace(service, "")
                    for service in SERVICES}
        self.assertEqual(1, len(versions))
        self.assertRegex(versions.pop(), r"^glasshall +[0-9]+\.[0-9]+\.[0-9]+\n$")

    def test_an_unknown_option_is_refused_before_anything_starts(self):
        for service in SERVICES:
            with self.subTest(service=service):
                self.refused(service, "--colour", "red", says="colour")

    def test_a_bad_value_is_refused_with_what_would_be_right(self):
        for arguments, says in ((["--map-size", "big"], "map-size"),
                                (["--map-size", "1"], "map-size"),
                                (["--reserve", "-1"], "reserve"),
                                (["--stream-window", "0"], "stream-window"),
                                (["--log-level", "loud"], "log-level"),
                                (["--map-size"], "map-size")):
            with self.subTest(arguments=arguments):
                self.refused("fee", *arguments, says=says)
        self.refused("fee", "--clock", "noon", says="clock must be", code=3)
        self.refused("gateway", "--port", "70000", says="port")
        self.refused("gateway", "--deadline", "1", says="deadline")
        self.refused("fee", "nonsense", says='"nonsense" is not a command')

    def test_settings_come_from_flag_environment_and_file_in_that_order(self):
        config = self.folder / "hall.conf"
        config.write_text("log-level = loud\n")
        self.refused("fee", "--config", config, says="log-level")
        self.refused("fee", says="log-level", GLASSHALL_LOG_LEVEL="loud")
        config.write_text("[intake]\nlog-level = loud\n[fee]\nstream-window = none\n")
        self.refused("fee", "--config", config, says="stream-window")
        config.write_text("no such line\n")
        self.refused("fee", "--config", config, says="hall.conf")
        self.refused("fee", "--config", self.folder / "missing.conf", says="missing.conf")
        config.write_text("clock = noon\n")
        self.refused("fee", "--config", config, says="clock must be", code=3)
        # Flags are stronger: with those that every hall here is started with it comes up.
        with Suite(environment={"GLASSHALL_CLOCK": "noon", "GLASSHALL_DATA": "/nowhere"}) as suite:
            self.assertIs(True, suite.hall.readiness()["ready"])

    def test_a_gateway_with_half_a_certificate_does_not_start(self):
        done = self.run_program("gateway", "--data", self.data, "--port", "0",
                                "--tls-certificate", self.folder / "no.pem")
        self.assertNotEqual(0, done.returncode)
        self.assertIn("--tls-certificate and --tls-key go together", done.stderr)

    def test_a_data_folder_that_cannot_be_made_is_told(self):
        (self.folder / "file").write_text("not a folder")
        done = self.run_program("fee", "--data", self.folder / "file" / "data")
        self.assertNotEqual(0, done.returncode)
        self.assertEqual("error", json.loads(done.stderr.splitlines()[-1])["level"])

    def test_the_health_check_says_that_nobody_is_there(self):
        done = self.run_program("fee", "check", "--data", self.data)
        self.assertEqual((1, "fee does not answer\n"), (done.returncode, done.stdout))

    def test_verifying_what_is_not_there_is_an_error_of_its_own(self):
        done = self.run_program("audit", "verify", "--data", self.data)
        self.assertEqual(2, done.returncode)
        self.assertTrue(done.stderr)


class Lines(HallTest):
    """What the processes write to their logs."""

    settings = {"options": {service: ["--log-level", "debug"] for service in SERVICES}}

    def lines(self):
        for service in SERVICES:
            for line in self.suite.log(service).read_text().splitlines():
                yield service, line

    def test_every_line_is_a_json_object_that_names_its_service_and_event(self):
        self.use_the_hall()
        for service, line in self.lines():
            with self.subTest(line=line[:200]):
                told = json.loads(line)
                self.assertEqual(service, told["service"])
                self.assertIn(told["level"], ("debug", "info", "warning", "error"))
                self.assertRegex(told["ts"],
                                 r"^20[0-9]{2}-[0-9]{2}-[0-9]{2}T[0-9:]{8}\.[0-9]{3}Z$")
                self.assertRegex(told["event"], r"^[a-z_]+\.[a-z_]+$")

    def test_no_line_holds_anything_personal(self):
        self.use_the_hall()
        text = "\n".join(line for _, line in self.lines())
        for value in (PERSON["name"], PERSON["id_number"], PERSON["phone"], PERSON["email"],
                      "顾清和", "何安", self.suite.admin_password, *self.suite.passwords.values(),
                      self.suite.admin.token, self.filed["code"]):
            self.assertNotIn(value, text)

    def test_a_refused_request_is_logged_with_its_trace(self):
        citizen = self.hall.filing()
        citizen.request("POST", "/v1/cases", {**road_filing(citizen), "form": road_form(works=1)},
                        {"traceparent": f"00-{TRACE_ID}-00f067aa0ba902b7-01"}, check=False)
        eventually(lambda: [line for _, line in self.lines() if TRACE_ID in line], bool)

    def use_the_hall(self):
        firm = self.hall.filing()
        self.filed = firm.file_case(food_filing(firm)).data
        grant_food(self.staff, self.filed["id"])
        citizen = self.hall.filing()
        citizen.file_case(road_filing(citizen))
        citizen.post("/v1/cases", {"item": 7}, check=False)
        self.timeline_with(firm, self.filed["id"], "notification.publication_scheduled.v1")


if __name__ == "__main__":
    unittest.main()
