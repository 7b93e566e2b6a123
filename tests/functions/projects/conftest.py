import pytest

from tests.api import call


@pytest.fixture
def path(token: str) -> str:
    """The path of a new project, version 1, named First and with a description."""
    body = {"name": "First", "description": "About it"}
    return f"/v1/projects/{call('POST', '/v1/projects', body=body, token=token).json()['id']}"
