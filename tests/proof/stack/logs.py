"""What the deployed functions have logged and counted."""

import json
import time
from typing import Any

from tests.proof.stack.conftest import StackUnderTest

SECONDS = 15.0


def records(stack: StackUnderTest, text: str) -> list[dict[str, Any]]:
    """Find the JSON lines of the functions' log that hold a text."""
    answer = stack.clients.logs.filter_log_events(logGroupName=stack.local.stack.log_group, filterPattern=f'"{text}"')
    lines = [event["message"] for event in answer["events"]]
    return [json.loads(line) for line in lines if line.lstrip().startswith("{")]


def logged(stack: StackUnderTest, request_id: str) -> list[dict[str, Any]]:
    """Find the log records of a request, as soon as its last one is there."""
    deadline = time.monotonic() + SECONDS
    while time.monotonic() < deadline:
        found = [record for record in records(stack, request_id) if record.get("correlation_id") == request_id]
        if any("status" in record for record in found):
            return found
        time.sleep(0.05)
    raise AssertionError(f"there is no record of {request_id}")


def counted(stack: StackUnderTest, metric: str, beyond: int = -1) -> int:
    """Return how often an event was counted so far (embedded metric format), once it is beyond a number."""
    deadline = time.monotonic() + SECONDS
    while time.monotonic() < deadline:
        total = int(sum(sum(record[metric]) for record in records(stack, metric) if "_aws" in record))
        if total > beyond:
            return total
        time.sleep(0.05)
    raise AssertionError(f"{metric} was not counted more than {beyond} times")
