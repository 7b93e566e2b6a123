"""The whole thing on this machine, for `make dev`, the smoke and the tests: emulator, deployed stack, front door."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from scripts.local.artifacts import ARCHITECTURE
from scripts.local.aws import Clients, external_endpoint
from scripts.local.deploy import Stack, deploy
from scripts.local.emulator import Emulator, healthy
from scripts.local.gateway import Proxy


@dataclass
class Local:
    """A running stack. url: what to put before /v1/…"""

    clients: Clients
    proxy: Proxy
    parameters: dict[str, str]
    stack: Stack

    @property
    def url(self) -> str:
        return self.proxy.url

    def redeploy(self) -> None:
        """Bring the stack to what the sources say; requests wait meanwhile. Raises DeployError, changing nothing."""
        with self.proxy.held():
            self.stack = deploy(self.clients, self.parameters)
            self.proxy.open(self.stack)


@contextmanager
def local_stack(
    *, port: int = 0, auth: bool = False, data: Path | None = None, overrides: Mapping[str, str] = {}
) -> Iterator[Local]:
    """Run the stack on an emulator of its own, or on the one that AWS_ENDPOINT_URL or LOCALSTACK_HOST names.

    port: of the front door, 0 for a free one. auth: evaluate IAM policies. data: folder that keeps the state.
    overrides: values of template parameters.
    Raises OSError if the port is in use, EmulatorError and DeployError, before anything is left behind.
    """
    with ExitStack() as exits:
        proxy = exits.enter_context(Proxy(port))
        endpoint = external_endpoint() or exits.enter_context(Emulator(auth=auth, data=data)).endpoint
        clients = Clients(endpoint)
        parameters = {
            "Environment": "local",
            "Architecture": ARCHITECTURE,
            "ApiBaseUrl": proxy.url,
            # MiniStack's functions must be told; LocalStack's run in containers, where AWS is redirected.
            "EndpointUrl": endpoint if healthy(endpoint) else "",
            **overrides,
        }
        stack = deploy(clients, parameters)
        proxy.open(stack)
        yield Local(clients, proxy, parameters, stack)
