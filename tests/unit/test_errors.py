import pytest

from neoforge import errors
from neoforge.errors import NeoForgeError

ALL = [one for one in vars(errors).values() if isinstance(one, type) and issubclass(one, NeoForgeError)]


def test_the_tree_is_drawn_in_the_docstring() -> None:
    drawn = {line.split()[1] for line in (errors.__doc__ or "").splitlines() if line[:1] in {"├", "└"}}
    assert drawn == {one.__name__ for one in ALL} - {"NeoForgeError"}


@pytest.mark.parametrize("error", ALL)
def test_an_error_has_words_for_the_caller(error: type[NeoForgeError]) -> None:
    assert str(error()).endswith(".")
    assert str(error("Other words.")) == "Other words."
