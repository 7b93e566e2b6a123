"""Everything that is signed with the signing keys (HMAC-SHA-256, RFC 2104). The purpose keeps one use from another.

The first key signs; a signature of any of them is accepted, so that a key can be replaced while clients hold what the
one before has signed (docs/adr/0014). Functions that import this module, and no others, are given the keys.
"""

import base64
import hmac

from neoforge.settings import settings
from neoforge.startup import at_startup

at_startup(lambda: settings.signing_keys)  # without them a function does not start


def sign(purpose: str, content: bytes) -> bytes:
    """Return the signature of some bytes for a purpose (32 bytes)."""
    return _signatures(purpose, content)[0]


def is_signature(signature: bytes, size: int, purpose: str, content: bytes) -> bool:
    """Return whether these are the first `size` bytes of a signature with any key, compared in constant time."""
    return any(hmac.compare_digest(signature, one[:size]) for one in _signatures(purpose, content))


def pseudonym(text: str) -> str:
    """Return a pseudonym of an address or e-mail for keys and logs (128 bits). A plain hash of either is guessable."""
    return sign("pseudonym", text.encode()).hex()[:32]


def fingerprints(text: str) -> list[str]:
    """Return the fingerprints of a request, which may hold a password. A plain hash of one is guessable.

    The first is stored; the others are what may have been stored under a previous key.
    """
    return [one.hex() for one in _signatures("fingerprint", text.encode())]


def derive_secrets(purpose: str, secret: str) -> list[str]:
    """Return the secrets (base64url) that each key derives from another secret; the first is the one to issue."""
    signatures = _signatures(purpose, secret.encode())
    return [base64.urlsafe_b64encode(one).rstrip(b"=").decode() for one in signatures]


def _signatures(purpose: str, content: bytes) -> list[bytes]:
    message = purpose.encode() + b"\n" + content
    return [hmac.digest(key, message, "sha256") for key in settings.signing_keys]
