"""Logs and metrics: one JSON line per request, and events counted in CloudWatch's embedded metric format."""

from collections.abc import Mapping

from aws_lambda_powertools import Logger
from aws_lambda_powertools.metrics import Metrics, MetricUnit

WHO = ("account", "login", "source")  # of a request, by pseudonyms

logger = Logger(use_rfc3339=True, utc=True, location=None)
metrics = Metrics()


def begin(request_id: str) -> None:
    """Start a request: every log line until the next one carries its id, and names nobody yet."""
    logger.remove_keys(WHO)
    logger.set_correlation_id(request_id)


def identify(**who: str) -> None:
    """Name who makes the request in every later line of it. `who`: members of WHO, pseudonyms of signing.py."""
    logger.append_keys(**who)


def count(event: str, number: int = 1) -> None:
    """Count an event, such as Replay. The metric is written at the end of the request."""
    metrics.add_metric(event, MetricUnit.Count, number)


def security_event(event: str, **more: str) -> None:
    """Count and log an event that someone may have to investigate. `more`: no names or addresses but pseudonyms."""
    count(event)
    logger.warning("Security event", extra={"event": event, **more})


def failed(error: BaseException) -> None:
    """Log an unexpected error with its stack trace."""
    logger.error("Unexpected error", exc_info=error)


def end(fields: Mapping[str, object]) -> None:
    """End a request: write its log line, and its metrics if any. `fields` must hold no secret, address or body."""
    logger.info("Request", extra=dict(fields))
    if metrics.metric_set:
        metrics.flush_metrics()


count("ColdStart")  # once per process; written with its first request
