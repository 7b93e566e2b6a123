"""A function beside the others, which tells what Python they run on and where all that they import comes from."""

import importlib
import sys
from pathlib import Path
from typing import Any


def handler(event: Any, _: Any) -> Any:
    """Import every module that is asked for; then give the version and each loaded module's file."""
    for name in event["modules"]:
        importlib.import_module(name)
    files = {name: getattr(module, "__file__", None) for name, module in sys.modules.items()}
    return {
        "version": list(sys.version_info[:2]),
        "path": sys.path,
        "standard": str(Path(importlib.__file__).parent.parent),
        "files": {name: file for name, file in files.items() if file},
    }
