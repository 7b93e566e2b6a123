"""GET /v1/status/services/{service_id}."""

import pytest

from tests.api import call
from tests.functions.conftest import Wait
from tests.functions.helpers import assert_problem, read
from tests.functions.status.conftest import Record

PATH = "/v1/status/services/api"


def test_a_service_is_as_its_newest_event_says(record: Record, noon: Wait) -> None:
    record("operational", "2026-11-23T00:00:00Z")
    record("major_outage", "2026-11-23T09:00:00Z", description="No payments.")
    assert read(PATH).json() == {
        "id": "api",
        "status": "major_outage",
        "since": "2026-11-23T09:00:00.000Z",
        "description": "No payments.",
        "uptime_90d": 0.75,
        "updated_at": "2026-11-23T12:00:00.000Z",
    }


@pytest.mark.parametrize(
    ("status", "uptime"),
    [
        ("major_outage", 0.5),
        ("partial_outage", 0.85),
        ("degraded_performance", 1.0),
        ("under_maintenance", 1.0),
        ("operational", 1.0),
    ],
)
def test_an_outage_counts_by_its_weight(status: str, uptime: float, record: Record) -> None:
    record("operational", "2026-11-23T00:00:00Z")
    record(status, "2026-11-23T06:00:00Z")
    assert read(PATH).json()["uptime_90d"] == uptime


def test_what_is_maintained_all_the_time_has_no_uptime(record: Record) -> None:
    record("under_maintenance", "2026-11-22T00:00:00Z")
    assert read(PATH).json()["uptime_90d"] is None


def test_what_happened_before_the_90_days_is_no_part_of_them(record: Record) -> None:
    record("major_outage", "2026-01-01T00:00:00Z")
    record("operational", "2026-08-26T00:00:00Z")  # today and 89 days before it
    assert read(PATH).json()["uptime_90d"] == 1.0


@pytest.mark.parametrize("path", [PATH, f"{PATH}/history"])
def test_within_a_minute_of_an_outage_nothing_is_new(path: str, record: Record, noon: Wait) -> None:
    record("operational", "2026-11-22T00:00:00Z")
    record("major_outage", "2026-11-23T11:59:00Z")
    tags = []
    for _ in range(3):
        tags.append(read(path).headers["ETag"])
        for _ in range(3):
            noon(19.9)
            assert call("GET", path, headers={"If-None-Match": tags[-1]}).status == 304
        noon(0.3)
    assert len({*tags}) == 3


def test_an_event_is_told_at_once_and_its_time_counts_from_the_next_minute(record: Record, noon: Wait) -> None:
    noon(20)
    record("major_outage")
    noon(20)
    service = read(PATH).json()
    assert (service["status"], service["since"]) == ("major_outage", "2026-11-23T12:00:20.000Z")
    assert service["uptime_90d"] is None
    (today,) = read(f"{PATH}/history", days="1").json()["days"]
    assert (today["uptime"], today["status"]) == (None, "major_outage")
    noon(20)
    assert read(PATH).json()["uptime_90d"] == 0.0


@pytest.mark.parametrize("milliseconds", [1, 20, 3000])
def test_an_outage_is_never_rounded_away(milliseconds: int, record: Record) -> None:
    record("operational", "2026-08-01T00:00:00Z")
    record("partial_outage", "2026-11-20T10:00:00Z")
    record("operational", f"2026-11-20T10:00:{milliseconds / 1000:06.3f}Z")
    assert read(PATH).json()["uptime_90d"] == 0.999999
    days = {day["date"]: day["uptime"] for day in read(f"{PATH}/history").json()["days"]}
    assert days.pop("2026-11-20") == (0.999999 if milliseconds < 3000 else 0.999989)
    assert {*days.values()} == {1.0}


@pytest.mark.parametrize("service_id", ["other", "API", "a--b", "a" * 65, "x_y", "api "])
def test_what_has_no_events_is_404(service_id: str, record: Record) -> None:
    record("operational")
    assert_problem(call("GET", f"/v1/status/services/{service_id}"), "not-found")
