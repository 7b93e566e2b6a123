"""Settings: the one place that reads the environment, once, when the process starts."""

import os
from typing import NamedTuple, Self


class Policy(NamedTuple):
    """A rate limit: how many requests in a window that slides."""

    name: str
    quota: int
    seconds: int

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a policy such as read=100/60."""
        name, _, rate = text.partition("=")
        quota, _, seconds = rate.partition("/")
        return cls(name, int(quota), int(seconds))


class Settings(NamedTuple):
    """What template.yaml sets under Globals, a field a variable (same name in lower case)."""

    allowed_origins: frozenset[str]  # origins whose pages may call the API (CORS)
    api_base_url: str  # public base URL without /v1; empty: taken from the request
    docs_base_url: str  # where docs/ is published
    environment: str  # local, staging or production
    rate_limits: dict[str, Policy]  # by name: read, write, auth, anonymous
    signing_key: bytes  # of cursors and fingerprints
    table_name: str


def read() -> Settings:
    """Read the environment. Raises KeyError for a variable that the template no longer sets."""
    env = os.environ
    return Settings(
        allowed_origins=frozenset(env["ALLOWED_ORIGINS"].split(",")),
        api_base_url=env["API_BASE_URL"],
        docs_base_url=env["DOCS_BASE_URL"],
        environment=env["ENVIRONMENT"],
        rate_limits={policy.name: policy for policy in map(Policy.parse, env["RATE_LIMITS"].split(","))},
        signing_key=env["SIGNING_KEY"].encode(),
        table_name=env["TABLE_NAME"],
    )


settings = read()
