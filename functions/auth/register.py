"""POST /v1/auth/register — make an account."""

from neoforge.accounts import service as accounts
from neoforge.accounts.model import Account, NewAccount
from neoforge.api.app import create_app
from neoforge.api.auth import by_source
from neoforge.api.idempotency import idempotent
from neoforge.dynamodb.transaction import UnitOfWork

app = create_app(access=by_source, execute=idempotent)
handler = app.handler


@app.post("/v1/auth/register", location="/v1/account", problems=["email-taken"])
def register(draft: NewAccount, work: UnitOfWork) -> Account:
    """Register an account."""
    return accounts.register(work, draft)
