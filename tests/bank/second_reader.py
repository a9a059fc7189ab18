"""A second look at bank statements: what the npm package iso20022.js reads in them.

    if second_reader.missing(): skip
    told = second_reader.read(statement_xml(statement))
    told["statements"][0]["entries"][0]["amount_fen"]

The package is written by others and shares nothing with `common/iso20022` or with this folder. Version
0.0.15 reads camt.053 and pain.002. It reads no pain.001, it only writes one (001.03, for SWIFT); so an order
file is looked at by what the bank makes of it. Of an entry it tells neither the status (BOOK, PDNG) nor the
EndToEndId nor the structured reference, and it takes every reversal for none.
"""

import json
import pathlib
import shutil
import subprocess
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
SOURCE = HERE / "second_reader"
INSTALLED = HERE.parents[1] / "build" / "second_reader"
FILES = ("package.json", "package-lock.json", "read.mjs")


def missing():
    """The name of a program without which nothing can be read, or None."""
    return next((name for name in ("node", "npm") if shutil.which(name) is None), None)


def is_installed():
    return all((INSTALLED / name).is_file() and
               (INSTALLED / name).read_bytes() == (SOURCE / name).read_bytes() for name in FILES)


def install():
    """Installs the package as the lock file says, whole or not at all."""
    INSTALLED.parent.mkdir(exist_ok=True)
    folder = pathlib.Path(tempfile.mkdtemp(prefix="second_reader-", dir=INSTALLED.parent))
    try:
        for name in FILES:
            shutil.copy(SOURCE / name, folder)
        done = subprocess.run(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"],
                              cwd=folder, capture_output=True, text=True)
        if done.returncode != 0:
            raise RuntimeError(f"npm cannot install iso20022.js:\n{done.stderr[-2000:]}")
        shutil.rmtree(INSTALLED, ignore_errors=True)
        folder.rename(INSTALLED)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def read(xml):
    """What the package finds in a camt.053 file; amounts in fen, debits negative."""
    if not is_installed():
        install()
    done = subprocess.run(["node", "read.mjs"], cwd=INSTALLED, input=xml, capture_output=True)
    if done.returncode != 0:
        raise RuntimeError(f"iso20022.js cannot read it:\n{done.stderr.decode()[-2000:]}")
    return json.loads(done.stdout)
