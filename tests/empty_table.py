"""An empty table on moto's DynamoDB, where passwords are hashed in no time; tests/unit sees to the real parameters."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from argon2 import PasswordHasher
from moto import mock_aws

from neoforge import table
from neoforge.accounts import passwords
from tests.support import create_table


@contextmanager
def empty_table() -> Iterator[None]:
    """Make the table; it is gone at the end."""
    with mock_aws(), pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "_hasher", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
        create_table(table.client())
        yield
