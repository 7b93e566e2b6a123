"""The catalogue against the template."""

import pytest

from tests.api import functions
from tests.catalog import ENDPOINTS, FUNCTIONS

HANDLERS = {function["Handler"].removesuffix(".handler") for function in functions().values()}


def test_each_function_of_the_template_has_a_row() -> None:
    missing = sorted(HANDLERS - FUNCTIONS.keys())
    assert not missing, f"add to tests/catalog/{missing[0].partition('.')[0]}.py a Function for {', '.join(missing)}"


def test_each_row_is_of_a_function_of_the_template() -> None:
    gone = sorted(FUNCTIONS.keys() - HANDLERS)
    assert not gone, f"remove the rows of {', '.join(gone)} from tests/catalog, or add them to template.yaml"


@pytest.mark.parametrize("handler", ENDPOINTS)
def test_the_example_succeeds(handler: str) -> None:
    assert 200 <= ENDPOINTS[handler].example.status < 300, f"tests/catalog: the first case of {handler} is no success"


@pytest.mark.parametrize("handler", FUNCTIONS)
def test_a_function_has_a_case_with_a_budget(handler: str) -> None:
    budgets = [case for case in FUNCTIONS[handler].cases.values() if case.calls is not None]
    assert budgets, f"tests/catalog: no case of {handler} says which calls to the database it makes"
