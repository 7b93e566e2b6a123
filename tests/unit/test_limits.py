from neoforge import limits


def test_the_limits_have_their_documented_values() -> None:
    assert (limits.DEFAULT_PAGE_SIZE, limits.MAX_PAGE_SIZE) == (20, 100)
    assert limits.MAX_BODY_BYTES == 256 * 1024
    assert limits.MAX_IDEMPOTENCY_KEY == 255
    assert limits.IDEMPOTENCY_SECONDS == 24 * 60 * 60
