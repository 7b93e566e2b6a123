"""The rate limits that the deployment sets."""

from functools import cache
from typing import NamedTuple, Self

from neoforge.settings import settings


class Policy(NamedTuple):
    """A rate limit: `quota` requests in a sliding window of `seconds`."""

    name: str
    quota: int
    seconds: int

    @classmethod
    def parse(cls, text: str) -> Self:
        """Parse a policy such as read=100/60."""
        name, _, rate = text.partition("=")
        quota, _, seconds = rate.partition("/")
        return cls(name, int(quota), int(seconds))


@cache
def policies() -> dict[str, Policy]:
    """Return the policies by name: read, write, auth, register, anonymous."""
    return {policy.name: policy for policy in map(Policy.parse, settings.rate_limits.split(","))}
