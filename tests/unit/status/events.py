"""Events of a service, for tests."""

from neoforge import clock
from neoforge.status.model import Event, Status

SERVICE = "checkout-api"


def at_second(second: float, status: Status, number: int = 0) -> Event:
    """Create an event; `number` distinguishes those of the same time."""
    moment = clock.timestamp(second)
    return Event(
        id=f"evt_{number:036}",
        service_id=SERVICE,
        status=status,
        description="",
        occurred_at=moment,
        created_at=moment,
        updated_at=moment,
        version=1,
    )
