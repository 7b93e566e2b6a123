"""A stack for each module: what is sent here would be in the way of all other tests."""

import os
from collections.abc import Iterator

import pytest

from scripts.local.stack import local_stack
from tests.proof.stack.conftest import StackUnderTest


@pytest.fixture(scope="module")
def stack() -> Iterator[StackUnderTest]:
    with local_stack(auth=True, overrides={"RateLimits": os.environ["RATE_LIMITS"]}) as local:
        yield StackUnderTest(local)
