import pytest

from neoforge.dynamodb.transaction import UnitOfWork
from neoforge.errors import NotFound, PreconditionFailed
from neoforge.models import ANY, Precondition
from neoforge.projects import repository
from neoforge.projects.model import NewProject, Project, ProjectChange
from tests.unit.helpers import commit

pytestmark = pytest.mark.usefixtures("dynamodb")
OWNER, OTHER = "usr_1", "usr_2"


@pytest.fixture
def project() -> Project:
    work = UnitOfWork()
    made = repository.create(work, OWNER, NewProject(name="A"))
    commit(work)
    return made


def test_a_project_is_visible_to_its_owner_only(project: Project) -> None:
    assert repository.get(OWNER, project.id) == project
    with pytest.raises(NotFound):
        repository.get(OTHER, project.id)
    assert repository.owned_by(OTHER).scope != repository.owned_by(OWNER).scope


@pytest.mark.parametrize("precondition", [ANY, Precondition(frozenset({1})), Precondition(frozenset({1, 9}))])
def test_an_update_of_a_named_version_is_applied(precondition: Precondition, project: Project) -> None:
    work = UnitOfWork()
    changed = repository.update(work, OWNER, project.id, ProjectChange(name="B"), precondition)
    commit(work)
    assert repository.get(OWNER, project.id) == changed
    assert changed.version == 2


@pytest.mark.parametrize("precondition", [Precondition(frozenset({2})), Precondition(frozenset())])
def test_an_update_of_another_version_fails_its_precondition(precondition: Precondition, project: Project) -> None:
    work = UnitOfWork()
    with pytest.raises(PreconditionFailed):
        repository.update(work, OWNER, project.id, ProjectChange(name="B"), precondition)
    assert work.writes == []


def test_an_update_that_changes_nothing_writes_nothing(project: Project) -> None:
    work = UnitOfWork()
    assert repository.update(work, OWNER, project.id, ProjectChange(), ANY) == project
    assert work.writes == []


def test_only_the_owner_can_delete_a_project(project: Project) -> None:
    for owner, error in ((OTHER, NotFound), (OWNER, None)):
        work = UnitOfWork()
        repository.delete(work, owner, project.id, ANY)
        if error:
            with pytest.raises(error):
                commit(work)
        else:
            commit(work)
    with pytest.raises(NotFound):
        repository.get(OWNER, project.id)
