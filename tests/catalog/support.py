"""Support tickets."""

from tests.catalog.model import (
    ACCOUNTS,
    IDEMPOTENCY,
    OPTIONAL_USER,
    OWNER_AND_SUPPORT,
    USERS,
    Function,
    case,
    collection_counts,
    feed_counts,
    in_feed,
    in_feed_and_collection,
)
from tests.catalog.world import Request, World

PATH = "/v1/support/tickets"
BODY = {"subject": "I cannot log in", "message": "It says that my password is wrong."}
ANONYMOUS = BODY | {"email": "visitor@example.com"}
CHANGE = {"subject": "I could not log in"}
PAGE_OF_A_FEED = "UpdateItem" + 8 * " Query"  # each of its eight partitions, with its counters


def create(w: World) -> str:
    return w.create(w.owner, PATH, BODY)


def create_several(w: World) -> Request:
    for _ in range(3):
        create(w)
    return w.owner.get(PATH)


def _for_staff(w: World, **query: str) -> Request:
    create_several(w)
    return w.support.get(PATH, **query)


def _in_both(version: int) -> tuple[str, ...]:
    return (*in_feed_and_collection("TICKET", version), *in_feed_and_collection("OPEN-TICKET", version))


# A ticket is stored once for each list that shows it, each with a counter: a write is paid twice for each of both. A
# page of a feed is eventually consistent: half a unit for each partition.
FUNCTIONS = [
    Function(
        handler="support.list",
        access=USERS,
        modules=466,
        needs=ACCOUNTS,
        eventual=frozenset({"Query FEED#TICKET", "BatchGetItem FEED#TICKET", "Query FEED#OPEN-TICKET"}),
        cases={
            "own": case(create_several, "UpdateItem Query", reads=1, writes=1),
            "own-next-page": case(
                lambda w: w.follow(create_several(w), "next_cursor"), "UpdateItem GetItem Query", reads=2, writes=1
            ),
            "own-of-a-status": case(
                lambda w: create_several(w).asks(status="open"), "UpdateItem Query", reads=1, writes=1
            ),
            "staff": case(_for_staff, PAGE_OF_A_FEED, reads=4, writes=1),
            "staff-next-page": case(
                lambda w: w.follow(_for_staff(w), "next_cursor"),
                "UpdateItem BatchGetItem" + 8 * " Query",
                reads=8,
                writes=1,
            ),
            "staff-of-a-status": case(lambda w: _for_staff(w, status="open"), PAGE_OF_A_FEED, reads=4, writes=1),
        },
    ),
    Function(
        handler="support.create",
        access=OPTIONAL_USER,
        modules=494,
        needs=ACCOUNTS | IDEMPOTENCY,
        cases={
            # The example has an e-mail, so that everybody may send it.
            "with-email": case(lambda w: w.owner.post(PATH, ANONYMOUS), status=201),
            "without-key": case(
                lambda w: w.owner.post(PATH, BODY),
                "UpdateItem GetItem TransactWriteItems",
                reads=1,
                writes=17,
                status=201,
                leaves=_in_both(1),
            ),
            "with-key": case(
                lambda w: w.owner.post(PATH, BODY).keyed(),
                "UpdateItem PutItem GetItem TransactWriteItems",
                reads=1,
                writes=20,
                status=201,
            ),
            "without-account": case(
                lambda w: w.nobody.post(PATH, ANONYMOUS),
                "UpdateItem TransactWriteItems",
                writes=9,
                status=201,
                leaves=(*in_feed("TICKET", 1), *in_feed("OPEN-TICKET", 1)),
            ),
        },
    ),
    Function(
        handler="support.get",
        access=OWNER_AND_SUPPORT,
        modules=465,
        needs=ACCOUNTS,
        cases={
            "own": case(lambda w: w.owner.get(create(w)), "UpdateItem GetItem", reads=1, writes=1),
            "staff": case(lambda w: w.support.get(create(w)), "UpdateItem GetItem", reads=1, writes=1),
        },
    ),
    Function(
        handler="support.update",
        access=OWNER_AND_SUPPORT,
        modules=493,
        needs=ACCOUNTS | IDEMPOTENCY,
        cases={
            "status": case(
                lambda w: w.owner.patch(create(w), {"status": "closed"}),
                "UpdateItem GetItem TransactWriteItems",
                reads=1,
                writes=25,
            ),
            "text": case(
                lambda w: w.owner.patch(create(w), CHANGE),
                "UpdateItem GetItem TransactWriteItems",
                reads=1,
                writes=17,
                leaves=_in_both(2),
            ),
            "with-key": case(
                lambda w: w.owner.patch(create(w), CHANGE).keyed(),
                "UpdateItem PutItem GetItem TransactWriteItems",
                reads=1,
                writes=20,
            ),
            "nothing-changes": case(lambda w: w.owner.patch(create(w), {}), "UpdateItem GetItem", reads=1, writes=1),
            "by-staff": case(
                lambda w: w.support.patch(create(w), {"status": "resolved"}),
                leaves=(
                    *in_feed_and_collection("TICKET", 2),
                    *in_feed_and_collection("OPEN-TICKET", 2, total=0),
                    "FEED RESOLVED-TICKET version=2",
                    "RESOLVED-TICKET version=2",
                    feed_counts("RESOLVED-TICKET", revision=1, total=1),
                    collection_counts("RESOLVED-TICKET", revision=1, total=1),
                ),
            ),
            "text-by-staff": case(lambda w: w.support.patch(create(w), CHANGE), status=403),
            "status-of-staff-by-owner": case(lambda w: w.owner.patch(create(w), {"status": "pending"}), status=403),
        },
    ),
]
