"""Functions without a route: what EventBridge Scheduler calls, how often it tries, and where its failures go."""

import importlib
import json
import re

import pytest

from neoforge import scheduled_job
from neoforge.scheduled_job import Schedule
from scripts import ROOT
from scripts.build.template import Json
from tests.api import TEMPLATE, Context, event_file, functions
from tests.catalog import JOBS

SCHEDULES = {name: function for name, function in functions().items() if function["Handler"].startswith("schedules.")}
DEAD_LETTERS = {"Fn::GetAtt": ["DeadLetters", "Arn"]}
each_schedule = pytest.mark.parametrize("name", SCHEDULES)


def scheduled(name: str) -> Json:
    """The schedule of a function, which has no other event."""
    (event,) = SCHEDULES[name]["Events"].values()
    assert event["Type"] == "ScheduleV2"
    properties: Json = event["Properties"]
    return properties


def schedule_of(name: str) -> Schedule:
    module = importlib.import_module(SCHEDULES[name]["Handler"].rpartition(".")[0])
    assert module.handler == module.schedule.handler
    assert isinstance(module.schedule, Schedule)
    return module.schedule


def test_the_folder_holds_the_schedules_and_nothing_else_is_scheduled() -> None:
    files = {path.stem for path in (ROOT / "functions/schedules").glob("*.py")}
    assert files == {function["Handler"].split(".")[1] for function in SCHEDULES.values()}
    for name, function in functions().items():
        kinds = {event["Type"] for event in function["Events"].values()}
        assert kinds == ({"ScheduleV2"} if name in SCHEDULES else {"Api"}), name


@each_schedule
def test_a_schedule_runs_when_the_contract_says(name: str) -> None:
    assert scheduled(name)["ScheduleExpression"] == JOBS[SCHEDULES[name]["Handler"].removesuffix(".handler")].schedule
    assert "ScheduleExpressionTimezone" not in scheduled(name)  # UTC


@each_schedule
def test_the_docstring_begins_with_the_description_which_says_when(name: str) -> None:
    module = importlib.import_module(SCHEDULES[name]["Handler"].rpartition(".")[0])
    assert (module.__doc__ or "").startswith(f"{SCHEDULES[name]['Description']} — ")


@each_schedule
def test_a_schedule_is_a_job_with_a_metric_of_its_own(name: str) -> None:
    metrics = [schedule_of(other).metric for other in SCHEDULES]
    assert metrics.count(schedule_of(name).metric) == 1
    assert re.fullmatch("[A-Z][A-Za-z]+", schedule_of(name).metric)
    assert schedule_of(name).run.__doc__


@each_schedule
def test_a_failed_schedule_is_retried_and_then_kept_in_the_queue(name: str) -> None:
    """The schedule's own policy is for calls that do not reach the function, the queue of the function for failures."""
    retry = scheduled(name)["RetryPolicy"]
    assert retry["MaximumRetryAttempts"] >= 1
    assert 60 <= retry["MaximumEventAgeInSeconds"] <= 3600  # the next run is due by then
    assert scheduled(name)["DeadLetterConfig"] == {"Arn": DEAD_LETTERS}
    assert SCHEDULES[name]["DeadLetterQueue"] == {"Type": "SQS", "TargetArn": DEAD_LETTERS}


def test_what_failed_is_kept_for_as_long_as_there_is() -> None:
    queue = TEMPLATE["Resources"]["DeadLetters"]
    assert queue["Type"] == "AWS::SQS::Queue"
    assert queue["Properties"] == {"MessageRetentionPeriod": 14 * 24 * 3600, "SqsManagedSseEnabled": True}


@each_schedule
def test_a_schedule_has_time_for_its_work_and_to_stop(name: str) -> None:
    timeout = SCHEDULES[name]["Timeout"]
    assert scheduled_job.MARGIN_SECONDS < timeout <= 900  # Lambda's most
    assert timeout < 3600  # and is over when the next one begins


@pytest.mark.parametrize("name", sorted(functions().keys() - SCHEDULES.keys()))
def test_nothing_else_has_a_timeout_or_a_queue_of_its_own(name: str) -> None:
    assert not {"Timeout", "DeadLetterQueue"} & functions()[name].keys()


@each_schedule
def test_its_event_says_nothing_and_is_one_that_it_takes(name: str, token: str) -> None:
    event = json.loads(event_file(SCHEDULES[name]["Handler"]).read_text(encoding="utf-8"))
    assert event == {}
    done = schedule_of(name).handler(event, Context(SCHEDULES[name]["Timeout"] * 1000))
    assert done == {"done": 0}
