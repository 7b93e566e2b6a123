"""Runs in the measured process: python -S -B measured.py KIND JSON. The last line of stderr is the result of the kind:

cold    CPU ms up to the first answer, of that after the import, of a warm call; modules when ready; status
        on stdout the log lines of the first and of the second request, separated by a line of \\x1e
warm    CPU microseconds of a call, a batch at a time, with botocore's HTTP `send` answered from memory
calls   the calls to DynamoDB that one request makes
first   nothing: it exits with its first answer, for valgrind to count
repeat  nothing: the same after `times` answers, with HTTP answered from memory
"""

import json
import os
import sys
import time
from typing import Any

LOOPS = 20
SUCCESS = range(200, 300)


def cpu() -> float:
    """CPU milliseconds since the process started."""
    return time.process_time() * 1000


def load(case: dict[str, Any]) -> Any:
    """Import a handler, or create a bare client; return what answers one request."""
    if module := case["module"]:
        handler = __import__(module, fromlist=["handler"]).handler
        return lambda: handler(case["event"], Context(case["seconds"]))
    import botocore.session  # noqa: PLC0415 - measured

    client = botocore.session.get_session().create_client("dynamodb")
    calls = [(getattr(client, name), parameters) for name, parameters in case["calls"]]

    def replay() -> dict[str, Any]:
        for call, parameters in calls:
            call(**parameters)
        return {"statusCode": 200, "body": ""}

    return replay


class Context:
    """The part of Lambda's context that is read here."""

    function_name = "bench"
    function_version = "1"
    memory_limit_in_mb = 512
    aws_request_id = "8e03978e-40d5-43dd-bc93-6894a57f9324"
    invoked_function_arn = "arn:aws:lambda:us-east-1:123456789012:function:bench"

    def __init__(self, seconds: int) -> None:
        self._milliseconds = seconds * 1000

    def get_remaining_time_in_millis(self) -> int:
        return self._milliseconds


def cold(case: dict[str, Any]) -> list[Any]:
    """Measure the first answer of this process."""
    call = load(case)
    ready, modules = cpu(), len(sys.modules)
    answer = call()
    first = cpu()
    print("\x1e")
    call()
    print("\x1e")
    second = cpu()
    loops = case.get("loops", LOOPS)
    for _ in range(loops):
        call()
    # A schedule has no status: it returns what it has done, or raises.
    return [first, first - ready, (cpu() - second) / loops, modules, answer.get("statusCode", 200)]


def stubbed(case: dict[str, Any]) -> list[Any]:
    """Answer botocore's HTTP requests from memory; return the list that they are recorded in."""
    sys.path.append(case["root"])  # last: nothing measured comes from there
    from botocore.awsrequest import AWSResponse, HeadersDict  # noqa: PLC0415
    from botocore.httpsession import URLLib3Session  # noqa: PLC0415

    from scripts.proof.bench.fake_dynamodb.answers import Answers  # noqa: PLC0415

    answers, recorded = Answers(case["stored"], wide=case.get("wide", False)), list[Any]()

    def send(_: Any, request: Any) -> Any:
        operation = request.headers["X-Amz-Target"]
        operation = (operation.decode() if isinstance(operation, bytes) else operation).partition(".")[2]
        body, crc = answers.answer(operation, request.body)
        if case["recording"]:
            recorded.append([operation, json.loads(request.body)])
        headers: Any = HeadersDict({"content-type": "application/x-amz-json-1.0", "x-amz-crc32": crc})
        response: Any = AWSResponse(request.url, 200, headers, None)
        response._content = body  # noqa: SLF001 - what reading the socket would have left
        return response

    URLLib3Session.send = send  # type: ignore[method-assign, assignment]
    return recorded


def warm(case: dict[str, Any]) -> None:
    """Measure a batch for each line of stdin."""
    stubbed(case | {"recording": False})
    call = load(case)
    for _ in range(LOOPS):
        call()
    for _ in sys.stdin:
        call()  # after others ran on this processor
        before = cpu()
        for _ in range(LOOPS):
            call()
        print(json.dumps((cpu() - before) * 1000 / LOOPS), file=sys.stderr, flush=True)


def calls(case: dict[str, Any]) -> list[Any]:
    """Record the calls of one request, and its answer."""
    recorded = stubbed(case | {"recording": True})
    call = load(case)
    call()
    recorded.clear()
    answer = call()
    return [answer["statusCode"], answer["body"], recorded]


def first(case: dict[str, Any]) -> None:
    """Answer one request."""
    exit_with(load(case)())


def repeat(case: dict[str, Any]) -> None:
    """Answer `times` requests."""
    stubbed(case | {"recording": False})
    call = load(case)
    for _ in range(case["times"] - 1):
        call()
    exit_with(call())


def exit_with(answer: dict[str, Any]) -> None:
    """Exit without finalizing, as on Lambda; with 1 if the answer is no success, so that it is not counted."""
    os._exit(answer["statusCode"] not in SUCCESS)


KINDS = {"cold": cold, "warm": warm, "calls": calls, "first": first, "repeat": repeat}

if __name__ == "__main__":
    given = json.loads(sys.argv[2])
    sys.path[:1] = given["paths"]
    result = KINDS[sys.argv[1]](given)
    sys.stdout.flush()
    print("\n" + json.dumps(result), file=sys.stderr)
