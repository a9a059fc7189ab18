"""Programs of others that check transparency logs (tests/verifiers), built and run.

    log_check(url, token, vkey, older)       Go's sumdb on the whole log
    proof_check_go(vkey, pairs)              Go's sumdb on tlog-proofs with their entries
    proof_check_sigstore(vkey, pairs)        Sigstore on the same

And what such programs are held against: bytes that were changed, a key that signed nothing.
"""

import base64
import os
import shutil
import subprocess

from suite import ROOT

SOURCES = ROOT / "tests" / "verifiers"
BUILT = ROOT / "build" / "verifiers"
NODE_MODULES = BUILT / "node_modules"
BUILD_S_MAX = 600
RUN_S_MAX = 1800
# A key that signed nothing here: the vector of the formats.
ANOTHERS_KEY = "hall.example/log+7a19e3a9+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4\n"


def flipped(content, at):
    """The same with one bit changed."""
    changed = bytearray(content)
    changed[at] ^= 1
    return bytes(changed)


def flipped_base64(text, at):
    return base64.b64encode(flipped(base64.b64decode(text), at)).decode()


def with_line(text, number, change):
    """The same with one line changed."""
    lines = text.split("\n")
    lines[number] = change(lines[number])
    return "\n".join(lines)


def run(*command, **environment):
    """Runs a program to its end; gives exit code and everything it said."""
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True,
                          timeout=RUN_S_MAX, env={**os.environ, **environment})
    return done.returncode, done.stdout + done.stderr


def build(folder, *command, **environment):
    done = subprocess.run([str(word) for word in command], cwd=folder, capture_output=True,
                          text=True, timeout=BUILD_S_MAX, env={**os.environ, **environment})
    if done.returncode != 0:
        raise RuntimeError(f"{command[0]} failed in {folder}:\n{done.stdout}{done.stderr}")


def tlogcheck():
    """The Go program."""
    program = BUILT / "tlogcheck"
    BUILT.mkdir(parents=True, exist_ok=True)
    build(SOURCES / "tlogcheck", "go", "build", "-o", program, "main.go",
          GO111MODULE="off", GOPATH="/usr/share/gocode", GOFLAGS="")
    return program


def node_modules():
    """The folder with Sigstore's packages, as the lock file names them."""
    lock = SOURCES / "package-lock.json"
    built = BUILT / "package-lock.json"
    if not NODE_MODULES.exists() or not built.exists() or built.read_text() != lock.read_text():
        BUILT.mkdir(parents=True, exist_ok=True)
        shutil.copy(SOURCES / "package.json", BUILT)
        shutil.copy(lock, built)
        try:
            build(BUILT, "npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund")
        except BaseException:
            built.unlink()  # the next run tries again
            raise
    return NODE_MODULES


def log_check(url, token, vkey, older=()):
    """Holds a whole log against Go's sumdb, and against checkpoints that were kept earlier."""
    kept = [word for path in older for word in ("-older", path)]
    return run(tlogcheck(), "log", "-url", url, "-vkey", vkey, *kept, TLOGCHECK_TOKEN=token)


def proof_check_go(vkey, pairs):
    """Pairs of files, a tlog-proof and its entry, held against Go's sumdb."""
    return run(tlogcheck(), "proof", "-vkey", vkey, *(path for pair in pairs for path in pair))


def proof_check_sigstore(vkey, pairs):
    """The same held against Sigstore."""
    return run("node", SOURCES / "sigstore.js", vkey, *(path for pair in pairs for path in pair),
               NODE_PATH=str(node_modules()))
