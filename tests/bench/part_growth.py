"""One hall that grows: the filing rate at several sizes, and on the way, at a million events,
start-up after kill -9 and replay."""

import machine
import part_replay
import part_startup
import wrk
from real import RealHall
from report import number, table, target

CONNECTIONS = 64
PATH = "/v1/cases"
FILL_S = 5
GIVE_UP_S = 15 * 60


class Settings:
    def __init__(self, quick):
        self.sizes = (2_000, 10_000, 30_000) if quick else (10_000, 100_000, 1_000_000)
        self.events = 50_000 if quick else 1_000_000
        self.measured_s = 4 if quick else 12


class Growing:
    """A hall, what was filed into it, and what was found on the way."""

    def __init__(self, real, settings, wanted, say):
        self.real = real
        self.settings = settings
        self.wanted = wanted
        self.say = say
        self.cases = 1
        self.fill_s = 0
        self.rates = []  # a run of the client, with the cases before and after
        self.stopped_at = None
        self.bytes_per_case = {}
        self.empty_startup = None
        self.startup = None
        self.replay = None

    def file_for(self, seconds):
        counted = wrk.post(self.real.hall.url, PATH, self.real.token, self.real.body_file,
                           CONNECTIONS, seconds)
        self.cases += counted["requests"] - counted["non_2xx"]
        self.fill_s += seconds
        return counted

    def events(self):
        return self.real.metrics().records()

    def fill_to_cases(self, size):
        while self.cases < size and self.fill_s < GIVE_UP_S:
            self.file_for(FILL_S if size - self.cases > 20_000 else 1)
        return self.cases >= size

    def fill_to_events(self, count):
        while self.events() < count:
            self.file_for(FILL_S if count - self.events() > 50_000 else 1)

    def measure_rate(self):
        before = self.cases
        usage = machine.Usage(self.real.pids())
        run = self.file_for(self.settings.measured_s)
        run.update(usage.end(run["requests"]))
        run.update(before=before, after=self.cases)
        self.rates.append(run)

    def measure_bytes(self):
        look = self.real.metrics()
        used = look.values["store_used_bytes"]
        self.bytes_per_case = {service: used[service] / self.cases for service in used}

    def at_events(self):
        """What is measured at so many events."""
        if not self.wanted & {"startup", "replay"}:
            return
        self.fill_to_events(self.settings.events)
        self.real.wait_level()
        if "replay" in self.wanted:
            self.say("replay")
            self.replay = part_replay.measure(self.real)
        if "startup" in self.wanted:
            self.say("start-up after kill -9")
            self.startup = part_startup.measure(self.real, self.events())

    def run(self):
        for size in self.settings.sizes if "growth" in self.wanted else ():
            if self.startup is None and self.replay is None and size > 200_000:
                self.at_events()
            self.say(f"growth: to {size:,} cases")
            if not self.fill_to_cases(size):
                self.stopped_at = self.cases
                break
            self.measure_rate()
            self.measure_bytes()
        if self.startup is None and self.replay is None:
            self.at_events()


def measure(quick, wanted, say):
    settings = Settings(quick)
    with RealHall() as real:
        growing = Growing(real, settings, wanted, say)
        if "startup" in wanted:
            part_startup.measure_empty(growing)
        growing.run()
    return growing


# -- telling ---------------------------------------------------------------------------------------


def report_growth(growing):
    first, last = growing.rates[0], growing.rates[-1]
    rows = [[f"{run['before']:,} to {run['after']:,}", number(run["per_s"]),
             f"{run['per_s'] / first['per_s']:.2f}", number(sum(run["cpu_us"].values())),
             number(run["cpu_us"]["intake"]), number(run["written"] / 1024),
             number(run["flushes"])] for run in growing.rates]
    text = "## Growth\n\n" + table(
        ["cases stored", "filings/s", "of the first", "CPU us a filing", "intake's",
         "KiB written a filing", "flushes a filing"], rows) + "\n"
    total = sum(growing.bytes_per_case.values())
    text += f"LMDB bytes a case: {number(total)} ("
    text += ", ".join(f"{s} {number(v)}" for s, v in growing.bytes_per_case.items()) + ").\n"
    if growing.stopped_at:
        text += f"The filling was given up after {GIVE_UP_S // 60} minutes, at "
        text += f"{growing.stopped_at:,} cases: nothing is said of more.\n"
    return text + "\n" + target(
        f"the rate at {last['before']:,} cases, of that at {first['before']:,}",
        last["per_s"] / first["per_s"], 0.85)


def report(growing):
    parts = []
    if growing.rates:
        parts.append(report_growth(growing))
    if growing.replay:
        parts.append(part_replay.report(growing.replay))
    if growing.startup:
        parts.append(part_startup.report(growing.empty_startup, growing.startup))
    return "\n".join(parts)
