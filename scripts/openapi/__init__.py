"""Makes docs/openapi.json from template.yaml and the handlers it names, which want the environment of a function."""

import os
import sys
from pathlib import Path

from scripts.template import load_template, parameter_values

ROOT = Path(__file__).resolve().parents[2]
TEMPLATE = load_template(ROOT / "template.yaml")
VALUES = parameter_values(TEMPLATE, {})

# The handlers are only imported, never called, so any table will do; here, because it comes before every import below.
os.environ.update(
    ALLOWED_ORIGINS=VALUES["AllowedOrigins"],
    API_BASE_URL="",
    AWS_ACCESS_KEY_ID="none",
    AWS_DEFAULT_REGION="us-east-1",
    AWS_REGION="us-east-1",
    AWS_SECRET_ACCESS_KEY="none",  # noqa: S106 - nothing is called
    DOCS_BASE_URL=VALUES["DocsBaseUrl"],
    ENVIRONMENT="local",
    POWERTOOLS_METRICS_NAMESPACE="NeoForge",
    POWERTOOLS_SERVICE_NAME="neoforge",
    SIGNING_KEY="none",
    TABLE_NAME="none",
)
os.environ.pop("AWS_PROFILE", None)
sys.path[:0] = [str(ROOT / "layers/shared"), str(ROOT / "functions")]
