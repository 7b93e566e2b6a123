"""Idempotency records, one call at a time on moto."""

from typing import Any

import pytest
from aws_lambda_powertools.utilities.idempotency.exceptions import (
    IdempotencyInconsistentStateError,
    IdempotencyItemAlreadyExistsError,
)
from aws_lambda_powertools.utilities.idempotency.persistence.datarecord import DataRecord

from neoforge import clock
from neoforge.api.constraints import IDEMPOTENCY_SECONDS
from neoforge.api.idempotency_store import SORT_KEY, records
from neoforge.dynamodb.client import get_client
from neoforge.dynamodb.item import Item
from neoforge.dynamodb.transaction import UnitOfWork
from tests.functions.helpers import client_error, failing

pytestmark = pytest.mark.usefixtures("dynamodb")
KEY = "IDEMPOTENCY#1"
ANSWER = {"status": 201, "headers": {}, "body": "{}"}


def record(locked_for: float = 10) -> DataRecord:
    now = clock.now()
    until = int((now + locked_for) * 1000)
    return DataRecord(
        KEY, status="INPROGRESS", expiry_timestamp=int(now) + 3600, in_progress_expiry_timestamp=until, payload_hash="p"
    )


def stored() -> dict[str, Any]:
    key = {"pk": {"S": KEY}, "sk": {"S": SORT_KEY}}
    found: dict[str, Any] = get_client().get_item(TableName=Item.Meta.table_name, Key=key)["Item"]
    return {name: next(iter(value.values())) for name, value in found.items()}


def complete() -> None:
    work = UnitOfWork()
    work.insert_first(records.completion(KEY, ANSWER))
    work.commit()


def test_a_record_has_a_partition_of_its_own() -> None:
    records._put_record(record())
    assert (stored()["pk"], stored()["sk"], stored()["status"]) == (KEY, SORT_KEY, "INPROGRESS")


def test_a_lock_keeps_others_out_until_it_ends() -> None:
    records._put_record(record())
    with pytest.raises(IdempotencyItemAlreadyExistsError):
        records._put_record(record())


def test_a_lock_that_has_ended_is_taken_over_with_another_token() -> None:
    records._put_record(record(locked_for=-1))
    first = stored()["lock"]
    records._put_record(record())
    assert stored()["lock"] != first


def test_a_lock_is_given_up_at_once() -> None:
    records._put_record(record())
    records._delete_record(record())
    assert stored()["locked_until"] == "0"
    records._put_record(record())


def test_a_lock_that_was_taken_over_is_not_given_up_by_its_former_owner(monkeypatch: pytest.MonkeyPatch) -> None:
    records._put_record(record(locked_for=-1))
    other = record()
    item = {
        name: {"S": value} for name, value in {"pk": KEY, "sk": SORT_KEY, "status": "INPROGRESS", "lock": "x"}.items()
    }
    until = {"N": str(other.in_progress_expiry_timestamp)}
    get_client().put_item(TableName=Item.Meta.table_name, Item=item | {"locked_until": until})
    records._delete_record(record())
    assert stored()["locked_until"] == until["N"]


def test_an_answer_is_stored_for_24_hours_if_the_lock_is_still_ours() -> None:
    records._put_record(record())
    complete()
    assert stored()["status"] == "COMPLETED"
    assert stored()["answer"] == '{"status": 201, "headers": {}, "body": "{}"}'
    assert abs(int(stored()["expires_at"]) - clock.now() - IDEMPOTENCY_SECONDS) < 5


def test_an_answer_is_stored_once() -> None:
    records._put_record(record())
    complete()
    with pytest.raises(IdempotencyInconsistentStateError):
        complete()


def test_a_completed_record_gives_its_answer_and_is_never_unlocked() -> None:
    records._put_record(record())
    complete()
    records._delete_record(record())
    with pytest.raises(IdempotencyItemAlreadyExistsError) as raised:
        records._put_record(record())
    found = raised.value.old_data_record
    assert found is not None
    assert (found.status, found.response_json_as_dict()) == ("COMPLETED", ANSWER)


def test_a_lock_whose_first_try_was_done_unseen_is_still_ours() -> None:
    """The SDK repeats a put whose answer was lost; the second one finds the lock of the first."""
    with failing() as sent:
        records._put_record(record())
    taken = sent[0]["Item"]["lock"]["S"]
    again: Any = client_error("ConditionalCheckFailedException")
    again.response["Item"] = {"lock": {"S": taken}, "status": {"S": "INPROGRESS"}}
    with pytest.MonkeyPatch.context() as patch, failing(again, operation="PutItem"):
        patch.setattr(clock, "new_secret", lambda: taken)
        records._put_record(record())


@pytest.mark.parametrize(
    "error", [client_error("ThrottlingException"), client_error("AccessDeniedException")], ids=repr
)
def test_another_error_of_a_lock_comes_through_and_one_of_giving_it_up_does_not(error: Exception) -> None:
    with failing(error, operation="PutItem"), pytest.raises(type(error)):
        records._put_record(record())
    records._put_record(record())
    with failing(error, operation="UpdateItem"):
        records._delete_record(record())
