"""Passwords: argon2id with OWASP's parameters (19 MiB, 2 passes, 1 lane), and a list of common ones.

Only the functions that take a password import this. https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html
"""

import unicodedata
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError

_hasher = PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1)
# Matches no password. It is verified against if there is no account, so that both cases take the same time.
_NOBODY = "$argon2id$v=19$m=19456,t=2,p=1$Y54QItGYa4EFWb8fjo9RPQ$icwtFjWXopYGGdUAgEDVlZItVpZ/sA8yuGCmU6nyR2k"
_BLANK = "\u115f\u1160\u2800\U00013441\U00013442\U0001d159"  # letters and symbols that are not drawn, in NFKC


def is_common(password: str) -> bool:
    """Return whether a password looks like one of the 8,000 most common ones with at least 8 characters, or nothing."""
    common = Path(__file__).with_name("common_passwords.txt").read_text()
    seen = _seen(password)
    return not seen or seen in common.splitlines()


def is_address(password: str, email: str) -> bool:
    """Return whether a password looks like an e-mail address or its local part."""
    address = _seen(email)
    return _seen(password) in {address, address.partition("@")[0]}


def _seen(text: str) -> str:
    """Return what is seen of a text, whatever the case and width of its letters. For comparisons, never for a hash."""
    plain = unicodedata.normalize("NFKC", text)
    seen = (one for one in plain if one == " " or (unicodedata.category(one)[0] in "LNPS" and one not in _BLANK))
    return "".join(seen).strip().casefold()


def hashed(password: str) -> str:
    """Hash a password. Takes about 40 ms and 19 MiB."""
    return _hasher.hash(password)


def matches(password: str, password_hash: str | None) -> bool:
    """Return whether a password has this hash. Without a hash, returning False takes the same time."""
    try:
        _hasher.verify(password_hash or _NOBODY, password)
    except VerificationError:
        return False
    return password_hash is not None
