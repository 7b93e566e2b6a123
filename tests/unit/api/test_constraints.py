from neoforge.api import constraints


def test_the_limits_have_their_documented_values() -> None:
    assert (constraints.DEFAULT_PAGE_SIZE, constraints.MAX_PAGE_SIZE) == (20, 100)
    assert constraints.MAX_BODY_BYTES == 256 * 1024
    assert constraints.MAX_IDEMPOTENCY_KEY == 255
    assert constraints.IDEMPOTENCY_SECONDS == 24 * 60 * 60
