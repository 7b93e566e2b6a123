"""A database that does not answer: the function answers before Lambda ends it."""

from collections import Counter
from types import SimpleNamespace
from typing import Any

import pytest
from botocore import endpoint
from botocore.exceptions import ReadTimeoutError

from neoforge import clock
from neoforge.dynamodb.item import Item
from tests.api import TEMPLATE, Context, call
from tests.proof.engine.faults import failing, refused, sending
from tests.proof.engine.scenarios import change_note, create_note

FUNCTION_SECONDS = float(TEMPLATE["Globals"]["Function"]["Timeout"])


class Time:
    """A clock that only time-outs and pauses move."""

    def __init__(self) -> None:
        self.spent = 0.0

    def pause(self, seconds: float) -> None:
        self.spent += seconds

    def time_out(self, request: Any) -> None:
        self.spent += Item.Meta.read_timeout_seconds
        raise ReadTimeoutError(endpoint_url=request.url)


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> Time:
    time = Time()
    monkeypatch.setattr(clock, "monotonic", lambda: time.spent)
    monkeypatch.setattr(clock, "pause", lambda attempt: time.pause(0.2))
    monkeypatch.setattr(endpoint, "time", SimpleNamespace(sleep=time.pause, time=clock.now))
    return time


@pytest.mark.parametrize("silent", ["UpdateItem", "PutItem", "TransactWriteItems"])
def test_a_silent_database_is_503_before_the_function_is_ended(time: Time, silent: str) -> None:
    request = create_note()
    with failing(silent, time.time_out):
        answer = call(**request, context=Context(int(FUNCTION_SECONDS * 1000)))
    assert answer.status == 503
    assert time.spent < FUNCTION_SECONDS


def test_a_database_that_answers_late_and_then_not_at_all_is_503_before_the_function_is_ended(time: Time) -> None:
    patch = change_note()
    tries: Counter[str] = Counter()

    def second_try_only(request: Any, event_name: str, **_: Any) -> None:
        tries[event_name] += 1
        if tries[event_name] % 2 or event_name.endswith("TransactWriteItems"):
            time.time_out(request)

    with sending(second_try_only):
        answer = call(**patch, context=Context(int(FUNCTION_SECONDS * 1000)))
    assert answer.status == 503
    assert time.spent < FUNCTION_SECONDS


@pytest.mark.parametrize("seconds", [0.5, 3.0])
def test_a_function_that_has_little_time_left_spends_no_more(time: Time, seconds: float) -> None:
    request = create_note()
    with failing("TransactWriteItems", refused("InternalServerError", 500)):
        assert call(**request, context=Context(int(seconds * 1000))).status == 503
    assert time.spent < seconds
