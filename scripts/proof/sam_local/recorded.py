"""What the files in events/ refer to: an admin with two sessions, and what the domains' own `create` events create.

Everything is created by our own code, with the ids and secrets of the files in place of new ones.
"""

import importlib
import json
import re
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from typing import Any, cast
from unittest.mock import patch

from neoforge import clock
from neoforge.accounts import access_item, service, sessions
from neoforge.accounts.model import NewAccount
from neoforge.dynamodb.transaction import transact
from scripts.build.template import functions
from scripts.ops.environment import TEMPLATE
from scripts.proof.bench.events import body_of, changed, event, parts_of
from scripts.proof.bench.measured import Context

ID = re.compile(r"([a-z]{3})_[0-9a-f-]{36}")
SECONDS = 300  # for each of them
HANDLERS = [str(one["Handler"]).removesuffix(".handler") for one in functions(TEMPLATE).values()]


def put_recorded() -> None:
    """Write it to the table that scripts.ops.environment.enter has named. Raises RuntimeError if an event fails."""
    access, refresh = event("account.get")["headers"]["Authorization"], body_of("auth.refresh")["refresh_token"]
    user_id, session_id, secret = parts_of(access.removeprefix("Bearer "))
    ids = defaultdict(list, {"usr": [user_id], "ses": [session_id]})
    for prefix, found in _ids_in_paths():
        if found not in ids[prefix]:
            ids[prefix].append(found)
    with _given(ids, [secret, parts_of(refresh)[2]]):
        _register(user_id, body_of("auth.login")["email"])
        for number, other in enumerate(found for found in list(ids["usr"]) if found != user_id):
            _register(other, f"other-{number}@example.com")
        for handler in HANDLERS:
            if handler.partition(".")[2].startswith("create") and "Authorization" in event(handler)["headers"]:
                _create(handler)


@contextmanager
def _given(ids: dict[str, list[str]], secrets: list[str]) -> Iterator[None]:
    """Use these ids, by prefix, and secrets before new ones."""
    new_id, new_secret = clock.new_id, clock.new_secret
    with (
        patch.object(clock, "new_id", lambda prefix: ids[prefix].pop(0) if ids[prefix] else new_id(prefix)),
        patch.object(clock, "new_secret", lambda: secrets.pop(0) if secrets else new_secret()),
    ):
        yield


def _register(user_id: str, email: str) -> None:
    """Create an account, an admin, with two sessions."""
    account = NewAccount.model_validate(body_of("auth.login") | {"display_name": "Ada Lovelace", "email": email})
    transact(lambda work: service.register(work, account, "192.0.2.1"))
    was = cast("access_item.Access", access_item.read(user_id))
    transact(lambda work: access_item.set_roles(work, user_id, was, frozenset({"admin", "user"})))
    for device in ("laptop", "telephone"):
        sessions.begin(user_id, device, "192.0.2.1")


def _create(handler: str) -> None:
    """Answer an event without its Idempotency-Key: with it, a later answer to the same event would be a replay."""
    given = changed(event(handler), {"Idempotency-Key": None})
    answer: Any = importlib.import_module(handler).handler(given, Context(SECONDS))
    if answer["statusCode"] != HTTPStatus.CREATED:
        raise RuntimeError(f"the event of {handler} is answered {json.dumps(answer)}")


def _ids_in_paths() -> Iterator[tuple[str, str]]:
    """Return the ids in the paths of all events, with their prefixes."""
    for handler in HANDLERS:
        for value in (event(handler).get("pathParameters") or {}).values():
            if found := ID.fullmatch(value):
                yield found[1], value
