"""Both schedules on the deployed stack: as the template has them, firing, harmless twice, and with a queue behind."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from scripts import ROOT
from scripts.local import deploy as deployment
from scripts.local.stack import local_stack
from tests import catalog
from tests.catalog.remote import Remote
from tests.proof.stack.conftest import StackUnderTest
from tests.proof.stack.deployed import function_name, without_action
from tests.proof.stack.jobs import JOBS, PURGE, ROLL_UP, client, items, run
from tests.proof.stack.logs import records

EXPRESSIONS = {f"{handler}.handler": str(job.schedule) for handler, job in catalog.JOBS.items()}
OFTEN = "rate(1 minute)"  # MiniStack fires a schedule for the first time when its interval is over
FIRED_SECONDS = 90.0
DEAD_SECONDS = 30.0  # MiniStack tries again after 1 and 2 seconds, AWS after 1 and 2 minutes


@pytest.fixture
def often(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[StackUnderTest]:
    """A stack of the same template whose schedules are due each minute."""
    text = (ROOT / "template.yaml").read_text(encoding="utf-8")
    for expression in EXPRESSIONS.values():
        assert text.count(f"ScheduleExpression: {expression}\n") == 1
        text = text.replace(expression, OFTEN)
    template = tmp_path / "template.yaml"
    template.write_text(text, encoding="utf-8")
    monkeypatch.setattr(deployment, "TEMPLATE", template)
    with local_stack(auth=True) as local:
        yield StackUnderTest(local)


def schedules(stack: StackUnderTest) -> list[Any]:
    scheduler = client(stack.clients, "scheduler")
    return [scheduler.get_schedule(Name=one["Name"]) for one in scheduler.list_schedules()["Schedules"]]


def queue_url(stack: StackUnderTest) -> str:
    found = stack.clients.cloudformation.describe_stack_resource(
        StackName=deployment.NAME, LogicalResourceId="DeadLetters"
    )
    return found["StackResourceDetail"]["PhysicalResourceId"]


def test_each_schedule_calls_the_live_function_and_has_tries_and_a_queue(stack: StackUnderTest) -> None:
    queue = client(stack.clients, "sqs").get_queue_attributes(QueueUrl=queue_url(stack), AttributeNames=["QueueArn"])
    found = {one["Target"]["Arn"]: one for one in schedules(stack)}
    assert len(found) == len(EXPRESSIONS)
    for handler, expression in EXPRESSIONS.items():
        function = function_name(stack.clients, handler)
        schedule = found[stack.clients.lambda_.get_alias(FunctionName=function, Name="live")["AliasArn"]]
        assert (schedule["ScheduleExpression"], schedule["State"]) == (expression, "ENABLED")
        retry = schedule["Target"]["RetryPolicy"]
        assert (retry["MaximumRetryAttempts"], retry["MaximumEventAgeInSeconds"]) == (3, 3600)
        assert schedule["Target"]["DeadLetterConfig"]["Arn"] == queue["Attributes"]["QueueArn"]


def test_both_schedules_fire(often: StackUnderTest) -> None:
    deadline = time.monotonic() + FIRED_SECONDS
    wanted = {"Purged", "DaysRolledUp"}
    fired: set[str] = set()
    while fired != wanted:
        assert time.monotonic() < deadline, f"only {fired} fired within {FIRED_SECONDS:.0f} s"
        time.sleep(0.5)
        fired = {job for job in wanted if any(record.get("job") == job for record in records(often, job))}


def test_a_purge_that_runs_twice_deletes_once(stack: StackUnderTest, world: Remote) -> None:
    JOBS[PURGE](stack, world)
    lasting = items(stack, "pk", "LASTING")
    assert run(stack, PURGE)[1]["done"] >= 1
    assert (items(stack, "pk", "EXPIRED"), items(stack, "pk", "PURGE")) == ([], [])
    expiries = [int(item["expires_at"]["N"]) for item in items(stack, "pk", "") if "expires_at" in item]
    from_, (failed, answer), until = int(time.time()), run(stack, PURGE), int(time.time())
    # What other tests left can expire between the two.
    assert sum(one < from_ for one in expiries) <= answer["done"] <= sum(one < until for one in expiries)
    assert not failed
    assert items(stack, "pk", "LASTING") == lasting != []


def test_a_roll_up_that_runs_twice_changes_the_table_once(stack: StackUnderTest, world: Remote) -> None:
    def rolled_up() -> list[Any]:
        return [*items(stack, "sk", "DAY#"), *items(stack, "pk", "STATUS")]

    JOBS[ROLL_UP](stack, world)
    before = rolled_up()
    assert run(stack, ROLL_UP)[1]["done"] >= 1
    after = rolled_up()
    assert after != before
    assert run(stack, ROLL_UP)[0] is False
    assert rolled_up() == after


def test_the_event_of_a_job_that_fails_reaches_the_queue(stack: StackUnderTest) -> None:
    """MiniStack's CloudFormation drops a function's queue, and its scheduler does not act on that of the schedule: so
    the function is given its queue here. That the template does is a test in tests/contract/test_schedules.py."""
    queues, url = client(stack.clients, "sqs"), queue_url(stack)
    arn = queues.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    lambda_, name = stack.clients.lambda_, function_name(stack.clients, PURGE)
    found: list[Any] = []
    with without_action(stack.clients, PURGE, "dynamodb:Scan"):
        lambda_.update_function_configuration(FunctionName=name, DeadLetterConfig={"TargetArn": arn})
        lambda_.invoke(FunctionName=name, InvocationType="Event", Payload=b'{"from": "a test"}')
        deadline = time.monotonic() + DEAD_SECONDS
        while not found:
            assert time.monotonic() < deadline, "nothing reached the queue"
            found = queues.receive_message(QueueUrl=url, WaitTimeSeconds=1).get("Messages", [])
    lambda_.update_function_configuration(FunctionName=name, DeadLetterConfig={"TargetArn": ""})
    assert "a test" in found[0]["Body"]
    queues.delete_message(QueueUrl=url, ReceiptHandle=found[0]["ReceiptHandle"])
