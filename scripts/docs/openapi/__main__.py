"""`make generate`: writes docs/openapi.json, OpenAPI 3.1, from template.yaml and its handlers.

    python -m scripts.docs.openapi [--check]

With --check it writes nothing, and exits with 1 if the file is stale.
"""

import argparse
import json
import sys
import tomllib
from typing import get_args, get_origin

from neoforge.api.pagination import Page
from neoforge.api.problems import ProblemType
from neoforge.api.static_files import File
from scripts import ROOT
from scripts.build.template import Json
from scripts.docs.openapi import VALUES, components, problems
from scripts.docs.openapi.endpoints import endpoints
from scripts.docs.openapi.operations import operation, schema_name
from scripts.docs.openapi.schemas import page_of, schemas_of, without_defaults

FILE = ROOT / "docs/openapi.json"
DESCRIPTION = """\
Errors are problem documents (RFC 9457, `application/problem+json`). Paths and methods that are not listed here return
404 `not-found`. Every response has an `X-Request-Id`. `POST /v1/auth/login` returns access tokens."""
# What the folders of functions/ are about. One that a product has done without may stay here.
TAGS = {
    "account": "The caller's own account.",
    "admin": "Accounts, as admins look after them.",
    "auth": "Registration, login and sessions.",
    "community": "Posts that everybody may read.",
    "csp": "Browsers' reports of Content-Security-Policy violations.",
    "projects": "Projects of the caller.",
    "status": "Events and uptime of services.",
    "support": "Tickets, of accounts or by e-mail.",
    "system": "Health, configuration and documentation.",
}
SERVERS = [
    {"url": "http://127.0.0.1:3000", "description": "make dev"},
    {
        "url": "https://{api}.execute-api.{region}.amazonaws.com/api",
        "description": "A deployed stack (see its output ApiUrl)",
        "variables": {"api": {"default": "a1b2c3d4e5"}, "region": {"default": "us-east-1"}},
    },
]


def document() -> Json:
    """Return the OpenAPI document."""
    known = list(endpoints())
    bodies = [endpoint.app.route.body[1] for endpoint in known if endpoint.app.route.body]
    answers = [(get_args(e.answer) or (e.answer,))[0] for e in known if e.answer not in {type(None), File}]
    schemas = schemas_of(bodies, answers)
    for endpoint in known:
        if get_origin(endpoint.answer) is Page:
            schemas[str(schema_name(endpoint.answer))] = page_of(get_args(endpoint.answer)[0].__name__)
    paths: Json = {}
    for endpoint in known:
        route = endpoint.app.route
        paths.setdefault(route.path, {})[route.method.lower()] = operation(endpoint, schemas)
    for schema in schemas.values():
        without_defaults(schema)
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "NeoForge Serverless",
            "version": project["version"],
            "description": DESCRIPTION,
            "contact": {"name": "NeoForge", "url": VALUES["DocsBaseUrl"]},
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "externalDocs": {"url": VALUES["DocsBaseUrl"]},
        "servers": SERVERS,
        "tags": [{"name": tag, "description": TAGS[tag]} for tag in dict.fromkeys(endpoint.tag for endpoint in known)],
        "paths": paths,
        "components": {
            "schemas": schemas | {"Problem": problems.PROBLEM},
            "examples": {kind.value: problems.problem_example(kind) for kind in ProblemType},
            "parameters": {name: {"name": name} | parameter for name, parameter in components.PARAMETERS.items()},
            "securitySchemes": {"bearer": {"type": "http", "scheme": "bearer", "description": "Access token"}},
        },
    }


def main() -> int:
    parser = argparse.ArgumentParser(description="Write docs/openapi.json.")
    parser.add_argument("--check", action="store_true", help="write nothing; fail if the file is stale")
    check = parser.parse_args().check
    text = json.dumps(document(), indent=2, ensure_ascii=False) + "\n"
    if not check:
        FILE.write_text(text, encoding="utf-8")
    elif not FILE.exists() or FILE.read_text(encoding="utf-8") != text:
        print(f"{FILE.relative_to(ROOT)} is stale: run make generate", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
