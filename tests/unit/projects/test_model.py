import pytest

from neoforge import clock
from neoforge.projects.model import NewProject, Project, ProjectChange


@pytest.fixture
def project() -> Project:
    return Project.new(NewProject(name="A", description="B"))


def test_a_new_project_dates_from_its_id(project: Project) -> None:
    assert (project.name, project.description, project.version) == ("A", "B", 1)
    assert project.created_at == project.updated_at == clock.time_of(project.id)


@pytest.mark.parametrize("change", [{}, {"name": "A"}, {"description": "B"}, {"name": "A", "description": "B"}])
def test_a_change_of_nothing_is_the_same_object(change: dict[str, str], project: Project) -> None:
    assert project.changed(ProjectChange.model_validate(change)) is project


@pytest.mark.parametrize(
    ("change", "name", "description"),
    [({"name": "C"}, "C", "B"), ({"description": None}, "A", None), ({"description": ""}, "A", "")],
)
def test_a_change_is_the_next_version(
    change: dict[str, str | None], name: str, description: str | None, project: Project
) -> None:
    changed = project.changed(ProjectChange.model_validate(change))
    assert (changed.name, changed.description, changed.version) == (name, description, 2)
    assert (changed.id, changed.created_at) == (project.id, project.created_at)
    assert (project.name, project.version) == ("A", 1)


def test_a_change_never_lies_before_what_it_changes(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: 0.0)  # another machine's clock
    assert project.changed(ProjectChange(name="C")).updated_at >= project.updated_at


def test_a_stored_project_is_read_as_it_was_written(project: Project) -> None:
    assert Project.model_validate_json(project.model_dump_json()) == project
