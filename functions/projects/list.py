"""GET /v1/projects — the caller's projects, newest first."""

from neoforge.api.app import create_app
from neoforge.api.auth import Caller, authenticated
from neoforge.api.pagination import Page, PageRequest, paginate
from neoforge.projects import repository as projects
from neoforge.projects.model import Project

app = create_app(access=authenticated)
handler = app.handler


@app.get("/v1/projects", summary="List projects", description="The caller's projects, newest first.")
def list_projects(caller: Caller, page: PageRequest) -> Page[Project]:
    return paginate(page, projects.owned_by(caller.user_id), Project)
