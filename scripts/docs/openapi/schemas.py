"""Schemas of bodies and answers, and examples of them."""

from collections.abc import Iterable
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaMode, models_json_schema

from neoforge import limits
from neoforge.api.pagination import PAGE_MEMBERS
from scripts.build.template import Json
from scripts.docs.openapi.components import PAGE
from scripts.docs.patterns import portable


class _Generator(GenerateJsonSchema):
    def field_title_should_be_set(self, schema: Any) -> bool:  # noqa: ARG002 - a title that repeats a name is noise
        return False

    def str_schema(self, schema: Any) -> Any:
        found = super().str_schema(schema)
        if "pattern" in found:
            found["pattern"] = portable(found["pattern"])
        if (most := found.get("maxLength")) and not str(found.get("pattern", "")).startswith(("^[a-z", "^[0-9")):
            found["description"] = f"At most {most:,} characters, which are at most {4 * most:,} bytes of UTF-8."
        return found


def schemas_of(bodies: Iterable[type[BaseModel]], answers: Iterable[type[BaseModel]]) -> Json:
    """Return the schemas by name. Answers have all members, including those with a default."""
    modes: dict[tuple[type[BaseModel], JsonSchemaMode], None] = {}
    modes |= dict.fromkeys((model, "validation") for model in bodies)
    modes |= dict.fromkeys((model, "serialization") for model in answers)
    _, document = models_json_schema(
        list(modes), ref_template="#/components/schemas/{model}", schema_generator=_Generator
    )
    found: Json = document["$defs"]
    for name in found.keys() - {model.__name__ for model in bodies}:
        if "properties" in found[name]:
            found[name]["required"] = list(found[name]["properties"])
    return dict(sorted(found.items()))


def page_of(item: str) -> Json:
    """Return the schema of a page whose items have the schema of this name."""
    items = {"type": "array", "maxItems": limits.MAX_PAGE_SIZE, "items": {"$ref": f"#/components/schemas/{item}"}}
    properties = {"items": items} | {name: PAGE[name] for name in PAGE_MEMBERS}
    megabytes = limits.MAX_PAGE_BYTES // 1024**2
    description = (
        f"A page of a list, newest first. Its items weigh at most {megabytes} MiB, so it may have fewer than"
        " `page_size` although more follow: a list ends where `next_cursor` is `null`."
    )
    return {"type": "object", "description": description, "properties": properties, "required": list(properties)}


def without_defaults(schema: Json) -> None:
    """Remove the defaults: generators make a member that has one required, or send it unasked."""
    schema.pop("default", None)
    parts = [*schema.get("properties", {}).values(), *schema.get("anyOf", []), schema.get("items")]
    for part in filter(None, parts):
        without_defaults(part)


def example_of(schema: Json, schemas: Json) -> Any:
    """Return an example built from examples, constants and defaults. Raises LookupError for a part without any."""
    if "$ref" in schema:
        return example_of(schemas[schema["$ref"].rpartition("/")[2]], schemas)
    if choices := [*schema.get("examples", []), *schema.get("enum", []), *schema.get("anyOf", [])]:
        return choices[0] if "anyOf" not in schema or "examples" in schema else example_of(choices[0], schemas)
    if given := [schema[keyword] for keyword in ("const", "default", "minimum") if keyword in schema]:
        return given[0]
    if "properties" in schema:
        return {name: example_of(part, schemas) for name, part in schema["properties"].items()}
    if "items" in schema:
        return [example_of(schema["items"], schemas)]
    raise LookupError(f"no example in {schema}")
