"""Access and refresh tokens: opaque references of the form <user id>.<session id>.<secret>.

Only a hash of the secret is stored.
"""

import hashlib
import hmac
import re
from typing import NamedTuple, Self

_FORMAT = re.compile(r"(usr_[0-9a-f-]{36})\.(ses_[0-9a-f-]{36})\.([\w-]{43})", re.ASCII)


class Token(NamedTuple):
    """A token, split into its parts."""

    user_id: str
    session_id: str
    secret: str

    @classmethod
    def parse(cls, text: str) -> Self | None:
        """Parse a token. Return None if it does not have the format of ours."""
        match = _FORMAT.fullmatch(text)
        return cls(*match.groups()) if match else None

    def __str__(self) -> str:
        return ".".join(self)


def digest(secret: str) -> str:
    """Hash a token's secret. It has 256 random bits, so one round of SHA-256 is enough."""
    return hashlib.sha256(secret.encode()).hexdigest()


def is_hash_of(secret: str, secret_hash: str) -> bool:
    """Compare in constant time."""
    return hmac.compare_digest(digest(secret), secret_hash)
