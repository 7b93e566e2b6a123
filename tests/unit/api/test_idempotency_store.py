"""Idempotency records, one call at a time on moto."""

from typing import Any

import pytest
from aws_lambda_powertools.utilities.idempotency import IdempotencyConfig
from aws_lambda_powertools.utilities.idempotency.exceptions import (
    IdempotencyInconsistentStateError,
    IdempotencyItemAlreadyExistsError,
    IdempotencyItemNotFoundError,
    IdempotencyValidationError,
)
from aws_lambda_powertools.utilities.idempotency.persistence.datarecord import DataRecord

from neoforge import clock
from neoforge.api.idempotency_store import SORT_KEY, Record
from neoforge.dynamodb.client import get_client
from neoforge.dynamodb.expressions import decode
from neoforge.dynamodb.item import Item
from neoforge.dynamodb.keys import primary_key
from neoforge.dynamodb.transaction import UnitOfWork
from neoforge.limits import IDEMPOTENCY_SECONDS
from tests.functions.helpers import client_error, failing

pytestmark = pytest.mark.usefixtures("dynamodb")
KEY = "IDEMPOTENCY#1"
ANSWER = {"status": 201, "headers": {}, "body": "{}"}


def record() -> Record:
    """Create the record of a request, configured as for every request."""
    made = Record()
    made.configure(IdempotencyConfig(payload_validation_jmespath="payload"))
    return made


def data(locked_for: float = 10) -> DataRecord:
    now = clock.now()
    until = int((now + locked_for) * 1000)
    return DataRecord(
        KEY, status="INPROGRESS", expiry_timestamp=int(now) + 3600, in_progress_expiry_timestamp=until, payload_hash="p"
    )


def stored() -> dict[str, Any]:
    key = {"pk": {"S": KEY}, "sk": {"S": SORT_KEY}}
    found: dict[str, Any] = get_client().get_item(TableName=Item.Meta.table_name, Key=key)["Item"]
    return {name: next(iter(value.values())) for name, value in found.items()}


def lock(locked_for: float = 10) -> Record:
    made = record()
    made._put_record(data(locked_for))
    return made


def complete(owner: Record) -> None:
    work = UnitOfWork()
    work.insert_first(owner.completion(ANSWER))
    work.commit()


def test_a_record_has_a_partition_of_its_own() -> None:
    lock()
    assert (stored()["pk"], stored()["sk"], stored()["status"]) == (KEY, SORT_KEY, "INPROGRESS")


def test_a_lock_excludes_other_requests_until_it_expires() -> None:
    lock()
    with pytest.raises(IdempotencyItemAlreadyExistsError):
        lock()


def test_the_lock_is_compared_before_the_payload_of_another_request_is_refused() -> None:
    lock()
    other = data()
    other.payload_hash = "another"
    with pytest.raises(IdempotencyValidationError):
        record()._put_record(other)


def test_an_expired_lock_is_taken_over_with_another_token() -> None:
    lock(locked_for=-1)
    first = stored()["lock"]
    lock()
    assert stored()["lock"] != first


def test_a_record_that_is_locked_again_has_another_token_and_was_not_overtaken() -> None:
    owner = lock(locked_for=-1)
    first = stored()["lock"]
    lock()
    owner._delete_record(data())
    assert owner.overtaken
    get_client().delete_item(TableName=Item.Meta.table_name, Key=primary_key(KEY, SORT_KEY))
    owner._put_record(data())
    assert not owner.overtaken
    assert stored()["lock"] != first


def test_a_lock_is_released_at_once() -> None:
    owner = lock()
    owner._delete_record(data())
    assert (stored()["locked_until"], owner.overtaken) == ("0", False)
    lock()


def test_the_locks_of_two_requests_are_kept_apart() -> None:
    """Both run in one thread, as no state of a request outlives it."""
    first = lock(locked_for=-1)
    second = lock()
    first._delete_record(data())
    assert (first.overtaken, second.overtaken) == (True, False)
    complete(second)
    assert stored()["status"] == "COMPLETED"


def test_a_lock_that_was_taken_over_is_not_released_by_its_former_owner() -> None:
    owner, other = lock(locked_for=-1), data()
    item = {
        name: {"S": value} for name, value in {"pk": KEY, "sk": SORT_KEY, "status": "INPROGRESS", "lock": "x"}.items()
    }
    until = {"N": str(other.in_progress_expiry_timestamp)}
    get_client().put_item(TableName=Item.Meta.table_name, Item=item | {"locked_until": until})
    owner._delete_record(data())
    assert stored()["locked_until"] == until["N"]
    assert owner.overtaken


def test_an_answer_is_stored_for_24_hours_if_the_lock_is_still_ours() -> None:
    complete(lock())
    assert stored()["status"] == "COMPLETED"
    assert decode({"M": stored()["answer"]}) == {"status": 201, "headers": {}, "body": "{}"}
    assert abs(int(stored()["expires_at"]) - clock.now() - IDEMPOTENCY_SECONDS) < 5


def test_an_answer_is_stored_once() -> None:
    owner = lock()
    complete(owner)
    with pytest.raises(IdempotencyInconsistentStateError):
        complete(owner)


def test_a_completed_record_returns_its_answer_and_is_never_unlocked() -> None:
    owner = lock()
    complete(owner)
    owner._delete_record(data())
    with pytest.raises(IdempotencyItemAlreadyExistsError) as raised:
        lock()
    found = raised.value.old_data_record
    assert found is not None
    assert (found.status, found.response_json_as_dict()) == ("COMPLETED", ANSWER)


def test_no_record_is_read_as_a_lock_that_fails_has_returned_it() -> None:
    with pytest.raises(IdempotencyItemNotFoundError):
        record()._get_record(KEY)


def test_a_lock_whose_answer_was_lost_is_still_ours() -> None:
    """The SDK repeats a put whose answer was lost; the second one finds the lock of the first."""
    with failing() as sent:
        lock()
    taken = sent[0]["Item"]["lock"]["S"]
    again: Any = client_error("ConditionalCheckFailedException")
    again.response["Item"] = {"lock": {"S": taken}, "status": {"S": "INPROGRESS"}}
    with pytest.MonkeyPatch.context() as patch, failing(again, operation="PutItem"):
        patch.setattr(clock, "new_secret", lambda: taken)
        lock()


@pytest.mark.parametrize(
    "error", [client_error("ThrottlingException"), client_error("AccessDeniedException")], ids=repr
)
def test_an_error_of_locking_is_raised_and_one_of_releasing_is_not(error: Exception) -> None:
    with failing(error, operation="PutItem"), pytest.raises(type(error)):
        lock()
    owner = lock()
    with failing(error, operation="UpdateItem"):
        owner._delete_record(data())
    assert not owner.overtaken
