"""PDF pages read back: their text, their QR codes."""

import subprocess
import tempfile


def _run(*arguments, **more):
    return subprocess.run(arguments, check=True, capture_output=True, timeout=60, **more).stdout


def text_of(pdf):
    """What stands on the pages."""
    return _run("pdftotext", "-layout", "-", "-", input=pdf).decode()


def words_of(pdf):
    """The same without blanks and line ends, which depend on where things stand."""
    return "".join(text_of(pdf).split())


def codes_of(pdf):
    """What the QR codes on the pages say."""
    with tempfile.TemporaryDirectory(prefix="glasshall-letters-") as folder:
        _run("pdftoppm", "-r", "150", "-png", "-", f"{folder}/page", input=pdf)
        pages = _run("sh", "-c", f"ls {folder}/*.png").decode().split()
        return _run("zbarimg", "--quiet", "--raw", *pages).decode().split()
