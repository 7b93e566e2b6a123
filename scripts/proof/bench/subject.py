"""The domain that is measured: projects, or without them the first one that has the same operations."""

import json
from functools import cache
from typing import Any, NamedTuple

from scripts import ROOT
from scripts.build.template import functions, load_template
from scripts.proof.bench.events import body_of, changed, event

OPERATIONS = ("list", "get", "create", "update")
PREFERRED = "projects"


class Subject(NamedTuple):
    """A domain, and the modules of its handlers."""

    name: str
    list: str
    get: str
    create: str
    update: str


@cache
def handlers() -> tuple[str, ...]:
    """Return the module of each function of the template."""
    known = functions(load_template(ROOT / "template.yaml")).values()
    return tuple(str(one["Handler"]).removesuffix(".handler") for one in known)


@cache
def subject() -> Subject:
    """Return the domain that is measured. Raises LookupError if no domain has all of the operations."""
    folders = dict.fromkeys(handler.partition(".")[0] for handler in handlers())
    fitting = [name for name in folders if {f"{name}.{operation}" for operation in OPERATIONS} <= {*handlers()}]
    if not fitting:
        raise LookupError(f"no domain has all of {', '.join(OPERATIONS)}")
    name = PREFERRED if PREFERRED in fitting else fitting[0]
    return Subject(name, *(f"{name}.{operation}" for operation in OPERATIONS))


def warm_requests() -> dict[str, tuple[str, Any]]:
    """Return the requests that are measured warm: module and event by name."""
    one = subject()
    create = event(one.create)
    return {
        "GET one": (one.get, event(one.get)),
        "GET list of 20": (one.list, event(one.list)),
        "POST": (one.create, changed(create, {"Idempotency-Key": None})),
        "POST with key": (one.create, create),
        "PATCH with key": (one.update, event(one.update)),
    }


def other_change() -> str:
    """Return a merge patch, as JSON, that changes the first member of the resource in events/."""
    name, *_ = body_of(subject().create)
    return json.dumps({name: "Other"})
