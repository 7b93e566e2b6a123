from neoforge.api import limits
from neoforge.api.config import Config


def test_the_configuration_tells_the_limits_that_hold() -> None:
    config = Config.of("https://api.example.com/api")
    assert config.api_base == "https://api.example.com/api/v1"
    assert config.environment == "local"
    assert config.limits.max_body_bytes == limits.MAX_BODY_BYTES
    assert config.limits.idempotency_seconds == limits.IDEMPOTENCY_SECONDS
