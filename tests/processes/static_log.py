"""A log as files (C2SP tlog-tiles), built here by hashlib alone, and a server of them.

    log = StaticLog(Signer.of_hall(suite), entries)
    log.write(folder)
    with StaticServer(folder) as server: ... server.url

Whoever holds the hall's key can sign another history: so forks are made for the tests.
"""

import base64
import hashlib
import http.server
import pathlib
import shutil
import subprocess
import tempfile
import threading

HASHES = 256
PRIVATE_KEY_HEAD = bytes.fromhex("302e020100300506032b657004220420")  # PKCS #8, Ed25519


def sha256(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def leaf(entry):
    return sha256(b"\0", entry)


def root_of(hashes):
    """RFC 6962, 2.1, as it is written there."""
    if not hashes:
        return sha256()
    if len(hashes) == 1:
        return hashes[0]
    split = 1 << (len(hashes) - 1).bit_length() - 1
    return sha256(b"\1", root_of(hashes[:split]), root_of(hashes[split:]))


def entries_of(bundle):
    """What a bundle of entries holds."""
    entries = []
    while bundle:
        size = int.from_bytes(bundle[:2], "big")
        entries.append(bundle[2:2 + size])
        bundle = bundle[2 + size:]
    return entries


def bundle_of(entries):
    return b"".join(len(entry).to_bytes(2, "big") + entry for entry in entries)


def tile_name(kind, index, width):
    """Below 1000 tiles a level."""
    return f"tile/{kind}/{index:03}" + ("" if width == HASHES else f".p/{width}")


def entries_at(folder):
    """The entries of a mirror, and how many its checkpoint says."""
    folder = pathlib.Path(folder)
    size = int((folder / "checkpoint").read_text().split("\n")[1])
    entries = []
    for index in range(-(-size // HASHES)):
        width = min(HASHES, size - index * HASHES)
        entries += entries_of((folder / tile_name("entries", index, width)).read_bytes())
    return entries


class Signer:
    """A log's signing key (C2SP signed-note), as its holder has it."""

    def __init__(self, line):
        _, _, self.name, self.id, key = line.strip().split("+", 4)
        self.seed = base64.b64decode(key)[1:]

    @classmethod
    def of_hall(cls, suite):
        return cls((suite.data / "audit.keys" / "log").read_text().splitlines()[0])

    def sign(self, text):
        with tempfile.TemporaryDirectory(prefix="glasshall-sign-") as folder:
            key, message = pathlib.Path(folder, "key"), pathlib.Path(folder, "message")
            key.write_bytes(PRIVATE_KEY_HEAD + self.seed)
            message.write_bytes(text.encode())
            value = subprocess.run(
                ["openssl", "pkeyutl", "-sign", "-rawin", "-keyform", "DER", "-inkey", str(key),
                 "-in", str(message)], check=True, capture_output=True).stdout
        signature = base64.b64encode(bytes.fromhex(self.id) + value).decode()
        return f"{text}\n\N{EM DASH} {self.name} {signature}\n"


class StaticLog:
    """A log of these entries."""

    def __init__(self, signer, entries):
        self.signer, self.entries = signer, entries

    def checkpoint(self):
        root = base64.b64encode(root_of([leaf(entry) for entry in self.entries])).decode()
        return self.signer.sign(f"{self.signer.name}\n{len(self.entries)}\n{root}\n")

    def write(self, folder):
        """Puts all of it into a folder, in place of what is there."""
        folder = pathlib.Path(folder)
        shutil.rmtree(folder, ignore_errors=True)
        self._write_level(folder, "entries", self.entries, bundle_of)
        level, hashes = 0, [leaf(entry) for entry in self.entries]
        while hashes:
            self._write_level(folder, str(level), hashes, b"".join)
            hashes = [root_of(hashes[i:i + HASHES])
                      for i in range(0, len(hashes) - len(hashes) % HASHES, HASHES)]
            level += 1
        (folder / "checkpoint").write_text(self.checkpoint())

    @staticmethod
    def _write_level(folder, kind, items, join):
        for index in range(-(-len(items) // HASHES)):
            part = items[index * HASHES:(index + 1) * HASHES]
            path = folder / tile_name(kind, index, len(part))
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(join(part))


class StaticServer:
    """Serves a folder on this machine; may go away after some answers."""

    def __init__(self, folder, answers=None):
        server = self
        self.folder, self.answers, self.asked = folder, answers, []

        class Handler(http.server.SimpleHTTPRequestHandler):
            def __init__(self, *arguments):
                super().__init__(*arguments, directory=str(server.folder))

            def do_GET(self):
                server.asked.append(self.path)
                if server.answers is not None and len(server.asked) > server.answers:
                    self.close_connection = True  # as a server that died
                    return
                super().do_GET()

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


__all__ = ["Signer", "StaticLog", "StaticServer", "entries_at", "entries_of", "bundle_of", "leaf",
           "root_of", "sha256", "tile_name", "HASHES"]
