"""Half as many tickets as projects."""

from neoforge.support import repository as tickets
from neoforge.support.model import NewTicket
from scripts.ops.seed.year import Year


def fill(year: Year) -> None:
    for work in year.moments(year.size // 2):
        tickets.create(work, year.person(), NewTicket(subject=year.phrase(), message=year.phrase()))
