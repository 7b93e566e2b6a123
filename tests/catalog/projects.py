"""Projects."""

from tests.catalog.model import IDEMPOTENCY, OWNER, USERS, Function, case, collection_counts
from tests.catalog.world import Request, World

PATH = "/v1/projects"
BODY = {"name": "Website relaunch", "description": "New design, same content."}
RENAMED = {"name": "Relaunch"}


def create(w: World) -> str:
    return w.create(w.owner, PATH, BODY)


def create_several(w: World) -> Request:
    for _ in range(3):
        create(w)
    return w.owner.get(PATH)


def _left(version: int, *, revision: int, total: int = 1) -> tuple[str, ...]:
    counts = collection_counts("PROJECT", revision=revision, total=total)
    return (*(f"PROJECT version={version}",) * total, counts)


def _with_sessions(w: World, count: int) -> Request:
    path = create(w)
    return w.owner.get(path).by([w.log_in(w.owner) for _ in range(count - 1)][-1].token)


def _revoked(w: World) -> Request:
    path, session = create(w), w.log_in(w.owner)
    w.done(session.post("/v1/auth/logout"))
    return session.get(path)


FUNCTIONS = [
    Function(
        handler="projects.list",
        access=USERS,
        modules=462,
        instructions=1.226,
        cases={
            "first-page": case(create_several, "UpdateItem Query", reads=1, writes=1),
            "next-page": case(
                lambda w: w.follow(create_several(w), "next_cursor"),
                "UpdateItem GetItem Query",  # the collection's item too
                reads=2,
                writes=1,
            ),
            "previous-page": case(
                lambda w: w.follow(create_several(w), "next_cursor", "previous_cursor"),
                "UpdateItem GetItem Query",
                reads=2,
                writes=1,
            ),
            "unchanged": case(
                lambda w: w.unchanged(create_several(w)), "UpdateItem GetItem", reads=1, writes=1, status=304
            ),
            "changed": case(
                lambda w: create_several(w).header("If-None-Match", 'W/"r0"'),
                "UpdateItem GetItem Query",
                reads=2,
                writes=1,
            ),
            "no-token": case(lambda w: w.nobody.get(PATH), "", status=401),
            "malformed-token": case(lambda w: w.nobody.get(PATH).by("x"), "", status=401),
            "other-scheme": case(lambda w: w.nobody.get(PATH).header("Authorization", "Basic YTpi"), "", status=401),
        },
    ),
    Function(
        handler="projects.create",
        access=USERS,
        modules=488,  # 27 more than a read's: 18 are Powertools' idempotency, 7 boto3, which it imports
        needs=IDEMPOTENCY,
        instructions=1.249,
        cases={
            # Project and collection; the access item is counted in each request.
            "without-key": case(
                lambda w: w.owner.post(PATH, BODY),
                "UpdateItem TransactWriteItems",
                writes=5,
                status=201,
                leaves=_left(1, revision=1),
            ),
            "with-key": case(  # and the record, twice
                lambda w: w.owner.post(PATH, BODY).keyed(),
                "UpdateItem PutItem TransactWriteItems",
                writes=8,
                status=201,
            ),
            "replay": case(  # AWS bills a refused put
                lambda w: w.replayed(w.owner.post(PATH, BODY).keyed()),
                "UpdateItem PutItem",
                writes=1,
                status=201,
            ),
        },
    ),
    Function(
        handler="projects.get",
        access=OWNER,
        modules=461,  # 307 are the pruned client's, 42 pydantic's, 40 Powertools', 26 ours, 22 PynamoDB's
        instructions=1.216,
        cases={
            # One write authenticates, checks that the session was not revoked, and counts the request.
            "found": case(lambda w: w.owner.get(create(w)), "UpdateItem GetItem", reads=1, writes=1),
            "five-sessions": case(lambda w: _with_sessions(w, 5), "UpdateItem GetItem", reads=1, writes=1),
            "unchanged": case(
                lambda w: w.unchanged(w.owner.get(create(w))), "UpdateItem GetItem", reads=1, writes=1, status=304
            ),
            # AWS bills a write that is refused: at least 1.
            "revoked-session": case(_revoked, "UpdateItem", status=401),
        },
    ),
    Function(
        handler="projects.update",
        access=OWNER,
        modules=489,
        needs=IDEMPOTENCY,
        cases={
            "without-key": case(
                lambda w: w.owner.patch(create(w), RENAMED),
                "UpdateItem GetItem TransactWriteItems",
                reads=1,
                writes=5,
                leaves=_left(2, revision=2),
            ),
            "with-key": case(
                lambda w: w.owner.patch(create(w), RENAMED).keyed(),
                "UpdateItem PutItem GetItem TransactWriteItems",
                reads=1,
                writes=8,
            ),
            "nothing-changes": case(
                lambda w: w.owner.patch(create(w), {}),
                "UpdateItem GetItem",
                reads=1,
                writes=1,
                leaves=_left(1, revision=1),
            ),
            "nothing-changes-with-key": case(
                lambda w: w.owner.patch(create(w), {}).keyed(),
                "UpdateItem PutItem GetItem UpdateItem",
                reads=1,
                writes=3,
            ),
            "refused": case(
                lambda w: w.owner.patch(create(w), {"name": ""}).keyed(), "UpdateItem", writes=1, status=422
            ),
        },
    ),
    Function(
        handler="projects.delete",
        access=OWNER,
        modules=489,
        needs=IDEMPOTENCY,
        cases={
            "with-version": case(
                lambda w: w.owner.delete(create(w)).header("If-Match", '"v1"'),
                "UpdateItem TransactWriteItems",
                writes=5,
                status=204,
                leaves=_left(1, revision=2, total=0),
            ),
            "with-key": case(
                lambda w: w.owner.delete(create(w)).keyed(),
                "UpdateItem PutItem TransactWriteItems",
                writes=8,
                status=204,
            ),
        },
    ),
]
