"""The fault matrix, on MiniStack alone as it has over a thousand cases; build/faults.md tells what it tried."""

import pytest

from tests.engine.conftest import ENGINES, endpoint, engine, fleet, session_engine, session_fleet
from tests.faults.tally import CASES, Tally
from tests.support import ROOT

__all__ = ["endpoint", "engine", "fleet", "session_engine", "session_fleet"]


@pytest.fixture(scope="session")
def engine_name() -> str:
    """Which engine it is."""
    return ENGINES[0]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the table of the cases, if there were any."""
    tally = Tally()
    for reports in terminalreporter.stats.values():
        for report in reports:
            properties = dict(report.user_properties) if getattr(report, "when", "") == "call" else {}
            if CASES in properties:
                tally.add(*properties[CASES])
    if tally.tried:
        text = tally.table()
        terminalreporter.section("fault matrix: cases held (of those tried)")
        terminalreporter.write_line(text)
        ROOT.joinpath("build").mkdir(exist_ok=True)
        ROOT.joinpath("build/faults.md").write_text(f"# Fault matrix\n\n{text}\n", encoding="utf-8")
