"""POST /v1/projects with Powertools' resolver, its idempotency with the defaults, and boto3's resource."""
# mypy: ignore-errors

import os
import uuid
from datetime import UTC, datetime
from typing import Annotated, Any

from aws_lambda_powertools.event_handler import APIGatewayRestResolver, Response, content_types
from aws_lambda_powertools.event_handler.openapi.params import Header
from aws_lambda_powertools.logging import correlation_paths
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.idempotency import (
    DynamoDBPersistenceLayer,
    IdempotencyConfig,
    idempotent_function,
)
from aws_lambda_powertools.utilities.idempotency.serialization.pydantic import PydanticSerializer

from scripts.proof.bench.peers.powertools.shared import NewProject, Project, authenticate, logger, metrics, table

app = APIGatewayRestResolver(enable_validation=True)
store = DynamoDBPersistenceLayer(
    table_name=os.environ["TABLE_NAME"],
    key_attr="pk",
    sort_key_attr="sk",
    static_pk_value="IDEMPOTENCY",
    expiry_attr="expires_at",
)
config = IdempotencyConfig(event_key_jmespath="key", expires_after_seconds=24 * 3600)


@idempotent_function(
    data_keyword_argument="request", config=config, persistence_store=store, output_serializer=PydanticSerializer
)
def create(request: dict[str, Any], draft: NewProject) -> Project:
    """Write a project and count it."""
    now = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    values = draft.model_dump() | {"id": f"prj_{uuid.uuid4()}", "created_at": now, "updated_at": now, "version": 1}
    project, pk = Project(**values), request["pk"]
    item = {"pk": pk, "sk": f"PROJECT#{project.id}", "version": 1, "document": project.model_dump_json()}
    counter = {
        "TableName": table.name,
        "Key": {"pk": pk, "sk": "PROJECTS"},
        "UpdateExpression": "ADD #total :one, revision :one",
        "ExpressionAttributeNames": {"#total": "total"},
        "ExpressionAttributeValues": {":one": 1},
    }
    put = {"TableName": table.name, "Item": item, "ConditionExpression": "attribute_not_exists(pk)"}
    table.meta.client.transact_write_items(TransactItems=[{"Put": put}, {"Update": counter}])
    return project


@app.post("/v1/projects")
def create_project(
    draft: NewProject, idempotency_key: Annotated[str, Header(alias="Idempotency-Key")]
) -> Response[Project]:
    """Create a project."""
    pk, headers = authenticate(app, "write")
    config.register_lambda_context(app.lambda_context)
    project = create(request={"key": [pk, idempotency_key], "pk": pk}, draft=draft)
    metrics.add_metric("ProjectCreated", MetricUnit.Count, 1)
    logger.info("Project created")
    headers |= {"Location": f"/v1/projects/{project.id}", "ETag": '"v1"'}
    return Response(status_code=201, content_type=content_types.APPLICATION_JSON, body=project, headers=headers)


@logger.inject_lambda_context(correlation_id_path=correlation_paths.API_GATEWAY_REST)
@metrics.log_metrics(capture_cold_start_metric=True)
def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Answer an event of API Gateway."""
    return app.resolve(event, context)
