"""What a front end needs at run time."""

from typing import Self

from pydantic import BaseModel, Field

from neoforge.api import constraints
from neoforge.settings import settings


class Limits(BaseModel):
    """The limits that callers meet."""

    default_page_size: int = constraints.DEFAULT_PAGE_SIZE
    max_page_size: int = constraints.MAX_PAGE_SIZE
    max_body_bytes: int = constraints.MAX_BODY_BYTES
    max_idempotency_key: int = Field(constraints.MAX_IDEMPOTENCY_KEY, description="In characters.")
    idempotency_seconds: int = Field(
        constraints.IDEMPOTENCY_SECONDS, description="How long an answer is kept for its key."
    )


class RateLimit(BaseModel):
    """How many requests may be made in how many seconds. The headers RateLimit and RateLimit-Policy name it too."""

    name: str = Field(examples=["read"])
    quota: int = Field(examples=[100])
    seconds: int = Field(examples=[60])


class Features(BaseModel):
    """The parts of the product that this deployment has."""

    projects: bool = True
    support: bool = True
    community: bool = True
    status: bool = True
    registration: bool = True


class Config(BaseModel):
    """What a front end needs at run time."""

    environment: str = Field(examples=["production"])
    api_base: str = Field(examples=["https://api.example.com/v1"])
    openapi_url: str = Field(examples=["https://api.example.com/v1/openapi.json"])
    docs_url: str = Field(examples=["https://api.example.com/v1/docs"], description="A page to try the API.")
    csp_reports_url: str = Field(
        examples=["https://api.example.com/v1/csp/reports"],
        description="Where a page may let browsers report violations of its Content-Security-Policy.",
    )
    guide_url: str = Field(
        examples=["https://neoforge.github.io/neoforge-serverless"],
        description="The documentation; the type of a problem is a page below it.",
    )
    limits: Limits = Limits()
    rate_limits: list[RateLimit]
    features: Features = Features()

    @classmethod
    def of(cls, base_url: str) -> Self:
        """Tell the configuration to a caller who reached the API at `base_url`."""
        api_base = f"{base_url}/v1"
        return cls(
            environment=settings.environment,
            api_base=api_base,
            openapi_url=f"{api_base}/openapi.json",
            docs_url=f"{api_base}/docs",
            csp_reports_url=f"{api_base}/csp/reports",
            guide_url=settings.docs_base_url,
            rate_limits=[RateLimit(**policy._asdict()) for policy in settings.rate_limits.values()],
        )
