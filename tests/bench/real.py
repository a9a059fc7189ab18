"""The hall under load: the six release programs, a catalogue, people, and filings of MSA-P-001."""

import json
import os
import sys
import time

from places import BINARIES, ROOT

sys.path.insert(0, str(ROOT / "tests" / "processes"))
os.environ["GLASSHALL_BIN"] = str(BINARIES)

from suite import SERVICES, Suite  # noqa: E402
import cases  # noqa: E402

from metrics import Metrics  # noqa: E402

MAP_SIZE = ["--map-size", "64g"]
QUIET_S_MAX = 600


def options():
    return {service: list(MAP_SIZE) for service in SERVICES}


def food_filing(materials=()):
    """A filing of MSA-P-001 by a firm that gave no e-mail address: its messages go to its inbox."""
    firm = {key: value for key, value in cases.FIRM.items() if key != "email"}
    return {"item": "MSA-P-001", "applicant": firm, "form": cases.food_form(),
            "materials": list(materials), "channel": "online"}


class RealHall(Suite):
    """A suite that is ready for filings."""

    def __init__(self, **more):
        super().__init__(options=options(), **more)
        self.token = None
        self.body_file = self.folder / "filing.json"

    def start(self):
        super().start()
        self.publish_catalogue()
        filer = self.hall.filing()
        filing = food_filing()
        self.token = filer.token
        self.body_file.write_text(json.dumps(filing, ensure_ascii=False))
        filer.file_case(filing)  # what is loaded once is loaded

    def pids(self):
        return {service: process.pid for service, process in self.processes.items()}

    def metrics(self):
        return Metrics(self.hall)

    def wait_level(self, with_work=False):
        """Waits until every stream is level, and with `with_work` until no order waits. Returns the
        seconds until it was so, as three looks in a row confirm: news may be on its way."""
        began = time.monotonic()
        level_since = None
        looks = 0
        while looks < 3:
            look = self.metrics()
            if look.behind() > 0 or (with_work and look.waiting() > 0):
                looks = 0
            else:
                looks += 1
                level_since = look.at if looks == 1 else level_since
            if time.monotonic() - began > QUIET_S_MAX:
                raise TimeoutError("the hall does not come to rest")
            time.sleep(0.02)
        return max(0.0, level_since - began)
