"""Posts, each in a feed and in its author's collection."""

from scripts.proof.soak.kinds import Kind, Listing

PATH = "/v1/community/posts"
KIND = Kind(
    prefix="pst",
    path=PATH,
    text="title",
    draft=lambda _: {"content": "Soak"},
    weight=10,
    collections=lambda _, post: ["FEED#POST", f"AUTHOR#{post['author']['id']}/POST"],
    counted="POST",
    listings=lambda user_id: [Listing(f"{PATH}?author_id={user_id}")],
    other_paths=(PATH,),
)
