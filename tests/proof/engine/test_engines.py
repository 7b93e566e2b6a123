"""What our code relies on, and each engine must do as DynamoDB documents it; and which engines are here."""

from typing import Any

import pytest
from botocore.exceptions import ClientError

from neoforge.dynamodb import table
from neoforge.dynamodb.client import get_client
from neoforge.dynamodb.item import Item
from neoforge.settings import settings
from tests.proof.engine.conftest import DYNAMODB_LOCAL

NAME = settings.table_name
OLD = {"ReturnValuesOnConditionCheckFailure": "ALL_OLD"}


def key(sk: str) -> dict[str, Any]:
    return {"pk": {"S": "p"}, "sk": {"S": sk}}


def put(sk: str, **values: str) -> None:
    get_client().put_item(TableName=NAME, Item=key(sk) | {name: {"S": value} for name, value in values.items()})


def new(sk: str) -> dict[str, Any]:
    return {"TableName": NAME, "Item": key(sk), "ConditionExpression": "attribute_not_exists(pk)"}


def read(sk: str) -> Any:
    return get_client().get_item(TableName=NAME, Key=key(sk), ConsistentRead=True).get("Item")


@pytest.mark.skipif(bool(DYNAMODB_LOCAL), reason="it is here")
def test_amazons_engine_is_here_too() -> None:
    pytest.skip(
        "ONLY MINISTACK: set DYNAMODB_LOCAL to run these on Amazon's engine too (see tests/proof/engine/conftest.py)"
    )


def test_a_failed_condition_brings_the_item_that_was_there() -> None:
    put("a", lock="hers")
    with pytest.raises(ClientError) as error:
        get_client().put_item(**new("a"), **OLD)
    response: Any = error.value.response
    assert response["Error"]["Code"] == "ConditionalCheckFailedException"
    assert response["Item"] == key("a") | {"lock": {"S": "hers"}}


def test_a_failed_condition_on_nothing_brings_no_item() -> None:
    with pytest.raises(ClientError) as error:
        get_client().delete_item(TableName=NAME, Key=key("a"), ConditionExpression="attribute_exists(pk)", **OLD)
    response: Any = error.value.response
    assert response["Error"]["Code"] == "ConditionalCheckFailedException"
    assert not response.get("Item")


def test_reasons_come_in_the_order_of_the_writes_with_their_items_and_nothing_is_written() -> None:
    put("b", owner="b")
    put("d", owner="d")
    writes = [new("a"), new("b") | OLD, new("c"), new("d") | OLD]
    with pytest.raises(ClientError) as error:
        get_client().transact_write_items(TransactItems=[{"Put": write} for write in writes])
    response: Any = error.value.response
    assert response["Error"]["Code"] == "TransactionCanceledException"
    reasons = response["CancellationReasons"]
    failed = "ConditionalCheckFailed"
    assert [reason["Code"] for reason in reasons] == ["None", failed, "None", failed]
    assert [reason.get("Item", {}).get("owner") for reason in reasons] == [None, {"S": "b"}, None, {"S": "d"}]
    assert read("a") is read("c") is None


def test_a_transaction_with_a_token_is_done_once() -> None:
    add = {"UpdateExpression": "ADD #total :one", "ExpressionAttributeNames": {"#total": "total"}}
    count = {"TableName": NAME, "Key": key("a"), "ExpressionAttributeValues": {":one": {"N": "1"}}} | add
    for _ in range(3):
        get_client().transact_write_items(TransactItems=[{"Update": count}], ClientRequestToken="token")
    assert read("a")["total"] == {"N": "1"}


@pytest.mark.parametrize("forward", [True, False])
def test_a_query_goes_on_behind_a_key_that_is_no_longer_there(forward: bool) -> None:
    for number in range(6):
        put(f"K#{number}")
    get_client().delete_item(TableName=NAME, Key=key("K#3"))
    found, complete = table.query_page(
        "p", Item.sk.startswith("K#"), limit=2, forward=forward, after="K#3", consistent=True
    )
    assert not complete
    assert [item.sk for item in found] == (["K#4", "K#5"] if forward else ["K#2", "K#1"])


def test_a_collection_sorts_behind_its_resources() -> None:
    for sk in ("NOTE#~TOTAL", "NOTE#nte_f", "NOTE#nte_0"):
        put(sk)
    found = table.query("p", Item.sk.startswith("NOTE#"), limit=3, forward=False)
    assert [item.sk for item in found] == ["NOTE#~TOTAL", "NOTE#nte_f", "NOTE#nte_0"]
