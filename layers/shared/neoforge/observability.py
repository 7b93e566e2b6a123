"""Logs and metrics: one JSON line a request, and CloudWatch's embedded metric format for events worth counting."""

from collections.abc import Mapping

from aws_lambda_powertools import Logger
from aws_lambda_powertools.metrics import Metrics, MetricUnit

logger = Logger(use_rfc3339=True, utc=True, location=None)
metrics = Metrics()


def begin(request_id: str) -> None:
    """Start a request: every line logged from here on carries its id."""
    logger.set_correlation_id(request_id)


def count(event: str, number: int = 1) -> None:
    """Count an event, such as Replay. It is written with the request's end."""
    metrics.add_metric(event, MetricUnit.Count, number)


def security(event: str, **who: str) -> None:
    """Count and log an event that somebody may have to look into. `who`: pseudonyms, never names or addresses."""
    count(event)
    logger.warning("Security event", extra={"event": event, **who})


def failed(error: BaseException) -> None:
    """Log an error that nobody foresaw, with its stack trace, for us alone."""
    logger.error("Unexpected error", exc_info=error)


def end(fields: Mapping[str, object]) -> None:
    """Finish a request: its one line, then its metrics if it had any. No secret, address or body may be in `fields`."""
    logger.info("Request", extra=dict(fields))
    if metrics.metric_set:
        metrics.flush_metrics()


count("ColdStart")  # a process starts once; written with its first request
