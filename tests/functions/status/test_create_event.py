"""POST /v1/status/events: operators record what happened, and when."""

from typing import Any

import pytest

from neoforge import clock
from tests.api import Response, call
from tests.functions.conftest import Wait
from tests.functions.helpers import assert_problem, invalid
from tests.functions.status.conftest import NOON, Record

PATH = "/v1/status/events"
EVENT = {"service_id": "api", "status": "major_outage"}
NOW = "2026-11-23T12:00:00.000Z"


def post(body: Any, token: str | None, **headers: str) -> Response:
    return call("POST", PATH, body=body, token=token, headers=headers)


def test_the_fixed_moment_is_noon() -> None:
    assert clock.timestamp(NOON) == NOW


def test_an_event_is_what_was_sent_and_now_by_default(noon: Wait, operator: str) -> None:
    response = post(EVENT, operator)
    event = response.json()
    assert (response.status, response.headers["ETag"]) == (201, '"v1"')
    assert event.pop("id").startswith("evt_")
    times = dict.fromkeys(("occurred_at", "created_at", "updated_at"), NOW)
    assert event == EVENT | times | {"description": "", "version": 1}
    assert call("GET", PATH).json()["items"] == [response.json()]


def test_an_admin_may_too_and_nobody_else(token: str, staff: str, admin: str) -> None:
    for who in (token, staff):
        assert_problem(post(EVENT, who), "forbidden")
        assert_problem(post({}, who), "forbidden")  # before anything is said of what was sent
    assert_problem(post(EVENT, None), "unauthorized")
    assert call("GET", PATH).json()["total"] == 0
    assert post(EVENT, admin).status == 201


@pytest.mark.parametrize(
    ("sent", "stored"),
    [
        ("2026-11-23T12:05:00Z", NOW),  # ahead of now: now
        ("2026-11-23T09:30:00.123456Z", "2026-11-23T09:30:00.123Z"),
        ("2026-11-23T10:30:00+01:00", "2026-11-23T09:30:00.000Z"),
        ("2000-01-01T00:00:00Z", "2000-01-01T00:00:00.000Z"),
        (None, NOW),
    ],
)
def test_a_time_is_kept_in_utc(sent: str | None, stored: str, noon: Wait, operator: str) -> None:
    assert post(EVENT | {"occurred_at": sent}, operator).json()["occurred_at"] == stored


@pytest.mark.parametrize(
    "occurred_at",
    [
        "2026-11-23T12:05:01Z",
        "2027-01-01T00:00:00Z",
        "1999-12-31T23:59:59Z",
        "0001-01-01T00:00:00+14:00",
        "2026-11-23T12:00:00",
        "yesterday",
        "",
    ],
)
def test_another_time_is_422(occurred_at: str, noon: Wait, operator: str) -> None:
    assert invalid(post(EVENT | {"occurred_at": occurred_at}, operator)) == ["#/occurred_at"]
    assert call("GET", PATH).json()["total"] == 0


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"service_id": ""}, "#/service_id"),
        ({"service_id": "a" * 65}, "#/service_id"),
        ({"service_id": "Api"}, "#/service_id"),
        ({"service_id": "a--b"}, "#/service_id"),
        ({"service_id": "-a"}, "#/service_id"),
        ({"service_id": "a/b"}, "#/service_id"),
        ({"service_id": "a\n"}, "#/service_id"),
        ({"status": "down"}, "#/status"),
        ({"status": None}, "#/status"),
        ({"description": "a" * 2001}, "#/description"),
        ({"description": None}, "#/description"),
        ({"id": "evt_1"}, "#/id"),
    ],
)
def test_what_is_no_event_is_422(changes: dict[str, Any], pointer: str, operator: str) -> None:
    assert invalid(post(EVENT | changes, operator)) == [pointer]


@pytest.mark.parametrize("service_id", ["a", "0", "checkout-api-2", "a" * 64])
def test_a_service_is_named_by_a_slug(service_id: str, operator: str) -> None:
    assert post(EVENT | {"service_id": service_id, "description": "é" * 2000}, operator).status == 201
    assert call("GET", f"/v1/status/services/{service_id}").json()["id"] == service_id


def test_a_key_makes_one_event(operator: str) -> None:
    first, again = (post(EVENT, operator, **{"Idempotency-Key": "k"}) for _ in range(2))
    assert (again.status, again.text, again.headers["Idempotent-Replayed"]) == (201, first.text, "true")
    assert_problem(post(EVENT | {"service_id": "b"}, operator, **{"Idempotency-Key": "k"}), "idempotency-key-reused")
    assert call("GET", PATH).json()["total"] == 1


def test_a_late_event_is_history_and_not_the_current_state(record: Record) -> None:
    record("operational", "2026-11-23T11:00:00Z", description="Fixed")
    record("major_outage", "2026-11-23T10:00:00Z", description="Late")
    service = call("GET", "/v1/status/services/api").json()
    assert (service["status"], service["description"]) == ("operational", "Fixed")
    assert service["since"] == "2026-11-23T11:00:00.000Z"
    assert call("GET", "/v1/status").json()["status"] == "operational"
    (today,) = call("GET", "/v1/status/services/api/history", query={"days": "1"}).json()["days"]
    assert (today["status"], today["uptime"]) == ("major_outage", 0.5)
    assert call("GET", PATH).json()["total"] == 2


def test_a_recovery_is_not_swallowed_by_an_outage_ahead_of_its_time(record: Record, noon: Wait) -> None:
    record("major_outage", "2026-11-23T12:04:00Z")
    noon(1)
    record("operational")
    service = call("GET", "/v1/status/services/api").json()
    assert (service["status"], service["since"]) == ("operational", "2026-11-23T12:00:01.000Z")


@pytest.mark.parametrize("ahead", [0, 0.001, 4])
def test_a_recovery_is_not_swallowed_by_the_clock_of_another_machine(ahead: float, record: Record, noon: Wait) -> None:
    noon(ahead)
    outage = record("major_outage").json()
    noon(-ahead)
    recovery = record("operational").json()
    assert recovery["occurred_at"] >= outage["occurred_at"]
    assert recovery["created_at"] == NOW
    service = call("GET", "/v1/status/services/api").json()
    assert (service["status"], service["since"]) == ("operational", recovery["occurred_at"])
    assert service["updated_at"] == call("GET", "/v1/status").json()["updated_at"] == outage["created_at"]


def test_a_late_event_within_the_current_status_moves_its_beginning(record: Record, noon: Wait) -> None:
    record("major_outage", "2026-11-23T08:00:00Z")
    record("major_outage", "2026-11-23T10:00:00Z", description="Again")
    noon(60)
    record("operational", "2026-11-23T09:00:00Z", description="Late")
    service = call("GET", "/v1/status/services/api").json()
    assert (service["status"], service["since"]) == ("major_outage", "2026-11-23T10:00:00.000Z")
    assert (service["description"], service["updated_at"]) == ("Again", "2026-11-23T12:01:00.000Z")
    assert call("GET", "/v1/status").json()["services"][0]["since"] == service["since"]


def test_of_two_at_one_time_the_one_recorded_last_counts(record: Record) -> None:
    for status in ("major_outage", "operational"):
        record(status, "2026-11-23T11:00:00Z")
    assert call("GET", "/v1/status").json()["status"] == "operational"
