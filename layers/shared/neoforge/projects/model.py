"""Projects."""

from typing import Annotated, Self

from pydantic import Field, StringConstraints

from neoforge import clock
from neoforge.models import Body, Document, Line, Text, Timestamp, Version

ProjectId = Annotated[
    str, StringConstraints(pattern=r"^prj_[0-9a-f-]{36}$"), Field(examples=["prj_01a20538-11bf-7304-bb36-19bcf1775ed8"])
]
Name = Annotated[Line, StringConstraints(max_length=120), Field(examples=["Website relaunch"])]
Description = Annotated[Text, StringConstraints(max_length=2000), Field(examples=["New design, same content."])]


class NewProject(Body):
    """Fields of a new project."""

    name: Name
    description: Description | None = None


class ProjectChange(Body):
    """A merge patch of a project (RFC 7396): absent members are left unchanged; `null` removes the description."""

    name: Name = ""  # never applied: only members that were sent are
    description: Description | None = None


class Project(Document):
    """A project."""

    id: ProjectId
    name: Name
    description: Description | None
    created_at: Timestamp
    updated_at: Timestamp
    version: Version

    @classmethod
    def new(cls, draft: NewProject) -> Self:
        """Create version 1 of a project."""
        project_id = clock.new_id("prj")
        created_at = clock.time_of_id(project_id)
        return cls(id=project_id, created_at=created_at, updated_at=created_at, version=1, **draft.model_dump())
