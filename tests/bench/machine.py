"""What the kernel tells of processes and of the disk."""

import os
import pathlib

TICK_US = 1_000_000 // os.sysconf("SC_CLK_TCK")
# Fields of /proc/diskstats, counted from 0.
SECTORS_WRITTEN_FIELD = 9
FLUSHES_FIELD = 18
SECTOR_BYTES = 512


def cpu_us(pid):
    """Microseconds of CPU that a process has used, all its threads, user and system."""
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) * TICK_US


def own_kib(pid):
    """KiB of memory of its own (Pss_Anon): without the page cache of its store."""
    for line in pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss_Anon:"):
            return int(line.split()[1])
    return 0


def _is_whole_disk(name):
    return pathlib.Path(f"/sys/block/{name}").exists() and not name.startswith(("loop", "ram"))


def disks():
    """Flush requests and bytes written of all disks since the machine started, others' too."""
    flushes = written = 0
    for line in pathlib.Path("/proc/diskstats").read_text().splitlines():
        fields = line.split()
        if len(fields) > FLUSHES_FIELD and _is_whole_disk(fields[2]):
            flushes += int(fields[FLUSHES_FIELD])
            written += int(fields[SECTORS_WRITTEN_FIELD]) * SECTOR_BYTES
    return flushes, written


def load():
    """How many others want the CPUs: the load average of the last minute."""
    return os.getloadavg()[0]


def describe():
    """The machine in a line, for the head of a report."""
    model = "unknown CPU"
    for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            model = line.partition(":")[2].strip()
            break
    kernel = os.uname().release
    return f"{os.cpu_count()} CPUs ({model}), Linux {kernel}, load average {load():.2f} before"


class Usage:
    """What named processes and the disk did between two moments."""

    def __init__(self, pids):
        self.pids = dict(pids)
        self.cpu = {name: cpu_us(pid) for name, pid in self.pids.items()}
        self.disks = disks()

    def end(self, requests):
        """A request's CPU microseconds by process, disk flushes, and bytes written to disk."""
        requests = max(1, requests)
        cpu = {name: (cpu_us(pid) - self.cpu[name]) / requests for name, pid in self.pids.items()}
        flushes, written = (now - then for now, then in zip(disks(), self.disks))
        return {"cpu_us": cpu, "flushes": flushes / requests, "written": written / requests}
