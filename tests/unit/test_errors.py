import pytest

from neoforge import errors
from neoforge.errors import InvalidField, LimitReached, NeoForgeError, QuotaExceeded

ALL = [one for one in vars(errors).values() if isinstance(one, type) and issubclass(one, NeoForgeError)]


def test_the_docstring_draws_the_tree_of_errors() -> None:
    drawn = {line.partition("── ")[2].split()[0] for line in (errors.__doc__ or "").splitlines() if "── " in line}
    assert drawn == {one.__name__ for one in ALL} - {"NeoForgeError"}


@pytest.mark.parametrize("error", [one for one in ALL if one not in {InvalidField, LimitReached, QuotaExceeded}])
def test_an_error_has_a_message_for_the_caller(error: type[NeoForgeError]) -> None:
    assert str(error()).endswith(".")
    assert str(error("Other words.")) == "Other words."


def test_an_invalid_field_names_the_member() -> None:
    error = InvalidField("password", "This password is too common.")
    assert (error.member, str(error)) == ("password", "This password is too common.")


def test_a_reached_limit_says_what_it_is() -> None:
    assert "10,000" in str(LimitReached(10_000))


def test_an_exceeded_quota_has_the_seconds_to_wait() -> None:
    error = QuotaExceeded(7)
    assert error.seconds == 7
    assert str(error).endswith(".")
