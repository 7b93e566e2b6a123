"""Writes the file in events/ of each endpoint that has none yet, from the examples in docs/openapi.json.

    python -m scripts.docs.events

A file that is there stays as it is: one may have changed it by hand.
"""

import json
import sys
from typing import Any

from scripts import ROOT
from scripts.build.template import Json, functions
from scripts.ops.environment import TEMPLATE

MODEL = "account/get.json"  # what every event has in common
KEY = "8e03978e-40d5-43dd-bc93-6894a57f9324"
CONDITIONAL = {"If-Match", "If-None-Match"}


def resolved(document: Json, node: Json) -> Json:
    """Return what a reference stands for."""
    name = node.get("$ref", "").rpartition("/")[2]
    found: Json = document["components"]["parameters"][name] if name else node
    return found


def event(document: Json, method: str, route: str) -> Json:
    """Return the proxy integration's event of an endpoint's example.

    https://docs.aws.amazon.com/lambda/latest/dg/services-apigateway.html#apigateway-example-event
    """
    operation: Json = document["paths"][route][method.lower()]
    parameters = [resolved(document, one) for one in operation["parameters"]]
    path = {one["name"]: example(one) for one in parameters if one["in"] == "path"}
    made: Json = json.loads((ROOT / "events" / MODEL).read_text(encoding="utf-8"))
    headers = {name: value for name, value in made["headers"].items() if name not in CONDITIONAL}
    if not operation["security"]:
        headers.pop("Authorization", None)
    if "Idempotency-Key" in {one["name"] for one in parameters}:
        headers["Idempotency-Key"] = KEY
    body = None
    for kind, content in operation.get("requestBody", {}).get("content", {}).items():
        headers["Content-Type"], body = kind, json.dumps(content["example"], separators=(",", ":"))
        break
    made |= {
        "resource": route,
        "path": route.format_map(path),
        "httpMethod": method,
        "headers": dict(sorted(headers.items())),
        "multiValueHeaders": {name: [value] for name, value in sorted(headers.items())},
        "pathParameters": path or None,
        "body": body,
    }
    gateway = made["requestContext"]
    gateway |= {"resourcePath": route, "httpMethod": method, "path": f"/{gateway['stage']}{made['path']}"}
    return made


def example(parameter: Json) -> Any:
    """Return the example of a path parameter, or the first word of its enumeration."""
    schema = parameter["schema"]
    return (schema.get("examples") or schema["enum"])[0]


def main() -> int:
    document: Json = json.loads((ROOT / "docs/openapi.json").read_text(encoding="utf-8"))
    for function in functions(TEMPLATE).values():
        file = ROOT.joinpath("events", *function["Handler"].split(".")[:-1]).with_suffix(".json")
        if file.exists():
            continue
        method, _, route = function["Description"].partition(" ")
        made = event(document, method, route) if route.startswith("/") else {}  # of a schedule: nothing is read of it
        file.parent.mkdir(exist_ok=True)
        file.write_text(json.dumps(made, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
        print(file.relative_to(ROOT))
    return 0


if __name__ == "__main__":
    sys.exit(main())
