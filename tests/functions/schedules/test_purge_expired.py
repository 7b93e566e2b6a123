"""Every hour: the purge. What it does in the middle of a run: tests/unit/test_purge.py."""

import pytest
from schedules.purge_expired import handler

from neoforge import clock
from neoforge.dynamodb.client import get_client
from neoforge.dynamodb.item import Item
from scripts.build.template import Json
from tests.api import Context, call
from tests.functions.conftest import Logs, Wait
from tests.functions.helpers import client_error, failing, metrics

KEY = {"Idempotency-Key": "k"}
DAY = 24 * 3600


def run() -> int:
    return handler({}, Context(300_000))["done"]


def items() -> list[Json]:
    found: list[Json] = get_client().scan(TableName=Item.Meta.table_name)["Items"]
    return found


def test_a_purge_deletes_what_has_expired_and_a_second_one_nothing(token: str, wait: Wait, logs: Logs) -> None:
    call("POST", "/v1/notes", body={"name": "A"}, token=token, headers=KEY)
    before = items()
    assert run() == 0
    assert items() == before
    wait(2 * DAY)  # the answer under the key has expired, the session has not
    expired = [one for one in before if int(one.get("expires_at", {"N": str(10**12)})["N"]) < clock.now()]
    assert expired
    assert run() == len(expired)
    left = items()
    assert {(one["pk"]["S"], one["sk"]["S"]) for one in left} == {
        (one["pk"]["S"], one["sk"]["S"]) for one in before if one not in expired
    }
    assert run() == 0
    assert items() == left
    assert metrics(logs(), "Purged") == len(expired)


def test_a_failure_is_raised_so_that_it_is_tried_again() -> None:
    with failing(client_error("AccessDeniedException"), operation="Scan"), pytest.raises(Exception, match="Operation"):
        run()
    assert run() == 0
