"""create_schedule(): what lies between EventBridge Scheduler and a job."""

from collections.abc import Callable
from typing import Any

from neoforge import clock, observability, startup

MARGIN_SECONDS = 10  # of the function's time, in which the step under way ends


class Schedule:
    """One scheduled job."""

    run: Callable[[Any], int]

    def __init__(self, metric: str) -> None:
        self.metric = metric

    def job(self, run: Callable[[Any], int]) -> Callable[[Any], int]:
        """Declare the job, which is called with Lambda's context and returns how much it has done."""
        self.run = run
        startup.finish()
        return run

    def handler(self, _: dict[str, Any], context: Any) -> dict[str, int]:
        """Run the job once. Any failure is raised: Lambda retries, then sends the event to the dead-letter queue."""
        started = clock.monotonic()
        observability.begin(context.aws_request_id)
        with clock.limited(started + context.get_remaining_time_in_millis() / 1000 - MARGIN_SECONDS):
            done = self.run(context)
        observability.count(self.metric, done)
        observability.end(
            {"job": self.metric, "done": done, "duration_ms": round((clock.monotonic() - started) * 1000)}
        )
        return {"done": done}


def create_schedule(metric: str) -> Schedule:
    """Create a job. `metric` counts what it has done."""
    return Schedule(metric)
