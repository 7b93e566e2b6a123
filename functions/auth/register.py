"""POST /v1/auth/register — create an account."""

from neoforge.accounts import service as accounts
from neoforge.accounts.model import Account, NewAccount
from neoforge.api.app import create_app
from neoforge.api.auth import newcomer
from neoforge.api.idempotency import idempotent
from neoforge.api.problems import ProblemType
from neoforge.api.request import Request
from neoforge.dynamodb.transaction import UnitOfWork

app = create_app(access=newcomer, execute=idempotent)
handler = app.handler


@app.post(
    "/v1/auth/register",
    summary="Register an account",
    description="Creates an account. Log in to get tokens.",
    location="/v1/account",
    problems=[ProblemType.EMAIL_TAKEN],
)
def register(draft: NewAccount, request: Request, work: UnitOfWork) -> Account:
    return accounts.register(work, draft, request.source_ip)
