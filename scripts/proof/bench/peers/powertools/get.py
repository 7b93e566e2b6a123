"""GET /v1/projects/{project_id} with Powertools' resolver and boto3's resource."""
# mypy: ignore-errors

from typing import Any

from aws_lambda_powertools.event_handler import APIGatewayRestResolver, Response, content_types
from aws_lambda_powertools.event_handler.exceptions import NotFoundError
from aws_lambda_powertools.logging import correlation_paths
from aws_lambda_powertools.metrics import MetricUnit

from scripts.proof.bench.peers.powertools.shared import Project, authenticate, logger, metrics, table

app = APIGatewayRestResolver(enable_validation=True)


@app.get("/v1/projects/<project_id>")
def get_project(project_id: str) -> Response[Project]:
    """Get a project."""
    pk, headers = authenticate(app, "read")
    item = table.get_item(Key={"pk": pk, "sk": f"PROJECT#{project_id}"}, ConsistentRead=True).get("Item")
    if not item:
        raise NotFoundError("There is no such project.")
    metrics.add_metric("ProjectRead", MetricUnit.Count, 1)
    logger.info("Project read")
    project = Project.model_validate_json(item["document"])
    headers["ETag"] = f'"v{project.version}"'
    return Response(status_code=200, content_type=content_types.APPLICATION_JSON, body=project, headers=headers)


@logger.inject_lambda_context(correlation_id_path=correlation_paths.API_GATEWAY_REST)
@metrics.log_metrics(capture_cold_start_metric=True)
def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Answer an event of API Gateway."""
    return app.resolve(event, context)
