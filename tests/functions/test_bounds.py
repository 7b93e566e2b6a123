"""What is answered is bounded in bytes, whatever is asked."""

from tests.api import call


def test_the_answer_to_an_invalid_body_is_not_many_times_as_large(token: str) -> None:
    for body in ({f"m{number}": 1 for number in range(20_000)}, {"x" * 200_000: 1}):
        refused = call("PATCH", "/v1/account", body=body, token=token)
        assert refused.status == 422
        assert len(refused.text) < 20_000
        assert 1 <= len(refused.json()["errors"]) <= 100
