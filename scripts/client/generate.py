"""`make client`: generates a typed Python client, the package neoforge_client, from docs/openapi.json.

    python -m scripts.client.generate [FOLDER]

FOLDER becomes a project that pip can install; its content is replaced. A warning of the generator is an error.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from scripts import ROOT

CLIENT = ROOT / "build/client"
CONFIG = Path(__file__).with_suffix(".yaml")


def document() -> Any:
    """Return the document without the one body that the generator cannot make: it calls isinstance(body, list[…])."""
    found = json.loads((ROOT / "docs/openapi.json").read_text(encoding="utf-8"))
    del found["paths"]["/v1/csp/reports"]["post"]["requestBody"]["content"]["application/reports+json"]
    return found


def generate(folder: Path = CLIENT) -> None:
    """Generate the client. Raises CalledProcessError after the generator has printed its errors."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile("w", suffix=".json", encoding="utf-8") as file:
        json.dump(document(), file)
        file.flush()
        options = {"path": file.name, "output-path": folder, "config": CONFIG, "meta": "uv"}
        subprocess.run(
            [
                *(sys.executable, "-m", "openapi_python_client", "generate", "--overwrite", "--fail-on-warning"),
                *(f"--{name}={value}" for name, value in options.items()),
            ],
            # It formats what it wrote with the ruff on the PATH.
            env=os.environ | {"PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])},
            check=True,
        )


def main() -> int:
    parser = argparse.ArgumentParser(description="Generate a typed Python client from docs/openapi.json.")
    parser.add_argument("folder", nargs="?", type=Path, default=CLIENT)
    try:
        generate(parser.parse_args().folder)
    except subprocess.CalledProcessError as error:
        return error.returncode
    return 0


if __name__ == "__main__":
    sys.exit(main())
