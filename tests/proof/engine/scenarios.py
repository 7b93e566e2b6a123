"""A request with a key, and what it is to leave in the table; all writes are in tests/proof/faults/writes.py."""

from typing import Any

from tests.api import Response, call
from tests.proof.engine.dynamodb import PERSON, sign_in

DONE = "IDEMPOTENCY status=COMPLETED"
CREATED = sorted([*PERSON, "PROJECT version=1", "PROJECTS total=1 revision=1", DONE])


def create_project() -> dict[str, Any]:
    """Give a request that makes a project, as tests.api.call takes it."""
    return _keyed("POST", "/v1/projects", {"name": "New"}, sign_in().token)


def change_project() -> dict[str, Any]:
    """Give a request that changes a project."""
    token = sign_in().token
    made = call("POST", "/v1/projects", body={"name": "Old"}, token=token).json()
    return _keyed("PATCH", f"/v1/projects/{made['id']}", {"name": "New"}, token)


def _keyed(method: str, path: str, body: Any, token: str) -> dict[str, Any]:
    return {"method": method, "path": path, "body": body, "token": token, "headers": {"Idempotency-Key": "k"}}


def same(response: Response) -> tuple[Any, ...]:
    """What must be equal in each answer to one key: all but its own id, the mark of a replay and the quotas."""
    own = {"X-Request-Id", "Idempotent-Replayed", "RateLimit", "RateLimit-Policy"}
    return response.status, response.text, {name: v for name, v in response.headers.items() if name not in own}
