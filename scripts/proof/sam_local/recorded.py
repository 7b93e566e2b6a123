"""What the files in events/ speak of: somebody with two sessions, and one of each thing that can be named in a path.

Made by our own code, with the ids and secrets of the files in the place of new ones.
"""

import json
from typing import Any, cast
from unittest.mock import patch

from scripts.proof.bench.events import event


def put_recorded() -> None:
    """Put it into the table that scripts.ops.environment.enter has named."""
    # The settings are known only now.
    from neoforge import clock  # noqa: PLC0415
    from neoforge.accounts import access_item, service, sessions  # noqa: PLC0415
    from neoforge.accounts.model import NewAccount  # noqa: PLC0415
    from neoforge.community import repository as posts  # noqa: PLC0415
    from neoforge.community.model import NewPost  # noqa: PLC0415
    from neoforge.dynamodb.transaction import transact  # noqa: PLC0415
    from neoforge.projects import repository as projects  # noqa: PLC0415
    from neoforge.projects.model import NewProject  # noqa: PLC0415
    from neoforge.ratelimit.limiter import Limiter  # noqa: PLC0415
    from neoforge.status import service as status  # noqa: PLC0415
    from neoforge.status.model import NewEvent  # noqa: PLC0415
    from neoforge.support import repository as tickets  # noqa: PLC0415
    from neoforge.support.model import NewTicket  # noqa: PLC0415

    token, login = _token(event("account.get")["headers"]["Authorization"]), _body("auth.login")
    refresh = _token(_body("auth.refresh")["refresh_token"])
    user_id, session_id, _ = token
    ids = {
        "usr": [user_id],
        "ses": [session_id, _named("auth.revoke_session")],
        "prj": [_named("projects.get")],
        "tkt": [_named("support.get")],
        "pst": [_named("community.get")],
    }
    secrets = [token[2], refresh[2]]
    new_id, new_secret = clock.new_id, clock.new_secret
    account = NewAccount.model_validate(login | {"display_name": "Ada Lovelace"})
    happened = _body("status.create_event") | {"occurred_at": "2026-01-01T00:00:00Z"}
    with (
        patch.object(clock, "new_id", lambda prefix: ids[prefix].pop(0) if ids.get(prefix) else new_id(prefix)),
        patch.object(clock, "new_secret", lambda: secrets.pop(0) if secrets else new_secret()),
    ):
        transact(lambda work: service.register(work, account, Limiter([])))
        was = cast("access_item.Access", access_item.read(user_id))
        transact(lambda work: access_item.set_roles(work, user_id, was, frozenset({"operator", "user"})))
        for device in ("laptop", "telephone"):
            sessions.begin(user_id, device, "192.0.2.1")
        transact(lambda work: projects.create(work, user_id, NewProject(**_body("projects.create"))))
        transact(lambda work: tickets.create(work, user_id, NewTicket(**_body("support.create"))))
        transact(lambda work: posts.create(work, user_id, NewPost(**_body("community.create"))))
        transact(lambda work: status.record(work, NewEvent(**happened)))


def _body(module: str) -> Any:
    return json.loads(event(module)["body"])


def _named(module: str) -> str:
    """Give the id that the path names."""
    (named,) = event(module)["pathParameters"].values()
    return str(named)


def _token(text: str) -> list[str]:
    return text.removeprefix("Bearer ").split(".")
