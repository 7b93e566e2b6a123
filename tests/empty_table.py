"""An empty table on moto's DynamoDB, where passwords are hashed in no time; tests/unit sees to the real parameters."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from argon2 import PasswordHasher
from moto import mock_aws

from neoforge.accounts import passwords
from neoforge.dynamodb.client import get_client
from tests.api import create_table


@contextmanager
def empty_table() -> Iterator[None]:
    """Make the table; it is gone at the end."""
    with mock_aws(), pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "_hasher", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
        create_table(get_client())
        yield
