"""Formats the functions' log for a terminal."""

import json
from collections.abc import Iterator

from scripts.local.aws import Clients
from scripts.local.terminal import printable

PLATFORM_LINES = ("START RequestId", "END RequestId", "REPORT RequestId", "INIT_START", "RESTORE_START")
SHOWN_ELSEWHERE = {"level", "message", "timestamp", "service", "exception", "exception_name", "stack_trace"}
LATE_MS = 5000  # streams deliver out of order


class LogTail:
    """Reads what was logged since the last call, as one string for each record."""

    def __init__(self, clients: Clients, log_group: str) -> None:
        self._logs = clients.logs
        self._group = log_group
        self._since = 0  # ms since 1970
        self._seen: set[tuple[str, int, str]] = set()  # stream, time and text; MiniStack's events have no ids

    def read(self) -> Iterator[str]:
        pages = self._logs.get_paginator("filter_log_events")
        start = max(0, self._since - LATE_MS)
        for page in pages.paginate(logGroupName=self._group, startTime=start):
            for event in page["events"]:
                identity = (event["logStreamName"], event["timestamp"], event["message"])
                if identity not in self._seen and (line := pretty(event["message"].rstrip())):
                    yield line
                self._seen.add(identity)
                self._since = max(self._since, event["timestamp"])
        self._seen = {identity for identity in self._seen if identity[1] >= self._since - LATE_MS}

    def skip(self) -> None:
        """Skip what was logged until now."""
        for _ in self.read():
            pass


def pretty(message: str) -> str:
    """Return a log record as one line, its exception below, control characters escaped; empty for Lambda's own."""
    if message.startswith(PLATFORM_LINES):
        return ""
    try:
        record = json.loads(message)
    except ValueError:
        return printable(message, keep="\n\t")
    if not isinstance(record, dict) or "_aws" in record:  # metrics in embedded format
        return ""
    time = str(record.get("timestamp", ""))[11:19]
    record["correlation_id"] = record.pop("correlation_id", "")  # to the end: it is long and seldom read
    details = " ".join(f"{key}={value}" for key, value in record.items() if value and key not in SHOWN_ELSEWHERE)
    line = printable(f"{time} {record.get('level', ''):7} {record.get('message', '')}  {details}")
    exception = record.get("exception")
    return f"{line}\n{printable(str(exception), keep='\n\t')}" if exception else line
