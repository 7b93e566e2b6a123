"""A request with a key, and what it is to leave in the table; all writes are in tests/catalog."""

from typing import Any

from tests.api import Response, call
from tests.callers import sign_in
from tests.proof.engine.dynamodb import DONE, PERSON

CREATED = sorted([*PERSON, "NOTE version=1", "NOTE total=1 revision=1", DONE])


def create_note() -> dict[str, Any]:
    """Return a request that creates a note, as tests.api.call takes it."""
    return _keyed("POST", "/v1/notes", {"name": "New"}, sign_in().token)


def change_note() -> dict[str, Any]:
    """Return a request that changes a note."""
    token = sign_in().token
    made = call("POST", "/v1/notes", body={"name": "Old"}, token=token).json()
    return _keyed("PATCH", f"/v1/notes/{made['id']}", {"name": "New"}, token)


def _keyed(method: str, path: str, body: Any, token: str | None) -> dict[str, Any]:
    return {"method": method, "path": path, "body": body, "token": token, "headers": {"Idempotency-Key": "k"}}


def same(response: Response) -> tuple[Any, ...]:
    """What must be equal in each answer to one key: all but its own id, the mark of a replay and the quotas."""
    own = {"X-Request-Id", "Idempotent-Replayed", "RateLimit", "RateLimit-Policy"}
    return response.status, response.text, {name: v for name, v in response.headers.items() if name not in own}
