"""What Schemathesis cannot know of this API, loaded into its process by test_fuzz.py."""

import threading
import uuid
from http import HTTPStatus
from typing import Any

import schemathesis
from schemathesis.core.failures import AcceptedNegativeData, Failure
from schemathesis.openapi.checks import RejectedPositiveData, UnsupportedMethodResponse

from scripts.api import Api
from tests.api import new_account
from tests.contract.openapi import DOCUMENT, OPERATIONS

Case = schemathesis.Case[Any]

# Wrong passwords from one address slow down that address alone: accounts are made from another one.
ELSEWHERE = "127.0.0.2"
# Each is good for one request: the next ones would all be told that it was used, and never get any further.
KEY = DOCUMENT["components"]["parameters"]["Idempotency-Key"]["schema"]["examples"][0]
REGISTER = "/v1/auth/register"
EMAIL = OPERATIONS["POST", REGISTER]["requestBody"]["content"]["application/json"]["example"]["email"]
# Why a request that its schema allows may be refused: what was sent before, a list of passwords, the clock.
BEYOND_SCHEMAS = {"idempotency-key-reused", "invalid-cursor", "precondition-failed"}
BEYOND_SCHEMAS_OF_MEMBERS = {
    "An e-mail is needed without an account.",
    "This is not the current password.",
    "This password is too common.",
    "The time must not lie in the future, nor before 2000.",
}
_spare = threading.local()

schemathesis.serializer.alias(["application/csp-report", "application/reports+json"], "application/json")


@schemathesis.hook
def before_call(context: schemathesis.HookContext, case: Case, kwargs: dict[str, Any]) -> None:
    """What ends sessions is asked by an account that nothing else needs; what is good for one request is made new."""
    if case.headers.get("Idempotency-Key") == KEY:
        case.headers["Idempotency-Key"] = str(uuid.uuid4())
    if case.path == REGISTER and isinstance(case.body, dict) and case.body.get("email") == EMAIL:
        case.body["email"] = f"{uuid.uuid4()}@example.com"
    if _ends_sessions(case) and str(case.headers.get("Authorization")).startswith("Bearer usr_"):
        if getattr(_spare, "token", None) is None:
            with Api(case.operation.schema.get_base_url(), source=ELSEWHERE) as api:
                _spare.token = new_account(api).token
        case.headers["Authorization"] = f"Bearer {_spare.token}"


@schemathesis.hook
def after_call(context: schemathesis.HookContext, case: Case, response: schemathesis.Response) -> None:
    """Its session may be the one that has ended."""
    if _ends_sessions(case) and response.status_code == HTTPStatus.NO_CONTENT:
        _spare.token = None


@schemathesis.hook
def filter_failure(
    context: schemathesis.HookContext, failure: Failure, case: Case, response: schemathesis.Response
) -> bool:
    """Ignore what Schemathesis takes for a failure and the contract does not."""
    if isinstance(failure, UnsupportedMethodResponse):  # API Gateway cannot tell a method from a path
        return _problem(response) != "not-found"
    if isinstance(failure, RejectedPositiveData):
        details = {error["detail"] for error in response.json().get("errors", [])}
        return _problem(response) not in BEYOND_SCHEMAS and not (details and details <= BEYOND_SCHEMAS_OF_MEMBERS)
    if isinstance(failure, AcceptedNegativeData):  # a browser's report is answered alike, whatever it is
        return case.path != "/v1/csp/reports"
    return True


def _ends_sessions(case: Case) -> bool:
    return case.path.startswith("/v1/auth/") or case.path == "/v1/account/password"


def _problem(response: schemathesis.Response) -> str:
    return str(response.json()["type"]).rpartition("/")[2]
