"""Both routes with FastAPI, Mangum and boto3's resource; idempotency written by hand, as FastAPI has none."""
# mypy: ignore-errors

import hashlib
import logging
import os
import time
import uuid
from datetime import UTC, datetime
from typing import Annotated, Any

import boto3
from botocore.exceptions import ClientError
from fastapi import Depends, FastAPI, Header, HTTPException, Request, Response
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from mangum import Mangum
from pydantic import BaseModel, Field

from scripts.proof.bench.peers.access import Refused, let_in

logging.getLogger().setLevel(logging.INFO)
logger = logging.getLogger(__name__)
table = boto3.resource("dynamodb").Table(os.environ["TABLE_NAME"])
app = FastAPI()
bearer = HTTPBearer()


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


def authenticated(
    request: Request, response: Response, credentials: Annotated[HTTPAuthorizationCredentials, Depends(bearer)]
) -> str:
    """Return the partition of the caller."""
    try:
        pk, headers = let_in(table, credentials.credentials, "read" if request.method == "GET" else "write")
    except Refused as error:
        raise HTTPException(error.status) from error
    response.headers.update(headers)
    return pk


Owner = Annotated[str, Depends(authenticated)]


@app.get("/v1/projects/{project_id}")
def get_project(owner: Owner, project_id: str, response: Response) -> Project:
    """Get a project."""
    item = table.get_item(Key={"pk": owner, "sk": f"PROJECT#{project_id}"}, ConsistentRead=True).get("Item")
    if not item:
        raise HTTPException(404)
    logger.info("Project read")
    project = Project.model_validate_json(item["document"])
    response.headers["ETag"] = f'"v{project.version}"'
    return project


@app.post("/v1/projects", status_code=201)
def create_project(
    owner: Owner, draft: NewProject, response: Response, idempotency_key: Annotated[str, Header()]
) -> Project:
    """Create a project, once for each key."""
    record = {"pk": f"IDEMPOTENCY#{hashlib.sha256(f'{owner}{idempotency_key}'.encode()).hexdigest()}", "sk": "RECORD"}
    project = _begin(record)
    if project is None:
        project = _write(owner, draft)
        table.update_item(
            Key=record,
            UpdateExpression="SET #status = :done, answer = :answer",
            ExpressionAttributeNames={"#status": "status"},
            ExpressionAttributeValues={":done": "COMPLETED", ":answer": project.model_dump_json()},
        )
    logger.info("Project created")
    response.headers["Location"] = f"/v1/projects/{project.id}"
    response.headers["ETag"] = '"v1"'
    return project


def _begin(record: dict[str, str]) -> Project | None:
    """Lock a key; give the project that was made with it before."""
    try:
        table.put_item(
            Item=record | {"status": "INPROGRESS", "expires_at": int(time.time()) + 24 * 3600},
            ConditionExpression="attribute_not_exists(pk)",
            ReturnValuesOnConditionCheckFailure="ALL_OLD",
        )
    except ClientError as error:
        if error.response["Error"]["Code"] != "ConditionalCheckFailedException":
            raise
        found: Any = error.response.get("Item", {})
        if "answer" not in found:
            raise HTTPException(409) from error
        return Project.model_validate_json(found["answer"]["S"])
    return None


def _write(owner: str, draft: NewProject) -> Project:
    now = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    values = draft.model_dump() | {"id": f"prj_{uuid.uuid4()}", "created_at": now, "updated_at": now, "version": 1}
    project = Project(**values)
    item = {"pk": owner, "sk": f"PROJECT#{project.id}", "version": 1, "document": project.model_dump_json()}
    counter = {
        "TableName": table.name,
        "Key": {"pk": owner, "sk": "PROJECTS"},
        "UpdateExpression": "ADD #total :one, revision :one",
        "ExpressionAttributeNames": {"#total": "total"},
        "ExpressionAttributeValues": {":one": 1},
    }
    put = {"TableName": table.name, "Item": item, "ConditionExpression": "attribute_not_exists(pk)"}
    table.meta.client.transact_write_items(TransactItems=[{"Put": put}, {"Update": counter}])
    return project


handler = Mangum(app, lifespan="off")
