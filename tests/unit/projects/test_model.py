import pytest
from pydantic import ValidationError

from neoforge import clock
from neoforge.projects.model import NewProject, Project, ProjectChange


@pytest.fixture
def project() -> Project:
    return Project.new(NewProject(name="A", description="B"))


def test_a_new_project_was_created_at_the_time_of_its_id(project: Project) -> None:
    assert (project.name, project.description, project.version) == ("A", "B", 1)
    assert project.created_at == project.updated_at == clock.time_of_id(project.id)


@pytest.mark.parametrize(
    "body", [{}, {"name": "B"}, {"description": None}, {"description": ""}, {"name": "B", "description": "C"}]
)
def test_a_change_has_only_the_members_that_were_sent(body: dict[str, str | None]) -> None:
    assert ProjectChange.model_validate(body).changes() == body


def test_the_name_of_a_project_cannot_be_removed() -> None:
    for name in (None, "", " "):
        with pytest.raises(ValidationError):
            ProjectChange.model_validate({"name": name})


def test_a_stored_project_is_read_as_it_was_written(project: Project) -> None:
    assert Project.model_validate_json(project.model_dump_json()) == project
