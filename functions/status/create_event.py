"""POST /v1/status/events — record what happened to a service."""

from neoforge.api.app import create_app
from neoforge.api.auth import requires_role
from neoforge.api.idempotency import idempotent
from neoforge.dynamodb.transaction import UnitOfWork
from neoforge.status import service as status
from neoforge.status.model import Event, NewEvent

app = create_app(access=requires_role("operator"), execute=idempotent)
handler = app.handler


@app.post("/v1/status/events", problems=["forbidden"])
def create_event(draft: NewEvent, work: UnitOfWork) -> Event:
    """Create an event."""
    return status.record(work, draft)
