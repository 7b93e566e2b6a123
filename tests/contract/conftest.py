"""The template against the code. What calls handlers does so on moto's table."""

from collections.abc import Iterator

import pytest
from argon2 import PasswordHasher
from moto import mock_aws

from neoforge import table
from neoforge.accounts import passwords
from tests.support import create_table, register_and_login


@pytest.fixture
def token(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """An access token of a new account, in a new table."""
    monkeypatch.setattr(passwords, "_hasher", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    with mock_aws():
        create_table(table.client())
        yield register_and_login()
