"""From kill -9 to ready: each service as its log tells, the suite as /readyz does."""

import datetime
import http.client
import json
import time

from real import SERVICES, RealHall
from report import number, table, target

TIMES = 5
GIVE_UP_S = 60
LOOK_S = 0.002


def _is_ready(port):
    """Whether the whole suite says so; false while the gateway does not listen."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/readyz")
        answer = connection.getresponse()
        told = json.loads(answer.read())
        return answer.status == 200 and len(told["services"]) == len(SERVICES)
    except OSError:
        return False
    finally:
        connection.close()


def _moment_ready(real, service, log_size):
    """When the service said that it is ready, in the log behind `log_size`; seconds since 1970."""
    with open(real.log(service), "rb") as log:
        log.seek(log_size)
        for line in log:
            told = json.loads(line)
            if told["event"] == "host.ready":
                moment = told["ts"].replace("Z", "+00:00")
                return datetime.datetime.fromisoformat(moment).timestamp()
    raise RuntimeError(f"{service} does not say that it is ready")


def _start(real):
    """Starts all six; milliseconds from the start of the first until each was ready, and until
    /readyz of the suite was."""
    sizes = {service: real.log(service).stat().st_size for service in SERVICES}
    began = time.time()
    for service in SERVICES:
        real.spawn(service)
    while not _is_ready(real.port):
        if time.time() - began > GIVE_UP_S:
            raise TimeoutError("the suite does not become ready")
        time.sleep(LOOK_S)
    whole_ms = (time.time() - began) * 1000
    ready = {service: max(0.0, 1000 * (_moment_ready(real, service, sizes[service]) - began))
             for service in SERVICES}
    return {**ready, "all": whole_ms}


def _kill_all(real):
    for service in SERVICES:
        real.kill(service)


def measure(real, events):
    """Kills and starts the hall several times; the last start stays."""
    runs = []
    for _ in range(TIMES):
        _kill_all(real)
        runs.append(_start(real))
    real.wait_ready()
    return {"events": events, "runs": runs}


def measure_empty(growing):
    """The same for a hall that has nothing in it yet."""
    runs = []
    for _ in range(TIMES):
        with RealHall() as empty:
            _kill_all(empty)
            runs.append(_start(empty))
    growing.empty_startup = {"events": 0, "runs": runs}


# -- telling ---------------------------------------------------------------------------------------


def _median(runs, service):
    values = sorted(run[service] for run in runs)
    return values[len(values) // 2]


def report(empty, full):
    rows = [[service, *(number(_median(hall["runs"], service)) for hall in (empty, full))]
            for service in [*SERVICES, "all"]]
    worst = max(run["all"] for run in full["runs"])
    head = ["ms until ready", "empty", f"{full['events']:,.0f} events"]
    text = "## Start-up after kill -9\n\n" + table(head, rows)
    text += f"\nMedians of {TIMES}; the slowest start of the full hall took {number(worst)} ms.\n\n"
    text += target("ms until the empty suite is ready", _median(empty["runs"], "all"), 300,
                   at_least=False)
    return text + target("ms until the full suite is ready", _median(full["runs"], "all"), 300,
                         at_least=False)
