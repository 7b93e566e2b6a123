"""If-Match and If-None-Match on every method (RFC 9110, 13): what a condition forbids is not done."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.api import Response, call
from tests.callers import Local
from tests.catalog import ENDPOINTS
from tests.catalog.world import Request
from tests.functions.helpers import assert_problem

NOTES = "/v1/notes"
TAGS = st.lists(st.sampled_from(['"v1"', 'W/"v1"', '"v2"', 'W/"v2"', '"r1"', 'W/"r1"', '"x"', '""']), max_size=4)
MALFORMED = ["v1", '"v1', "", '*, "v1"', '"v1" "v2"', '"v1";q=1']


def change(method: str, path: str, token: str, **headers: str) -> Response:
    body = {"name": "Second"} if method != "DELETE" else None
    return call(method, path, body=body, token=token, headers={n.replace("_", "-"): v for n, v in headers.items()})


def total(token: str) -> int:
    return int(call("GET", NOTES, token=token).json()["total"])


@pytest.mark.parametrize("method", ["PATCH", "DELETE"])
@pytest.mark.parametrize("tags", ["*", '"v1"', 'W/"v1"', '"x", W/"v1"', '"v1", "v2"', " * "])
def test_a_change_is_not_made_if_if_none_match_names_the_version(method: str, tags: str, path: str, token: str) -> None:
    before = call("GET", path, token=token).text
    assert_problem(change(method, path, token, If_None_Match=tags), "precondition-failed")
    assert call("GET", path, token=token).text == before


@pytest.mark.parametrize(("method", "status"), [("PATCH", 200), ("DELETE", 204)])
@pytest.mark.parametrize("tags", ['"v2"', 'W/"v2", "v3"', '"x"', '"r1"', '"v01"'])
def test_a_change_is_made_if_if_none_match_names_other_tags(
    method: str, status: int, tags: str, path: str, token: str
) -> None:
    assert change(method, path, token, If_None_Match=tags).status == status


@pytest.mark.parametrize("method", ["PATCH", "DELETE", "POST"])
@pytest.mark.parametrize("tags", MALFORMED)
def test_a_guard_of_a_change_that_cannot_be_read_prevents_it(method: str, tags: str, path: str, token: str) -> None:
    target = NOTES if method == "POST" else path
    assert_problem(change(method, target, token, If_None_Match=tags), "precondition-failed")
    assert total(token) == 1


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40, deadline=None)
@given(st.one_of(st.none(), st.just(["*"]), TAGS), st.one_of(st.none(), st.just(["*"]), TAGS))
def test_both_conditions_are_evaluated_if_match_first(
    path: str, token: str, wanted: list[str] | None, known: list[str] | None
) -> None:
    headers = {
        name: ", ".join(tags) for name, tags in (("If_Match", wanted), ("If_None_Match", known)) if tags is not None
    }
    holds = wanted is None or bool({"*", '"v1"'} & {*wanted})
    has = known is not None and bool({"*", '"v1"', 'W/"v1"'} & {*known})
    expected = 412 if not holds else 304 if has else 200
    assert change("GET", path, token, **headers).status == expected


@pytest.mark.parametrize(("tags", "status"), [("*", 200), ('W/"r1"', 412), ('"r1"', 412), ('"v1"', 412), ("x", 412)])
def test_no_tag_of_a_list_is_strong(tags: str, status: int, path: str, token: str) -> None:
    assert change("GET", NOTES, token, If_Match=tags).status == status
    assert change("GET", NOTES, token, If_Match=tags, If_None_Match='W/"r1"').status in {status, 304}


@pytest.mark.parametrize(
    ("condition", "tags", "status"),
    [
        ("If_Match", "*", 201),
        ("If_Match", '"v1"', 412),
        ("If_Match", 'W/"r1"', 412),
        ("If_Match", '"r1"', 412),
        ("If_Match", "", 412),
        ("If_None_Match", "*", 412),
        ("If_None_Match", 'W/"r1"', 412),
        ("If_None_Match", '"r1"', 412),
        ("If_None_Match", '"v1"', 201),
    ],
)
def test_the_target_of_a_creation_is_the_list(condition: str, tags: str, status: int, path: str, token: str) -> None:
    assert change("POST", NOTES, token, **{condition: tags}).status == status
    assert total(token) == (2 if status == 201 else 1)


@pytest.mark.parametrize("handler", ENDPOINTS)
def test_no_endpoint_answers_a_tag_that_its_target_does_not_have(handler: str) -> None:
    world = Local()
    request = ENDPOINTS[handler].example.prepare(world)
    assert isinstance(request, Request)
    assert_problem(world.send(request.header("If-Match", '"no-such-tag"')), "precondition-failed")


def test_a_replay_takes_precedence_over_both_conditions(path: str, token: str) -> None:
    for condition in ({"If_Match": '"v1"'}, {"If_None_Match": '"v5"'}):
        sent = condition | {"Idempotency_Key": next(iter(condition))}
        first = change("PATCH", path, token, **sent)
        assert call("PATCH", path, body={"name": first.headers["ETag"]}, token=token).status == 200
        again = change("PATCH", path, token, **sent)
        assert (first.status, again.status, again.text) == (200, 200, first.text)


@pytest.mark.parametrize("condition", [{"If_Match": '"v9"'}, {"If_None_Match": "*"}])
def test_other_problems_take_precedence_over_a_condition(condition: dict[str, str], path: str, token: str) -> None:
    headers = {name.replace("_", "-"): value for name, value in condition.items()}
    gone = f"{NOTES}/nte_01a20538-11bf-7304-bb36-19bcf1775ed8"
    for method in ("GET", "PATCH", "DELETE"):
        assert_problem(change(method, gone, token, **condition), "not-found")
        assert_problem(change(method, path, "no token", **condition), "unauthorized")
    for method, target in (("PATCH", path), ("POST", NOTES)):
        assert_problem(call(method, target, body={"name": ""}, token=token, headers=headers), "validation-failed")
