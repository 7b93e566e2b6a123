"""Hostile input, handed to the handlers as API Gateway would; what needs API Gateway itself is in tests/proof/stack."""

import secrets
from collections.abc import Iterator

import pytest

from tests.callers import Local, empty_table
from tests.functions.conftest import logs

__all__ = ["logs"]


@pytest.fixture(scope="module")
def world() -> Iterator[Local]:
    """Callers in a table of their own, once for a module. What a test uses up it prepares anew."""
    with empty_table():
        yield Local()


@pytest.fixture
def strangers(world: Local) -> Local:
    """Callers in the same table whom no other test has: their failed logins slow nobody else down."""
    return Local(f"{secrets.token_hex(4)}-")
