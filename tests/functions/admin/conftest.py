"""An admin, and the account that is looked after."""

import pytest

from scripts.build.template import Json
from tests.functions.helpers import log_in


@pytest.fixture
def tokens(token: str) -> Json:
    """The tokens of a session of the account."""
    return log_in()


@pytest.fixture
def path(token: str) -> str:
    """The path of the account."""
    return f"/v1/admin/accounts/{token.partition('.')[0]}"
