from typing import Annotated, Any, Literal

import pytest
from pydantic import BaseModel, ConfigDict, Field

from neoforge.api.auth import Caller
from neoforge.api.etag import IfMatch
from neoforge.api.pagination import PageRequest
from neoforge.api.problems import Problem
from neoforge.api.routing import Route, _pointer, declare
from neoforge.dynamodb.transaction import UnitOfWork
from tests.notes import NoteId
from tests.unit.helpers import request

NOTE = "nte_01a20538-11bf-7304-bb36-19bcf1775ed8"


class Inner(BaseModel):
    model_config = ConfigDict(extra="forbid")

    numbers: list[int] = []


class Body(BaseModel):
    model_config = ConfigDict(extra="forbid")

    inner: Inner = Inner()


def change(caller: Caller, note_id: NoteId, body: Body, if_match: IfMatch, work: UnitOfWork) -> None:
    """Have a parameter of each kind."""


def find(
    page: PageRequest,
    status: Literal["open", "closed"] | None = None,
    days: Annotated[int, Field(ge=1, le=90)] = 90,
) -> None:
    """Have query parameters."""


def found(**query: str) -> dict[str, Any]:
    made = declare(find, "GET", "/v1/notes", status=200, location=None, cache="no-store", problems=[])
    assert (list(made.query), list(made.injected), made.body) == (["status", "days"], ["page"], None)
    given = made.arguments(request(query=query))
    given.pop("page")
    return given


def route() -> Route:
    path = "/v1/notes/{note_id}"
    return declare(change, "PATCH", path, status=200, location=None, cache="no-store", problems=["forbidden"])


def arguments(note_id: str = NOTE, body: Any = None, **headers: str) -> dict[str, Any]:
    return route().arguments(request("PATCH", f"/v1/notes/{note_id}", body=body or {}, headers=headers))


def test_a_signature_is_its_declaration() -> None:
    made = route()
    assert (list(made.parameters), made.body, made.problems) == (["note_id"], ("body", Body), ["forbidden"])
    assert made.injected == {"caller": Caller, "if_match": IfMatch}


def test_a_request_becomes_the_arguments_but_for_the_work() -> None:
    made = arguments(body={"inner": {"numbers": [1]}}, **{"If-Match": '"v1"'})
    assert made.keys() == {"caller", "note_id", "body", "if_match"}
    assert (made["note_id"], made["body"].inner.numbers) == (NOTE, [1])
    assert made["if_match"].versions == {1}


def test_a_parameter_with_a_default_is_one_of_the_query() -> None:
    assert route().query == {}
    assert found(status="open", days="7") == {"status": "open", "days": 7}


@pytest.mark.parametrize("query", [{}, {"page_size": "5"}, {"Status": "open", "unknown": "x"}])
def test_what_is_not_sent_has_its_default(query: dict[str, str]) -> None:
    assert found(**query) == {}


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("status", ""),
        ("status", "None"),
        ("status", "Open"),
        ("status", "open,closed"),
        ("days", ""),
        ("days", "0"),
        ("days", "91"),
        ("days", "-1"),
        ("days", "1.5"),
        ("days", "1e1"),
        ("days", "x"),
        ("days", 5000 * "9"),
    ],
)
def test_a_query_parameter_is_validated_by_its_type(name: str, text: str) -> None:
    with pytest.raises(Problem) as raised:
        found(**{name: text})
    ((pointer, detail),) = raised.value.invalid
    assert (raised.value.name, pointer) == ("validation-failed", f"#/query/{name}")
    assert detail


def test_an_id_is_looked_at_before_the_body() -> None:
    with pytest.raises(Problem) as raised:
        arguments("nte_1", body="{")
    assert raised.value.name == "not-found"


def test_a_pointer_leads_into_the_body() -> None:
    with pytest.raises(Problem) as raised:
        arguments(body={"inner": {"numbers": [1, "x"], "a/b": 1}})
    assert sorted(pointer for pointer, _ in raised.value.invalid) == ["#/inner/a~1b", "#/inner/numbers/1"]


@pytest.mark.parametrize(
    ("location", "pointer"),
    [
        ((), "#"),
        (("",), "#/"),
        (("a", 0, "b"), "#/a/0/b"),
        (("a/b", "c~d", "~1"), "#/a~1b/c~0d/~01"),
        (('"', "c%d", "e^f", "g|h", "i\\j", "k l", "é"), "#/%22/c%25d/e%5Ef/g%7Ch/i%5Cj/k%20l/%C3%A9"),
    ],
)
def test_a_pointer_is_a_uri_fragment(location: tuple[int | str, ...], pointer: str) -> None:
    """Examples of RFC 6901, 6."""
    assert _pointer(location) == pointer
