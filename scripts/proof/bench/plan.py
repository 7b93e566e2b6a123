"""How much is measured: everything, or within a minute most of what has a target."""

from dataclasses import dataclass

from scripts import ROOT
from scripts.build.template import functions, load_template
from scripts.proof.bench.events import warm_requests
from scripts.proof.bench.processes import FASTAPI, PEERS, POWERTOOLS

READ, WRITTEN = "projects.get", "projects.create"


@dataclass(frozen=True)
class Extent:
    """The cases by name, and how often each is measured."""

    handlers: tuple[str, ...]  # cold
    routes: tuple[str, ...]  # warm
    peers: tuple[str, ...]
    rounds: int  # of cold starts
    batches: int  # of warm calls
    sizes: tuple[str, ...]  # of collections
    thorough: bool  # also requests per second and instructions, which take minutes


def full() -> Extent:
    """Every function of the template, every route and peer."""
    sizes = ("1000", "10000", "100000")
    return Extent(_handlers(), tuple(warm_requests()), tuple(PEERS), rounds=12, batches=60, sizes=sizes, thorough=True)


def quick() -> Extent:
    """What has a target; without the dearest peer, and so without the two targets against it."""
    routes = tuple(name for name in warm_requests() if name != "POST")
    peers = (POWERTOOLS, FASTAPI)
    return Extent((READ, WRITTEN), routes, peers, rounds=2, batches=8, sizes=("1000",), thorough=False)


def _handlers() -> tuple[str, ...]:
    """Name the module of each function of the template."""
    known = functions(load_template(ROOT / "template.yaml")).values()
    return tuple(str(one["Handler"]).removesuffix(".handler") for one in known)
