"""A function as it starts on Lambda: what it loads, when, and what it logs."""

import pytest

from tests.budgets.figures import PROCESS
from tests.budgets.processes import Lambda, Started
from tests.catalog import FUNCTIONS


@pytest.fixture(scope="module", params=FUNCTIONS)
def started(request: pytest.FixtureRequest, aws: Lambda) -> Started:
    """A function after two requests."""
    return aws.start(str(request.param))


def test_a_cold_function_answers(started: Started) -> None:
    assert 200 <= started.status < 300


def test_a_function_loads_few_modules(started: Started) -> None:
    assert len(started.modules) <= FUNCTIONS[started.module].modules


def test_a_function_loads_nothing_that_it_does_not_need(started: Started) -> None:
    function = FUNCTIONS[started.module]
    assert function.needs <= started.modules, "the row in tests/catalog is out of date"
    denied = {*PROCESS["never"], *PROCESS["only_if_needed"], *function.never} - function.needs
    assert sorted(denied & started.modules) == []


def test_the_first_request_loads_nothing(started: Started) -> None:
    assert sorted(started.late_modules - set(PROCESS["late_modules"])) == []


def test_clients_are_created_before_the_first_request(started: Started) -> None:
    assert started.early_clients == started.clients == FUNCTIONS[started.module].clients


def test_a_successful_request_logs_little(started: Started) -> None:
    most = FUNCTIONS[started.module].log
    for log, lines, size in (
        (started.cold_log, most.cold_lines, most.cold_bytes),
        (started.warm_log, most.warm_lines, most.warm_bytes),
    ):
        assert log.count(b'"message":"Request"') == 1
        assert len(log.splitlines()) <= lines
        assert len(log) <= size
