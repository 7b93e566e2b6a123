"""The unit of work, on a client that answers what it is told; on real engines it runs in tests/proof/engine."""

from typing import Any

import pytest
from botocore.exceptions import ConnectTimeoutError, ReadTimeoutError

from neoforge import clock
from neoforge.dynamodb.expressions import Update
from neoforge.dynamodb.item import Item
from neoforge.dynamodb.transaction import OnConditionFailed, UnitOfWork, Write
from neoforge.errors import NotFound, PreconditionFailed, TooLarge, Unavailable, WriteConflict
from neoforge.limits import MAX_ITEM_BYTES
from tests.functions.helpers import client_error
from tests.unit.dynamodb.conftest import CANCELLED, FAILED, Use, three, tokens
from tests.unit.helpers import commit

pytestmark = pytest.mark.usefixtures("pauses")
LOST = ReadTimeoutError(endpoint_url="https://dynamodb")
CONFLICT = client_error(CANCELLED, "None", "TransactionConflict", "None")


def test_a_commit_without_writes_makes_no_call(use: Use) -> None:
    fake = use()
    UnitOfWork().commit()
    assert fake.calls == []


@pytest.mark.parametrize("text", ["x" * MAX_ITEM_BYTES, "\N{GRINNING FACE}" * (MAX_ITEM_BYTES // 4)])
def test_what_is_larger_than_an_item_may_be_is_refused_before_anything_is_sent(text: str, use: Use) -> None:
    fake = use()
    for write in ("put", "update"):
        work = three()
        if write == "put":
            work.put(Item("a", "4", document=text), None)
        else:
            work.update(Update("a", "4", "SET answer = :answer", {":answer": {"body": text}}))
        with pytest.raises(TooLarge):
            commit(work)
    assert fake.calls == []


def test_several_writes_are_one_transaction_in_their_order(use: Use) -> None:
    fake = use()
    three().commit()
    ((operation, parameters),) = fake.calls
    assert operation == "transact_write_items"
    assert [next(iter(item)) for item in parameters["TransactItems"]] == ["Put", "Delete", "Update"]
    assert 1 <= len(parameters["ClientRequestToken"]) <= 36


@pytest.mark.parametrize(("index", "operation"), [(0, "put_item"), (1, "delete_item"), (2, "update_item")])
def test_a_single_write_is_no_transaction(index: int, operation: str, use: Use) -> None:
    fake, work = use(), three()
    work.writes = work.writes[index : index + 1]
    work.commit()
    assert [name for name, _ in fake.calls] == [operation]


def test_a_write_that_is_inserted_first_precedes_all_others(use: Use) -> None:
    fake, work = use(), three()
    work.insert_first(Write("Update", {"TableName": "t", "Key": "k"}, lambda _: RuntimeError()))
    work.commit()
    assert fake.calls[0][1]["TransactItems"][0] == {"Update": {"TableName": "t", "Key": "k"}}


@pytest.mark.parametrize(
    ("reasons", "error"),
    [
        ([FAILED, "None", "None"], KeyError),
        (["None", FAILED, "None"], NotFound),
        (["None", "None", FAILED], WriteConflict),
        (["None", FAILED, FAILED], NotFound),
        ([FAILED, FAILED, FAILED], KeyError),
        (["TransactionConflict", FAILED, "None"], NotFound),
    ],
)
def test_the_first_failed_condition_raises_its_error(reasons: list[str], error: type[Exception], use: Use) -> None:
    fake = use(client_error(CANCELLED, *reasons))
    with pytest.raises(error):
        three().commit()
    assert len(fake.calls) == 1


def test_the_error_of_a_failed_condition_depends_on_the_item_that_was_found(use: Use) -> None:
    error: Any = client_error(CANCELLED, "None", FAILED, "None")
    error.response["CancellationReasons"][1]["Item"] = {"pk": {"S": "a"}, "sk": {"S": "2"}, "version": {"N": "7"}}
    use(error)
    with pytest.raises(PreconditionFailed):
        three().commit()


@pytest.mark.parametrize(
    ("found", "error"), [({"pk": {"S": "a"}, "sk": {"S": "2"}}, PreconditionFailed), (None, NotFound)]
)
def test_the_error_of_a_single_write_depends_on_the_item_that_was_found(
    found: dict[str, Any] | None, error: type[Exception], use: Use
) -> None:
    failure: Any = client_error("ConditionalCheckFailedException")
    failure.response |= {"Item": found} if found else {}
    use(failure)
    work = three()
    work.writes = work.writes[1:2]
    with pytest.raises(error):
        work.commit()


@pytest.mark.parametrize(
    "busy",
    [
        CONFLICT,
        client_error(CANCELLED, "ThrottlingError", "None", "None"),
        client_error(CANCELLED, "ProvisionedThroughputExceeded", "TransactionConflict", "None"),
        client_error("TransactionInProgressException"),
        client_error("ThrottlingException"),
        client_error("InternalServerError", status=500),
        client_error("503", status=503),
        LOST,
        ConnectTimeoutError(endpoint_url="https://dynamodb"),
    ],
    ids=repr,
)
def test_a_commit_is_retried_while_the_database_is_busy(busy: Exception, use: Use, pauses: list[int]) -> None:
    fake = use(busy, busy, None)
    three().commit()
    assert len(fake.calls) == 3
    assert pauses == [0, 1]
    assert fake.calls[0][1]["TransactItems"] == fake.calls[2][1]["TransactItems"]


@pytest.mark.parametrize("error", [CONFLICT, LOST])
def test_a_commit_is_unavailable_if_the_database_is_busy_until_the_deadline(
    error: Exception, use: Use, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake, moments = use(*[error] * 100), iter(range(100))
    monkeypatch.setattr(clock, "monotonic", lambda: float(next(moments)))
    with clock.limited(4.5), pytest.raises(Unavailable) as raised:
        three().commit()
    assert len(fake.calls) == 6
    assert raised.value.__cause__ is error


def test_a_call_whose_answer_was_lost_is_retried_with_the_same_token(use: Use) -> None:
    fake = use(LOST, client_error("TransactionInProgressException"), None)
    three().commit()
    assert len(set(tokens(fake))) == 1


def test_a_call_that_was_cancelled_is_retried_with_a_new_token(use: Use) -> None:
    fake = use(CONFLICT, CONFLICT, None)
    three().commit()
    assert len(set(tokens(fake))) == 3


@pytest.mark.parametrize(
    "error",
    [
        client_error("AccessDeniedException"),
        client_error("ValidationException"),
        client_error(CANCELLED, "ValidationError", "None", "None"),
        client_error(CANCELLED, "TransactionConflict", "ItemCollectionSizeLimitExceeded", "None"),
        client_error(CANCELLED),
    ],
    ids=repr,
)
def test_an_error_that_no_retry_resolves_is_raised_at_once(error: Exception, use: Use) -> None:
    fake = use(error)
    with pytest.raises(type(error)):
        three().commit()
    assert len(fake.calls) == 1


@pytest.mark.parametrize(("on_condition_failed", "error"), [((), WriteConflict), ((lambda _: KeyError(),), KeyError)])
def test_an_update_is_part_of_the_transaction_and_has_its_own_error(
    on_condition_failed: tuple[OnConditionFailed, ...], error: type[Exception], use: Use
) -> None:
    fake, work = use(client_error(CANCELLED, "None", "None", "None", FAILED)), three()
    change = Update("a", "4", "SET #a = :a", {":a": 1}, {"#a": "a"}, "attribute_exists(pk)")
    work.update(change, *on_condition_failed)
    with pytest.raises(error):
        work.commit()
    assert fake.calls[0][1]["TransactItems"][3] == {"Update": change.parameters()}


@pytest.mark.parametrize("writes", [0, 1, 3])
def test_callbacks_run_in_order_after_the_commit(writes: int, use: Use) -> None:
    fake, work, told = use(), three(), list[tuple[str, int]]()
    work.writes = work.writes[:writes]
    work.after_commit(lambda: told.append(("first", len(fake.calls))))
    work.after_commit(lambda: told.append(("second", len(fake.calls))))
    assert told == []
    work.commit()
    assert told == [("first", min(writes, 1)), ("second", min(writes, 1))]


@pytest.mark.parametrize(
    "error", [client_error(CANCELLED, "None", "None", FAILED), client_error("AccessDeniedException")], ids=repr
)
def test_callbacks_do_not_run_after_a_failed_commit(error: Exception, use: Use) -> None:
    use(error)
    work = three()
    work.after_commit(lambda: pytest.fail("told"))
    with pytest.raises((WriteConflict, type(error))):
        work.commit()
