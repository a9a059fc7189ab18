"""The client of the filing benchmark: wrk with filing.lua, the same for hall and skeleton."""

import json
import os
import pathlib
import secrets
import subprocess

SCRIPT = pathlib.Path(__file__).with_name("filing.lua")
THREADS = 2


class ClientFailed(Exception):
    """wrk did not do what it should; the text is what it said."""


def post(url, path, token, body_file, connections, seconds):
    """POSTs for `seconds`, over so many connections; what wrk counted."""
    environment = {**os.environ, "BENCH_PATH": path, "BENCH_TOKEN": token,
                   "BENCH_BODY": str(body_file), "BENCH_RUN": secrets.token_hex(6)}
    told = subprocess.run(
        ["wrk", f"-t{THREADS}", f"-c{connections}", f"-d{seconds}s", "--timeout", "10s",
         "-s", str(SCRIPT), url],
        env=environment, capture_output=True, text=True)
    for line in told.stdout.splitlines():
        if line.startswith("BENCH "):
            counted = json.loads(line.removeprefix("BENCH "))
            counted["per_s"] = counted["requests"] * 1e6 / counted["duration_us"]
            counted["lost"] = sum(counted[k] for k in ("connect", "read", "write", "timeout"))
            return counted
    raise ClientFailed(told.stdout + told.stderr)
