"""POST /v1/support/tickets — create a ticket, with an account or an e-mail."""

from neoforge.api.app import create_app
from neoforge.api.auth import OptionalCaller, optional_user
from neoforge.api.idempotency import idempotent
from neoforge.api.problems import ProblemType
from neoforge.dynamodb.transaction import UnitOfWork
from neoforge.support import repository as tickets
from neoforge.support.model import NewTicket, Ticket

app = create_app(access=optional_user, execute=idempotent)
handler = app.handler


@app.post(
    "/v1/support/tickets",
    summary="Create a ticket",
    description="Requires an access token or an e-mail.",
    location="/v1/support/tickets/{id}",
    in_list=True,
    problems=[ProblemType.LIMIT_REACHED],
)
def create_ticket(caller: OptionalCaller, draft: NewTicket, work: UnitOfWork) -> Ticket:
    return tickets.create(work, caller and caller.user_id, draft)
