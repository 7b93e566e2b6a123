"""A function as it starts on Lambda: what it loads, when, and what it logs."""

import pytest

from tests.budgets.figures import FUNCTIONS, LOG, PROCESS
from tests.budgets.processes import MODULES, Lambda, Started


@pytest.fixture(scope="module", params=MODULES)
def started(request: pytest.FixtureRequest, aws: Lambda) -> Started:
    """A function after two requests."""
    return aws.start(str(request.param))


@pytest.mark.parametrize("module", MODULES)
def test_a_function_has_its_budgets(module: str) -> None:
    assert module in FUNCTIONS, f"{module} has no figures in tests/budgets.toml"
    assert FUNCTIONS[module].keys() >= {"modules", "clients", "requests"}, module
    assert FUNCTIONS[module]["requests"], f"{module} has no request in tests/budgets.toml"


def test_a_budget_has_its_function() -> None:
    assert FUNCTIONS.keys() <= set(MODULES)


def test_it_answers(started: Started) -> None:
    assert 200 <= started.status < 300


def test_it_loads_few_modules(started: Started) -> None:
    assert len(started.modules) <= FUNCTIONS[started.module]["modules"]


def test_it_loads_nothing_that_it_does_not_need(started: Started) -> None:
    budget = FUNCTIONS[started.module]
    needed = set(budget.get("needs", []))
    assert needed <= started.modules  # or the exception is out of date
    denied = {*PROCESS["never"], *PROCESS["only_if_needed"], *budget.get("never", [])} - needed
    assert sorted(denied & started.modules) == []


def test_its_first_request_loads_nothing(started: Started) -> None:
    assert sorted(started.late_modules - set(PROCESS["late_modules"])) == []


def test_its_clients_are_made_before_the_first_request(started: Started) -> None:
    assert started.early_clients == started.clients == FUNCTIONS[started.module]["clients"]


@pytest.mark.parametrize("which", ["cold", "warm"])
def test_it_logs_little(started: Started, which: str) -> None:
    log: bytes = getattr(started, f"{which}_log")
    most = FUNCTIONS[started.module].get("log", LOG)[which]
    assert log.count(b'"message":"Request"') == 1
    assert len(log.splitlines()) <= most["lines"]
    assert len(log) <= most["bytes"]
