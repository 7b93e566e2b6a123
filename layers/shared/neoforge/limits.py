"""What a request, a text, an item, an answer and a page may be at most, in one place. `/v1/config` publishes it.

Everything that is accepted can be stored, answered again and listed. A text weighs at most four bytes of UTF-8 a
character, so the limits of a model's texts bound its document; tests/contract/test_limits.py holds each model to them.
https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html: a function may return 6,291,556 bytes.
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html: an item may weigh 409,600 bytes.
"""

from functools import cache

from neoforge.settings import settings

DEFAULT_PAGE_SIZE = 20
MAX_PAGE_SIZE = 100
MAX_BODY_BYTES = 256 * 1024
MAX_TEXT_CHARACTERS = 20_000
MAX_TEXT_BYTES = 4 * MAX_TEXT_CHARACTERS
MAX_ITEM_BYTES = 300_000  # of a document, and of a stored answer
MAX_PAGE_BYTES = 5 * 1024 * 1024  # of a list's items as a function returns them
MAX_HEADER_BYTES = 8_000  # of all headers of an answer; API Gateway takes 10,240
MAX_IDEMPOTENCY_KEY = 255  # characters
IDEMPOTENCY_SECONDS = 24 * 3600


@cache
def account_limits() -> dict[str, int]:
    """Return how many resources of a kind an account may have: projects, open_tickets, posts."""
    pairs = [pair.partition("=") for pair in settings.account_limits.split(",")]
    return {name: int(number) for name, _, number in pairs}


def returned_bytes(json: str) -> int:
    r"""Return what JSON weighs in a function's result, which is JSON itself: `"` and `\` are escaped again."""
    return len(json.encode()) + json.count('"') + json.count("\\")
