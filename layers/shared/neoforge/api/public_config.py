"""Configuration that a front end needs at run time."""

from pathlib import Path
from typing import Self

from pydantic import BaseModel, Field

import neoforge
from neoforge import limits
from neoforge.ratelimit.policy import policies
from neoforge.settings import settings

# A feature is a package with a model; accounts are no choice, registration is.
_domains = sorted(path.parent.name for path in Path(neoforge.__path__[0]).glob("*/model.py"))
FEATURES = {name: True for name in [*_domains, "registration"] if name != "accounts"}


class Limits(BaseModel):
    """Limits of requests."""

    default_page_size: int = limits.DEFAULT_PAGE_SIZE
    max_page_size: int = limits.MAX_PAGE_SIZE
    max_body_bytes: int = limits.MAX_BODY_BYTES
    max_text_bytes: int = Field(limits.MAX_TEXT_BYTES, description="Of a text, in UTF-8.")
    max_page_bytes: int = Field(
        limits.MAX_PAGE_BYTES, description="Of the items of a page; one that would be larger ends early."
    )
    max_idempotency_key: int = Field(limits.MAX_IDEMPOTENCY_KEY, description="Length in characters.")
    idempotency_seconds: int = Field(
        limits.IDEMPOTENCY_SECONDS, description="How long the response to a key is kept, in seconds."
    )


class RateLimit(BaseModel):
    """A rate limit: requests per sliding window of seconds. The RateLimit headers refer to it by name."""

    name: str = Field(examples=["read"])
    quota: int = Field(examples=[100])
    seconds: int = Field(examples=[60])


class Config(BaseModel):
    """Configuration that a front end needs at run time."""

    environment: str = Field(examples=["production"])
    api_base: str = Field(examples=["https://api.example.com/v1"])
    openapi_url: str = Field(examples=["https://api.example.com/v1/openapi.json"])
    docs_url: str | None = Field(
        examples=["https://api.example.com/v1/docs"],
        description="Interactive documentation of the API; `null` where it is switched off.",
    )
    csp_reports_url: str = Field(
        examples=["https://api.example.com/v1/csp/reports"],
        description="Endpoint for browsers' reports of Content-Security-Policy violations.",
    )
    guide_url: str = Field(
        examples=["https://neoforge.github.io/neoforge-serverless"],
        description="The documentation. The type of each problem is a page below this URL.",
    )
    limits: Limits = Limits()
    rate_limits: list[RateLimit]
    account_limits: dict[str, int] = Field(
        examples=[{"projects": 10_000}], description="How many resources of a kind an account may have."
    )
    features: dict[str, bool] = Field(
        FEATURES, examples=[FEATURES], description="Features of this deployment, by name."
    )

    @classmethod
    def of(cls, base_url: str) -> Self:
        """Return the configuration for a caller who reached the API at `base_url`."""
        api_base = f"{base_url}/v1"
        return cls(
            environment=settings.environment,
            api_base=api_base,
            openapi_url=f"{api_base}/openapi.json",
            docs_url=f"{api_base}/docs" if settings.interactive_docs else None,
            csp_reports_url=f"{api_base}/csp/reports",
            guide_url=settings.docs_base_url,
            account_limits=limits.account_limits(),
            rate_limits=[RateLimit(**policy._asdict()) for policy in policies().values()],
        )
