"""Development tools: `make help` lists them."""

import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# The package and the handlers, as in a function. Last, for programs that put a built layer in front of them.
sys.path += [str(ROOT / "layers/shared"), str(ROOT / "functions")]
# Powertools reads these when it is imported; everything else is read when it is needed: scripts/ops/environment.py.
os.environ.setdefault("POWERTOOLS_METRICS_NAMESPACE", "NeoForge")
os.environ.setdefault("POWERTOOLS_SERVICE_NAME", "neoforge")
