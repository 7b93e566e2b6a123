from typing import Any

import pytest
from botocore.exceptions import (
    NoCredentialsError,
    ParamValidationError,
)
from pynamodb.exceptions import GetError, QueryError

from neoforge import clock
from neoforge.dynamodb import expressions, table
from neoforge.dynamodb.client import get_client, is_transient, is_unanswered
from neoforge.dynamodb.item import Item
from neoforge.errors import Unavailable
from tests.functions.helpers import client_error, failing
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
def test_what_passes_by_itself_is_transient(error: Exception) -> None:
    assert is_transient(error)


@pytest.mark.parametrize("error", LASTING, ids=repr)
def test_what_does_not_is_not(error: Exception) -> None:
    assert not is_transient(error)


@pytest.mark.parametrize("wrap", [GetError, QueryError])
@pytest.mark.parametrize(("errors", "expected"), [([*UNANSWERED, *BUSY], True), (LASTING, False)])
def test_pynamodbs_errors_are_what_caused_them(wrap: Any, errors: list[Exception], expected: bool) -> None:
    assert {is_transient(wrap("failed", error)) for error in errors} == {expected}
    assert not is_transient(wrap("failed", None))


@pytest.mark.parametrize("error", UNANSWERED, ids=repr)
def test_no_answer_is_told_from_a_bad_one(error: Exception) -> None:
    assert is_unanswered(error)
    assert not any(is_unanswered(other) for other in [*BUSY, *LASTING, None])


@pytest.mark.usefixtures("dynamodb")
@pytest.mark.parametrize("error", [*UNANSWERED, *BUSY], ids=repr)
def test_reads_of_a_database_that_is_away_raise_unavailable(error: Exception) -> None:
    with failing(error, error, error):
        for read in (
            lambda: table.get("a", "b"),
            lambda: table.query("a", Item.sk.startswith("b"), limit=1, forward=True),
            table.ping,
        ):
            with pytest.raises(Unavailable):
                read()


@pytest.mark.usefixtures("dynamodb")
def test_other_errors_of_reads_come_through_but_for_a_ping() -> None:
    with failing(client_error("AccessDeniedException"), client_error("AccessDeniedException")):
        with pytest.raises(GetError):
            table.get("a", "b")
        with pytest.raises(Unavailable):
            table.ping()


@pytest.mark.usefixtures("dynamodb")
def test_every_read_is_strongly_consistent() -> None:
    with failing() as sent:
        assert expressions.get("a", "b") is None
        assert table.get("a", "b") is None
        assert table.query("a", Item.sk.startswith("b"), limit=1, forward=True) == []
    assert [one["ConsistentRead"] for one in sent] == [True] * 3


@pytest.mark.usefixtures("dynamodb")
def test_a_query_gives_so_many_items_in_order_from_behind_a_key() -> None:
    for number in range(5):
        Item("a", f"X#{number}", version=number).save()
    Item("b", "X#9").save()

    def keys(**how: Any) -> list[str]:
        return [item.sk for item in table.query("a", Item.sk.startswith("X#"), **how)]

    assert keys(limit=2, forward=True) == ["X#0", "X#1"]
    assert keys(limit=2, forward=False) == ["X#4", "X#3"]
    assert keys(limit=9, forward=True, after="X#2") == ["X#3", "X#4"]
    assert keys(limit=9, forward=False, after="X#2~") == ["X#2", "X#1", "X#0"]


def test_a_function_does_not_wait_longer_than_its_callers_do() -> None:
    config = get_client().meta.config
    tries = config.retries["total_max_attempts"]
    assert (config.connect_timeout + config.read_timeout) * tries < 10  # seconds that a function has


def test_after_the_deadline_no_call_begins() -> None:
    with clock.limited(0.0):
        for use in (get_client, lambda: table.get("a", "b"), table.ping):
            with pytest.raises(Unavailable):
                use()


def test_the_user_agent_is_written_once_and_names_the_sdk() -> None:
    # Without one of its own botocore would write it twice a call, a sixth of what a call costs.
    assert get_client().meta.config.user_agent.startswith("Botocore/")
