"""GET /v1/status: the worst of the services."""

from itertools import pairwise

import pytest

from neoforge.status.model import WORST_FIRST
from scripts.build.template import Json
from tests.api import call
from tests.functions.conftest import Wait
from tests.functions.helpers import failing, read
from tests.functions.status.conftest import Record

PATH = "/v1/status"


def test_without_services_everything_is_operational() -> None:
    expected: Json = {
        "status": "operational",
        "description": "All systems operational",
        "services": [],
        "updated_at": None,
    }
    assert read(PATH).json() == expected


@pytest.mark.parametrize(("worse", "better"), list(pairwise(WORST_FIRST)))
def test_the_worst_of_the_services_is_that_of_all(worse: str, better: str, record: Record) -> None:
    record(better, service_id="a")
    record(worse, service_id="b")
    record(better, service_id="c")
    summary = read(PATH).json()
    assert summary["status"] == worse
    assert [(one["id"], one["status"]) for one in summary["services"]] == [("a", better), ("b", worse), ("c", better)]


def test_the_contract_names_the_order() -> None:
    order = "major_outage > partial_outage > degraded_performance > under_maintenance > operational"
    assert " > ".join(WORST_FIRST) == order


def test_each_service_tells_since_when_and_the_whole_when_it_changed(record: Record, noon: Wait) -> None:
    record("partial_outage", "2026-11-23T09:00:00Z")
    noon(60)
    record("partial_outage", "2026-11-23T10:00:00Z", description="Still")
    summary = read(PATH).json()
    assert summary["services"] == [{"id": "api", "status": "partial_outage", "since": "2026-11-23T09:00:00.000Z"}]
    assert (summary["updated_at"], summary["description"]) == ("2026-11-23T12:01:00.000Z", "Partial outage")
    noon(60)
    record("operational")
    assert read(PATH).json()["services"][0]["since"] == "2026-11-23T12:02:00.000Z"


def test_the_status_has_another_tag_when_something_changed(record: Record) -> None:
    tags = [read(PATH).headers["ETag"]]
    for status in ("major_outage", "operational"):
        record(status)
        tags.append(read(PATH).headers["ETag"])
    assert len({*tags}) == 3


def test_the_status_is_one_query_however_many_events_there_are(record: Record) -> None:
    for _ in range(10):
        record("operational")
    with failing() as sent:
        assert call("GET", PATH).status == 200
    assert [one["operation"] for one in sent] == ["Query"]
