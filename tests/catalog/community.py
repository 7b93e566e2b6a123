"""Community posts."""

from tests.catalog.model import (
    ACCOUNTS,
    EVERYBODY,
    IDEMPOTENCY,
    OWNER_AND_ADMINS,
    USERS,
    Function,
    case,
    in_feed_and_collection,
)
from tests.catalog.world import Request, World

PATH = "/v1/community/posts"
BODY = {"title": "How we moved to serverless", "content": "It took a week and some coffee."}
CHANGE = {"title": "How we moved"}
PAGE = "Query" + 7 * " Query"  # each of the feed's eight partitions, with its counters
LATER_PAGE = f"BatchGetItem {PAGE}"  # the counters at the same time as the partitions


def create(w: World) -> str:
    return w.create(w.owner, PATH, BODY)


def create_several(w: World) -> Request:
    for _ in range(3):
        create(w)
    return w.nobody.get(PATH)


def _of_author(w: World) -> Request:
    create_several(w)
    return w.nobody.get(PATH, author_id=w.owner.user_id)


FUNCTIONS = [
    Function(
        handler="community.list",
        access=EVERYBODY,
        modules=465,
        needs=ACCOUNTS,
        eventual=frozenset({"Query FEED#POST", "BatchGetItem FEED#POST"}),
        cases={
            "first-page": case(create_several, PAGE, reads=4),
            "next-page": case(lambda w: w.follow(create_several(w), "next_cursor"), LATER_PAGE, reads=8),
            "previous-page": case(
                lambda w: w.follow(create_several(w), "next_cursor", "previous_cursor"), LATER_PAGE, reads=8
            ),
            "unchanged": case(lambda w: w.unchanged(create_several(w)), "BatchGetItem", reads=4, status=304),
            "of-an-author": case(_of_author, "Query", reads=1),
            "of-an-author-next-page": case(lambda w: w.follow(_of_author(w), "next_cursor"), "GetItem Query", reads=2),
        },
    ),
    Function(
        handler="community.create",
        access=USERS,
        modules=492,
        needs=ACCOUNTS | IDEMPOTENCY,
        cases={
            "without-key": case(
                lambda w: w.owner.post(PATH, BODY),
                "UpdateItem GetItem TransactWriteItems",
                reads=1,
                writes=9,
                status=201,
                leaves=in_feed_and_collection("POST", 1),
            ),
            "with-key": case(
                lambda w: w.owner.post(PATH, BODY).keyed(),
                "UpdateItem PutItem GetItem TransactWriteItems",
                reads=1,
                writes=12,
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
        handler="community.get",
        access=EVERYBODY,
        modules=464,
        needs=ACCOUNTS,
        cases={
            "found": case(lambda w: w.nobody.get(create(w)), "GetItem", reads=1),
            "unchanged": case(lambda w: w.unchanged(w.nobody.get(create(w))), "GetItem", reads=1, status=304),
        },
    ),
    Function(
        handler="community.update",
        access=OWNER_AND_ADMINS,
        modules=493,
        needs=ACCOUNTS | IDEMPOTENCY,
        cases={
            "without-key": case(
                lambda w: w.owner.patch(create(w), CHANGE),
                "UpdateItem GetItem TransactWriteItems",
                reads=1,
                writes=9,
                leaves=in_feed_and_collection("POST", 2),
            ),
            "with-key": case(
                lambda w: w.owner.patch(create(w), CHANGE).keyed(),
                "UpdateItem PutItem GetItem TransactWriteItems",
                reads=1,
                writes=12,
            ),
            "by-somebody-else": case(lambda w: w.other.patch(create(w), CHANGE), status=403),
        },
    ),
    Function(
        handler="community.delete",
        access=OWNER_AND_ADMINS,
        modules=493,
        needs=ACCOUNTS | IDEMPOTENCY,
        cases={
            "without-key": case(
                lambda w: w.owner.delete(create(w)),
                "UpdateItem GetItem TransactWriteItems",
                reads=1,
                writes=9,
                status=204,
                leaves=in_feed_and_collection("POST", 2, total=0),
            ),
            "by-an-admin": case(
                lambda w: w.admin.delete(create(w)), status=204, leaves=in_feed_and_collection("POST", 2, total=0)
            ),
            "by-somebody-else": case(lambda w: w.other.delete(create(w)), status=403),
        },
    ),
]
