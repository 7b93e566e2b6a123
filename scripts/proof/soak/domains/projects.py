"""Projects, which only their owner sees."""

from scripts.proof.soak.kinds import Kind, Listing

PATH = "/v1/projects"
KIND = Kind(
    prefix="prj",
    path=PATH,
    text="name",
    draft=lambda _: {},
    weight=10,
    collections=lambda owner, _: [f"{owner}/PROJECT"],
    counted="PROJECT",
    listings=lambda _: [Listing(PATH)],
)
