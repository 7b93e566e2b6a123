"""POST /v1/projects — create a project."""

from neoforge.api.app import create_app
from neoforge.api.auth import Caller, authenticated
from neoforge.api.idempotency import idempotent
from neoforge.api.problems import ProblemType
from neoforge.dynamodb.transaction import UnitOfWork
from neoforge.projects import repository as projects
from neoforge.projects.model import NewProject, Project

app = create_app(access=authenticated, execute=idempotent)
handler = app.handler


@app.post(
    "/v1/projects",
    summary="Create a project",
    description="The caller becomes its owner.",
    location="/v1/projects/{id}",
    in_list=True,
    problems=[ProblemType.LIMIT_REACHED],
)
def create_project(caller: Caller, draft: NewProject, work: UnitOfWork) -> Project:
    return projects.create(work, caller.user_id, draft)
