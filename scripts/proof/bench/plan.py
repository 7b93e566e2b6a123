"""How much is measured: everything, or within a minute most of what has a target."""

from dataclasses import dataclass

from scripts.proof.bench.processes import FASTAPI, PEERS, POWERTOOLS
from scripts.proof.bench.subject import PREFERRED, handlers, subject, warm_requests


@dataclass(frozen=True)
class Plan:
    """The cases by name, and how often each is measured."""

    handlers: tuple[str, ...]  # cold
    requests: tuple[str, ...]  # warm
    peers: tuple[str, ...]
    rounds: int  # of cold starts
    batches: int  # of warm calls
    sizes: tuple[str, ...]  # of collections
    thorough: bool  # also requests per second and instructions, which take minutes


def full() -> Plan:
    """Every function of the template, every request and peer."""
    sizes = ("1000", "10000", "100000")
    return Plan(handlers(), tuple(warm_requests()), _peers(*PEERS), rounds=12, batches=60, sizes=sizes, thorough=True)


def quick() -> Plan:
    """What has a target, without the slowest peer, and so without the two targets against it."""
    requests = tuple(name for name in warm_requests() if name != "POST")
    measured = (subject().get, subject().create)
    peers = _peers(POWERTOOLS, FASTAPI)
    return Plan(measured, requests, peers, rounds=2, batches=8, sizes=("1000",), thorough=False)


def _peers(*names: str) -> tuple[str, ...]:
    """The peers are written for projects."""
    return names if subject().name == PREFERRED else ()
