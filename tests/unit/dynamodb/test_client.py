from typing import Any

import pytest
from botocore.exceptions import NoCredentialsError, ParamValidationError
from pynamodb.exceptions import GetError, QueryError

from neoforge import clock
from neoforge.dynamodb.client import get_client, is_transient, is_unanswered
from neoforge.errors import Unavailable
from tests.functions.helpers import client_error
from tests.unit.helpers import BUSY, UNANSWERED

LASTING: list[Exception] = [
    client_error("AccessDeniedException"),
    client_error("ConditionalCheckFailedException"),
    client_error("ResourceNotFoundException"),
    client_error("ValidationException"),
    NoCredentialsError(),
    ParamValidationError(report="x"),
    RuntimeError("bug"),
]


@pytest.mark.parametrize("error", [*UNANSWERED, *BUSY], ids=repr)
def test_an_error_that_a_retry_can_resolve_is_transient(error: Exception) -> None:
    assert is_transient(error)


@pytest.mark.parametrize("error", LASTING, ids=repr)
def test_an_error_that_no_retry_resolves_is_not_transient(error: Exception) -> None:
    assert not is_transient(error)


@pytest.mark.parametrize("wrap", [GetError, QueryError])
@pytest.mark.parametrize(("errors", "expected"), [([*UNANSWERED, *BUSY], True), (LASTING, False)])
def test_an_error_of_pynamodb_is_as_transient_as_its_cause(wrap: Any, errors: list[Exception], expected: bool) -> None:
    assert {is_transient(wrap("failed", error)) for error in errors} == {expected}
    assert not is_transient(wrap("failed", None))


@pytest.mark.parametrize("error", UNANSWERED, ids=repr)
def test_a_missing_answer_differs_from_an_error_answer(error: Exception) -> None:
    assert is_unanswered(error)
    assert not any(is_unanswered(other) for other in [*BUSY, *LASTING, None])


def test_the_time_outs_are_shorter_than_the_functions_time() -> None:
    config = get_client().meta.config
    tries = config.retries["total_max_attempts"]
    assert (config.connect_timeout + config.read_timeout) * tries < 10  # seconds that a function has


def test_after_the_deadline_there_is_no_client() -> None:
    with clock.limited(0.0), pytest.raises(Unavailable):
        get_client()


def test_the_user_agent_is_computed_once_and_names_the_sdk() -> None:
    # Without one of its own botocore would write it twice a call, a sixth of what a call costs.
    assert get_client().meta.config.user_agent.startswith("Botocore/")
