"""POST /v1/auth/refresh — go on with a session."""

from neoforge.accounts import sessions
from neoforge.accounts.model import RefreshRequest, Tokens
from neoforge.api.app import create_app
from neoforge.api.auth import by_source

app = create_app(access=by_source)
handler = app.handler


@app.post("/v1/auth/refresh", status=200, cache="no-store", problems=["unauthorized"])
def refresh(request: RefreshRequest) -> Tokens:
    """Refresh a session."""
    return sessions.refresh(request)
