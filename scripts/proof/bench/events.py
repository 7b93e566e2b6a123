"""The requests that are measured: those of events/, as they are or changed."""

import copy
import json
from collections.abc import Mapping
from typing import Any

from scripts import ROOT


def event(module: str) -> Any:
    """Give the event in events/ of a handler's module, such as projects.get; unconditional, so that it is answered."""
    given = json.loads((ROOT / "events" / f"{module.replace('.', '/')}.json").read_text())
    return changed(given, {"If-None-Match": None}) if given else given  # a schedule's is empty


def changed(given: Any, headers: Mapping[str, str | None], **members: Any) -> Any:
    """Change headers (None: leave out) and other members of an event."""
    made = copy.deepcopy(given)
    for name, value in headers.items():
        made["headers"].pop(name, None)
        made["multiValueHeaders"].pop(name, None)
        if value is not None:
            made["headers"][name] = value
            made["multiValueHeaders"][name] = [value]
    return made | members


def warm_requests() -> dict[str, tuple[str, Any]]:
    """Give the requests that are measured warm: module and event by name."""
    create = event("projects.create")
    return {
        "GET one": ("projects.get", event("projects.get")),
        "GET list of 20": ("projects.list", event("projects.list")),
        "POST": ("projects.create", changed(create, {"Idempotency-Key": None})),
        "POST with key": ("projects.create", create),
        "PATCH with key": ("projects.update", event("projects.update")),
    }
