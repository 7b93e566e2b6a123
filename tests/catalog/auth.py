"""Registration and sessions."""

from tests.catalog.model import (
    ACCOUNTS,
    EVERYBODY,
    IDEMPOTENCY,
    OWNER,
    PASSWORDS,
    USERS,
    WITH_EVENT,
    Function,
    case,
)
from tests.catalog.world import PASSWORD, Request, Session, World

SESSIONS = "/v1/auth/sessions"
REGISTER, LOGIN, REFRESH, LOGOUT = (f"/v1/auth/{name}" for name in ("register", "login", "refresh", "logout"))
REVOKE_OTHERS = f"{SESSIONS}/revoke-others"
NEW_PASSWORD = "rainbow umbrella on the moon"
NO_SESSION = "ses_01a20538-11bf-7304-bb36-19bcf1775ed8"
SESSIONS_OF_AN_ACCOUNT = 20  # that are live at most
# What an account with one session leaves, and one that has ended two of three sessions after a failed login.
ONE_SESSION = ("ACCESS version=2", "ACCOUNT version=1", "CREDENTIAL version=1", "SESSION version=1")
OTHERS_ENDED = ("ACCESS version=5", "ACCOUNT version=1", "SESSION version=1")
ONE_ENDED = ("ACCESS version=5", "ACCOUNT version=1", "CREDENTIAL version=1", "SESSION version=1", "SESSION version=1")


def _register(w: World) -> Request:
    return w.nobody.post(REGISTER, {"email": w.new_email(), "password": PASSWORD, "display_name": "Grace Hopper"})


def _log_in(w: World, **changes: str) -> Request:
    return w.nobody.post(LOGIN, w.owner.credentials | changes)


def _log_in_after_a_failure(w: World, sessions: int = 1) -> Request:
    for _ in range(sessions - 1):
        w.log_in(w.owner)
    w.fail_login(w.owner)
    return _log_in(w)


def _refresh(w: World, uses: int = 0, presented: int = 0) -> Request:
    """Present one of a session's refresh tokens, counted from 0, after the session was refreshed some times."""
    tokens = [w.owner.refresh_token]
    for _ in range(uses):
        tokens.append(w.done(w.nobody.post(REFRESH, {"refresh_token": tokens[-1]}))["refresh_token"])
    return w.nobody.post(REFRESH, {"refresh_token": tokens[presented]})


def _other_session(w: World) -> Session:
    return w.log_in(w.owner)


def with_two_others(w: World, request: Request, *, failure: bool = False) -> Request:
    _other_session(w), _other_session(w)
    if failure:
        w.fail_login(w.owner)
    return request


def _revoke_the_newest(w: World) -> Request:
    """Revoke the newest of three sessions after a failed login."""
    _other_session(w)
    newest = _other_session(w)
    w.fail_login(w.owner)
    return w.owner.delete(f"{SESSIONS}/{newest.id}")


