"""Hostile input, handed to the handlers as API Gateway would; what needs API Gateway itself is in tests/stack."""

from collections.abc import Iterator

import pytest

from tests.functions.conftest import logs  # noqa: F401 - a fixture
from tests.functions.world import World, made


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    """Everything there is, made once for a module. What a test takes away or uses up it makes anew."""
    with made() as world:
        yield world
