"""GET /v1/auth/sessions — the caller's live sessions, newest first."""

from neoforge.accounts.model import ListedSession
from neoforge.accounts.session_list import SessionPages
from neoforge.api.app import create_app
from neoforge.api.auth import Caller, authenticated
from neoforge.api.pagination import Page, PageRequest, paginate

app = create_app(access=authenticated)
handler = app.handler


@app.get("/v1/auth/sessions", summary="List sessions", description="The caller's live sessions, newest first.")
def list_sessions(caller: Caller, page: PageRequest) -> Page[ListedSession]:
    return paginate(page, SessionPages(caller.user_id, caller.session_id), ListedSession)
