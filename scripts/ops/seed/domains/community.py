"""`year.size` posts."""

from neoforge.community import repository as posts
from neoforge.community.model import NewPost
from scripts.ops.seed.year import Year

SENTENCES = 8  # of a post


def fill(year: Year) -> None:
    for work in year.moments(year.size):
        content = " ".join(f"{year.phrase()}." for _ in range(SENTENCES))
        posts.create(work, year.person(), NewPost(title=year.phrase(), content=content))
