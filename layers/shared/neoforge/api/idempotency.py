"""Idempotency-Key (draft-ietf-httpapi-idempotency-key-header) on routes that write.

First use: 1 put and part of 1 transaction. Replay: 1 put that fails and returns the answer.
"""

import json
import re
from collections.abc import Sequence
from typing import Any, cast

from aws_lambda_powertools.utilities.idempotency import IdempotencyConfig
from aws_lambda_powertools.utilities.idempotency.base import IdempotencyHandler
from aws_lambda_powertools.utilities.idempotency.exceptions import (
    IdempotencyAlreadyInProgressError,
    IdempotencyInconsistentStateError,
    IdempotencyPersistenceLayerError,
    IdempotencyValidationError,
)
from aws_lambda_powertools.utilities.idempotency.persistence.datarecord import DataRecord

from neoforge import observability
from neoforge.api.app import Call, Execution
from neoforge.api.idempotency_store import Record
from neoforge.api.problems import Problem, ProblemType
from neoforge.api.request import Request
from neoforge.api.response import Response
from neoforge.dynamodb.client import is_transient
from neoforge.dynamodb.transaction import UnitOfWork, transact
from neoforge.errors import NeoForgeError, Unavailable
from neoforge.limits import IDEMPOTENCY_SECONDS, MAX_IDEMPOTENCY_KEY
from neoforge.signing import fingerprints

# A key of 1 to 255 visible characters, bare or as the string of a structured field (RFC 9651, 3.3.3).
_STRING = r'"((?:[\x21\x23-\x5b\x5d-\x7e]|\\["\\])+)"'
# Parameters of the string, which are ignored: a key, and perhaps a bare item (RFC 9651, 3.1.2 and 3.3).
_ITEMS = (
    r"-?[0-9]{1,12}\.[0-9]{1,3}",
    r"-?[0-9]{1,15}",
    r"@-?[0-9]{1,15}",
    r"\?[01]",
    r":[A-Za-z0-9+/=]*+:",
    r'"(?:[\x20\x21\x23-\x5b\x5d-\x7e]|\\["\\])*+"',
    r'%"(?:[\x20\x21\x23\x24\x26-\x7e]|%[0-9a-f]{2})*+"',
    r"[A-Za-z*][!#-'+*.0-9A-Z^-z|~:/-]*+",
)
PARAMETERS = rf"(?:; *+[a-z*][a-z0-9_.*-]*+(?:=(?:{'|'.join(_ITEMS)}))?+)*+"
_BARE = re.compile(r"[\x21-\x7e]+")


def _execute(request: Request, content: Any, call: Call) -> Response:
    """Execute a handler that writes: once per idempotency key, or simply once if there is none.

    Raises invalid-idempotency-key, request-in-progress and idempotency-key-reused problems, and Unavailable.
    """
    key = _key(request.headers.get("idempotency-key"))
    if key is None:
        return transact(lambda work: call(work=work))
    payload, *previous = _fingerprints(request, content)
    identity = {"scope": [request.subject, request.route, key], "payload": payload}
    try:
        return Response(**_execute_once(identity, previous, request.context, call))
    except IdempotencyAlreadyInProgressError as error:
        raise Problem(ProblemType.REQUEST_IN_PROGRESS, "A request with this key is still running.") from error
    except IdempotencyValidationError as error:
        raise Problem(ProblemType.IDEMPOTENCY_KEY_REUSED, "This key was used for another request.") from error
    except IdempotencyInconsistentStateError as error:
        raise Unavailable from error
    except IdempotencyPersistenceLayerError as error:
        cause = error.__cause__
        if not isinstance(cause, Exception) or is_transient(cause):
            raise Unavailable from error
        raise cause from error


idempotent = Execution(_execute, {"work": UnitOfWork})


def _execute_once(identity: dict[str, Any], previous: Sequence[str], context: Any, call: Call) -> dict[str, Any]:
    """Execute, or return the stored answer. If another request with the key overtook this one, return its answer."""
    record = Record(previous)
    try:
        return _handle(identity, context, record, call)
    except (NeoForgeError, Problem):
        if not record.overtaken:
            raise
        return _handle(identity, context, Record(previous), call)


def _handle(identity: dict[str, Any], context: Any, record: Record, call: Call) -> dict[str, Any]:
    """Lock the key and call the handler, or return the stored answer, in Powertools' flow."""

    def build(work: UnitOfWork) -> dict[str, Any]:
        response = call(work=work)
        answer = {"status": response.status, "headers": response.headers, "body": response.body}
        work.insert_first(record.completion(answer))
        return answer

    handler = IdempotencyHandler(
        function=lambda: transact(build),
        function_payload=identity,
        config=_config(context),
        persistence_store=record,
        key_prefix="IDEMPOTENCY",
        function_args=(),
        function_kwargs={},
    )
    return cast("dict[str, Any]", handler.handle())


def _config(context: Any) -> IdempotencyConfig:
    return IdempotencyConfig(
        event_key_jmespath="scope",
        payload_validation_jmespath="payload",
        raise_on_no_idempotency_key=True,
        expires_after_seconds=IDEMPOTENCY_SECONDS,
        hash_function="sha256",
        lambda_context=context,
        response_hook=_replay,
    )


def _replay(response: Any, idempotent_data: DataRecord) -> Any:  # noqa: ARG001 - the names of Powertools' protocol
    observability.count("Replay")
    return response | {"headers": response["headers"] | {"Idempotent-Replayed": "true"}}


def _key(header: str | None) -> str | None:
    if header is None:
        return None
    # Seldom quoted, so the pattern is not compiled before.
    quoted = re.fullmatch(_STRING + PARAMETERS, header) if header.startswith('"') else None
    key = re.sub(r"\\(.)", r"\1", quoted.group(1)) if quoted else header
    if (quoted or (header[:1] != '"' and _BARE.fullmatch(header))) and len(key) <= MAX_IDEMPOTENCY_KEY:
        return key
    detail = f"The key must be 1 to {MAX_IDEMPOTENCY_KEY} visible ASCII characters."
    raise Problem(ProblemType.INVALID_IDEMPOTENCY_KEY, detail)


def _fingerprints(request: Request, content: Any) -> list[str]:
    conditions = [request.headers.get("if-match"), request.headers.get("if-none-match")]
    parts = [request.path_parameters, request.query, conditions, content]
    return fingerprints(json.dumps(parts, sort_keys=True, separators=(",", ":")))
