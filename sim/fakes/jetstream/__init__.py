"""A NATS server with JetStream, its state and its client, for worlds in virtual time."""

from sim.fakes.jetstream.client import FakeJetStream, FakeNats, Link
from sim.fakes.jetstream.server import JetStreamServer
from sim.fakes.jetstream.stream import StoredMessage

__all__ = ["FakeJetStream", "FakeNats", "JetStreamServer", "Link", "StoredMessage"]
