"""Access and refresh tokens: opaque references of the form <user id>.<session id>.<secret><check>.

The check is a signature of all the rest and of what the token is for. It is verified before any call to the database,
so a forged token costs nothing (docs/adr/0007). Of the secret only a hash is stored.
"""

import base64
import hashlib
import hmac
import re
from typing import Literal, NamedTuple, Self

from neoforge.signing import is_signature, sign

Purpose = Literal["access", "refresh"]

CHECK_BYTES = 9  # 12 characters with no bits to spare, so that a check has one spelling
_FORMAT = re.compile(r"((usr_[0-9a-f-]{36})\.(ses_[0-9a-f-]{36})\.([\w-]{43}))([\w-]{12})", re.ASCII)


class Token(NamedTuple):
    """A token, split into its parts."""

    user_id: str
    session_id: str
    secret: str

    @classmethod
    def verify(cls, purpose: Purpose, text: str) -> Self | None:
        """Parse a token. Return None if we have not issued it for this purpose. Whether it is live, the table knows."""
        match = _FORMAT.fullmatch(text)
        if match is None:
            return None
        check = base64.urlsafe_b64decode(match[5])
        issued = is_signature(check, CHECK_BYTES, f"{purpose} token", match[1].encode())
        return cls(*match.group(2, 3, 4)) if issued else None

    def issue(self, purpose: Purpose) -> str:
        """Return the text of the token, with its check."""
        content = ".".join(self)
        check = sign(f"{purpose} token", content.encode())[:CHECK_BYTES]
        return content + base64.urlsafe_b64encode(check).decode()


def digest(secret: str) -> str:
    """Hash a token's secret. It has 256 random bits, so one round of SHA-256 is enough."""
    return hashlib.sha256(secret.encode()).hexdigest()


def is_hash_of(secret: str, secret_hash: str) -> bool:
    """Compare in constant time."""
    return hmac.compare_digest(digest(secret), secret_hash)
