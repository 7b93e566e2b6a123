"""GET /v1/projects/{project_id} — one of the caller's projects."""

from neoforge.api.app import create_app
from neoforge.api.auth import Caller, authenticated
from neoforge.projects import repository as projects
from neoforge.projects.model import Project, ProjectId

app = create_app(access=authenticated)
handler = app.handler


@app.get("/v1/projects/{project_id}", summary="Get a project", description="Visible to its owner only.")
def get_project(caller: Caller, project_id: ProjectId) -> Project:
    return projects.get(caller.user_id, project_id)
