"""The layer's modules one by one."""

from collections.abc import Iterator

import pytest
from moto import mock_aws

from neoforge import table
from tests.support import create_table


@pytest.fixture
def dynamodb() -> Iterator[None]:
    """An empty table."""
    with mock_aws():
        create_table(table.client())
        yield
