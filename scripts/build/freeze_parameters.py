"""Writes the values of parameters into a built template, for `make deploy`: see template.freeze_parameters.

python -m scripts.build.freeze_parameters .aws-sam/build/template.yaml Name=Value …
"""

import json
import sys
from pathlib import Path

from scripts.build.template import freeze_parameters, load_template, parameter_values


def main(path: Path, parameters: list[str]) -> None:
    """Rewrite the template in place, as JSON, which is YAML too."""
    template = load_template(path)
    given = dict(parameter.split("=", 1) for parameter in parameters)
    freeze_parameters(template, parameter_values(template, given))
    path.write_text(json.dumps(template, default=str, indent=1))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
