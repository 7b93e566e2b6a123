"""One cold start of a function, as a program of its own that imports nothing of ours but the function.

    python -sSPB child.py '[["/opt/python", ...], "projects.get", {the event}]' [--watch]

Without a module it is the floor: a bare botocore client that reads one item. With --watch, a second request follows.
The log goes to stdout, as in Lambda; MARK parts the first request's from the second's, and that from our result.
"""

import json
import os
import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

MARK = "\x1e"
clients: list[str] = []


class Context:
    """A Lambda context with some time left."""

    aws_request_id = "7d1a2b3c-0000-4000-8000-000000000000"
    function_name = "child"  # Powertools asks for it
    invoked_function_arn = "arn:aws:lambda:us-east-1:123456789012:function:child"  # OpenTelemetry does

    def get_remaining_time_in_millis(self) -> int:
        return 30_000


def note_clients(frame: FrameType, event: str, _: object) -> None:
    """As a profiler, see each client that is made: botocore must not be loaded to be watched."""
    code = frame.f_code
    if event == "call" and code.co_name == "create_client" and code.co_filename.endswith("botocore/client.py"):
        clients.append(frame.f_locals["service_name"])


def floor() -> Callable[[], dict[str, Any]]:
    session: Any = __import__("botocore.session", fromlist=["get_session"])
    client = session.get_session().create_client("dynamodb")
    key = {"pk": {"S": "PING"}, "sk": {"S": "PING"}}
    return lambda: dict(client.get_item(TableName="floor", Key=key))


def handler(module: str, event: dict[str, Any]) -> Callable[[], dict[str, Any]]:
    handle = __import__(module, fromlist=["handler"]).handler
    return lambda: dict(handle(event, Context()))


def watched(paths: list[str], module: str, event: dict[str, Any]) -> None:
    sys.path[:0] = paths
    sys.setprofile(note_clients)
    call = handler(module, event)
    early, loaded = len(clients), set(sys.modules)
    answer = call()
    result = {
        "status": answer.get("statusCode", 200),  # of a schedule: it would have raised
        "late_modules": sorted(set(sys.modules) - loaded),
        "modules": sorted(sys.modules),
    }
    sys.stdout.write(MARK)
    call()
    result |= {"early_clients": early, "clients": len(clients)}
    sys.stdout.write(MARK + json.dumps(result))


def plain(paths: list[str], module: str, event: dict[str, Any]) -> None:
    sys.path[:0] = paths
    call = handler(module, event) if module else floor()
    answer = call()
    assert answer.get("statusCode", 200) < 300, answer


(watched if "--watch" in sys.argv else plain)(*json.loads(sys.argv[1]))
sys.stdout.flush()
os._exit(0)  # as in Lambda, which ends no interpreter
