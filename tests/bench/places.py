"""Where things are, and how the programs are built."""

import pathlib
import shutil
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = ROOT / "build" / "release"
BINARIES = BUILD / "bin"
SERVICES = ["intake", "approval", "fee", "notification", "audit", "gateway"]
TOOLS = ["bench-skeleton", "bench-scan", "bench-cases", "bench-postings"]
PACKAGES = ROOT / "tests" / "bench" / "packages"


def tools_check():
    """Ends with a word on what to install when a program is missing."""
    for line in PACKAGES.read_text().splitlines():
        package = line.split("#")[0].strip()
        if package and shutil.which(package) is None:
            sys.exit(f"{package} is missing; as root: apt-get install {package}")


def build():
    """Builds the release programs and the bench's own."""
    targets = [f"glasshall-{service}" for service in SERVICES] + TOOLS
    for command in (["cmake", "--preset", "release"],
                    ["cmake", "--build", str(BUILD), "--target", *targets]):
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
        if done.returncode != 0:
            sys.exit("\n".join(done.stdout.splitlines()[-30:]) + done.stderr)
