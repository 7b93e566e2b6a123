from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import (
    ClientError,
    ConnectionClosedError,
    ConnectTimeoutError,
    EndpointConnectionError,
    NoCredentialsError,
    ParamValidationError,
    ReadTimeoutError,
)
from hypothesis import given
from hypothesis import strategies as st
from pynamodb.exceptions import GetError, QueryError

from neoforge import attributes, clock, table
from neoforge.attributes import Change, ConditionFailed, Value
from neoforge.errors import Unavailable
from neoforge.table import Item
from tests.functions.helpers import client_error, failing

URL = "https://dynamodb"
UNANSWERED: list[Exception] = [
    ConnectionClosedError(endpoint_url=URL),
    ConnectTimeoutError(endpoint_url=URL),
    EndpointConnectionError(endpoint_url=URL),
    ReadTimeoutError(endpoint_url=URL),
]
LASTING: list[Exception] = [
    client_error("AccessDeniedException"),
    client_error("ConditionalCheckFailedException"),
    client_error("ResourceNotFoundException"),
    client_error("ValidationException"),
    NoCredentialsError(),
    ParamValidationError(report="x"),
    RuntimeError("bug"),
]
BUSY: list[Exception] = [
    *(client_error(code) for code in sorted(table.TRANSIENT)),
    client_error("500", status=500),
    client_error("503", status=503),
]


@pytest.mark.parametrize("error", [*UNANSWERED, *BUSY], ids=repr)
def test_what_passes_by_itself_is_transient(error: Exception) -> None:
    assert table.transient(error)


@pytest.mark.parametrize("error", LASTING, ids=repr)
def test_what_does_not_is_not(error: Exception) -> None:
    assert not table.transient(error)


@pytest.mark.parametrize("wrap", [GetError, QueryError])
@pytest.mark.parametrize(("errors", "expected"), [([*UNANSWERED, *BUSY], True), (LASTING, False)])
def test_pynamodbs_errors_are_what_caused_them(wrap: Any, errors: list[Exception], expected: bool) -> None:
    assert {table.transient(wrap("failed", error)) for error in errors} == {expected}
    assert not table.transient(wrap("failed", None))


@pytest.mark.parametrize("error", UNANSWERED, ids=repr)
def test_no_answer_is_told_from_a_bad_one(error: Exception) -> None:
    assert table.unanswered(error)
    assert not any(table.unanswered(other) for other in [*BUSY, *LASTING, None])


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
        assert attributes.read("a", "b") is None
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
    config = table.client().meta.config
    tries = config.retries["total_max_attempts"]
    assert (config.connect_timeout + config.read_timeout) * tries < 10  # seconds that a function has


def test_after_the_deadline_no_call_begins() -> None:
    with clock.limited(0.0):
        for use in (table.client, lambda: table.get("a", "b"), table.ping):
            with pytest.raises(Unavailable):
                use()


def test_the_user_agent_is_written_once_and_names_the_sdk() -> None:
    # Without one of its own botocore would write it twice a call, a sixth of what a call costs.
    assert table.client().meta.config.user_agent.startswith("Botocore/")


NAMES = st.text("abcXYZ09_#-", min_size=1, max_size=8)
NUMBERS = st.integers(-(2**53), 2**53) | st.floats(-1e100, 1e100).filter(lambda number: not 0 < abs(number) < 1e-100)
VALUES: st.SearchStrategy[Value] = st.recursive(
    st.text() | NUMBERS | st.frozensets(st.text(min_size=1), min_size=1),
    lambda members: st.dictionaries(NAMES, members, max_size=4),
    max_leaves=8,
)


@given(VALUES)
def test_a_value_is_read_as_it_was_written(value: Value) -> None:
    assert attributes.decoded(attributes.encoded(value)) == value


@pytest.mark.parametrize(
    ("value", "attribute"),
    [
        ("", {"S": ""}),
        (7, {"N": "7"}),
        (0.5, {"N": "0.5"}),
        (frozenset({"b", "a"}), {"SS": ["a", "b"]}),
        ({"a": {"b": 1}}, {"M": {"a": {"M": {"b": {"N": "1"}}}}}),
    ],
)
def test_a_value_is_written_as_dynamodb_takes_it(value: Value, attribute: Any) -> None:
    assert attributes.encoded(value) == attribute


