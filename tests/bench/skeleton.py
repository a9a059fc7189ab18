"""The bare path (skeleton/): three processes of the same libraries and settings, without logic."""

import json
import pathlib
import shutil
import socket
import subprocess
import tempfile
import time

from places import BINARIES

PROGRAM = BINARIES / "bench-skeleton"
PORT_FIRST, PORT_LAST = 18080, 18180  # below a client's own ephemeral ports
START_S_MAX = 10


def _free_port():
    for port in range(PORT_FIRST, PORT_LAST):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
                return port
            except OSError:
                continue
    raise OSError("no port is free for the skeleton")


class Skeleton:
    """Started on entry, killed and removed on exit."""

    def __init__(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="glasshall-bench-"))
        self.port = _free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.processes = {}

    def __enter__(self):
        for role in ("writer", "archive", "gateway"):
            more = [str(self.port)] if role == "gateway" else []
            self.processes[role] = subprocess.Popen([PROGRAM, role, self.folder, *more])
        self._wait()
        return self

    def __exit__(self, kind, error, trace):
        for process in self.processes.values():
            process.kill()
            process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _wait(self):
        give_up_at = time.monotonic() + START_S_MAX
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.port)).close()
                return
            except OSError:
                if time.monotonic() > give_up_at:
                    raise
                time.sleep(0.02)

    def pids(self):
        return {role: process.pid for role, process in self.processes.items()}

    def counts(self):
        """What the writer committed: {"commits", "events"}."""
        return json.loads(subprocess.check_output([PROGRAM, "count", self.folder]))
