"""POST /v1/status/events — record an event of a service."""

from neoforge.api.app import create_app
from neoforge.api.auth import requires_role
from neoforge.api.idempotency import idempotent
from neoforge.api.problems import ProblemType
from neoforge.dynamodb.transaction import UnitOfWork
from neoforge.status import service as status
from neoforge.status.model import Event, NewEvent

app = create_app(access=requires_role("operator"), execute=idempotent)
handler = app.handler


@app.post(
    "/v1/status/events",
    summary="Create an event",
    description="Records a status of a service, now or in the past. Requires the role operator.",
    in_list=True,
    problems=[ProblemType.FORBIDDEN],
)
def create_event(draft: NewEvent, work: UnitOfWork) -> Event:
    return status.record(work, draft)
