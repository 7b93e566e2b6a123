import json

import pytest

from neoforge import errors
from neoforge.api.problems import Problem, ProblemType, problem_of
from neoforge.errors import NeoForgeError
from tests.unit.conftest import Counted

ALL = [one for one in vars(errors).values() if isinstance(one, type) and issubclass(one, NeoForgeError)]
CONTRACT = {
    "malformed-request": 400,
    "invalid-cursor": 400,
    "invalid-idempotency-key": 400,
    "unauthorized": 401,
    "forbidden": 403,
    "not-found": 404,
    "request-in-progress": 409,
    "email-taken": 409,
    "limit-reached": 409,
    "precondition-failed": 412,
    "content-too-large": 413,
    "unsupported-media-type": 415,
    "validation-failed": 422,
    "idempotency-key-reused": 422,
    "quota-exceeded": 429,
    "internal-error": 500,
    "service-unavailable": 503,
    "gateway-timeout": 504,
}


def test_the_types_have_their_documented_statuses() -> None:
    assert {kind.value: kind.status for kind in ProblemType} == CONTRACT


@pytest.mark.parametrize("name", CONTRACT)
def test_a_type_can_be_looked_up_by_its_name(name: str) -> None:
    assert ProblemType(name).value == name
    with pytest.raises(ValueError, match="nothing"):
        ProblemType("nothing")


WITH_ARGUMENTS = {errors.InvalidField, errors.LimitReached, errors.QuotaExceeded}


@pytest.mark.parametrize("error", [one for one in ALL if one not in WITH_ARGUMENTS])
def test_every_error_is_a_problem_with_its_own_message_or_an_internal_error(error: type[NeoForgeError]) -> None:
    problem = problem_of(error())
    inside = error in {NeoForgeError, errors.WriteConflict}  # base, and what never leaves the unit of work
    assert (problem.type is ProblemType.INTERNAL_ERROR) == inside
    if not inside:
        assert str(problem) == error.message


SPECIFIC: list[NeoForgeError] = [
    errors.NotFound(),
    errors.Unavailable(),
    errors.InvalidField("name", "Too long."),
    errors.LimitReached(3),
    errors.QuotaExceeded(7),
]


@pytest.mark.parametrize("error", SPECIFIC, ids=repr)
def test_a_subclass_of_an_error_is_the_problem_of_its_base(error: NeoForgeError, counted: Counted) -> None:
    one = problem_of(error)
    error.__class__ = type("Special", (type(error),), {})
    other = problem_of(error)
    assert (one.type, one.headers, one.invalid) == (other.type, other.headers, other.invalid)
    assert other.type is not ProblemType.INTERNAL_ERROR
    assert "Special" not in counted()  # metrics have the names that the dashboard knows


@pytest.mark.parametrize(
    ("kind", "headers"),
    [
        (ProblemType.REQUEST_IN_PROGRESS, {"Retry-After": "1"}),
        (ProblemType.SERVICE_UNAVAILABLE, {"Retry-After": "1"}),
        (ProblemType.UNAUTHORIZED, {"WWW-Authenticate": 'Bearer realm="neoforge"'}),
        (ProblemType.NOT_FOUND, {}),
    ],
)
def test_every_problem_of_a_type_has_the_headers_of_its_type(kind: ProblemType, headers: dict[str, str]) -> None:
    assert Problem(kind, "").headers == headers
    assert Problem(kind, "", headers={"X": "1"}).headers == headers | {"X": "1"}


def test_an_invalid_field_is_named_by_a_pointer() -> None:
    problem = problem_of(errors.InvalidField("new_password", "Too common."))
    assert (problem.type, list(problem.invalid)) == (ProblemType.VALIDATION_FAILED, [("#/new_password", "Too common.")])


def test_an_exceeded_quota_has_retry_after() -> None:
    problem = problem_of(errors.QuotaExceeded(7))
    assert (problem.type, str(problem)) == (ProblemType.QUOTA_EXCEEDED, errors.QuotaExceeded.message)
    assert problem.response("id").headers["Retry-After"] == "7"


@pytest.mark.parametrize("error", [KeyError("secret"), RuntimeError("secret"), ValueError("secret")], ids=repr)
def test_an_unexpected_error_is_an_internal_error_without_details(error: Exception) -> None:
    response = problem_of(error).response("id")
    assert response.status == 500
    assert "secret" not in response.body


def test_the_problem_of_a_problem_is_itself() -> None:
    problem = Problem(ProblemType.NOT_FOUND, "Nothing.")
    assert problem_of(problem) is problem


def test_a_problem_document_has_the_members_of_rfc_9457_and_no_empty_errors() -> None:
    response = Problem(ProblemType.NOT_FOUND, 'No "thing".', headers={"X": "1"}).response("5b6c7d8e")
    assert json.loads(response.body) == {
        "type": "https://docs.example.com/problems/not-found",
        "title": "Not found",
        "status": 404,
        "detail": 'No "thing".',
        "instance": "urn:uuid:5b6c7d8e",
        "request_id": "5b6c7d8e",
    }
    assert response.headers == {"Content-Type": "application/problem+json", "Cache-Control": "no-store", "X": "1"}


def test_invalid_members_are_listed_with_their_pointers() -> None:
    response = Problem(ProblemType.VALIDATION_FAILED, "Bad.", invalid=[("#/a", "x"), ("#/b", "y")]).response("id")
    listed = [{"pointer": "#/a", "detail": "x"}, {"pointer": "#/b", "detail": "y"}]
    assert json.loads(response.body)["errors"] == listed
