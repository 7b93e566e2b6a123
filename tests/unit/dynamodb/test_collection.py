import pytest

from neoforge.dynamodb.collection import Collection
from tests.functions.helpers import failing

THINGS = Collection("THING", "USER#1")


@pytest.mark.usefixtures("dynamodb")
def test_a_collection_is_read_strongly_consistent_and_the_first_page_brings_its_total() -> None:
    with failing() as sent:
        THINGS.first_page(5)
        THINGS.next_page("1", 5)
    assert [one["operation"] for one in sent] == ["Query", "GetItem", "Query"]
    assert all(one["ConsistentRead"] for one in sent)


def test_all_resources_are_in_the_owners_partition() -> None:
    assert THINGS.key("1") == ("USER#1", "THING#1")
    assert THINGS.partition("1") == THINGS.partition("2") == THINGS.pk
