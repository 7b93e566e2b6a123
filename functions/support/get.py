"""GET /v1/support/tickets/{ticket_id} — one of the tickets that the caller may see."""

from neoforge.api.app import create_app
from neoforge.api.auth import Caller, authenticated
from neoforge.support import repository as tickets
from neoforge.support.model import Ticket, TicketId

app = create_app(access=authenticated)
handler = app.handler


@app.get("/v1/support/tickets/{ticket_id}", summary="Get a ticket", description="Visible to its owner and to staff.")
def get_ticket(caller: Caller, ticket_id: TicketId) -> Ticket:
    return tickets.get(caller, ticket_id)
