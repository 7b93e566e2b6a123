"""A fixed moment, and events that operators record."""

from collections.abc import Callable
from typing import Any

import pytest

from neoforge import clock
from tests.api import Response, call
from tests.functions.conftest import Wait

NOON = 1_795_435_200.0  # 2026-11-23T12:00:00Z
Record = Callable[..., Response]


@pytest.fixture
def noon(monkeypatch: pytest.MonkeyPatch) -> Wait:
    """Stop the clock at noon, ids included; calls move it on by seconds."""
    time, made = [NOON], [0]

    def new_id(prefix: str) -> str:
        made[0] += 1
        moment = f"{round(time[0] * 1000):012x}"
        return f"{prefix}_{moment[:8]}-{moment[8:]}-7000-8000-{made[0]:012x}"

    def move(seconds: float) -> None:
        time[0] += seconds

    monkeypatch.setattr(clock, "now", lambda: time[0])
    monkeypatch.setattr(clock, "new_id", new_id)
    return move


@pytest.fixture
def record(noon: Wait, operator: str) -> Record:
    """Record an event of the service api: record("operational", "2026-11-23T09:00:00Z")."""

    def record(status: str, occurred_at: str | None = None, service_id: str = "api", **changes: Any) -> Response:
        body = {"service_id": service_id, "status": status, "occurred_at": occurred_at} | changes
        response = call("POST", "/v1/status/events", body=body, token=operator)
        assert response.status == 201, response.text
        return response

    return record
