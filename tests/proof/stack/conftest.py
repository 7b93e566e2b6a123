"""The deployed stack, once a session, with IAM enforced; or the one that AWS_ENDPOINT_URL or LOCALSTACK_HOST names."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

import pytest
from hypothesis import HealthCheck, Phase, settings

from scripts.api import Api
from scripts.local.aws import Clients
from scripts.local.stack import Local, local_stack
from tests.catalog.remote import Remote
from tests.proof.stack.roles import grant

# Of `make proof PART=linearity` with --hypothesis-profile=long. What fails there may not fail again, so there is
# nothing to shrink or to keep.
LONG = "long"
settings.register_profile(
    LONG,
    max_examples=400,
    stateful_step_count=20,
    database=None,
    deadline=None,
    phases=[Phase.generate],
    report_multiple_bugs=False,
    suppress_health_check=list(HealthCheck),
)


@dataclass(frozen=True)
class StackUnderTest:
    """What the tests of the stack see. url: what to put before /v1/…"""

    local: Local

    @property
    def url(self) -> str:
        return self.local.url

    @property
    def clients(self) -> Clients:
        return self.local.clients

    @property
    def table_name(self) -> str:
        return self.local.stack.table_name

    @property
    def outputs(self) -> dict[str, str]:
        return dict(self.local.stack.outputs)


@pytest.fixture(scope="session")
def stack() -> Iterator[StackUnderTest]:
    # The rate limits of the other tests, so high that only test_rate_limits, with a stack of its own, meets any.
    with local_stack(auth=True, overrides={"RateLimits": os.environ["RATE_LIMITS"]}) as local:
        yield StackUnderTest(local)


@pytest.fixture
def http(stack: StackUnderTest) -> Iterator[Api]:
    with Api(stack.url) as api:
        yield api


@pytest.fixture
def world(stack: StackUnderTest, http: Api) -> Remote:
    """Callers of the deployed API that no other test has."""
    return new_world(stack, http)


def new_world(stack: StackUnderTest, http: Api) -> Remote:
    return Remote(http, partial(_grant, stack))


def _grant(stack: StackUnderTest, email: str, role: str) -> None:
    code, _, errors = grant(stack, email, role)
    assert code == 0, errors
