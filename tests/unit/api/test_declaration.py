"""Declarations that are right, and those that cannot be imported."""

from collections.abc import Callable
from typing import Annotated, Any, Literal

import pytest
from pydantic import BaseModel, Field

from neoforge.api.app import RUN, App, Execution, create_app, public
from neoforge.api.auth import Caller, Limiter, OptionalCaller
from neoforge.api.declaration import DeclarationError
from neoforge.api.idempotency import idempotent
from neoforge.api.pagination import PageRequest
from neoforge.api.preconditions import Precondition, read_precondition
from neoforge.api.problems import ProblemType
from neoforge.api.request import Request
from neoforge.dynamodb.transaction import UnitOfWork


class Thing(BaseModel):
    id: str = "1"


Declare = Callable[[App], Callable[[Callable[..., Any]], Any]]
Days = Annotated[int, Field(ge=1)]


def get(path: str = "/v1/things/{thing_id}") -> Declare:
    return lambda app: app.get(path, summary="Get a thing")


def post(path: str = "/v1/things", **declaration: Any) -> Declare:
    return lambda app: app.post(path, summary="Create a thing", **declaration)


def patch(path: str = "/v1/things") -> Declare:
    return lambda app: app.patch(path, summary="Update a thing")


def test_a_handler_may_have_a_parameter_of_each_kind() -> None:
    app = create_app(access=public, execute=idempotent)

    @app.patch("/v1/things/{thing_id}", summary="Update a thing", description="d", problems=[ProblemType.FORBIDDEN])
    def update_thing(  # noqa: PLR0917
        thing_id: str,
        body: Thing,
        caller: Caller,
        optional: OptionalCaller,
        limiter: Limiter,
        request: Request,
        page: PageRequest,
        precondition: Precondition,
        work: UnitOfWork,
        days: Days = 90,
        status: Literal["open"] | None = None,
    ) -> Thing:
        return Thing()

    route = app.route
    assert (route.method, route.path, route.function) == ("PATCH", "/v1/things/{thing_id}", update_thing)
    assert (route.summary, route.description, route.problems) == ("Update a thing", "d", [ProblemType.FORBIDDEN])
    assert (list(route.parameters), list(route.query), route.body) == (
        ["thing_id"],
        ["days", "status"],
        ("body", Thing),
    )
    assert list(route.injected) == ["caller", "optional", "limiter", "request", "page", "precondition"]
    assert route.injected["precondition"] == read_precondition


def test_an_operation_has_a_summary() -> None:
    with pytest.raises(TypeError, match="summary"):
        create_app(access=public).get("/v1/things")  # type: ignore[call-arg]


def without_parameters() -> Thing:
    return Thing()


def without_a_type(thing_id) -> Thing:  # type: ignore[no-untyped-def]
    return Thing()


def with_an_id(thing_id: str) -> Thing:
    return Thing()


def with_a_number(number: int) -> Thing:
    return Thing()


def with_work(work: UnitOfWork) -> Thing:
    return Thing()


def with_other_work(work: Thing) -> Thing:
    return Thing()


def with_a_body(thing: Thing) -> Thing:
    return thing


def with_two_bodies(thing: Thing, other: Thing) -> Thing:
    return thing


def without_an_answer() -> None:
    pass


WRONG: list[tuple[Declare, Execution, Callable[..., Any], str]] = [
    (get(), RUN, without_parameters, r"{thing_id} of /v1/things/{thing_id} is missing: add a parameter thing_id"),
    (get(), RUN, without_a_type, r"{thing_id} of .* is missing: add a parameter thing_id with a type"),
    (get("/v1/things"), RUN, with_an_id, r"thing_id is of no known kind: put {thing_id} into the path"),
    (get("/v1/things/{other}"), RUN, with_an_id, r"{other} of /v1/things/{other} is missing"),
    (get("/v1/things"), RUN, without_a_type, r"thing_id is of no known kind"),
    (get("/v1/things"), RUN, with_a_number, r"number is of no known kind: .*give it a default"),
    (post(), RUN, with_work, r"work is of no known kind: .*execute=idempotent"),
    (post(), idempotent, without_parameters, r"gives work: add a parameter work: UnitOfWork"),
    (post(), idempotent, with_other_work, r"gives work: add a parameter work: UnitOfWork"),
    (get("/v1/things"), RUN, with_a_body, r"thing: a GET cannot take this body"),
    (post(), RUN, with_two_bodies, r"other: a POST cannot take this body"),
    (post(location="/v1/things/{thing_id}"), RUN, without_parameters, r"location names {thing_id}, which the answer"),
    (post(location="/v1/things/{id}"), RUN, without_an_answer, r"location names {id}, which the answer"),
    (post(problems=["not-found"]), RUN, without_parameters, r"problems has 'not-found': use members of ProblemType"),
]


@pytest.mark.parametrize(("declare", "execute", "function", "message"), WRONG)
def test_a_wrong_declaration_is_an_error_that_says_where_and_what_to_do(
    declare: Declare, execute: Execution, function: Callable[..., Any], message: str
) -> None:
    app = create_app(access=public, execute=execute)
    with pytest.raises(DeclarationError, match=message) as raised:
        declare(app)(function)
    assert str(raised.value).startswith(f"{__file__}:{function.__code__.co_firstlineno}: {function.__name__}(): ")
    assert not hasattr(app, "route")


@pytest.mark.parametrize(
    ("declare", "execute", "function"),
    [
        (get(), RUN, with_an_id),
        (post(), RUN, with_a_body),
        (patch(), RUN, with_a_body),
        (post(), idempotent, with_work),
        (post(location="/v1/things/{id}"), RUN, without_parameters),
        (post(location="/v1/things/latest"), RUN, without_an_answer),
    ],
)
def test_the_corrected_declaration_is_accepted(
    declare: Declare, execute: Execution, function: Callable[..., Any]
) -> None:
    app = create_app(access=public, execute=execute)
    declare(app)(function)
    assert app.route.function is function
