"""`make soak` for a moment: it drives, measures, compares and finds nothing."""

import re
import subprocess
import sys

from scripts import ROOT


def test_a_short_soak_finds_no_difference() -> None:
    command = [sys.executable, "-m", "scripts.proof.soak", "--seconds", "3", "--callers", "2"]
    process = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=600, check=False)
    assert (process.returncode, process.stderr) == (0, "")
    assert re.search(r"^[1-9]\d* resources acknowledged, 0 differences$", process.stdout, re.MULTILINE), process.stdout
    assert re.search(r"^[1-9]\d* answers in \d+ s: [\d.]+ a second", process.stdout, re.MULTILINE)
    assert re.search(r"^POST /v1/auth/register +[1-9]", process.stdout, re.MULTILINE)
    assert re.search(r"^memory: \d+ processes", process.stdout, re.MULTILINE)
