"""Generates docs/openapi.json from template.yaml and its handlers, which need the environment of a function."""

from scripts import ROOT
from scripts.ops.environment import TEMPLATE, VALUES, enter

__all__ = ["ROOT", "TEMPLATE", "VALUES"]

enter(endpoint="http://127.0.0.1:9")  # the handlers are imported, never called
