"""The fault matrix, on MiniStack alone as it has over a thousand cases; build/faults.md tells what it tried."""

import pytest

from tests.proof.engine.conftest import ENGINES, endpoint, engine, fleet, session_engine, session_fleet

__all__ = ["endpoint", "engine", "fleet", "session_engine", "session_fleet"]


@pytest.fixture(scope="session")
def engine_name() -> str:
    """Which engine it is."""
    return ENGINES[0]
