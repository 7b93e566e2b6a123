"""Limits of requests, published by /v1/config and the OpenAPI document."""

DEFAULT_PAGE_SIZE = 20
MAX_PAGE_SIZE = 100
MAX_BODY_BYTES = 256 * 1024
MAX_IDEMPOTENCY_KEY = 255  # characters
IDEMPOTENCY_SECONDS = 24 * 3600
