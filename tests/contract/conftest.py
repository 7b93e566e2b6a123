"""The template against the code. What calls handlers does so on moto's table."""

from collections.abc import Iterator

import pytest

from tests.api import register_and_login
from tests.callers import empty_table


@pytest.fixture
def token() -> Iterator[str]:
    """An access token of a new account, in a new table."""
    with empty_table():
        yield register_and_login()
