"""`make proof`: everything that takes long and proves more than `make test`, in parts that run by name.

    python -m scripts.proof [PART …]

Each part prints its counts and its time; the table of all is in build/proof/table.md. Ends with 1 if a part has failed.
"""

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

from scripts import ROOT

REPORTS = ROOT / "build/proof"
LINEARITY = "tests/proof/stack/test_linearity.py"


@dataclass(frozen=True, slots=True)
class Part:
    """A run of pytest, or a program. `proves` is its description in the table."""

    proves: str
    tests: Sequence[str] = ()
    processes: int = 1
    program: Sequence[str] = ()

    def command(self, report: Path) -> list[str]:
        if self.program:
            return [sys.executable, *self.program]
        spread = ["-n", str(self.processes)] if self.processes > 1 else []
        return [sys.executable, "-m", "pytest", "-q", *spread, f"--junitxml={report}", *self.tests]


# Two processes where the tests are Python's own work; one where the emulator's functions take both cores.
PARTS = {
    "engine": Part("repositories, transactions, pages on real engines", ["tests/proof/engine"], 2),
    "faults": Part("each write, each fault, each call", ["tests/proof/faults"], 2),
    "security": Part("hostile bodies, cursors and tokens", ["tests/proof/security"], 2),
    "stack": Part("HTTP on the emulated stack, IAM enforced", ["tests/proof/stack", f"--ignore={LINEARITY}"]),
    "linearity": Part("concurrent requests have an order", ["tests/proof/linearity", LINEARITY]),
    "fuzz": Part("requests that the document allows and forbids", ["tests/proof/fuzz"]),
    "docs": Part("the commands and tables of the documents", ["tests/proof/docs"]),
    "browser": Part("the page to try the API, from two origins", ["tests/proof/browser"]),
    "tools": Part("the tools of proof, and the soak for a moment", ["tests/proof/tools"]),
    "timing": Part("a login takes the same time for any address", ["tests/proof/timing"]),
    "instructions": Part("instructions of cold starts, OpenTelemetry", ["tests/proof/instructions"]),
    "removal": Part("a domain taken out of a copy leaves it green", ["tests/proof/removal"]),
    "coverage": Part(
        "branch coverage of make test",
        ["--cov", "--cov-branch", "--cov-report=xml:build/coverage.xml", "--cov-report=term:skip-covered"],
        2,
    ),
    "soak": Part("a mixed load, and what clients were told", program=["-m", "scripts.proof.soak", "--seconds=30"]),
}


@dataclass(frozen=True, slots=True)
class Result:
    """The result of a part."""

    name: str
    code: int
    passed: int
    failed: int
    skipped: int
    seconds: float

    @property
    def line(self) -> str:
        verdict = "ok" if self.code == 0 else "FAILED"
        counts = f"{self.passed} | {self.failed} | {self.skipped}"
        return f"| {self.name} | {PARTS[self.name].proves} | {counts} | {self.seconds:.0f} | {verdict} |"


def run(name: str) -> Result:
    """Run a part; what it prints goes to the terminal."""
    report = REPORTS / f"{name}.xml"
    report.unlink(missing_ok=True)
    print(f"==> proof: {name}", flush=True)
    started = time.monotonic()
    code = subprocess.run(PARTS[name].command(report), cwd=ROOT, env=os.environ, check=False).returncode
    seconds = time.monotonic() - started
    passed, failed, skipped = _counts(report) if report.exists() else (int(code == 0), int(code != 0), 0)
    print(f"==> proof: {name}: {passed} passed, {failed} failed, {skipped} skipped in {seconds:.0f} s", flush=True)
    return Result(name, code, passed, failed, skipped, seconds)


def _counts(report: Path) -> tuple[int, int, int]:
    """Return how many tests have passed, failed and were skipped."""
    suites = ElementTree.parse(report).getroot().iter("testsuite")  # noqa: S314 - pytest has just written it
    tests = failed = skipped = 0
    for suite in suites:
        tests += int(suite.get("tests", 0))
        failed += int(suite.get("failures", 0)) + int(suite.get("errors", 0))
        skipped += int(suite.get("skipped", 0))
    return tests - failed - skipped, failed, skipped


def table(results: Sequence[Result]) -> str:
    """Return the table of the parts, in Markdown."""
    total = f"| all | | {sum(one.passed for one in results)} | {sum(one.failed for one in results)} "
    total += f"| {sum(one.skipped for one in results)} | {sum(one.seconds for one in results):.0f} | |"
    head = "| Part | Proves | Passed | Failed | Skipped | Seconds | |\n|---|---|--:|--:|--:|--:|---|"
    return "\n".join([head, *(one.line for one in results), total])


def main() -> int:
    parser = argparse.ArgumentParser(description="Run the second tier of tests.")
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"one of {', '.join(PARTS)}; all, if none is named")
    names = parser.parse_args().parts or list(PARTS)
    if unknown := [name for name in names if name not in PARTS]:
        parser.error(f"there is no part {unknown[0]}; the parts are {', '.join(PARTS)}")
    REPORTS.mkdir(parents=True, exist_ok=True)
    results = [run(name) for name in names]
    print(f"\n{table(results)}")
    (REPORTS / "table.md").write_text(table(results) + "\n", encoding="utf-8")
    return int(any(one.code for one in results))


if __name__ == "__main__":
    sys.exit(main())
