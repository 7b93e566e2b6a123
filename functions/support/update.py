"""PATCH /v1/support/tickets/{ticket_id} — change a ticket: its owner the text, staff the status."""

from neoforge.api.app import create_app
from neoforge.api.auth import Caller, authenticated
from neoforge.api.etag import IfMatch
from neoforge.api.idempotency import idempotent
from neoforge.dynamodb.transaction import UnitOfWork
from neoforge.support import repository as tickets
from neoforge.support.model import Ticket, TicketChange, TicketId

app = create_app(access=authenticated, execute=idempotent)
handler = app.handler


@app.patch("/v1/support/tickets/{ticket_id}", problems=["forbidden"])
def update_ticket(
    caller: Caller, ticket_id: TicketId, change: TicketChange, if_match: IfMatch, work: UnitOfWork
) -> Ticket:
    """Update a ticket."""
    return tickets.update(work, caller, ticket_id, change, if_match)
