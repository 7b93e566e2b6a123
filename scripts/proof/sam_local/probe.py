"""A function beside the others, which returns the version of Python and the files of all imported modules."""

import importlib
import sys
from pathlib import Path
from typing import Any


def handler(event: Any, _: Any) -> Any:
    """Import the modules that the event names; return the version and the file of each loaded module."""
    for name in event["modules"]:
        importlib.import_module(name)
    files = {name: getattr(module, "__file__", None) for name, module in sys.modules.items()}
    return {
        "version": list(sys.version_info[:2]),
        "path": sys.path,
        "standard": str(Path(importlib.__file__).parent.parent),
        "files": {name: file for name, file in files.items() if file},
    }
