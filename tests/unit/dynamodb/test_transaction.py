"""The unit of work, on a client that answers what it is told; on real engines it runs in tests/proof/engine."""

from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ConnectTimeoutError, ReadTimeoutError

from neoforge import clock
from neoforge.dynamodb import transaction
from neoforge.dynamodb.expressions import Update
from neoforge.dynamodb.item import Item
from neoforge.dynamodb.transaction import OnConditionFailed, UnitOfWork, Write, transact
from neoforge.errors import NotFound, PreconditionFailed, Unavailable, WriteConflict
from tests.functions.helpers import client_error
from tests.unit.helpers import FakeClient

pytestmark = pytest.mark.usefixtures("pauses")
CANCELLED, FAILED = "TransactionCanceledException", "ConditionalCheckFailed"
LOST = ReadTimeoutError(endpoint_url="https://dynamodb")
CONFLICT = client_error(CANCELLED, "None", "TransactionConflict", "None")

Use = Callable[..., FakeClient]


@pytest.fixture
def use(monkeypatch: pytest.MonkeyPatch) -> Use:
    def answer(*answers: Exception | None) -> FakeClient:
        monkeypatch.setattr(transaction, "get_client", (fake := FakeClient(*answers)).client)
        return fake

    return answer


def three() -> UnitOfWork:
    """A put, a delete and an update, of which the first two say by themselves what their failed condition means."""
    work = UnitOfWork()
    work.put(Item("a", "1"), Item.pk.does_not_exist(), lambda found: KeyError(found and found.sk))
    work.delete(Item("a", "2"), Item.pk.exists(), lambda found: PreconditionFailed() if found else NotFound())
    work.update(Update("a", "3", "ADD #total :by", {":by": 1}, {"#total": "total"}))
    return work


def tokens(fake: FakeClient) -> list[str]:
    return [parameters["ClientRequestToken"] for _, parameters in fake.calls]


def test_nothing_to_write_is_no_call(use: Use) -> None:
    fake = use()
    UnitOfWork().commit()
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


def test_the_first_write_goes_before_all_others(use: Use) -> None:
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


def test_an_error_is_made_from_the_item_that_was_found(use: Use) -> None:
    error: Any = client_error(CANCELLED, "None", FAILED, "None")
    error.response["CancellationReasons"][1]["Item"] = {"pk": {"S": "a"}, "sk": {"S": "2"}, "version": {"N": "7"}}
    use(error)
    with pytest.raises(PreconditionFailed):
        three().commit()


@pytest.mark.parametrize(
    ("found", "error"), [({"pk": {"S": "a"}, "sk": {"S": "2"}}, PreconditionFailed), (None, NotFound)]
)
def test_so_is_that_of_a_single_write(found: dict[str, Any] | None, error: type[Exception], use: Use) -> None:
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
def test_a_busy_database_is_asked_again(busy: Exception, use: Use, pauses: list[int]) -> None:
    fake = use(busy, busy, None)
    three().commit()
    assert len(fake.calls) == 3
    assert pauses == [0, 1]
    assert fake.calls[0][1]["TransactItems"] == fake.calls[2][1]["TransactItems"]


@pytest.mark.parametrize("error", [CONFLICT, LOST])
def test_until_the_deadline(error: Exception, use: Use, monkeypatch: pytest.MonkeyPatch) -> None:
    fake, moments = use(*[error] * 100), iter(range(100))
    monkeypatch.setattr(clock, "monotonic", lambda: float(next(moments)))
    with clock.limited(4.5), pytest.raises(Unavailable) as raised:
        three().commit()
    assert len(fake.calls) == 6
    assert raised.value.__cause__ is error


def test_a_try_whose_answer_was_lost_is_repeated_with_its_token(use: Use) -> None:
    fake = use(LOST, client_error("TransactionInProgressException"), None)
    three().commit()
    assert len(set(tokens(fake))) == 1


def test_a_try_that_was_cancelled_is_repeated_with_a_new_one(use: Use) -> None:
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
def test_what_does_not_pass_by_itself_is_raised_at_once(error: Exception, use: Use) -> None:
    fake = use(error)
    with pytest.raises(type(error)):
        three().commit()
    assert len(fake.calls) == 1


def test_what_was_read_and_changed_is_built_again_and_told_once(use: Use, pauses: list[int]) -> None:
    fake, built = use(client_error(CANCELLED, "None", "None", FAILED), None), list[UnitOfWork]()
    told = list[int]()

    def build(work: UnitOfWork) -> int:
        built.append(work)
        number = len(built)
        work.after_commit(lambda: told.append(number))
        work.writes += three().writes
        return len(built)

    assert transact(build) == 2
    assert told == [2]
    assert built[0] is not built[1]
    assert len(set(tokens(fake))) == 2
    assert pauses == [0]


def test_building_again_ends_at_the_deadline(use: Use, monkeypatch: pytest.MonkeyPatch) -> None:
    fake, moments = use(*[client_error(CANCELLED, "None", "None", FAILED)] * 100), iter(range(100))
    monkeypatch.setattr(clock, "monotonic", lambda: float(next(moments)))
    with clock.limited(4.5), pytest.raises(Unavailable):
        transact(lambda work: work.writes.extend(three().writes))
    assert len(fake.calls) == 6


@pytest.mark.parametrize(("on_condition_failed", "error"), [((), WriteConflict), ((lambda _: KeyError(),), KeyError)])
def test_a_change_of_parts_is_written_with_the_rest_and_says_what_its_failed_condition_means(
    on_condition_failed: tuple[OnConditionFailed, ...], error: type[Exception], use: Use
) -> None:
    fake, work = use(client_error(CANCELLED, "None", "None", "None", FAILED)), three()
    change = Update("a", "4", "SET #a = :a", {":a": 1}, {"#a": "a"}, "attribute_exists(pk)")
    work.update(change, *on_condition_failed)
    with pytest.raises(error):
        work.commit()
    assert fake.calls[0][1]["TransactItems"][3] == {"Update": change.parameters()}


@pytest.mark.parametrize("writes", [0, 1, 3])
def test_what_is_to_be_told_is_told_in_its_order_after_everything_is_written(writes: int, use: Use) -> None:
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
def test_what_failed_is_not_told(error: Exception, use: Use) -> None:
    use(error)
    work = three()
    work.after_commit(lambda: pytest.fail("told"))
    with pytest.raises((WriteConflict, type(error))):
        work.commit()


@pytest.mark.parametrize("error", [NotFound(), RuntimeError("bug")], ids=repr)
def test_what_build_raises_comes_through_and_nothing_is_written(error: Exception, use: Use) -> None:
    fake = use()

    def build(work: UnitOfWork) -> None:
        work.writes += three().writes
        raise error

    with pytest.raises(type(error)):
        transact(build)
    assert fake.calls == []
