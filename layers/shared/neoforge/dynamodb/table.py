"""Reads of items that hold a document."""

from pynamodb.expressions.condition import Condition

from neoforge import observability
from neoforge.dynamodb.client import check_deadline, translate_errors
from neoforge.dynamodb.item import Item
from neoforge.dynamodb.keys import primary_key
from neoforge.errors import NotFound, Unavailable


def get(pk: str, sk: str) -> Item | None:
    """Read an item (strongly consistent; 1 read unit per 4 KB). Raises Unavailable."""
    check_deadline()
    with translate_errors():
        try:
            return Item.get(pk, sk, consistent_read=True)
        except Item.DoesNotExist:
            return None


def get_document(pk: str, sk: str) -> str:
    """Read an item's document, in its current schema version. Raises NotFound and Unavailable."""
    item = get(pk, sk)
    if item is None or item.document is None:
        raise NotFound
    return item.text


def ping() -> None:
    """Read an item that need not exist. Raises Unavailable whatever the reason for a failure."""
    try:
        get("PING", "PING")
    except Unavailable:
        raise
    except Exception as error:
        observability.failed(error)
        raise Unavailable from error


def query(pk: str, condition: Condition, *, limit: int, forward: bool) -> list[Item]:
    """Read up to `limit` items of a partition in the order of their sort keys (strongly consistent)."""
    check_deadline()
    with translate_errors():
        return list(Item.query(pk, condition, consistent_read=True, scan_index_forward=forward, limit=limit))


def query_page(
    pk: str, condition: Condition, *, limit: int, forward: bool, after: str | None, consistent: bool
) -> tuple[list[Item], bool]:
    """Read up to `limit` items and 1 MB, starting after the sort key `after` (1 Query); and whether they are the last.

    https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Query.Pagination.html
    """
    start = primary_key(pk, after) if after is not None else None
    check_deadline()
    with translate_errors():
        pages = Item.query(
            pk,
            condition,
            consistent_read=consistent,
            scan_index_forward=forward,
            page_size=limit,
            last_evaluated_key=start,
        ).page_iter
        items = [Item.from_raw_data(item) for item in next(pages)["Items"]]
    return items, pages.last_evaluated_key is None
