"""GET /v1/admin/accounts/{user_id} — an account and its state."""

from neoforge.accounts import administration
from neoforge.accounts.administration import AdministeredAccount
from neoforge.accounts.model import UserId
from neoforge.api.app import create_app
from neoforge.api.auth import requires_role

app = create_app(access=requires_role("admin"))
handler = app.handler


@app.get("/v1/admin/accounts/{user_id}", summary="Get any account", description="Allowed for admins.")
def get_any_account(user_id: UserId) -> AdministeredAccount:
    return administration.get(user_id)
