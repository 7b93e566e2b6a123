"""Services that fail now and then and recover: a tenth as many events as projects."""

from neoforge.dynamodb.transaction import UnitOfWork
from neoforge.status import repository as status
from neoforge.status.model import Event, NewEvent
from neoforge.status.service import after
from scripts.ops.seed.year import Year

SERVICES = ("api", "checkout", "website", "search")
FAILURES = ("degraded_performance", "partial_outage", "major_outage", "under_maintenance")


def fill(year: Year) -> None:
    """Add the events, then set each service to what its newest one says."""
    before = {name: status.find_service(name) for name in SERVICES}
    current = dict(before)
    for number, work in enumerate(year.moments(year.size // 10)):
        name = SERVICES[number // 2 % len(SERVICES)]
        word = "operational" if number % 2 else year.random.choice(FAILURES)
        event = Event.new(NewEvent.model_validate({"service_id": name, "status": word}))
        status.append(work, event)
        current[name] = after(current[name], event)
    for name, state in current.items():
        if state is not None and state is not before[name]:
            work = UnitOfWork()
            status.set_service(work, before[name], state)
            work.commit()
