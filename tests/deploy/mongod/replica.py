"""A replica set of one, its users, and what each of them may do."""

from datetime import datetime
from typing import Any, Final

from bson import ObjectId, Timestamp

from boxoffice.real.clock import SystemClock
from boxoffice.real.stores.mongo import commands
from boxoffice.real.stores.mongo.engine import Engine
from tests.deploy.mongod.journal import Journal

Document = dict[str, Any]
Who = tuple[str, str]  # a database and a name in it

SYSTEM: Final[Who] = ("local", "__system")  # whoever has the key file
UNAUTHORIZED: Final = 13
ALREADY_INITIALIZED: Final = 23
NOT_YET_INITIALIZED: Final = 94
NOT_PRIMARY: Final = 10107
USER_EXISTS: Final = 51003
USER_NOT_FOUND: Final = 11
NAMES: Final = {
    UNAUTHORIZED: "Unauthorized",
    ALREADY_INITIALIZED: "AlreadyInitialized",
    NOT_YET_INITIALIZED: "NotYetInitialized",
    NOT_PRIMARY: "NotWritablePrimary",
    USER_EXISTS: "Location51003",
    USER_NOT_FOUND: "UserNotFound",
}
WRITES: Final = frozenset(
    {
        *("insert", "update", "delete", "findAndModify", "create", "drop", "dropDatabase"),
        *("createIndexes", "dropIndexes", "createUser", "updateUser", "replSetInitiate"),
    }
)


def refused(code: int, why: str) -> Document:
    """Return an answer as MongoDB words it."""
    return {"ok": 0.0, "code": code, "codeName": NAMES[code], "errmsg": why}


class Replica:
    """Comes back from its journal as it was."""

    def __init__(self, journal: Journal) -> None:
        self.engine = Engine(SystemClock())
        self._journal = journal
        self._config: Document | None = None
        self._election = ObjectId()
        self._users: dict[Who, Document] = {}
        self._answered: dict[Any, tuple[Any, Document]] = {}  # session → its last write
        for command in journal.entries():
            self._do_once(command)

    def password_of(self, who: Who) -> str | None:
        """Return a user's password."""
        user = self._users.get(who)
        return None if user is None else str(user["pwd"])

    def hello(self, command: Document) -> Document:
        """Say that this is the primary of the set, or that there is no set yet."""
        answer = commands.perform(self.engine, command)
        flag = "isWritablePrimary" if "isWritablePrimary" in answer else "ismaster"
        if self._config is None:
            waiting = {"info": "Does not have a valid replica set config", "isreplicaset": True}
            return answer | waiting | {flag: False, "secondary": False}
        hosts = [member["host"] for member in self._config["members"]]
        named = {"setName": self._config["_id"], "setVersion": 1, "hosts": hosts}
        elected = {"primary": hosts[0], "me": hosts[0], "electionId": self._election}
        return answer | named | elected | {"secondary": False, "lastWrite": self._last_write()}

    def _may(self, who: Who, *, writes: bool) -> set[str]:
        """Return the databases that a user may read, or write."""
        roles = self._users[who]["roles"]
        return {it["db"] for it in roles if it["role"] == "readWrite" or not writes}

    def perform(self, command: Document, who: Who) -> Document:
        """Do a command for somebody."""
        name, database = next(iter(command)), command.get("$db")
        if who == SYSTEM and name == "replSetGetStatus":
            return self._status()
        if who != SYSTEM and (
            name in ("createUser", "updateUser", "replSetInitiate")
            or database not in self._may(who, writes=name in WRITES)
        ):
            return refused(UNAUTHORIZED, f"not authorized on {database} to execute command {name}")
        if self._config is None and name != "replSetInitiate":
            return refused(NOT_PRIMARY, "not primary")
        if name not in WRITES:
            return commands.perform(self.engine, command)
        answer = self._do_once(command)
        if answer["ok"]:
            self._journal.add(command)
        return answer

    def _do_once(self, command: Document) -> Document:
        """Do a write, or answer again what one was answered that comes twice."""
        number, session = command.get("txnNumber"), command.get("lsid", {}).get("id")
        if number is not None and self._answered.get(session, (None,))[0] == number:
            return self._answered[session][1]
        plain = {key: value for key, value in command.items() if key != "txnNumber"}
        answer = self._do(plain)
        if number is not None:
            self._answered[session] = number, answer
        return answer

    def _do(self, command: Document) -> Document:
        name = next(iter(command))
        if name == "replSetInitiate":
            if self._config is not None:
                return refused(ALREADY_INITIALIZED, "already initialized")
            self._config = command[name]
            return {"ok": 1.0}
        if name in ("createUser", "updateUser"):
            return self._keep_user(name, (command["$db"], command[name]), command)
        return commands.perform(self.engine, command)

    def _keep_user(self, verb: str, who: Who, command: Document) -> Document:
        if (verb == "createUser") == (who in self._users):
            code = USER_EXISTS if who in self._users else USER_NOT_FOUND
            return refused(code, f"{verb} {who[1]}@{who[0]}")
        self._users[who] = {"pwd": command["pwd"], "roles": command["roles"]}
        return {"ok": 1.0}

    def _status(self) -> Document:
        if self._config is None:
            return refused(NOT_YET_INITIALIZED, "no replset config has been received")
        members = [it | {"state": 1, "stateStr": "PRIMARY"} for it in self._config["members"]]
        return {"set": self._config["_id"], "myState": 1, "members": members, "ok": 1.0}

    def _last_write(self) -> Document:
        now: datetime = self.engine.clock.now()
        moment = {"ts": Timestamp(int(now.timestamp()), 1), "t": 1}
        dates = {"lastWriteDate": now, "majorityWriteDate": now}
        return {"opTime": moment, "majorityOpTime": moment, **dates}
