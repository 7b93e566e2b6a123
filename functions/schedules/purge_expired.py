"""Every hour — delete expired items that the table's TTL has not deleted yet."""

from typing import Any

from neoforge.dynamodb import expiry
from neoforge.scheduled_job import create_schedule

schedule = create_schedule("Purged")
handler = schedule.handler


@schedule.job
def purge_expired(_: Any) -> int:
    """Delete expired items."""
    return expiry.run()
