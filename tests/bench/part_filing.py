"""Filing against the bare skeleton: the same client, in turns."""

import pathlib
import time

import machine
import wrk
from metrics import AuditLag
from real import RealHall
from report import median, number, table, target
from skeleton import Skeleton

CONNECTIONS = (64, 256)
PATH = "/v1/cases"
SERVICES = ("gateway", "intake", "audit", "approval", "fee", "notification")


class Settings:
    def __init__(self, quick):
        self.pairs = 1 if quick else 3
        self.seconds = 4 if quick else 12
        self.warm_s = 2 if quick else 3


def _load(url, token, body_file, pids, connections, seconds):
    """One measured run of the client."""
    usage = machine.Usage(pids)
    counted = wrk.post(url, PATH, token, body_file, connections, seconds)
    counted.update(usage.end(counted["requests"]))
    counted["own_kib"] = {name: machine.own_kib(pid) for name, pid in pids.items()}
    return counted


def run_skeleton(settings, body_file):
    runs = {}
    with Skeleton() as bare:
        wrk.post(bare.url, PATH, "none", body_file, CONNECTIONS[0], settings.warm_s)
        for connections in CONNECTIONS:
            before = bare.counts()
            run = _load(bare.url, "none", body_file, bare.pids(), connections, settings.seconds)
            after = bare.counts()
            run["events_per_commit"] = ((after["events"] - before["events"]) /
                                        max(1, after["commits"] - before["commits"]))
            runs[connections] = run
    return runs


def _hall_run(real, connections, seconds):
    real.wait_level()
    before = real.metrics()
    with AuditLag(real.hall) as lag:
        run = _load(real.hall.url, real.token, real.body_file, real.pids(), connections, seconds)
    after = real.metrics()
    batches = {s: after.grown(before, "engine_batches_total", s) for s in SERVICES}
    events = after.grown(before, "engine_events_total", "intake")
    run["events_per_commit"] = events / max(1, batches["intake"])
    run["commits"] = sum(batches.values()) / max(1, run["requests"])
    run["lag_records"] = lag.records
    run["lag_s"] = lag.seconds
    return run


def run_hall(settings):
    with RealHall() as real:
        wrk.post(real.hall.url, PATH, real.token, real.body_file, CONNECTIONS[0], settings.warm_s)
        return {connections: _hall_run(real, connections, settings.seconds)
                for connections in CONNECTIONS}


def measure(quick, say):
    """Pairs of (skeleton, hall); which of them goes first changes every time."""
    settings = Settings(quick)
    body_file = pathlib.Path("/tmp") / f"glasshall-bench-{time.time_ns()}.json"
    with RealHall() as real:
        body_file.write_bytes(real.body_file.read_bytes())
    pairs = []
    for number_of_pair in range(settings.pairs):
        say(f"filing: pair {number_of_pair + 1} of {settings.pairs}")
        if number_of_pair % 2 == 0:
            bare = run_skeleton(settings, body_file)
            pairs.append((bare, run_hall(settings)))
        else:
            hall = run_hall(settings)
            pairs.append((run_skeleton(settings, body_file), hall))
    body_file.unlink()
    return pairs


# -- telling ---------------------------------------------------------------------------------------


def ratios(pairs, connections):
    return [hall[connections]["per_s"] / bare[connections]["per_s"] for bare, hall in pairs]


def rates_table(pairs):
    rows = []
    for connections in CONNECTIONS:
        for index, (bare, hall) in enumerate(pairs):
            rows.append([f"{connections} connections, pair {index + 1}",
                         number(bare[connections]["per_s"]), number(hall[connections]["per_s"]),
                         f"{ratios(pairs, connections)[index]:.2f}"])
        rows.append([f"**{connections} connections, median**",
                     number(median([bare[connections]["per_s"] for bare, _ in pairs])),
                     number(median([hall[connections]["per_s"] for _, hall in pairs])),
                     f"**{median(ratios(pairs, connections)):.2f}**"])
    return table(["requests/s", "skeleton", "hall", "ratio"], rows)


def _both(pairs, connections, what):
    """Medians of a figure: skeleton, hall."""
    return [median([what(side[connections]) for side in sides]) for sides in zip(*pairs)]


def details_table(pairs):
    figures = [
        ("p50, ms", lambda run: run["p50_us"] / 1000),
        ("p99, ms", lambda run: run["p99_us"] / 1000),
        ("events a commit of the writer", lambda run: run["events_per_commit"]),
        ("disk flushes a request", lambda run: run["flushes"]),
        ("KiB written to disk a request", lambda run: run["written"] / 1024),
        ("CPU of all processes, us a request", lambda run: sum(run["cpu_us"].values())),
        ("memory of their own, all, MiB", lambda run: sum(run["own_kib"].values()) / 1024),
        ("answers that were not 2xx", lambda run: run["non_2xx"]),
        ("requests lost", lambda run: run["lost"]),
    ]
    rows = []
    for title, what in figures:
        cells = [number(value) for c in CONNECTIONS for value in _both(pairs, c, what)]
        rows.append([title, *cells])
    head = ["median"] + [f"{side}, {c}" for c in CONNECTIONS for side in ("skeleton", "hall")]
    return table(head, rows)


def processes_table(pairs):
    rows = []
    for service in SERVICES:
        cells = [number(median([hall[c]["cpu_us"][service] for _, hall in pairs]))
                 for c in CONNECTIONS]
        kib = max(hall[c]["own_kib"][service] for _, hall in pairs for c in CONNECTIONS)
        rows.append([service, *cells, number(kib / 1024)])
    for role in ("gateway", "writer", "archive"):
        cells = [number(median([bare[c]["cpu_us"][role] for bare, _ in pairs]))
                 for c in CONNECTIONS]
        kib = max(bare[c]["own_kib"][role] for bare, _ in pairs for c in CONNECTIONS)
        rows.append([f"skeleton: {role}", *cells, number(kib / 1024)])
    return table(["process", "CPU us a request, 64", "CPU us a request, 256",
                  "most memory of its own, MiB"], rows)


def report(pairs):
    halls = [hall for _, hall in pairs]
    lag_records = max(hall[c]["lag_records"] for hall in halls for c in CONNECTIONS)
    lag_s = max(hall[c]["lag_s"] for hall in halls for c in CONNECTIONS)
    own_mib = max(sum(hall[c]["own_kib"].values()) for hall in halls for c in CONNECTIONS) / 1024
    at_64 = CONNECTIONS[0]
    text = "## Filing\n\n" + rates_table(pairs) + "\n" + details_table(pairs) + "\n"
    text += processes_table(pairs) + "\n"
    commits = median([hall[at_64]["commits"] for hall in halls])
    text += f"The six processes committed {commits:.2f} times a request at 64 connections. "
    text += f"Audit was at most {lag_records:,} records and {lag_s:.2f} s behind.\n\n"
    text += target("filing against the bare path, 64 connections",
                   median(ratios(pairs, at_64)), 0.5)
    text += target("events a commit at 64 connections",
                   median([hall[at_64]["events_per_commit"] for hall in halls]), 15)
    text += target("disk flushes a request at 64 connections",
                   median([hall[at_64]["flushes"] for hall in halls]), 0.25, at_least=False)
    text += target("seconds that audit is behind", lag_s, 1, at_least=False)
    text += target("MiB of memory of their own, all processes", own_mib, 100, at_least=False)
    return text
