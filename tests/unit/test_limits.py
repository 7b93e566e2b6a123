import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from neoforge import limits
from neoforge.settings import settings


def test_the_limits_have_their_documented_values() -> None:
    assert (limits.DEFAULT_PAGE_SIZE, limits.MAX_PAGE_SIZE) == (20, 100)
    assert limits.MAX_BODY_BYTES == 256 * 1024
    assert limits.MAX_TEXT_BYTES == 80_000
    assert limits.MAX_ITEM_BYTES == 300_000
    assert limits.MAX_PAGE_BYTES == 5 * 1024 * 1024
    assert limits.MAX_IDEMPOTENCY_KEY == 255
    assert limits.IDEMPOTENCY_SECONDS == 24 * 60 * 60


def test_the_limits_of_an_account_are_those_of_the_deployment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "account_limits", "projects=3,posts=10000")
    assert limits.account_limits.__wrapped__() == {"projects": 3, "posts": 10_000}


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_json_weighs_what_it_adds_to_a_functions_result(text: str) -> None:
    document = json.dumps({"text": text}, ensure_ascii=False)
    bare, result = (json.dumps({"body": body}, ensure_ascii=False) for body in ("", document))
    assert limits.returned_bytes(document) == len(result.encode()) - len(bare.encode())
