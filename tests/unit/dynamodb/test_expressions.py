from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError
from hypothesis import given
from hypothesis import strategies as st

from neoforge import clock
from neoforge.dynamodb import expressions
from neoforge.dynamodb.client import get_client
from neoforge.dynamodb.expressions import ConditionFailed, Update, Value
from neoforge.dynamodb.keys import primary_key
from neoforge.errors import Unavailable
from neoforge.settings import settings
from tests.functions.helpers import client_error, failing
from tests.unit.helpers import BUSY, UNANSWERED

NAMES = st.text("abcXYZ09_#-", min_size=1, max_size=8)
NUMBERS = st.integers(-(2**53), 2**53) | st.floats(-1e100, 1e100).filter(lambda number: not 0 < abs(number) < 1e-100)
VALUES: st.SearchStrategy[Value] = st.recursive(
    st.text() | NUMBERS | st.frozensets(st.text(min_size=1), min_size=1),
    lambda members: st.dictionaries(NAMES, members, max_size=4),
    max_leaves=8,
)


@given(VALUES)
def test_a_value_is_decoded_as_it_was_encoded(value: Value) -> None:
    assert expressions.decode(expressions.encode(value)) == value


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
def test_a_value_is_encoded_as_dynamodb_expects(value: Value, attribute: Any) -> None:
    assert expressions.encode(value) == attribute


SET = Update("a", "b", "SET #n = :n", {":n": {"c": 1, "d": frozenset({"x"})}}, {"#n": "name"})
# What there is for items that are no document.
USES: list[Callable[[], object]] = [
    lambda: expressions.get("a", "b"),
    lambda: expressions.batch_get([("a", "b")]),
    lambda: expressions.update(SET),
    lambda: expressions.delete("a", "b"),
]


def test_empty_parameters_are_omitted() -> None:
    assert set(Update("a", "b", "REMOVE c", {}).parameters()) == {"TableName", "Key", "UpdateExpression"}
    whole = SET._replace(condition="attribute_exists(pk)").parameters()
    assert whole["Key"] == {"pk": {"S": "a"}, "sk": {"S": "b"}}
    assert whole["ConditionExpression"] == "attribute_exists(pk)"
    assert whole["ExpressionAttributeNames"] == {"#n": "name"}


@pytest.mark.usefixtures("dynamodb")
def test_an_update_creates_a_missing_item_and_returns_its_new_state() -> None:
    assert expressions.get("a", "b") is None
    assert expressions.update(SET) == {"pk": "a", "sk": "b", "name": {"c": 1, "d": {"x"}}}
    again = expressions.update(Update("a", "b", "ADD things :one", {":one": 2}))
    assert again == expressions.get("a", "b") == {"pk": "a", "sk": "b", "name": {"c": 1, "d": {"x"}}, "things": 2}
    assert expressions.get("a", "c") is None


@pytest.mark.usefixtures("dynamodb")
def test_an_update_whose_condition_fails_changes_nothing() -> None:
    for condition in ("attribute_exists(pk)", "attribute_exists(#n)"):
        with pytest.raises(ConditionFailed):
            expressions.update(SET._replace(condition=condition))
    assert expressions.get("a", "b") is None
    expressions.update(SET._replace(condition="attribute_not_exists(pk)"))
    with pytest.raises(ConditionFailed):
        expressions.update(SET._replace(condition="attribute_not_exists(pk)"))


@pytest.mark.usefixtures("dynamodb")
@pytest.mark.parametrize("conflicts", range(5))
def test_an_update_that_meets_a_transaction_is_retried(conflicts: int, pauses: list[int]) -> None:
    errors = [client_error("TransactionConflictException")] * conflicts
    with failing(*errors, operation="UpdateItem") as sent:
        if conflicts < expressions.TRIES:
            expressions.update(SET)
        else:
            with pytest.raises(Unavailable):
                expressions.update(SET)
    assert len(sent) == min(conflicts + 1, expressions.TRIES)
    assert pauses == list(range(len(sent) - 1))


@pytest.mark.usefixtures("dynamodb")
def test_an_update_ends_at_the_deadline(monkeypatch: pytest.MonkeyPatch) -> None:
    moments = iter((0.0, 0.0, 2.0))
    monkeypatch.setattr(clock, "monotonic", lambda: next(moments))
    conflict = client_error("TransactionConflictException")
    with clock.limited(1.0), failing(conflict, operation="UpdateItem"), pytest.raises(Unavailable):
        expressions.update(SET)


@pytest.mark.usefixtures("dynamodb")
def test_a_delete_succeeds_whether_or_not_the_item_exists() -> None:
    expressions.update(SET)
    for _ in range(2):
        expressions.delete("a", "b")
        assert expressions.get("a", "b") is None


@pytest.mark.usefixtures("dynamodb")
@pytest.mark.parametrize("error", [*UNANSWERED, *BUSY], ids=repr)
def test_reads_and_writes_of_an_unavailable_database_raise_unavailable(error: Exception) -> None:
    for use in USES:
        with failing(error, error, error), pytest.raises(Unavailable):
            use()


@pytest.mark.usefixtures("dynamodb")
def test_other_errors_of_reads_and_writes_are_raised() -> None:
    for use in USES:
        with failing(client_error("AccessDeniedException")), pytest.raises(ClientError):
            use()


@pytest.mark.usefixtures("dynamodb")
def test_a_batch_reads_the_items_that_exist_at_once() -> None:
    keys = [("a", str(number)) for number in range(100)]
    for pk, sk in keys[::3]:
        expressions.update(Update(pk, sk, "SET version = :n", {":n": int(sk)}))
    with failing() as sent:
        found = expressions.batch_get(keys)
    assert [one["operation"] for one in sent] == ["BatchGetItem"]
    assert sorted(int(one["version"]) for one in found) == list(range(0, 100, 3))
    assert expressions.batch_get([("b", "0")]) == []


@pytest.mark.usefixtures("dynamodb")
def test_unprocessed_keys_of_a_batch_are_read_again(pauses: list[int]) -> None:
    expressions.update(SET)
    expressions.update(SET._replace(sk="c"))
    name, left = settings.table_name, [primary_key("a", "c")]

    def leave_out(parsed: Any, **_: Any) -> None:
        if not pauses:
            parsed["Responses"][name] = [one for one in parsed["Responses"][name] if one["sk"] == {"S": "b"}]
            parsed["UnprocessedKeys"] = {name: {"Keys": left}}

    events = get_client().meta.events
    events.register("after-call.dynamodb.BatchGetItem", leave_out)
    try:
        with failing() as sent:
            found = expressions.batch_get([("a", "b"), ("a", "c")])
    finally:
        events.unregister("after-call.dynamodb.BatchGetItem", leave_out)
    assert sorted(one["sk"] for one in found) == ["b", "c"]
    assert [one["RequestItems"][name]["Keys"] for one in sent][1:] == [left]
    assert pauses == [0]
