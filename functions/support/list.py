"""GET /v1/support/tickets — the caller's tickets, or all for staff, newest first."""

from neoforge.api.app import create_app
from neoforge.api.auth import Caller, authenticated
from neoforge.api.pagination import Page, PageRequest, paginate
from neoforge.support import repository as tickets
from neoforge.support.model import Ticket, TicketStatus

app = create_app(access=authenticated)
handler = app.handler


@app.get(
    "/v1/support/tickets",
    summary="List tickets",
    description="The caller's tickets, or all tickets for staff, newest first.",
)
def list_tickets(caller: Caller, page: PageRequest, status: TicketStatus | None = None) -> Page[Ticket]:
    return paginate(page, tickets.visible(caller, status), Ticket)
