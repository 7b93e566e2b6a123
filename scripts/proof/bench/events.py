"""The requests that are measured: those of events/, as they are or changed."""

import copy
import json
from collections.abc import Mapping
from typing import Any

from scripts import ROOT


def event(module: str) -> Any:
    """Return the event of a handler's module, such as projects.get, without a condition that would make it a 304."""
    given = json.loads((ROOT / "events" / f"{module.replace('.', '/')}.json").read_text())
    return changed(given, {"If-None-Match": None}) if given else given  # a schedule's is empty


def body_of(module: str) -> Any:
    """Return the JSON body of that event."""
    return json.loads(event(module)["body"])


def id_in_path(module: str) -> str:
    """Return the one path parameter of that event."""
    (value,) = event(module)["pathParameters"].values()
    return str(value)


def parts_of(token: str) -> tuple[str, str, str]:
    """Return the user id, the session id and the secret of a token."""
    user_id, session_id, rest = token.split(".")
    return user_id, session_id, rest[:-12]  # without its check


def changed(given: Any, headers: Mapping[str, str | None], **members: Any) -> Any:
    """Return an event with other headers (None: without) and other members."""
    made = copy.deepcopy(given)
    for name, value in headers.items():
        made["headers"].pop(name, None)
        made["multiValueHeaders"].pop(name, None)
        if value is not None:
            made["headers"][name] = value
            made["multiValueHeaders"][name] = [value]
    return made | members
