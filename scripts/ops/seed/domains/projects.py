"""`year.size` projects."""

from neoforge.projects import repository as projects
from neoforge.projects.model import NewProject
from scripts.ops.seed.year import Year


def fill(year: Year) -> None:
    for work in year.moments(year.size):
        projects.create(work, year.person(), NewProject(name=year.phrase(), description=year.phrase()))