# Callers without a session are counted by source. A registration makes its address known to the account: 2 units of its
# transaction.
FUNCTIONS = [
    Function(
        handler="auth.register",
        access=EVERYBODY,
        modules=503,
        needs=ACCOUNTS | IDEMPOTENCY | PASSWORDS,
        cases={
            "without-key": case(
                _register,
                "UpdateItem TransactWriteItems",
                writes=9,
                status=201,
                leaves=("ACCESS version=1", "ACCOUNT version=1", "CREDENTIAL version=1"),
            ),
            "with-key": case(
                lambda w: _register(w).keyed(),
                "UpdateItem PutItem TransactWriteItems",
                writes=12,
                status=201,
            ),
        },
    ),
    Function(
        handler="auth.login",
        access=EVERYBODY,
        modules=476,
        needs=ACCOUNTS | PASSWORDS,
        cases={
            # Source, guess, account, credential, access item, the session. The transaction takes back what guess and
            # account counted: 2 units each, and no call more.
            "right": case(
                _log_in, "UpdateItem UpdateItem UpdateItem GetItem GetItem TransactWriteItems", reads=2, writes=11
            ),
            # The same, whatever is wrong.
            "wrong-password": case(
                lambda w: _log_in(w, password="wrong"),
                "UpdateItem UpdateItem UpdateItem GetItem",
                reads=1,
                writes=3,
                status=401,
            ),
            "unknown-address": case(
                lambda w: _log_in(w, email="nobody@example.com"),
                "UpdateItem UpdateItem UpdateItem GetItem",
                reads=1,
                writes=3,
                status=401,
            ),
            "after-a-failure": case(_log_in_after_a_failure, leaves=ONE_SESSION, begins_session=True),
            "one-session-too-many": case(
                lambda w: _log_in_after_a_failure(w, SESSIONS_OF_AN_ACCOUNT), leaves=ONE_SESSION, begins_session=True
            ),
        },
    ),
    Function(
        handler="auth.refresh",
        access=EVERYBODY,
        modules=462,
        needs=ACCOUNTS,
        instructions=1.301,
        cases={
            # Source, the session, account, access item.
            "first-use": case(
                _refresh,
                "UpdateItem GetItem UpdateItem GetItem TransactWriteItems",
                reads=2,
                writes=6,
                leaves=("ACCESS version=3", "ACCOUNT version=1", "CREDENTIAL version=1", "SESSION version=2"),
            ),
            "again-in-grace": case(
                lambda w: _refresh(w, uses=1), "UpdateItem GetItem UpdateItem GetItem", reads=2, writes=2
            ),
            "reused": case(  # ends the session
                lambda w: _refresh(w, uses=2),
                "UpdateItem GetItem GetItem TransactWriteItems",
                reads=2,
                writes=5,
                status=401,
                leaves=("ACCESS version=5", "ACCOUNT version=1", "CREDENTIAL version=1"),
            ),
            "forged-token": case(
                lambda w: w.nobody.post(REFRESH, {"refresh_token": f"{w.owner.refresh_token[:-12]}{'A' * 12}"}),
                "UpdateItem",
                writes=1,
                status=401,
            ),
        },
    ),
    Function(
        handler="auth.logout",
        access=USERS,
        modules=488,
        needs=ACCOUNTS | IDEMPOTENCY,
        log=WITH_EVENT,
        cases={
            "without-key": case(
                lambda w: w.owner.post(LOGOUT),
                "GetItem UpdateItem GetItem TransactWriteItems",
                reads=2,
                writes=5,
                status=204,
                leaves=("ACCESS version=3", "ACCOUNT version=1", "CREDENTIAL version=1"),
                again=401,
            ),
        },
    ),
    Function(
        handler="auth.list_sessions",
        access=USERS,
        modules=462,
        needs=ACCOUNTS,
        cases={
            "first-page": case(
                lambda w: with_two_others(w, w.owner.get(SESSIONS)), "UpdateItem Query", reads=1, writes=1
            ),
            # What the sessions look like is their revision.
            "unchanged": case(
                lambda w: w.unchanged(w.owner.get(SESSIONS)), "UpdateItem Query", reads=1, writes=1, status=304
            ),
        },
    ),
    Function(
        handler="auth.revoke_session",
        access=OWNER,
        modules=488,
        needs=ACCOUNTS | IDEMPOTENCY,
        log=WITH_EVENT,
        cases={
            "found": case(
                lambda w: w.owner.delete(f"{SESSIONS}/{_other_session(w).id}"),
                "GetItem UpdateItem GetItem GetItem TransactWriteItems",
                reads=3,
                writes=5,
                status=204,
            ),
            "with-key": case(
                lambda w: w.owner.delete(f"{SESSIONS}/{_other_session(w).id}").keyed(),
                "GetItem UpdateItem PutItem GetItem GetItem TransactWriteItems",
                reads=3,
                writes=8,
                status=204,
            ),
            "unknown": case(
                lambda w: w.owner.delete(f"{SESSIONS}/{NO_SESSION}"),
                "GetItem UpdateItem GetItem",
                reads=2,
                writes=1,
                status=404,
            ),
            "newest-of-three": case(_revoke_the_newest, status=204, leaves=ONE_ENDED),
        },
    ),
    Function(
        handler="auth.revoke_other_sessions",
        access=USERS,
        modules=488,
        needs=ACCOUNTS | IDEMPOTENCY,
        cases={
            "two-others": case(
                lambda w: with_two_others(w, w.owner.post(REVOKE_OTHERS)),
                "GetItem UpdateItem GetItem TransactWriteItems",
                reads=2,
                writes=7,
            ),
            "no-others": case(lambda w: w.owner.post(REVOKE_OTHERS), "GetItem UpdateItem GetItem", reads=2, writes=1),
            "two-others-after-a-failure": case(
                lambda w: with_two_others(w, w.owner.post(REVOKE_OTHERS), failure=True),
                leaves=(*OTHERS_ENDED, "CREDENTIAL version=1"),
            ),
        },
    ),
]
