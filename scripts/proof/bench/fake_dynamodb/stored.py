"""What is stored: the account of the files in events/, and what each domain adds to it."""

from collections.abc import Callable
from hashlib import sha256

from scripts.plugins import modules_in
from scripts.proof.bench.events import body_of, event, parts_of
from scripts.proof.bench.fake_dynamodb.answers import ACCESS, Item, Stored, typed
from scripts.proof.bench.fake_dynamodb.items import TIMES, Owner, document

NEVER = 4e9  # seconds since the epoch
SESSION = '"SESSION#'


def stored(hash_password: Callable[[str], str]) -> Stored:
    """Return everything that can be read."""
    login = body_of("auth.login")
    get = event("account.get")
    user_id, session_id, secret = parts_of(get["headers"]["Authorization"].removeprefix("Bearer "))
    owner = Owner(user_id, login["email"])
    account = {"id": user_id, "email": owner.email, "display_name": owner.name, "roles": ["user"]}
    credential = {"user_id": user_id, "password_hash": hash_password(login["password"])}
    session = document(owner.pk, f"SESSION#{session_id}", _session(get["headers"]["User-Agent"]))
    found: Stored = {
        "items": {
            ACCESS: _access(owner, session_id, secret),
            '"ACCOUNT"': document(owner.pk, "ACCOUNT", account | TIMES),
            '"CREDENTIAL"': document(f"EMAIL#{_hash(owner.email)}", "CREDENTIAL", credential),
            SESSION: session,
        },
        "pages": {SESSION: [session] * 3},
    }
    for domain in modules_in("scripts.proof.bench.fake_dynamodb.domains").values():
        more: Stored = domain.stored(owner)
        found["items"] |= more["items"]
        found["pages"] |= more["pages"]
    return found


def _access(owner: Owner, session_id: str, secret: str) -> Item:
    live = {
        "hash": {"S": _hash(secret)},
        "until": {"N": str(NEVER)},
        "ends": {"N": str(NEVER)},
    }
    return typed({"pk": owner.pk, "sk": "ACCESS", "version": 1}) | {
        "roles": {"SS": ["admin", "user"]},
        "state": {"S": "active"},
        "sessions": {"M": {session_id: {"M": live}}},
    }


def _session(user_agent: str) -> dict[str, object]:
    refresh_secret = parts_of(body_of("auth.refresh")["refresh_token"])[2]
    return {
        "created_at": TIMES["created_at"],
        "expires_at": NEVER,
        "last_seen_at": NEVER,
        "refresh_hash": _hash(refresh_secret),
        "user_agent": user_agent,
        "ip_address": "192.0.2.1",
    }


def _hash(text: str) -> str:
    return sha256(text.encode()).hexdigest()
