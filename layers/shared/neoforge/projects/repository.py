"""Access patterns of projects.

USER#<owner_id>   PROJECT#<project_id>   the project
USER#<owner_id>   PROJECT#~TOTAL         total and revision

get: 1 GetItem · first page: 1 Query · later page: 1 GetItem and 1 Query · each write: part of 1 transaction
"""

from neoforge.dynamodb import table
from neoforge.dynamodb.collection import Collection
from neoforge.dynamodb.keys import user_partition
from neoforge.dynamodb.transaction import UnitOfWork
from neoforge.limits import account_limits
from neoforge.models import Precondition, apply_patch
from neoforge.projects.model import NewProject, Project, ProjectChange

KIND = "PROJECT"


def owned_by(owner_id: str) -> Collection:
    """Return the collection of an owner's projects."""
    return Collection(KIND, pk=user_partition(owner_id))


def get(owner_id: str, project_id: str) -> Project:
    """Read a project. Raises NotFound, also for one of another owner."""
    document = table.get_document(pk=user_partition(owner_id), sk=f"{KIND}#{project_id}")
    return Project.model_validate_json(document)


def create(work: UnitOfWork, owner_id: str, draft: NewProject) -> Project:
    """Create a project. The commit raises LimitReached."""
    project = Project.new(draft)
    owned_by(owner_id).create(work, project, account_limits()["projects"])
    return project


def update(
    work: UnitOfWork, owner_id: str, project_id: str, change: ProjectChange, precondition: Precondition
) -> Project:
    """Update a project. Raises NotFound or PreconditionFailed."""
    project = get(owner_id, project_id)
    precondition.check(project)
    after = apply_patch(project, change.changes())
    if after is not project:
        owned_by(owner_id).replace(work, after, project.version)
    return after


def delete(work: UnitOfWork, owner_id: str, project_id: str, precondition: Precondition) -> None:
    """Delete a project. The commit raises NotFound or PreconditionFailed."""
    owned_by(owner_id).delete(work, project_id, precondition)
