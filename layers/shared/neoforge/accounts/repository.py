"""Access patterns of accounts.

EMAIL#<hash>      CREDENTIAL             user id and password hash; there is one an address, so it is unique
USER#<user_id>    ACCOUNT                the account
USER#<user_id>    ACCESS                 roles, state and live access tokens' hashes: read on each request
USER#<user_id>    SESSION#<session_id>   device, refresh token's hash; deleted by TTL

authenticate: 1 GetItem · login: 2 GetItem and 1 transaction · register: part of 1 transaction
"""

import hashlib

from neoforge import table
from neoforge.accounts.model import Access, Account
from neoforge.document import Document
from neoforge.errors import EmailTaken
from neoforge.table import Item
from neoforge.work import UnitOfWork


class Credential(Document):
    """What a login is checked against."""

    user_id: str
    password_hash: str


class StoredSession(Document):
    """What a session is remembered by."""

    created_at: str
    expires_at: float  # seconds since the epoch; no use prolongs it
    refresh_hash: str  # SHA-256 of the refresh token's secret
    user_agent: str
    ip_address: str


def create(work: UnitOfWork, account: Account, password_hash: str) -> None:
    """Make an account. The commit raises EmailTaken."""
    credential = Credential(user_id=account.id, password_hash=password_hash)
    new = Item.pk.does_not_exist()
    work.put(_credential(account.email, credential), new, lambda _: EmailTaken())
    document = account.model_dump_json()
    work.put(Item(_user(account.id), "ACCOUNT", version=account.version, document=document), new)
    access = Access(roles=account.roles)
    work.put(Item(_user(account.id), "ACCESS", version=1, document=access.model_dump_json()), new)


def credential(email: str) -> Credential | None:
    """Read what a login with this address is checked against."""
    item = table.get(_email(email), "CREDENTIAL")
    return Credential.model_validate_json(item.document) if item and item.document else None


def access(user_id: str) -> tuple[Access, int] | None:
    """Read what a user may do now, and its version."""
    item = table.get(_user(user_id), "ACCESS")
    return (Access.model_validate_json(item.document), int(item.version or 0)) if item and item.document else None


def replace_access(work: UnitOfWork, user_id: str, changed: Access, version: int) -> None:
    """Replace what was read as `version`."""
    item = Item(_user(user_id), "ACCESS", version=version + 1, document=changed.model_dump_json())
    work.put(item, Item.version == version)


def create_session(work: UnitOfWork, user_id: str, session_id: str, session: StoredSession, ttl: float) -> None:
    """Remember a session until `ttl` (seconds since the epoch)."""
    sk = f"SESSION#{session_id}"
    item = Item(_user(user_id), sk, version=1, document=session.model_dump_json(), expires_at=int(ttl))
    work.put(item, Item.pk.does_not_exist())


def _user(user_id: str) -> str:
    return f"USER#{user_id}"


def _email(email: str) -> str:
    return f"EMAIL#{hashlib.sha256(email.lower().encode()).hexdigest()}"


def _credential(email: str, credential: Credential) -> Item:
    return Item(_email(email), "CREDENTIAL", version=1, document=credential.model_dump_json())
