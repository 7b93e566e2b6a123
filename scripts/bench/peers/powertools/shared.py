"""What both functions use: model, table, authentication, logs and metrics; after aws-lambda-handler-cookbook."""
# mypy: ignore-errors

import hashlib
import hmac
import json
import os
import time

import boto3
from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.event_handler import APIGatewayRestResolver
from aws_lambda_powertools.event_handler.exceptions import UnauthorizedError
from pydantic import BaseModel, Field

logger = Logger()
metrics = Metrics()
table = boto3.resource("dynamodb").Table(os.environ["TABLE_NAME"])


class NewProject(BaseModel):
    """What makes a project."""

    name: str = Field(min_length=1, max_length=120)
    description: str | None = Field(default=None, max_length=2000)


class Project(BaseModel):
    """A project."""

    id: str
    name: str
    description: str | None
    created_at: str
    updated_at: str
    version: int


def authenticate(app: APIGatewayRestResolver) -> str:
    """Give the partition of the caller. Raises UnauthorizedError."""
    token = (app.current_event.headers.get("Authorization") or "").removeprefix("Bearer ")
    user_id, _, rest = token.partition(".")
    session_id, _, secret = rest.partition(".")
    key = {"pk": f"USER#{user_id}", "sk": "ACCESS"}
    item = table.get_item(Key=key, ConsistentRead=True).get("Item")
    session = json.loads(item["document"])["sessions"].get(session_id) if item else None
    digest = hashlib.sha256(secret.encode()).hexdigest()
    if not session or session["expires_at"] < time.time() or not hmac.compare_digest(session["token_hash"], digest):
        raise UnauthorizedError("A valid access token is required.")
    return key["pk"]
