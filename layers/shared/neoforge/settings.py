"""Settings: the one place that reads the environment, once, when the process starts."""

import os
from typing import NamedTuple


class Settings(NamedTuple):
    """What template.yaml sets under Globals, a field a variable (same name in lower case)."""

    allowed_origins: frozenset[str]  # origins whose pages may call the API (CORS)
    api_base_url: str  # public base URL without /v1; empty: taken from the request
    docs_base_url: str  # where docs/ is published
    environment: str  # local, staging or production
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
        signing_key=env["SIGNING_KEY"].encode(),
        table_name=env["TABLE_NAME"],
    )


settings = read()
