"""The whole stack on this machine: emulator, deployment and front door."""

import re
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from scripts import ROOT
from scripts.build.template import load_template
from scripts.local.artifacts import ARCHITECTURE
from scripts.local.aws import Clients, external_endpoint
from scripts.local.deploy import Stack, deploy
from scripts.local.emulator import Emulator, healthy
from scripts.local.gateway import Gateway


@dataclass
class Local:
    """A running stack. url: what precedes /v1/…"""

    clients: Clients
    gateway: Gateway
    parameters: dict[str, str]
    stack: Stack

    @property
    def url(self) -> str:
        return self.gateway.url

    def redeploy(self) -> None:
        """Deploy the sources, while requests wait. A DeployError leaves the stack as it was."""
        with self.gateway.paused():
            self.stack = deploy(self.clients, self.parameters)
            self.gateway.open(self.stack)


@contextmanager
def local_stack(
    *, port: int = 0, auth: bool = False, data: Path | None = None, overrides: Mapping[str, str] = {}
) -> Iterator[Local]:
    """Run the stack on an emulator of its own, or on the one that AWS_ENDPOINT_URL or LOCALSTACK_HOST names.

    port: of the front door; 0 for a free one. auth: enforce IAM policies. data: folder to keep the state in.
    overrides: values of template parameters. Raises OSError if the port is in use, EmulatorError and DeployError.
    """
    with ExitStack() as exits:
        gateway = exits.enter_context(Gateway(port))
        endpoint = external_endpoint() or exits.enter_context(Emulator(auth=auth, data=data)).endpoint
        clients = Clients(endpoint)
        parameters = {
            "Environment": "local",
            "RateLimits": _rate_limits(),
            "Architecture": ARCHITECTURE,
            "InteractiveDocs": "true",
            "ApiBaseUrl": gateway.url,
            # MiniStack's functions need it; LocalStack's run in containers, where AWS is redirected.
            "EndpointUrl": endpoint if healthy(endpoint) else "",
            **overrides,
        }
        stack = deploy(clients, parameters)
        gateway.open(stack)
        yield Local(clients, gateway, parameters, stack)


def _rate_limits() -> str:
    """Return the template's limits, with more registrations: here everybody has one address, tests and people alike."""
    default = load_template(ROOT / "template.yaml")["Parameters"]["RateLimits"]["Default"]
    return re.sub(r"register=[^,]+", "register=1000/3600", default)
