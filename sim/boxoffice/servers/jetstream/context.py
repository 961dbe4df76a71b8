"""nats-py's JetStream context on a connection to a fake server."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nats.js import JetStreamContext
from nats.js.manager import JetStreamManager

from boxoffice.servers.jetstream.subscription import FakePullSubscription
from boxoffice.servers.jetstream.unsupported import INSTEAD, refusing

if TYPE_CHECKING:
    from boxoffice.servers.jetstream.client import FakeNats


class FakeJetStream(JetStreamContext):
    """nats-py's JetStream context on a `FakeNats`; it raises and returns what nats-py does."""

    def __init__(self, connection: FakeNats, **options: Any) -> None:
        super().__init__(conn=connection, **options)  # type: ignore[arg-type]
        self._connection = connection

    @property
    def _jsm(self) -> JetStreamManager:
        return self

    async def pull_subscribe_bind(
        self,
        consumer: str | None = None,
        stream: str | None = None,
        inbox_prefix: bytes | None = None,
        pending_msgs_limit: int = 0,
        pending_bytes_limit: int = 0,
        name: str | None = None,
        durable: str | None = None,
    ) -> FakePullSubscription:
        """Bind to a consumer, which is not looked for before the first fetch."""
        if not stream:
            raise ValueError("nats: stream name is required")
        named = durable or name or consumer
        return FakePullSubscription(self, self._connection, stream, str(named))

    async def subscribe_bind(self, *args: Any, **options: Any) -> JetStreamContext.PushSubscription:
        """Listen to a push consumer."""
        self._connection.listening.in_order = options.get("ordered_consumer", False)
        try:
            return await super().subscribe_bind(*args, **options)
        finally:
            self._connection.listening.in_order = False  # it may have come to no subscription


for _name in INSTEAD:
    if hasattr(JetStreamContext, _name):
        setattr(FakeJetStream, _name, refusing(_name))
