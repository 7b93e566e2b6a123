"""GET /v1/account — the caller's account."""

from neoforge.accounts import repository as accounts
from neoforge.accounts.model import Account
from neoforge.api.app import create_app
from neoforge.api.auth import Caller, authenticated

app = create_app(access=authenticated)
handler = app.handler


@app.get("/v1/account", summary="Get the account", description="The caller's own account.")
def get_account(caller: Caller) -> Account:
    return accounts.get(caller.user_id)
