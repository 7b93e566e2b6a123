"""A stack with the limits of the template, as the documents describe it."""

from collections.abc import Iterator

import pytest

from scripts.local.stack import Local, local_stack


@pytest.fixture(scope="session")
def documented() -> Iterator[Local]:
    """The stack that the documents are read beside."""
    with local_stack() as local:
        yield local
