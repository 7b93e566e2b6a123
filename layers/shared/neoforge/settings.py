"""Settings: the one place that reads the environment. Each variable is read once, when it is first needed."""

import os
from functools import cached_property


class Settings:
    """What template.yaml sets, a property for each variable (same name in lower case)."""

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
    def interactive_docs(self) -> bool:
        """True if the page to read and try the API is served."""
        return os.environ["INTERACTIVE_DOCS"] == "true"

    @cached_property
    def rate_limits(self) -> str:
        """Rate limits, such as read=100/60,write=100/60 (see ratelimit/policy.py)."""
        return os.environ["RATE_LIMITS"]

    @cached_property
    def signing_keys(self) -> tuple[bytes, ...]:
        """Keys of every signature, separated by blanks; the first one signs. Only functions that sign have them."""
        return tuple(key.encode() for key in os.environ["SIGNING_KEYS"].split())

    @cached_property
    def table_name(self) -> str:
        return os.environ["TABLE_NAME"]

    @classmethod
    def names(cls) -> list[str]:
        """Return the names of the settings that all functions have."""
        members = vars(cls).items()
        return [name for name, member in members if isinstance(member, cached_property) and name != "signing_keys"]

    def load(self) -> None:
        """Read the variables of all functions now. Raises KeyError for one that the template does not set."""
        for name in self.names():
            getattr(self, name)


settings = Settings()


def runs_on_lambda() -> bool:
    """Return whether this is a function's process, and not a test or a script."""
    return "AWS_LAMBDA_FUNCTION_NAME" in os.environ
