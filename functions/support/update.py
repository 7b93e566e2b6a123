"""PATCH /v1/support/tickets/{ticket_id} — update a ticket: its owner the text, staff the status."""

from neoforge.api.app import create_app
from neoforge.api.auth import Caller, authenticated
from neoforge.api.idempotency import idempotent
from neoforge.api.preconditions import Precondition
from neoforge.api.problems import ProblemType
from neoforge.dynamodb.transaction import UnitOfWork
from neoforge.support import repository as tickets
from neoforge.support.model import Ticket, TicketChange, TicketId

app = create_app(access=authenticated, execute=idempotent)
handler = app.handler


@app.patch(
    "/v1/support/tickets/{ticket_id}",
    summary="Update a ticket",
    description="Applies a merge patch. The owner may change the text, close and reopen; staff may set any status.",
    problems=[ProblemType.FORBIDDEN, ProblemType.LIMIT_REACHED],
)
def update_ticket(
    caller: Caller, ticket_id: TicketId, change: TicketChange, precondition: Precondition, work: UnitOfWork
) -> Ticket:
    return tickets.update(work, caller, ticket_id, change, precondition)
