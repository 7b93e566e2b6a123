"""PATCH /v1/projects/{project_id} — change one of the caller's projects."""

from neoforge.api.app import create_app
from neoforge.api.auth import Caller, authenticated
from neoforge.api.etag import IfMatch
from neoforge.api.idempotency import idempotent
from neoforge.dynamodb.transaction import UnitOfWork
from neoforge.projects import repository as projects
from neoforge.projects.model import Project, ProjectChange, ProjectId

app = create_app(access=authenticated, execute=idempotent)
handler = app.handler


@app.patch("/v1/projects/{project_id}")
def update_project(
    caller: Caller, project_id: ProjectId, change: ProjectChange, if_match: IfMatch, work: UnitOfWork
) -> Project:
    """Update a project."""
    return projects.update(work, caller.user_id, project_id, change, if_match)
