"""Settings: the one place that reads the environment. Each variable is read once, when it is first needed."""

import os
from functools import cached_property


class Settings:
    """What template.yaml sets under Globals, a property for each variable (same name in lower case)."""

    @cached_property
    def account_limits(self) -> str:
        """How many resources an account may have, such as projects=10000,posts=10000 (see limits.py)."""
        return os.environ["ACCOUNT_LIMITS"]

    @cached_property
    def allowed_origins(self) -> frozenset[str]:
        """Origins whose pages may call the API (CORS)."""
        return frozenset(os.environ["ALLOWED_ORIGINS"].split(","))

    @cached_property
    def api_base_url(self) -> str:
        """Public base URL without /v1; if empty, it is taken from the request."""
        return os.environ["API_BASE_URL"]

    @cached_property
    def docs_base_url(self) -> str:
        """Where docs/ is published."""
        return os.environ["DOCS_BASE_URL"]

    @cached_property
    def environment(self) -> str:
        """local, staging or production."""
        return os.environ["ENVIRONMENT"]

    @cached_property
    def rate_limits(self) -> str:
        """Rate limits, such as read=100/60,write=100/60 (see ratelimit/policy.py)."""
        return os.environ["RATE_LIMITS"]

    @cached_property
    def signing_key(self) -> bytes:
        """Key of every signature (see signing.py)."""
        return os.environ["SIGNING_KEY"].encode()

    @cached_property
    def table_name(self) -> str:
        return os.environ["TABLE_NAME"]

    @classmethod
    def names(cls) -> list[str]:
        """Return the names of all settings."""
        return [name for name, member in vars(cls).items() if isinstance(member, cached_property)]

    def load(self) -> None:
        """Read all variables now. Raises KeyError for one that the template does not set."""
        for name in self.names():
            getattr(self, name)


settings = Settings()


def runs_on_lambda() -> bool:
    """Return whether this is a function's process, and not a test or a script."""
    return "AWS_LAMBDA_FUNCTION_NAME" in os.environ
