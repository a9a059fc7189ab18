"""The hall's own figures (GET /metrics), and how far audit is behind."""

import re
import threading
import time

SAMPLE = re.compile(r'^glasshall_(\w+)\{service="(\w+)"[^}]*\} (\S+)$')
SOURCES = ("intake", "approval", "fee", "notification", "gateway")
LOOK_EVERY_S = 0.1


class Metrics:
    """One look at all services: metrics[name][service], several labels summed."""

    def __init__(self, hall):
        self.at = time.monotonic()
        self.values = {}
        for line in hall.metrics().splitlines():
            match = SAMPLE.match(line)
            if match:
                services = self.values.setdefault(match[1], {})
                services[match[2]] = services.get(match[2], 0) + float(match[3])

    def of(self, name, service):
        return self.values.get(name, {}).get(service, 0)

    def grown(self, before, name, service):
        """By how much a counter has grown since an earlier look."""
        return self.of(name, service) - before.of(name, service)

    def records(self):
        """The records of all logs that audit consumes."""
        return sum(self.of("log_records", source) for source in SOURCES)

    def archived(self):
        """The records that audit has consumed since it started."""
        return self.of("engine_consumed_total", "audit")

    def waiting(self):
        """Orders that wait for workers."""
        return sum(self.values.get("work_waiting", {}).values())

    def behind(self):
        """Records of any stream still to be consumed, as the consumers know."""
        return sum(self.values.get("stream_lag_records", {}).values())


class AuditLag:
    """Looks ten times a second how far audit is behind the services' logs.

        with AuditLag(hall) as lag: ...
        lag.records, lag.seconds          the most that was seen

    Begin when audit is level: what it has consumed is counted from its start. Behind in seconds is
    how long ago the logs were as long as what audit has now, read off the looks before."""

    def __init__(self, hall):
        self.hall = hall
        self.looks = []  # (moment, records of all logs)
        self.records = 0
        self.seconds = 0.0
        first = Metrics(hall)
        self.offset = first.records() - first.archived()
        self.over = threading.Event()
        self.thread = threading.Thread(target=self._run)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, kind, error, trace):
        self.over.set()
        self.thread.join()

    def _run(self):
        while not self.over.wait(LOOK_EVERY_S):
            self._look()

    def _look(self):
        look = Metrics(self.hall)
        archived = look.archived() + self.offset
        self.looks.append((look.at, look.records()))
        self.records = max(self.records, int(look.records() - archived))
        self.seconds = max(self.seconds, look.at - self._moment_of(archived))

    def _moment_of(self, records):
        """When the logs came to be longer than `records`, between two looks in proportion."""
        for before, after in zip(reversed(self.looks[:-1]), reversed(self.looks[1:])):
            if before[1] <= records:
                share = (records - before[1]) / max(1, after[1] - before[1])
                return before[0] + min(1.0, share) * (after[0] - before[0])
        return self.looks[0][0]
