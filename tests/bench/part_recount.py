"""A late holiday with many limits open: how fast they are counted again, and what people notice of
it who file and look meanwhile."""

import re
import threading
import time

import machine
import wrk
from places import ROOT
from real import RealHall, food_filing
from report import number, table, target

from hall import Hall, Problem

CALENDAR = ROOT / "deploy" / "catalogue" / "calendar-cn.yaml"
DAY_OFF = "2026-03-05"  # the hall's clock stands on 2 March; notices are due on 9 March
CONNECTIONS = 64
FILL_S = 5
GIVE_UP_S = 20 * 60
PEOPLE = 4  # who file and look, each with a pause between
PAUSE_S = 0.02
LOOK_S = 0.2


class Settings:
    def __init__(self, quick):
        self.limits = 20_000 if quick else 1_000_000
        self.before_s = 5 if quick else 20


def late_calendar():
    """The shipped calendar with one more day off."""
    entry = f"      - {{name: {{zh-Hans: x, zh-Hant: x, en: x}}, from: {DAY_OFF}, to: {DAY_OFF}}}\n"
    head, year = CALENDAR.read_text().split("  2026:\n")
    count = int(re.search(r"workday_count: (\d+)", year)[1])
    year = year.replace(f"workday_count: {count}", f"workday_count: {count - 1}")
    return head + "  2026:\n" + year.replace("    makeup_workdays", entry + "    makeup_workdays", 1)


class People:
    """A few people who file a case and look at it, again and again; what they had to wait for."""

    def __init__(self, url):
        self.hall = Hall(url, patience_s=0)
        self.over = threading.Event()
        self.filing_ms = []
        self.looking_ms = []
        self.refused = 0
        self.threads = [threading.Thread(target=self._live) for _ in range(PEOPLE)]

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, kind, error, trace):
        self.over.set()
        for thread in self.threads:
            thread.join()

    def _timed(self, waits, request):
        began = time.monotonic()
        try:
            return request()
        except Problem as problem:
            if problem.status != 503:
                raise
            self.refused += 1
            return None
        finally:
            waits.append((time.monotonic() - began) * 1000)

    def _live(self):
        session = self.hall.filing()
        filing = food_filing()
        while not self.over.wait(PAUSE_S):
            filed = self._timed(self.filing_ms, lambda: session.file_case(filing))
            if filed is not None:
                self._timed(self.looking_ms, lambda: session.case(filed.data["id"]))

    def told(self):
        return {"filing_ms": sorted(self.filing_ms), "looking_ms": sorted(self.looking_ms),
                "refused": self.refused}


def fill(real, limits, say):
    """Files cases, each with one limit that runs, until there are so many; how many there are."""
    began = time.monotonic()
    count = 1
    while count < limits and time.monotonic() - began < GIVE_UP_S:
        seconds = FILL_S if limits - count > 20_000 else 1
        counted = wrk.post(real.hall.url, "/v1/cases", real.token, real.body_file, CONNECTIONS,
                           seconds)
        count += counted["requests"] - counted["non_2xx"]
        say(f"recount: {count:,} limits open")
    real.wait_level()
    return count


def people_for(real, seconds):
    with People(real.hall.url) as people:
        time.sleep(seconds)
    return people.told()


def announcer(real):
    """The officer of the hall who announces what the State Council decided."""
    account = {"login": "information.hall", "badge": "Information", "password": "tells of days off",
               "grants": [{"role": "information_officer", "department": "HALL"}]}
    real.admin.post("/v1/accounts", account)
    return real.hall.sign_in(account["login"], account["password"])


def walk(real, say):
    """Publishes the late holiday and waits until every limit was counted again and told."""
    officer = announcer(real)
    usage = machine.Usage(real.pids())
    with People(real.hall.url) as people:
        began = time.monotonic()
        officer.post("/v1/catalogue/calendars", {"text": late_calendar()})
        published_s = time.monotonic() - began
        while True:
            walks = real.admin.get("/v1/catalogue/calendars").data["recounts"]
            if all(one["calendar"] == 2 and not one["running"] for one in walks):
                break
            say("recount: " + ", ".join(f"{one['service']} {one['seen']:,}" for one in walks))
            time.sleep(LOOK_S if len(people.filing_ms) < 500 else 10 * LOOK_S)
        walked_s = time.monotonic() - began
    moved = sum(one["moved"] for one in walks)
    result = {"moved": moved, "published_s": published_s, "walked_s": walked_s, **people.told()}
    result.update(usage.end(moved))
    result["rest_s"] = real.wait_level()
    return result


def stored(real):
    """Bytes that the stores have in use."""
    return sum(real.metrics().values["store_used_bytes"].values())


def measure(quick, say):
    settings = Settings(quick)
    with RealHall() as real:
        limits = fill(real, settings.limits, say)
        stored_before = stored(real)
        say("recount: people before")
        before = people_for(real, settings.before_s)
        say("recount: a day off is announced late")
        result = walk(real, say)
        stored_more = stored(real) - stored_before
    return {"limits": limits, "before": before, "during": result,
            "bytes_before": stored_before / limits, "bytes_more": stored_more / limits}


# -- telling ---------------------------------------------------------------------------------------


def _share(waits, share):
    return waits[min(len(waits) - 1, int(len(waits) * share))] if waits else 0.0


def _people_row(name, people):
    cells = [name, f"{len(people['filing_ms']):,}"]
    for waits in (people["filing_ms"], people["looking_ms"]):
        cells += [number(_share(waits, 0.5)), number(_share(waits, 0.99)),
                  number(waits[-1] if waits else 0.0)]
    return cells + [people["refused"]]


def report(result):
    during = result["during"]
    rate = during["moved"] / during["walked_s"]
    text = "## A late holiday\n\n" + table(
        ["limits open", "cases moved", "published s", "walked s", "cases/s", "then level s",
         "CPU us a case", "KiB written a case"],
        [[f"{result['limits']:,}", f"{during['moved']:,}", number(during["published_s"]),
          number(during["walked_s"]), number(rate), number(during["rest_s"]),
          number(sum(during["cpu_us"].values())), number(during["written"] / 1024)]])
    text += "\nCPU us a case by process: "
    text += ", ".join(f"{name} {number(value)}" for name, value in during["cpu_us"].items())
    text += f". LMDB bytes a case: {number(result['bytes_before'])} before, "
    text += f"{number(result['bytes_more'])} more after it"
    text += f".\n\nWhat {PEOPLE} people met who filed and looked meanwhile (ms):\n\n"
    text += table(["people", "filings", "filing p50", "p99", "most", "looking p50", "p99", "most",
                   "503"],
                  [_people_row("before", result["before"]), _people_row("during", during)])
    return text + "\n" + target("filings and looks refused during the recount", during["refused"],
                                0, at_least=False)
