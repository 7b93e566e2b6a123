"""On MiniStack, as the whole matrix in tests/proof/faults."""

from tests.proof.faults.conftest import endpoint, engine, engine_name, fleet, session_engine, session_fleet

__all__ = ["endpoint", "engine", "engine_name", "fleet", "session_engine", "session_fleet"]
