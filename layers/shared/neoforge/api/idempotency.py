"""Idempotency-Key (draft-ietf-httpapi-idempotency-key-header) on routes that write.

First use: 1 put and part of 1 transaction. Replay: 1 put that fails and brings the answer.
"""

import hmac
import json
import re
from typing import Any, cast

from aws_lambda_powertools.utilities.idempotency import IdempotencyConfig, idempotent_function
from aws_lambda_powertools.utilities.idempotency.exceptions import (
    IdempotencyAlreadyInProgressError,
    IdempotencyInconsistentStateError,
    IdempotencyPersistenceLayerError,
    IdempotencyValidationError,
)
from aws_lambda_powertools.utilities.idempotency.persistence.datarecord import DataRecord

from neoforge import observability
from neoforge.api.app import Call
from neoforge.api.constraints import IDEMPOTENCY_SECONDS, MAX_IDEMPOTENCY_KEY
from neoforge.api.idempotency_store import records
from neoforge.api.problems import RETRY, Problem
from neoforge.api.request import Request
from neoforge.api.response import Response
from neoforge.dynamodb.client import is_transient
from neoforge.dynamodb.transaction import UnitOfWork, transact
from neoforge.errors import NeoForgeError, Unavailable
from neoforge.settings import settings

# A key of 1 to 255 visible characters, bare or as a structured field's string (RFC 9651, 3.3.3).
_QUOTED = re.compile(r'"((?:[\x21\x23-\x5b\x5d-\x7e]|\\["\\])+)"')
_BARE = re.compile(r"[\x21-\x7e]+")


def _replayed(response: Any, idempotent_data: DataRecord) -> Any:  # noqa: ARG001 - the names of Powertools' protocol
    observability.count("Replay")
    return response | {"headers": response["headers"] | {"Idempotent-Replayed": "true"}}


_config = IdempotencyConfig(
    event_key_jmespath="scope",
    payload_validation_jmespath="payload",
    raise_on_no_idempotency_key=True,
    expires_after_seconds=IDEMPOTENCY_SECONDS,
    hash_function="sha256",
    response_hook=_replayed,
)


@idempotent_function(  # type: ignore[untyped-decorator]  # Powertools types it as Any
    data_keyword_argument="identity", persistence_store=records, config=_config, key_prefix="IDEMPOTENCY"
)
def _once(identity: dict[str, Any], call: Call) -> dict[str, Any]:
    key = records.key_of(identity)

    def build(work: UnitOfWork) -> dict[str, Any]:
        response = call(work=work)
        answer = {"status": response.status, "headers": response.headers, "body": response.body}
        work.insert_first(records.completion(key, answer))
        return answer

    return transact(build)


def idempotent(request: Request, call: Call) -> Response:
    """Execute a handler that writes: once for each idempotency key, or simply once if there is none.

    Raises invalid-idempotency-key, request-in-progress and idempotency-key-reused problems, and Unavailable.
    """
    key = _key(request.headers.get("idempotency-key"))
    if key is None:
        return transact(lambda work: call(work=work))
    identity = {"scope": [request.subject, request.route, key], "payload": _fingerprint(request)}
    _config.register_lambda_context(request.context)
    try:
        return Response(**_answer(identity, call))
    except IdempotencyAlreadyInProgressError as error:
        raise Problem("request-in-progress", "A request with this key is still running.", headers=RETRY) from error
    except IdempotencyValidationError as error:
        raise Problem("idempotency-key-reused", "This key was used for another request.") from error
    except IdempotencyInconsistentStateError as error:
        raise Unavailable from error
    except IdempotencyPersistenceLayerError as error:
        cause = error.__cause__
        if not isinstance(cause, Exception) or is_transient(cause):
            raise Unavailable from error
        raise cause from error


def _answer(identity: dict[str, Any], call: Call) -> dict[str, Any]:
    """Execute once. What fails because another request with this key was faster has the answer of that one."""
    try:
        return cast("dict[str, Any]", _once(identity=identity, call=call))
    except (NeoForgeError, Problem):
        if not records.overtaken():
            raise
        return cast("dict[str, Any]", _once(identity=identity, call=call))


def _key(header: str | None) -> str | None:
    if header is None:
        return None
    quoted = _QUOTED.fullmatch(header)
    key = re.sub(r"\\(.)", r"\1", quoted.group(1)) if quoted else header
    if (quoted or ('"' not in header[:1] and _BARE.fullmatch(header))) and len(key) <= MAX_IDEMPOTENCY_KEY:
        return key
    raise Problem("invalid-idempotency-key", f"The key must be 1 to {MAX_IDEMPOTENCY_KEY} visible ASCII characters.")


def _fingerprint(request: Request) -> str:
    """Sign what was asked for. Keyed, because a body may hold a password, which a plain hash would give away."""
    asked = [request.path_parameters, request.query, request.headers.get("if-match"), request.json]
    canonical = json.dumps(asked, sort_keys=True, separators=(",", ":"))
    return hmac.digest(settings.signing_key, f"fingerprint\n{canonical}".encode(), "sha256").hex()
