import pytest
from pydantic import ValidationError

from neoforge import clock
from neoforge.accounts.access_item import Caller
from neoforge.community.model import Author, NewPost, Post, PostChange
from neoforge.errors import Forbidden

ADA, EVE = "usr_01a20538-11bf-7304-bb36-19bcf1775ed8", "usr_01a20538-11bf-7304-bb36-19bcf1775ed9"


@pytest.fixture
def post() -> Post:
    return Post.new(Author(id=ADA, display_name="Ada"), NewPost(title="A", content="B"))


def test_a_new_post_dates_from_its_id(post: Post) -> None:
    assert (post.title, post.content, post.author.display_name, post.version) == ("A", "B", "Ada", 1)
    assert post.created_at == post.updated_at == clock.time_of_id(post.id)


def test_a_stored_post_is_read_as_it_was_written(post: Post) -> None:
    assert Post.model_validate_json(post.model_dump_json()) == post


@pytest.mark.parametrize(
    ("user_id", "roles", "may"),
    [
        (ADA, {"user"}, True),
        (EVE, {"user"}, False),
        (EVE, {"user", "support", "operator"}, False),
        (EVE, {"user", "admin"}, True),
    ],
)
def test_its_author_and_admins_may_change_it(user_id: str, roles: set[str], may: bool, post: Post) -> None:
    caller = Caller(user_id, "ses_1", frozenset(roles))
    if may:
        post.check_editor(caller)
    else:
        with pytest.raises(Forbidden):
            post.check_editor(caller)


@pytest.mark.parametrize(
    "body",
    [
        {"title": "A"},
        {"content": "A"},
        {"title": "", "content": "A"},
        {"title": "A\nB", "content": "A"},
        {"title": 201 * "A", "content": "A"},
        {"title": "A", "content": ""},
        {"title": "A", "content": 20_001 * "A"},
        {"title": "A", "content": "A", "author": "Eve"},
    ],
)
def test_what_makes_a_post_has_its_bounds(body: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        NewPost.model_validate(body)


def test_at_its_bounds_it_is_taken() -> None:
    assert len(NewPost(title=200 * "A", content=20_000 * "A").content) == 20_000


@pytest.mark.parametrize("body", [{"title": None}, {"title": ""}, {"content": ""}, {"author": "Eve"}])
def test_a_change_has_them_too(body: dict[str, str | None]) -> None:
    with pytest.raises(ValidationError):
        PostChange.model_validate(body)
