"""What both functions use: model, table, authentication, logs and metrics; after aws-lambda-handler-cookbook."""
# mypy: ignore-errors

import os

import boto3
from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.event_handler import APIGatewayRestResolver
from aws_lambda_powertools.event_handler.exceptions import ServiceError
from pydantic import BaseModel, Field

from scripts.proof.bench.peers.access import Refused, let_in

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


def authenticate(app: APIGatewayRestResolver, policy: str) -> tuple[str, dict[str, str]]:
    """Return the partition of the caller, and the headers of its quota. Raises ServiceError."""
    token = (app.current_event.headers.get("Authorization") or "").removeprefix("Bearer ")
    try:
        return let_in(table, token, policy)
    except Refused as error:
        raise ServiceError(error.status, "The caller is not let in.") from error
