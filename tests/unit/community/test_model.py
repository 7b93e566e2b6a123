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


def test_a_new_post_was_created_at_the_time_of_its_id(post: Post) -> None:
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
def test_the_author_and_admins_may_change_a_post(user_id: str, roles: set[str], may: bool, post: Post) -> None:
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
def test_fields_of_a_new_post_outside_their_bounds_are_refused(body: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        NewPost.model_validate(body)


def test_fields_of_a_new_post_at_their_bounds_are_accepted() -> None:
    assert len(NewPost(title=200 * "A", content=20_000 * "A").content) == 20_000


@pytest.mark.parametrize("body", [{"title": None}, {"title": ""}, {"content": ""}, {"author": "Eve"}])
def test_fields_of_a_change_of_a_post_have_the_same_bounds(body: dict[str, str | None]) -> None:
    with pytest.raises(ValidationError):
        PostChange.model_validate(body)
