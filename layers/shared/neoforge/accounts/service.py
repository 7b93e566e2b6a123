"""Register and log in: the use cases that hold a rule."""

from neoforge import clock
from neoforge.accounts import passwords, repository
from neoforge.accounts.model import (
    ACCESS_TOKEN_SECONDS,
    SESSION_IDLE_SECONDS,
    SESSION_SECONDS,
    Account,
    Credentials,
    LiveSession,
    NewAccount,
    Session,
    Tokens,
)
from neoforge.accounts.repository import StoredSession
from neoforge.accounts.tokens import Token, digest
from neoforge.errors import CommonPassword, Unauthenticated
from neoforge.work import UnitOfWork, transact


def register(work: UnitOfWork, draft: NewAccount) -> Account:
    """Make an account. Raises CommonPassword; the commit raises EmailTaken."""
    password = draft.password.get_secret_value()
    if passwords.is_common(password):
        raise CommonPassword
    account = Account.new(draft)
    repository.create(work, account, passwords.hashed(password))
    return account


def authenticate(credentials: Credentials) -> str:
    """Tell whose credentials these are. Raises Unauthenticated, in the same words and time for every reason."""
    credential = repository.credential(credentials.email)
    password_hash = credential.password_hash if credential else None
    if not passwords.matches(credentials.password.get_secret_value(), password_hash) or credential is None:
        raise Unauthenticated("The e-mail or the password is wrong.")
    return credential.user_id


def begin_session(user_id: str, user_agent: str, ip_address: str) -> Tokens:
    """Begin a session of a user. Raises Unauthenticated if the account is not active.

    Apart from `authenticate`, so that logins that get into each other's way need not hash the password again.
    """
    session_id, secret, refresh_secret = clock.new_id("ses"), clock.new_secret(), clock.new_secret()
    now = clock.now()
    live = LiveSession(token_hash=digest(secret), expires_at=now + ACCESS_TOKEN_SECONDS)
    stored = StoredSession(
        created_at=clock.time_of(session_id),
        expires_at=now + SESSION_SECONDS,
        refresh_hash=digest(refresh_secret),
        user_agent=user_agent,
        ip_address=ip_address,
    )

    def build(work: UnitOfWork) -> None:
        found = repository.access(user_id)
        if found is None or found[0].state != "active":
            raise Unauthenticated("The e-mail or the password is wrong.")
        access, version = found
        repository.replace_access(work, user_id, access.with_session(session_id, live), version)
        repository.create_session(work, user_id, session_id, stored, now + SESSION_IDLE_SECONDS)

    transact(build)
    return _tokens(Token(user_id, session_id, secret), Token(user_id, session_id, refresh_secret), stored)


def _tokens(access: Token, refresh: Token, session: StoredSession) -> Tokens:
    expires_at = clock.timestamp(session.expires_at)
    return Tokens(
        access_token=str(access),
        expires_in=ACCESS_TOKEN_SECONDS,
        refresh_token=str(refresh),
        session=Session(id=access.session_id, created_at=session.created_at, expires_at=expires_at),
    )
