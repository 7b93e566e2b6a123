"""Everything that is signed with the signing key (HMAC-SHA-256, RFC 2104). The purpose keeps one use from another."""

import base64
import hmac

from neoforge.settings import settings


def sign(purpose: str, content: bytes) -> bytes:
    """Return the signature of some bytes for a purpose (32 bytes)."""
    return hmac.digest(settings.signing_key, purpose.encode() + b"\n" + content, "sha256")


def pseudonym(text: str) -> str:
    """Return a pseudonym of an address or e-mail for keys and logs (128 bits). A plain hash of either is guessable."""
    return sign("pseudonym", text.encode()).hex()[:32]


def fingerprint(text: str) -> str:
    """Return a fingerprint of a request, which may hold a password. A plain hash of one is guessable."""
    return sign("fingerprint", text.encode()).hex()


def derive_secret(purpose: str, secret: str) -> str:
    """Return a secret (base64url) that takes both another secret and the signing key to derive."""
    return base64.urlsafe_b64encode(sign(purpose, secret.encode())).rstrip(b"=").decode()
