"""create_schedule(): what lies between EventBridge Scheduler and a job that is one sentence."""

from collections.abc import Callable
from typing import Any

from neoforge import clock, observability

MARGIN_SECONDS = 10  # left of the function's time for what is under way


class Schedule:
    """One scheduled job."""

    run: Callable[[Any], int]

    def __init__(self, metric: str) -> None:
        self.metric = metric

    def job(self, run: Callable[[Any], int]) -> Callable[[Any], int]:
        """Declare the job. It is given Lambda's context, and tells how much it has done."""
        self.run = run
        return run

    def handler(self, _: dict[str, Any], context: Any) -> dict[str, int]:
        """Do the job once. A failure is raised, so that Lambda tries again and then puts the event into the DLQ."""
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
    """Make a job. `metric` counts what it has done."""
    return Schedule(metric)
