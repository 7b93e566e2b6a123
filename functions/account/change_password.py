"""POST /v1/account/password — change the caller's password; all other sessions end."""

from neoforge.accounts import service as accounts
from neoforge.accounts.model import PasswordChange
from neoforge.api.app import create_app
from neoforge.api.auth import Caller, with_own_quota
from neoforge.api.idempotency import idempotent
from neoforge.dynamodb.transaction import UnitOfWork

app = create_app(access=with_own_quota, execute=idempotent)
handler = app.handler


@app.post(
    "/v1/account/password",
    summary="Change the password",
    description="Ends all other sessions of the account.",
    status=204,
)
def change_password(caller: Caller, change: PasswordChange, work: UnitOfWork) -> None:
    accounts.change_password(work, caller, change)
