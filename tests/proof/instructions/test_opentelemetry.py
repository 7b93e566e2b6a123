"""A function below OpenTelemetry's own wrapper, as AWS's layer starts it (docs/observability.md); and without it."""

import json
import os
import subprocess
import sys
from json import JSONDecoder
from pathlib import Path
from typing import Any

import pytest

from scripts.proof.bench.events import event
from tests.budgets.processes import CHILD, MARK, Lambda

WRAPPER = Path(sys.executable).with_name("opentelemetry-instrument")  # what /opt/otel-instrument of the layer runs
MODULE = "projects.create"
CALLS = ["DynamoDB.UpdateItem", "DynamoDB.PutItem", "DynamoDB.TransactWriteItems"]


def run(aws: Lambda, *wrapper: str | Path, options: tuple[str, ...] = ()) -> str:
    """Answer a request with all that is installed beside the layers within reach; what was printed."""
    program = [sys.executable, "-B", str(CHILD), json.dumps([[], MODULE, event(MODULE)]), *options]
    lambdas = {"PYTHONPATH": os.pathsep.join(aws.paths), "_HANDLER": f"{MODULE}.handler"}
    to_the_console = {"OTEL_TRACES_EXPORTER": "console", "OTEL_METRICS_EXPORTER": "none", "OTEL_LOGS_EXPORTER": "none"}
    done = subprocess.run(
        [*wrapper, *program],
        env=aws.environment | lambdas | to_the_console | {"OTEL_PROPAGATORS": "xray-lambda"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def spans_of(printed: str) -> list[dict[str, Any]]:
    """Take the spans out of what was printed: JSON on many lines, between the log's lines."""
    found, rest = [], printed.strip()
    while rest:
        one, end = JSONDecoder().raw_decode(rest)
        found.append(one)
        rest = rest[end:].strip()
    return [one for one in found if "parent_id" in one]


@pytest.fixture(scope="module")
def printed(aws: Lambda) -> str:
    """Log and spans of one request."""
    return run(aws, WRAPPER)


def test_a_request_and_each_of_its_database_calls_is_a_span(printed: str) -> None:
    *calls, request = spans_of(printed)
    assert request["attributes"]["http.route"] == "/v1/projects"
    assert request["attributes"]["http.status_code"] == 201
    assert [span["name"] for span in calls] == CALLS
    assert {span["parent_id"] for span in calls} == {request["context"]["span_id"]}
    assert {span["attributes"]["http.status_code"] for span in calls} == {200}


def test_the_trace_is_the_one_that_lambda_named(printed: str, aws: Lambda) -> None:
    root = aws.environment["_X_AMZN_TRACE_ID"].partition(";")[0].removeprefix("Root=1-").replace("-", "")
    assert {span["context"]["trace_id"] for span in spans_of(printed)} == {f"0x{root}"}


def test_no_secret_is_in_a_span(printed: str) -> None:
    asked = event(MODULE)
    token = asked["headers"]["Authorization"].removeprefix("Bearer ")
    for secret in (
        token,
        token.rpartition(".")[2],
        asked["headers"]["Idempotency-Key"],
        json.loads(asked["body"])["name"],
    ):
        assert secret not in printed


def test_without_the_wrapper_nothing_of_it_is_imported_though_it_is_there(aws: Lambda) -> None:
    *_, result = run(aws, options=("--watch",)).split(MARK)
    modules = json.loads(result)["modules"]
    assert "neoforge.api.app" in modules
    assert [name for name in modules if name.partition(".")[0] == "opentelemetry"] == []
