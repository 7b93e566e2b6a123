"""POST /v1/support/tickets — make a ticket, with an account or an e-mail."""

from neoforge.api.app import create_app
from neoforge.api.auth import optional_user
from neoforge.api.idempotency import idempotent
from neoforge.api.request import Request
from neoforge.dynamodb.transaction import UnitOfWork
from neoforge.support import repository as tickets
from neoforge.support.model import NewTicket, Ticket

app = create_app(access=optional_user, execute=idempotent)
handler = app.handler


@app.post("/v1/support/tickets", location="/v1/support/tickets/{id}")
def create_ticket(draft: NewTicket, request: Request, work: UnitOfWork) -> Ticket:
    """Create a ticket."""
    return tickets.create(work, request.caller and request.caller.user_id, draft)
