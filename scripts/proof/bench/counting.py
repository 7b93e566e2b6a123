"""Creates the table and counts the calls to it. Imported by processes that have the package under test."""

import json
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

from neoforge.dynamodb.client import get_client
from neoforge.settings import settings
from scripts import ROOT
from scripts.build.template import load_template, table_definition


@dataclass
class Calls:
    """Calls to the database, and the capacity units that they consumed."""

    operations: list[str] = field(default_factory=list)
    reads: float = 0.0
    writes: float = 0.0


def create_table() -> None:
    """Create the table of template.yaml."""
    definition = table_definition(load_template(ROOT / "template.yaml"))
    with suppress(get_client().exceptions.ResourceInUseException):  # created by an attempt whose answer came too late
        get_client().create_table(TableName=settings.table_name, **definition)


@contextmanager
def counted() -> Iterator[Calls]:
    """Count calls and capacity units within the block."""
    calls, events = Calls(), get_client().meta.events

    def before(params: Any, model: Any, **_: Any) -> None:
        calls.operations.append(model.name)
        params["body"] = json.dumps(json.loads(params["body"]) | {"ReturnConsumedCapacity": "TOTAL"}).encode()

    def after(parsed: Any, model: Any, **_: Any) -> None:
        consumed = parsed.get("ConsumedCapacity", [])
        units = sum(part["CapacityUnits"] for part in (consumed if isinstance(consumed, list) else [consumed]))
        if model.name in {"BatchGetItem", "GetItem", "Query", "Scan"}:
            calls.reads += units
        else:
            calls.writes += units

    events.register("before-call.dynamodb", before)
    events.register("after-call.dynamodb", after)
    try:
        yield calls
    finally:
        events.unregister("before-call.dynamodb", before)
        events.unregister("after-call.dynamodb", after)
