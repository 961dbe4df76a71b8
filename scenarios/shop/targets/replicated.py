"""A shop as a cluster runs it: two of each service, three of NATS, and a gateway in front."""

import tempfile
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from boxoffice.clock import Randomness, Stopwatch
from boxoffice.real import NatsCluster, Process, running_cluster
from boxoffice.trace import Trace
from boxoffice.world import Faults
from scenarios.shop.outside.witness import Servers, witness
from scenarios.shop.real.gateway import Serving, gateway, serving
from scenarios.shop.real.launch import SERVE, process_shop
from scenarios.shop.real.shop import ProcessShop
from scenarios.shop.targets.browsers import Place
from scenarios.shop.targets.local import QUARTER_S, WINDOW_S
from scenarios.shop.targets.shop_stage import ShopStage
from scenarios.shop.vocabulary import VOCABULARY
from services.common.clock import SystemClock

REPLICAS: Final = 2
MEMBERS: Final = 3


@dataclass(frozen=True)
class Replicated:
    """The stage, and what stands behind it."""

    stage: ShopStage
    shop: ProcessShop
    nats: NatsCluster
    gateway: Process

    async def serving(self) -> Serving:
        """Return who is sent requests, by service.  Raises: httpx.TransportError."""
        return await serving(self.gateway)


@dataclass(frozen=True)
class Fleet:
    """How many there are of what.

    An order expires after `window_s`; `given` are settings that come before ours; `command` runs a
    service.
    """

    replicas: int = REPLICAS
    members: int = MEMBERS
    window_s: int = WINDOW_S
    given: Mapping[str, str] = field(default_factory=dict)
    command: Sequence[str] = SERVE


@asynccontextmanager
async def replicated(fleet: Fleet, seed: int = 1) -> AsyncIterator[Replicated]:
    """Open such a shop; nothing of it is left behind.  Raises: CannotOpen."""
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="boxoffice-")))
        trace, began = Trace(Stopwatch().elapsed_s, VOCABULARY), SystemClock().now()
        cluster = await stack.enter_async_context(running_cluster(folder / "nats", fleet.members))
        shop = await stack.enter_async_context(
            process_shop(
                folder / "shop",
                replicas=fleet.replicas,
                window_s=fleet.window_s,
                given={"STREAM_REPLICAS": str(fleet.members), **fleet.given},
                command=fleet.command,
                broker=cluster.url,
            )
        )
        servers = Servers(shop.nats_url, shop.mongo_url, shop.redis_url, shop.stripe_url)
        seen = await stack.enter_async_context(witness(servers, began))
        nothing = Faults((), Randomness(seed), trace, lambda: 0.0, _nobody_is_killed)
        stage = ShopStage(shop, seen, nothing, seed, trace, QUARTER_S / fleet.window_s)
        stack.push_async_callback(stage.aclose)
        front = await stack.enter_async_context(gateway(folder, shop))
        stage.browsers.places = lambda _: [Place("gateway", f"http://{front.address}")]
        yield Replicated(stage, shop, cluster, front)


def _nobody_is_killed(host: str, down_s: float) -> None:
    raise AssertionError(f"{host}: no fault kills anybody here")
