from hypothesis import given
from hypothesis import strategies as st

from neoforge.dynamodb.keys import LAST, just_before, primary_key, user_partition

IDS = st.from_regex(r"prj_[0-9a-f-]{36}", fullmatch=True)


def test_a_primary_key_is_dynamodb_json() -> None:
    assert primary_key(user_partition("usr_1"), "ACCOUNT") == {"pk": {"S": "USER#usr_1"}, "sk": {"S": "ACCOUNT"}}


@given(IDS, IDS)
def test_the_position_just_before_an_id_lies_between_it_and_every_smaller_id(one: str, other: str) -> None:
    before = just_before(one)
    assert before < one
    assert (other < before) == (other < one)


@given(IDS)
def test_the_last_character_sorts_after_every_id(text: str) -> None:
    assert text < f"prj_{LAST}"