SET = Change("a", "b", "SET #n = :n", {":n": {"c": 1, "d": frozenset({"x"})}}, {"#n": "name"})
# What there is for items that are no document.
USES: list[Callable[[], object]] = [
    lambda: attributes.read("a", "b"),
    lambda: attributes.update(SET),
    lambda: attributes.delete("a", "b"),
]


def test_parameters_name_only_what_there_is() -> None:
    assert set(Change("a", "b", "REMOVE c", {}).parameters()) == {"TableName", "Key", "UpdateExpression"}
    whole = SET._replace(condition="attribute_exists(pk)").parameters()
    assert whole["Key"] == {"pk": {"S": "a"}, "sk": {"S": "b"}}
    assert whole["ConditionExpression"] == "attribute_exists(pk)"
    assert whole["ExpressionAttributeNames"] == {"#n": "name"}


@pytest.mark.usefixtures("dynamodb")
def test_an_update_makes_the_item_if_there_is_none_and_gives_all_of_it() -> None:
    assert attributes.read("a", "b") is None
    assert attributes.update(SET) == {"pk": "a", "sk": "b", "name": {"c": 1, "d": {"x"}}}
    again = attributes.update(Change("a", "b", "ADD things :one", {":one": 2}))
    assert again == attributes.read("a", "b") == {"pk": "a", "sk": "b", "name": {"c": 1, "d": {"x"}}, "things": 2}
    assert attributes.read("a", "c") is None


@pytest.mark.usefixtures("dynamodb")
def test_an_update_whose_condition_fails_changes_nothing() -> None:
    for condition in ("attribute_exists(pk)", "attribute_exists(#n)"):
        with pytest.raises(ConditionFailed):
            attributes.update(SET._replace(condition=condition))
    assert attributes.read("a", "b") is None
    attributes.update(SET._replace(condition="attribute_not_exists(pk)"))
    with pytest.raises(ConditionFailed):
        attributes.update(SET._replace(condition="attribute_not_exists(pk)"))


@pytest.mark.usefixtures("dynamodb")
@pytest.mark.parametrize("conflicts", range(5))
def test_an_update_waits_a_little_for_a_transaction_to_end(conflicts: int, pauses: list[int]) -> None:
    errors = [client_error("TransactionConflictException")] * conflicts
    with failing(*errors, operation="UpdateItem") as sent:
        if conflicts < attributes.TRIES:
            attributes.update(SET)
        else:
            with pytest.raises(Unavailable):
                attributes.update(SET)
    assert len(sent) == min(conflicts + 1, attributes.TRIES)
    assert pauses == list(range(len(sent) - 1))


@pytest.mark.usefixtures("dynamodb")
def test_an_update_ends_at_the_deadline(monkeypatch: pytest.MonkeyPatch) -> None:
    moments = iter((0.0, 0.0, 2.0))
    monkeypatch.setattr(clock, "monotonic", lambda: next(moments))
    conflict = client_error("TransactionConflictException")
    with clock.limited(1.0), failing(conflict, operation="UpdateItem"), pytest.raises(Unavailable):
        attributes.update(SET)


@pytest.mark.usefixtures("dynamodb")
def test_what_is_deleted_is_gone_whether_it_was_there_or_not() -> None:
    attributes.update(SET)
    for _ in range(2):
        attributes.delete("a", "b")
        assert attributes.read("a", "b") is None


@pytest.mark.usefixtures("dynamodb")
@pytest.mark.parametrize("error", [*UNANSWERED, *BUSY], ids=repr)
def test_items_that_are_no_document_raise_unavailable_too(error: Exception) -> None:
    for use in USES:
        with failing(error, error, error), pytest.raises(Unavailable):
            use()


@pytest.mark.usefixtures("dynamodb")
def test_other_errors_of_them_come_through() -> None:
    for use in USES:
        with failing(client_error("AccessDeniedException")), pytest.raises(ClientError):
            use()
