"""What was tried and what held: writes by kinds of faults, as a table in Markdown."""

from collections import Counter
from collections.abc import Iterable

import pytest

from scripts import ROOT
from tests.proof.faults.kinds import KINDS

CASES = "cases"  # the property of a test that tells a write, a kind, how many cases held, and how many there were


class UptimeTally:
    """Counts cases."""

    def __init__(self) -> None:
        self.held, self.tried = Counter[tuple[str, str]](), Counter[tuple[str, str]]()

    def add(self, write: str, kind: str, held: int, tried: int) -> None:
        """Count the cases of a write and a kind."""
        self.held[write, kind] += held
        self.tried[write, kind] += tried

    def table(self) -> str:
        """Write the table: a write a line, a kind a column; a cell is the number of cases, or held/tried."""
        writes = list(dict.fromkeys(write for write, _ in self.tried))
        head = ["", *KINDS, "all"]
        lines = [[name, *(self._cell([name], [kind]) for kind in KINDS), self._cell([name], KINDS)] for name in writes]
        total = ["all", *(self._cell(writes, [kind]) for kind in KINDS), self._cell(writes, KINDS)]
        rule = ["---", *["--:"] * (len(head) - 1)]
        rows = [f"| {' | '.join(line)} |" for line in (head, rule, *lines, total)]
        return "\n".join([*rows, "", f"{self.held.total()} of {self.tried.total()} cases held."])

    def _cell(self, writes: Iterable[str], kinds: Iterable[str]) -> str:
        cells = [(write, kind) for write in writes for kind in kinds]
        held, tried = (sum(counter[cell] for cell in cells) for counter in (self.held, self.tried))
        return str(tried or "") if tried == held else f"{held}/{tried}"


def report(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the table of the cases, if there were any."""
    tally = UptimeTally()
    for reports in terminalreporter.stats.values():
        for one in reports:
            properties = dict(one.user_properties) if getattr(one, "when", "") == "call" else {}
            if CASES in properties:
                tally.add(*properties[CASES])
    if tally.tried:
        text = tally.table()
        terminalreporter.section("fault matrix: cases held (of those tried)")
        terminalreporter.write_line(text)
        ROOT.joinpath("build").mkdir(exist_ok=True)
        ROOT.joinpath("build/faults.md").write_text(f"# Fault matrix\n\n{text}\n", encoding="utf-8")
