"""PATCH /v1/projects/{project_id} — update one of the caller's projects."""

from neoforge.api.app import create_app
from neoforge.api.auth import Caller, authenticated
from neoforge.api.idempotency import idempotent
from neoforge.api.preconditions import Precondition
from neoforge.dynamodb.transaction import UnitOfWork
from neoforge.projects import repository as projects
from neoforge.projects.model import Project, ProjectChange, ProjectId

app = create_app(access=authenticated, execute=idempotent)
handler = app.handler


@app.patch(
    "/v1/projects/{project_id}",
    summary="Update a project",
    description="Applies a merge patch. Allowed for its owner.",
)
def update_project(
    caller: Caller, project_id: ProjectId, change: ProjectChange, precondition: Precondition, work: UnitOfWork
) -> Project:
    return projects.update(work, caller.user_id, project_id, change, precondition)
