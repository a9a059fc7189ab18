"""Replay: the state of every service from audit's record, against a bare scan of the record."""

import json
import shutil
import subprocess
import time

from places import BINARIES
from real import SERVICES
from report import number, table, target

SCANS = 3


def _scan(real):
    """Entries a second of reading the record and taking the SHA-256 of each entry; the best."""
    store = real.data / "audit" / "store.mdb"
    best = None
    for _ in range(SCANS):
        told = json.loads(subprocess.check_output([BINARIES / "bench-scan", store, "record"]))
        if best is None or told["ns"] < best["ns"]:
            best = told
    return {**best, "per_s": best["entries"] * 1e9 / best["ns"]}


def _replay_one(real, service, record):
    """One service from the record into an empty folder; how long it took."""
    target_folder = real.folder / "replayed"
    began = time.monotonic()
    done = subprocess.run(
        [BINARIES / f"glasshall-{service}", "--replay", record, "--data", target_folder,
         "--map-size", "64g"], capture_output=True, text=True)
    took_s = time.monotonic() - began
    shutil.rmtree(target_folder, ignore_errors=True)
    if done.returncode != 0:
        raise RuntimeError(f"{service}: {done.stderr}")
    return {"took_s": took_s, "own": json.loads(done.stdout)["seq"]}


def measure(real):
    """The whole tool, which also compares, then each program by itself."""
    work = real.folder / "work"
    began = time.monotonic()
    code, told = real.tool("audit", "replay", "--data", real.data, "--work", work,
                           "--map-size", "64g")
    whole_s = time.monotonic() - began
    scan = _scan(real)
    services = {service: _replay_one(real, service, work / "record") for service in SERVICES}
    shutil.rmtree(work, ignore_errors=True)
    return {"scan": scan, "services": services, "whole_s": whole_s, "code": code,
            "told": [line for line in told.splitlines() if line.lower().startswith("the record")]}


# -- telling ---------------------------------------------------------------------------------------


def report(replay):
    scan = replay["scan"]
    rows = []
    shares = []
    for service, run in replay["services"].items():
        per_s = scan["entries"] / run["took_s"]
        shares.append(per_s / scan["per_s"])
        rows.append([service, f"{run['own']:,}", number(run["took_s"]), number(per_s),
                     f"{shares[-1]:.3f}"])
    text = "## Replay\n\n" + table(
        ["service", "own records", "seconds", "entries of the record/s", "of the bare scan"], rows)
    text += f"\nThe record has {scan['entries']:,} entries, {scan['bytes'] / scan['entries']:.0f} "
    text += f"bytes each; a bare scan with SHA-256 reads {number(scan['per_s'])}/s. "
    text += f"`glasshall-audit replay` of all services, with comparison, took "
    text += f"{number(replay['whole_s'])} s and said: {' '.join(replay['told'])}\n\n"
    slowest = min(shares)
    return text + target("the slowest service's replay, of the bare scan", slowest, 0.1,
                         shown=f"{slowest:.3f}")
