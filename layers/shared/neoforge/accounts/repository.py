"""Access patterns of accounts; the access item has its own module.

EMAIL#<hash>      CREDENTIAL             user id and password hash; makes the address unique
USER#<user_id>    ACCOUNT                the account
USER#<user_id>    SESSION#<session_id>   device, hash of the refresh token; deleted by TTL

get, credential, session: 1 GetItem · sessions: 1 Query · each write: part of 1 transaction
"""

import hashlib

from neoforge import clock
from neoforge.accounts import access_item
from neoforge.accounts.model import LIVE_SESSIONS, SESSION_IDLE_SECONDS, Account, AccountChange, fold_case
from neoforge.dynamodb import table
from neoforge.dynamodb.item import Item
from neoforge.dynamodb.keys import user_partition
from neoforge.dynamodb.transaction import UnitOfWork
from neoforge.errors import EmailTaken
from neoforge.models import Document, Precondition, apply_patch

ACCOUNT, CREDENTIAL = "ACCOUNT", "CREDENTIAL"  # sort keys


class Credential(Document):
    """The account and password hash of an e-mail address."""

    user_id: str
    password_hash: str


class StoredSession(Document):
    """A session as it is stored. Times are seconds since the epoch."""

    created_at: str
    expires_at: float  # however often it is refreshed
    last_seen_at: float  # when it was created or last refreshed
    refresh_hash: str  # SHA-256 of the refresh token's secret
    refreshed_from: str = ""  # source address of the last refresh
    user_agent: str
    ip_address: str

    @property
    def refreshable_until(self) -> float:
        """When the session ends unless it is refreshed before."""
        return min(self.expires_at, self.last_seen_at + SESSION_IDLE_SECONDS)


def create(work: UnitOfWork, account: Account, password_hash: str) -> None:
    """Create an account. The commit raises EmailTaken."""
    credential = Credential(user_id=account.id, password_hash=password_hash)
    new = Item.pk.does_not_exist()
    work.put(_credential(account.email, credential, 1), new, lambda _: EmailTaken())
    work.put(_account(account), new)
    access_item.create(work, account.id, frozenset(account.roles))


def get(user_id: str) -> Account:
    """Read an account. Raises NotFound."""
    return Account.model_validate_json(table.get_document(pk=user_partition(user_id), sk=ACCOUNT))


def update(work: UnitOfWork, user_id: str, change: AccountChange, precondition: Precondition) -> Account:
    """Update an account. Raises NotFound or PreconditionFailed."""
    account = get(user_id)
    precondition.check(account)
    after = apply_patch(account, change.changes())
    if after is not account:
        replace(work, after, account.version)
    return after


def replace(work: UnitOfWork, account: Account, version: int) -> None:
    """Replace an account that was read as `version`."""
    work.put(_account(account), Item.version == version)


def credential(email: str) -> tuple[Credential, int] | None:
    """Read the credential of an e-mail address, and its version."""
    item = table.get(pk=_email(email), sk=CREDENTIAL)
    return (Credential.model_validate_json(item.text), int(item.version or 0)) if item and item.document else None


def replace_credential(work: UnitOfWork, email: str, credential: Credential, version: int) -> None:
    """Replace a credential that was read as `version`."""
    work.put(_credential(email, credential, version + 1), Item.version == version)


def session(user_id: str, session_id: str) -> tuple[StoredSession, int] | None:
    """Read a session that has not ended, and its version."""
    item = table.get(pk=user_partition(user_id), sk=_session_key(session_id))
    found = StoredSession.model_validate_json(item.text) if item and item.document else None
    return (found, int(item.version or 0)) if item and found and found.refreshable_until > clock.now() else None


def sessions(user_id: str) -> dict[str, StoredSession]:
    """Read all sessions that have not ended, by id, newest first."""
    pk, prefix = user_partition(user_id), _session_key("")
    items = table.query(pk, Item.sk.startswith(prefix), limit=10 * LIVE_SESSIONS, forward=False)
    found = {item.sk.removeprefix(prefix): StoredSession.model_validate_json(item.text) for item in items}
    return {session_id: stored for session_id, stored in found.items() if stored.refreshable_until > clock.now()}


def create_session(work: UnitOfWork, user_id: str, session_id: str, stored: StoredSession) -> None:
    work.put(_session(user_id, session_id, stored, 1), Item.pk.does_not_exist())


def replace_session(work: UnitOfWork, user_id: str, session_id: str, stored: StoredSession, version: int) -> None:
    """Replace a session that was read as `version`."""
    work.put(_session(user_id, session_id, stored, version + 1), Item.version == version)


def delete_session(work: UnitOfWork, user_id: str, session_id: str) -> None:
    """Delete a session if it exists."""
    work.delete(Item(user_partition(user_id), _session_key(session_id)), None)


def _email(email: str) -> str:
    return f"EMAIL#{hashlib.sha256(fold_case(email).encode()).hexdigest()}"


def _session_key(session_id: str) -> str:
    return f"SESSION#{session_id}"


def _credential(email: str, credential: Credential, version: int) -> Item:
    return Item.of(_email(email), CREDENTIAL, credential.model_dump_json(), version)


def _account(account: Account) -> Item:
    return Item.of(user_partition(account.id), ACCOUNT, account.model_dump_json(), account.version)


def _session(user_id: str, session_id: str, stored: StoredSession, version: int) -> Item:
    pk, expires_at = user_partition(user_id), int(stored.refreshable_until)
    return Item.of(pk, _session_key(session_id), stored.model_dump_json(), version, expires_at)
