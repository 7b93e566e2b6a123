"""00:10 UTC: the roll-up. What it stores: tests/unit/status/test_service.py."""

import pytest
from schedules.roll_up_status import handler

from neoforge import clock
from neoforge.dynamodb.client import get_client
from neoforge.dynamodb.item import Item
from scripts.build.template import Json
from tests.api import Context, call
from tests.functions.helpers import failing

DAY = 24 * 3600.0
NOON = 1_795_435_200.0  # 2026-11-23T12:00:00Z
HISTORY = "/v1/status/services/api/history"


@pytest.fixture(autouse=True)
def _noon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOON)


def run() -> int:
    return handler({}, Context(300_000))["done"]


def days() -> list[Json]:
    """What is stored of days."""
    found = get_client().scan(TableName=Item.Meta.table_name)["Items"]
    stored = [one for one in found if one["sk"]["S"].startswith("DAY#")]
    return sorted(stored, key=lambda one: str(one["sk"]["S"]))


def record(operator: str, status: str, occurred_at: str) -> None:
    body = {"service_id": "api", "status": status, "occurred_at": occurred_at}
    assert call("POST", "/v1/status/events", body=body, token=operator).status == 201


def test_without_services_there_is_nothing_to_do() -> None:
    assert run() == 0


def test_a_roll_up_stores_the_days_that_are_over_and_a_second_one_nothing(operator: str) -> None:
    record(operator, "operational", "2026-11-20T12:00:00Z")
    record(operator, "major_outage", "2026-11-22T12:00:00Z")
    history = call("GET", HISTORY).text
    assert run() == 3
    stored = days()
    assert [one["sk"]["S"] for one in stored] == [f"DAY#2026-11-{day}" for day in (20, 21, 22)]
    with failing() as sent:
        run()
    assert not {one["operation"] for one in sent} & {"TransactWriteItems", "Query"}  # it is not even looked at
    assert days() == stored
    assert call("GET", HISTORY).text == history  # stored or not, it is the same


def test_days_that_were_missed_are_caught_up(operator: str, monkeypatch: pytest.MonkeyPatch) -> None:
    record(operator, "operational", "2026-11-22T00:00:00Z")
    assert run() == 1
    monkeypatch.setattr(clock, "now", lambda: NOON + 3 * DAY)
    assert run() == 3
    assert [one["sk"]["S"] for one in days()][-1] == "DAY#2026-11-25"


def test_a_late_event_has_its_days_rolled_up_again(operator: str, monkeypatch: pytest.MonkeyPatch) -> None:
    record(operator, "operational", "2026-11-20T00:00:00Z")
    assert run() == 3
    record(operator, "major_outage", "2026-11-21T12:00:00Z")
    record(operator, "operational", "2026-11-22T00:00:00Z")
    before = call("GET", HISTORY, query={"days": "3"}).json()["days"]
    assert [day["uptime"] for day in before] == [0.5, 1.0, 1.0]
    monkeypatch.setattr(clock, "now", lambda: NOON + DAY)
    assert run() == 3  # the two of the late events, and that of yesterday
    after = call("GET", HISTORY, query={"days": "4"}).json()["days"]
    assert after[:2] == before[:2]


def test_a_failure_is_raised_and_the_next_try_does_the_work(operator: str) -> None:
    record(operator, "operational", "2026-11-22T00:00:00Z")
    with failing(RuntimeError("bug"), operation="Query"), pytest.raises(RuntimeError):
        run()
    assert run() == 1
