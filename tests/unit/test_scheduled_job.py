import json

import pytest

from neoforge import clock
from neoforge.scheduled_job import MARGIN_SECONDS, create_schedule
from tests.api import Context
from tests.functions.helpers import metrics
from tests.unit.conftest import Logs


def test_a_job_reports_how_much_it_has_done(logs: Logs) -> None:
    schedule, context = create_schedule("Done"), Context()
    given: list[object] = []

    @schedule.job
    def job(context: object) -> int:
        given.append(context)
        return 7

    assert schedule.handler({}, context) == {"done": 7}
    assert given == [context]
    written = logs()
    line = json.loads(written.splitlines()[0])
    assert (line["job"], line["done"], line["correlation_id"]) == ("Done", 7, context.aws_request_id)
    assert line["duration_ms"] >= 0
    assert metrics(written, "Done") == 7


def test_the_deadline_of_a_job_is_a_margin_before_the_functions_time_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "monotonic", lambda: 100.0)
    schedule, seen = create_schedule("Done"), []

    @schedule.job
    def job(_: object) -> int:
        for passed in (0.0, 19.9, 20.1):
            monkeypatch.setattr(clock, "monotonic", lambda passed=passed: 100.0 + passed)
            seen.append(clock.overdue())
        return 0

    schedule.handler({}, Context(milliseconds=(20 + MARGIN_SECONDS) * 1000))
    assert seen == [False, False, True]
    assert not clock.overdue()


def test_a_failure_is_raised_so_that_lambda_retries_the_job() -> None:
    schedule = create_schedule("Done")

    @schedule.job
    def job(_: object) -> int:
        raise LookupError

    with pytest.raises(LookupError):
        schedule.handler({}, Context())
    assert not clock.overdue()
