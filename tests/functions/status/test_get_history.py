"""GET /v1/status/services/{service_id}/history: a day without data is null, not 100 %."""

import pytest

from tests.api import call
from tests.functions.helpers import assert_problem, invalid, read
from tests.functions.status.conftest import Record

PATH = "/v1/status/services/api/history"


def test_each_utc_day_has_its_uptime_and_its_worst_status(record: Record) -> None:
    record("operational", "2026-11-21T12:00:00Z")
    record("major_outage", "2026-11-22T12:00:00Z")
    record("partial_outage", "2026-11-23T00:00:00Z")
    assert read(PATH, days="4").json() == {
        "id": "api",
        "days": [
            {"date": "2026-11-20", "uptime": None, "status": None},
            {"date": "2026-11-21", "uptime": 1.0, "status": "operational"},
            {"date": "2026-11-22", "uptime": 0.5, "status": "major_outage"},
            {"date": "2026-11-23", "uptime": 0.7, "status": "partial_outage"},
        ],
    }


@pytest.mark.parametrize(("query", "count"), [({}, 90), ({"days": "1"}, 1), ({"days": "90"}, 90)])
def test_there_are_as_many_days_as_asked_for_up_to_today(query: dict[str, str], count: int, record: Record) -> None:
    record("operational", "2020-01-01T00:00:00Z")
    days = read(PATH, **query).json()["days"]
    assert (len(days), days[-1]["date"]) == (count, "2026-11-23")
    assert [day["date"] for day in days] == sorted({day["date"] for day in days})
    assert {(day["uptime"], day["status"]) for day in days} == {(1.0, "operational")}


@pytest.mark.parametrize("days", ["0", "91", "-1", "1.5", "x", "", "1e1", "1_0", "+7", "7.0", " 7"])
def test_another_number_of_days_is_422(days: str, record: Record) -> None:
    record("operational")
    assert invalid(call("GET", PATH, query={"days": days})) == ["#/query/days"]


def test_what_has_no_events_is_404() -> None:
    assert_problem(call("GET", PATH), "not-found")
    assert_problem(call("GET", "/v1/status/services/A/history"), "not-found")


def test_maintenance_is_left_out(record: Record) -> None:
    record("under_maintenance", "2026-11-22T00:00:00Z")
    record("operational", "2026-11-22T12:00:00Z")
    record("major_outage", "2026-11-22T18:00:00Z")
    record("operational", "2026-11-23T00:00:00Z")
    assert read(PATH, days="2").json()["days"][0] == {"date": "2026-11-22", "uptime": 0.5, "status": "major_outage"}
