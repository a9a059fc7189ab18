"""The proof of a day made again from the record alone."""

import json
import subprocess

from checks import eventually
from suite import PROGRAMS


def recomputed(suite, proof):
    """What glasshall-audit makes of the record up to where `proof` was made, once audit has it."""
    def made():
        done = subprocess.run(
            [PROGRAMS / "glasshall-audit", "money", "--data", suite.data, "--date", proof["date"],
             "--upto", str(proof["upto_seq"]), "--json"],
            capture_output=True, text=True, check=False)
        assert done.stderr == "" and done.returncode == (0 if proof["holds"] else 1), done
        return json.loads(done.stdout)
    return eventually(made, lambda told: told["upto_seq"] == proof["upto_seq"])
