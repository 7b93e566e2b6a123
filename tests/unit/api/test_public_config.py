from neoforge import limits
from neoforge.api.public_config import Config
from neoforge.ratelimit.policy import policies
from neoforge.settings import settings


def test_the_configuration_has_the_limits_that_are_enforced() -> None:
    config = Config.of("https://api.example.com/api")
    assert config.api_base == "https://api.example.com/api/v1"
    assert config.environment == "local"
    assert config.limits.max_idempotency_key == limits.MAX_IDEMPOTENCY_KEY
    assert config.limits.max_body_bytes == limits.MAX_BODY_BYTES
    assert config.limits.idempotency_seconds == limits.IDEMPOTENCY_SECONDS


def test_the_configuration_has_the_urls_of_the_deployment() -> None:
    config = Config.of("https://api.example.com/api")
    assert config.openapi_url == f"{config.api_base}/openapi.json"
    assert config.docs_url == f"{config.api_base}/docs"
    assert config.csp_reports_url == f"{config.api_base}/csp/reports"
    assert config.guide_url == settings.docs_base_url


def test_the_configuration_has_the_rate_limits_of_the_deployment() -> None:
    told = {(limit.name, limit.quota, limit.seconds) for limit in Config.of("").rate_limits}
    assert told == set(policies().values())
    assert [name for name, _, _ in sorted(told)] == ["anonymous", "auth", "read", "register", "write"]
