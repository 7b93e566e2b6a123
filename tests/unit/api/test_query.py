"""One reading of every query parameter, whoever declares it: a filter, a number of a handler, the size of a page."""

from typing import Annotated, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import Field

from neoforge.api.pagination import PageRequest
from neoforge.api.problems import Problem, ProblemType
from tests.unit.api.test_routing import declared
from tests.unit.helpers import request

DIGITS = st.text("0123456789\u0661\u09e7\uff11", min_size=1, max_size=4)
SPELLINGS = st.one_of(
    DIGITS, st.builds("{}{}{}".format, st.sampled_from(["", "0", "+", "-", " ", "0x"]), DIGITS, st.text(max_size=2))
)


def find(
    page: PageRequest, days: Annotated[int, Field(ge=0, le=90)] = 90, name: str | None = None, sure: bool = False
) -> None:
    """A handler with every kind of query parameter."""


def found(**query: str | list[str]) -> dict[str, Any]:
    return declared(find, "GET", "/v1/notes").read(request(query=query)).arguments


def refused(**query: str | list[str]) -> list[tuple[str, str]]:
    with pytest.raises(Problem) as raised:
        found(**query)
    assert raised.value.type is ProblemType.VALIDATION_FAILED
    return [*raised.value.invalid]


@given(SPELLINGS)
def test_a_number_is_decimal_digits_without_a_leading_zero(text: str) -> None:
    for name, least, most in (("days", 0, 90), ("page_size", 1, 100)):
        if text in {str(number) for number in range(least, most + 1)}:
            assert str(found(days=text)["days"] if name == "days" else found(page_size=text)["page"].size) == text
        else:
            ((pointer, detail),) = refused(**{name: text})
            assert pointer == f"#/query/{name}"
            assert detail


@pytest.mark.parametrize("name", ["page_size", "cursor", "days", "name", "sure"])
@pytest.mark.parametrize("values", [["1", "1"], ["1", "2"], ["1", ""], ["1", "1", "1"]], ids=str)
def test_a_parameter_given_twice_is_invalid(name: str, values: list[str]) -> None:
    ((pointer, _),) = refused(**{name: values})
    assert pointer == f"#/query/{name}"


def test_an_unknown_parameter_is_ignored_however_often_it_is_given() -> None:
    assert found(unknown=["1", "2"]).keys() == {"page"}


def test_a_word_is_no_number() -> None:
    assert (found(sure="true")["sure"], found(name="007")["name"]) == (True, "007")
