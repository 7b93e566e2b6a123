"""What a front end needs at run time."""

from typing import Self

from pydantic import BaseModel, Field

from neoforge.api import limits
from neoforge.settings import settings


class Limits(BaseModel):
    """The limits that callers meet."""

    default_page_size: int = limits.DEFAULT_PAGE_SIZE
    max_page_size: int = limits.MAX_PAGE_SIZE
    max_body_bytes: int = limits.MAX_BODY_BYTES
    idempotency_seconds: int = Field(limits.IDEMPOTENCY_SECONDS, description="How long an answer is kept for its key.")


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
    limits: Limits = Limits()
    features: Features = Features()

    @classmethod
    def of(cls, base_url: str) -> Self:
        """Tell the configuration to a caller who reached the API at `base_url`."""
        return cls(environment=settings.environment, api_base=f"{base_url}/v1")
