"""One client of the stand-in: it says who it is, and then what it wants."""

from collections.abc import Callable
from typing import Final

from boxoffice.real.stores.mongo import commands
from boxoffice.real.stores.mongo.connection import Connection
from tests.deploy.mongod import scram
from tests.deploy.mongod.replica import (
    SYSTEM,
    UNAUTHORIZED,
    Document,
    Replica,
    Who,
    refused,
)

MECHANISM: Final = "SCRAM-SHA-256"
GREETINGS: Final = frozenset({"hello", "isMaster", "ismaster"})
FOR_ALL: Final = frozenset({"ping", "buildInfo", "buildinfo", "endSessions"})
FAILED: Final = {
    "ok": 0.0,
    "code": 18,
    "codeName": "AuthenticationFailed",
    "errmsg": "Authentication failed.",
}


class Member(Connection):
    """A connection that does nothing for strangers."""

    def __init__(self, replica: Replica, key: Callable[[], str], others: set[Connection]) -> None:
        super().__init__(replica.engine, others)
        self._replica = replica
        self._key = key
        self._who: Who | None = None
        self._asked: tuple[Who, scram.Conversation] | None = None

    def answer(self, command: Document) -> Document:
        name = next(iter(command))
        if name in GREETINGS:
            answer = self._replica.hello(command)
            known = {"saslSupportedMechs": [MECHANISM]} if "saslSupportedMechs" in command else {}
            return answer | known
        if name == "saslStart":
            return self._begin(command)
        if name == "saslContinue":
            return self._go_on(bytes(command["payload"]))
        if name == "connectionStatus":
            return {"authInfo": {"authenticatedUsers": [], "authenticatedUserRoles": []}, "ok": 1.0}
        if name in FOR_ALL:
            return commands.perform(self._replica.engine, command)
        if self._who is None:
            return refused(UNAUTHORIZED, f"Command {name} requires authentication")
        return self._replica.perform(command, self._who)

    def _begin(self, command: Document) -> Document:
        payload = bytes(command["payload"])
        who = (command["$db"], scram.name_in(payload))
        password = self._key() if who == SYSTEM else self._replica.password_of(who)
        if command["mechanism"] != MECHANISM or password is None:
            return FAILED
        talk = scram.Conversation(payload, password)
        self._asked = who, talk
        return {"conversationId": 1, "done": False, "payload": talk.first, "ok": 1.0}

    def _go_on(self, payload: bytes) -> Document:
        done: Document = {"conversationId": 1, "done": True, "payload": b"", "ok": 1.0}
        if not payload:  # some drivers say nothing once more
            return done
        assert self._asked is not None, "saslStart comes first"
        who, talk = self._asked
        try:
            said = talk.last(payload)
        except scram.Refused:
            return FAILED
        self._who = who
        return done | {"done": False, "payload": said}
