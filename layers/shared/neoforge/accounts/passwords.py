"""Passwords: argon2id with the parameters of OWASP (19 MiB, 2 passes, 1 lane), and a list of the common ones.

Only register and login import this. https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html
"""

from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError

_hasher = PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1)
# Of no password: verified against when nobody has the address, so that both cases take as long.
_NOBODY = "$argon2id$v=19$m=19456,t=2,p=1$Y54QItGYa4EFWb8fjo9RPQ$icwtFjWXopYGGdUAgEDVlZItVpZ/sA8yuGCmU6nyR2k"


def is_common(password: str) -> bool:
    """Tell whether a password is one of the 8,000 most common ones of at least 8 characters."""
    common = Path(__file__).with_name("common_passwords.txt").read_text()
    return password.lower() in common.splitlines()


def hashed(password: str) -> str:
    """Hash a password; takes some 40 ms and 19 MiB."""
    return _hasher.hash(password)


def matches(password: str, password_hash: str | None) -> bool:
    """Tell whether a password is the one that was hashed. Without a hash it takes as long to say no."""
    try:
        _hasher.verify(password_hash or _NOBODY, password)
    except VerificationError:
        return False
    return password_hash is not None
