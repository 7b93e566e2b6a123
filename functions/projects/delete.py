"""DELETE /v1/projects/{project_id} — delete one of the caller's projects."""

from neoforge.api.app import create_app
from neoforge.api.auth import Caller, authenticated
from neoforge.api.idempotency import idempotent
from neoforge.api.preconditions import Precondition
from neoforge.dynamodb.transaction import UnitOfWork
from neoforge.projects import repository as projects
from neoforge.projects.model import ProjectId

app = create_app(access=authenticated, execute=idempotent)
handler = app.handler


@app.delete("/v1/projects/{project_id}", summary="Delete a project", description="Allowed for its owner.")
def delete_project(caller: Caller, project_id: ProjectId, precondition: Precondition, work: UnitOfWork) -> None:
    projects.delete(work, caller.user_id, project_id, precondition)
