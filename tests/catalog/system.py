"""What belongs to no domain: health, the documents, browsers' reports, the purge."""

import time

from scripts.build.layers import PAGE, hashed_name
from tests.catalog.model import EVERYBODY, NO_DATABASE, Access, Function, Log, case
from tests.catalog.world import Event, Request, World

REPORT = {"csp-report": {"document-uri": "https://app.example.com/", "violated-directive": "img-src"}}


def _report(w: World) -> Request:
    return w.nobody.post("/v1/csp/reports", REPORT).header("Content-Type", "application/csp-report")


def _purge(w: World) -> Event:
    """Purge three items that have expired, and leave one that has not."""
    _ = w.owner
    for number in range(3):
        w.put_item("RATE#expired", f"SOURCE#{number}", expires_at=int(time.time()) - 1)
    return Event("schedules.purge_expired")


def _get(handler: str, path: str, modules: int, access: Access = EVERYBODY) -> Function:
    """Describe an endpoint that asks nothing of the database."""
    example = case(lambda w: w.nobody.get(path), "")
    return Function(
        handler=handler, access=access, modules=modules, clients=0, never=NO_DATABASE, cases={"found": example}
    )


FUNCTIONS = [
    Function(
        handler="csp.create_report",
        access=EVERYBODY,
        modules=450,
        log=Log(3, 1080, 3, 1000),  # a metric, and of one report in ten a line, both with the source
        cases={"one": case(_report, "UpdateItem", writes=1, status=204, leaves=())},
    ),
    _get("system.get_health", "/v1/health", 273),
    Function(
        handler="system.get_readiness",
        access=EVERYBODY,
        modules=451,
        cases={"ready": case(lambda w: w.nobody.get("/v1/ready"), "GetItem", reads=1)},
    ),
    _get("system.get_config", "/v1/config", 274),
    _get("system.get_openapi", "/v1/openapi.json", 247),
    _get("system.get_docs", "/v1/docs", 247),
    _get("system.get_docs_asset", f"/v1/docs/{hashed_name(PAGE / 'docs.js')}", 270),
    Function(
        handler="schedules.purge_expired",
        access=None,
        schedule="rate(1 hour)",
        modules=387,
        log=Log(2, 550, 2, 500),  # and what was done, as a metric
        cases={
            "nothing-expired": case(
                lambda _: Event("schedules.purge_expired"), "GetItem Scan DeleteItem", reads=1.5, writes=1
            ),
            "three-expired": case(
                _purge, leaves=("ACCESS version=2", "ACCOUNT version=1", "CREDENTIAL version=1", "SESSION version=1")
            ),
        },
        eventual=frozenset({"Scan"}),  # each delete has the condition that the item has still expired
    ),
]
