import pytest

from neoforge.accounts import repository as accounts
from neoforge.accounts.access_item import Caller
from neoforge.accounts.model import AccountChange
from neoforge.community import repository
from neoforge.community.model import NewPost, Post, PostChange
from neoforge.dynamodb.transaction import UnitOfWork
from neoforge.errors import Forbidden, NotFound, PreconditionFailed, WriteConflict
from neoforge.models import ANY, Precondition
from tests.unit.helpers import commit, new_user

pytestmark = pytest.mark.usefixtures("dynamodb")


@pytest.fixture
def ada() -> Caller:
    return caller(new_user())


@pytest.fixture
def eve() -> Caller:
    return caller(new_user("eve@example.com"))


def caller(user_id: str, *roles: str) -> Caller:
    return Caller(user_id, "ses_1", frozenset({"user", *roles}))


def create(author: Caller) -> Post:
    work = UnitOfWork()
    made = repository.create(work, author.user_id, NewPost(title="A", content="A"))
    commit(work)
    return made


def update(who: Caller, post_id: str, precondition: Precondition = ANY, title: str = "B") -> Post:
    work = UnitOfWork()
    after = repository.update(work, who, post_id, PostChange(title=title), precondition)
    commit(work)
    return after


def delete(who: Caller, post_id: str, precondition: Precondition = ANY) -> None:
    work = UnitOfWork()
    repository.delete(work, who, post_id, precondition)
    commit(work)


def assert_shelved(authors: list[Caller], *posts: Post) -> None:
    """Assert that the feed and the lists of these authors show the posts, and none else, as they are."""
    newest_first = sorted(posts, key=lambda post: post.id, reverse=True)
    for author_id in (None, *(author.user_id for author in authors)):
        expected = [post for post in newest_first if author_id in {None, post.author.id}]
        window = repository.written_by(author_id).first_page(100) if author_id else repository.FEED.first_page(100)
        assert [Post.model_validate_json(document) for document in window.documents] == expected
        assert window.stats.total == len(expected)


def test_a_post_is_in_the_feed_and_in_its_authors_collection(ada: Caller, eve: Caller) -> None:
    posts = [create(ada), create(eve), create(ada)]
    assert [repository.get(post.id) for post in posts] == posts
    assert_shelved([ada, eve], *posts)


def test_a_post_keeps_the_name_that_its_author_had(ada: Caller) -> None:
    post, work = create(ada), UnitOfWork()
    accounts.update(work, ada.user_id, AccountChange(display_name="Countess"), ANY)
    commit(work)
    assert update(ada, post.id).author.display_name == "Ada"
    assert create(ada).author.display_name == "Countess"


def test_a_change_by_the_author_or_an_admin_applies_to_every_copy(ada: Caller, eve: Caller) -> None:
    post = create(ada)
    for who, title in ((ada, "B"), (caller(eve.user_id, "admin"), "C")):
        post = update(who, post.id, Precondition(frozenset({post.version})), title)
    assert (post.title, post.version, post.author.id) == ("C", 3, ada.user_id)
    assert_shelved([ada, eve], post)


def test_nobody_but_the_author_and_admins_changes_a_post(ada: Caller, eve: Caller) -> None:
    post = create(ada)
    for who in (eve, caller(eve.user_id, "support", "operator")):
        for change in (update, delete):
            with pytest.raises(Forbidden):
                change(who, post.id)
    assert_shelved([ada, eve], post)


@pytest.mark.parametrize("precondition", [Precondition(frozenset({2})), Precondition(frozenset())])
def test_a_change_of_another_version_fails_its_precondition(precondition: Precondition, ada: Caller) -> None:
    post = create(ada)
    for change in (update, delete):
        with pytest.raises(PreconditionFailed):
            change(ada, post.id, precondition)
    assert_shelved([ada], post)


def test_a_change_of_nothing_writes_nothing(ada: Caller) -> None:
    post, work = create(ada), UnitOfWork()
    assert repository.update(work, ada, post.id, PostChange(title="A"), ANY) == post
    assert work.writes == []


def test_a_deleted_post_is_gone_from_every_list(ada: Caller) -> None:
    post, kept = create(ada), create(ada)
    delete(ada, post.id)
    for use in (update, delete):
        with pytest.raises(NotFound):
            use(ada, post.id)
    assert_shelved([ada], kept)


def test_the_second_of_two_concurrent_changes_is_a_write_conflict(ada: Caller) -> None:
    post, work = create(ada), UnitOfWork()
    repository.update(work, ada, post.id, PostChange(title="C"), ANY)
    changed = update(ada, post.id)
    with pytest.raises(WriteConflict):
        commit(work)
    assert_shelved([ada], changed)


@pytest.mark.parametrize("precondition", [ANY, Precondition(frozenset({1}))])
def test_a_change_during_a_delete_fails_only_a_delete_that_named_a_version(
    precondition: Precondition, ada: Caller
) -> None:
    post, work = create(ada), UnitOfWork()
    repository.delete(work, ada, post.id, precondition)
    changed = update(ada, post.id)
    if precondition.versions:
        with pytest.raises(PreconditionFailed):
            commit(work)
        assert_shelved([ada], changed)
    else:
        commit(work)
        assert_shelved([ada])
