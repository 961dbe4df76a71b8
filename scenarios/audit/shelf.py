"""What was read of a shop, in a file: of a hundred thousand orders none has to be in memory.

The stream only grows, so what was read of it stays, for another look and for another audit.
Documents change and letters are removed: they are read anew at each look.
"""

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any, Final, Self, overload

import bson

from scenarios.shop.checks.evidence import Document
from scenarios.shop.outside.snapshot import Stored
from scenarios.unknown import Unknown

# By which a file of ours is known, https://sqlite.org/pragma.html#pragma_application_id: "box" and
# the version of what is in it.
OURS: Final = 0x626F7801
MAKE: Final = f"""
    PRAGMA locking_mode = EXCLUSIVE;
    PRAGMA synchronous = NORMAL;
    PRAGMA application_id = {OURS};
    CREATE TABLE IF NOT EXISTS stream (born TEXT);
    CREATE TABLE IF NOT EXISTS messages
        (seq INTEGER PRIMARY KEY, subject TEXT, payload BLOB, headers TEXT, at_us INTEGER);
    CREATE TABLE IF NOT EXISTS documents
        (store TEXT, id BLOB, body BLOB, PRIMARY KEY (store, id)) WITHOUT ROWID;
    DELETE FROM documents;
"""
MESSAGE: Final = "SELECT seq, subject, payload, headers, at_us FROM messages "
ASKED_AT_ONCE: Final = 500  # sequences in one statement


class Shelf:
    """A file of its own until it is closed, or the one that is named.

    Raises: Unknown, in one line, where that is no such file, or somebody else's just now.
    """

    def __init__(self, file: Path | None = None) -> None:
        self._file = file
        # "" is a temporary file that SQLite removes, and that is in memory while it is small.
        self._db = sqlite3.connect("" if file is None else file, timeout=0.0)
        try:
            (known,) = self._db.execute("PRAGMA application_id").fetchone()
            (tables,) = self._db.execute("SELECT COUNT(*) FROM sqlite_master").fetchone()
            if tables and known != OURS:
                raise sqlite3.DatabaseError("it is of something else, or of another release")
            self._db.executescript(MAKE)
        except sqlite3.Error as error:
            self._db.close()
            raise Unknown(f"--keep: {file} cannot be used: {error}") from None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        with closing(self._db):
            if kind is None:
                self._db.commit()

    def is_of(self, born: str) -> None:
        """Let pass what was kept of the stream that was made at this moment.  Raises: Unknown."""
        known = self._db.execute("SELECT born FROM stream").fetchone()
        if known is None:
            self._db.execute("INSERT INTO stream VALUES (?)", (born,))
        elif known[0] != born:
            raise Unknown(
                f"--keep: {self._file} was kept of another stream, made at {known[0]}, not {born}"
            )

    def put_messages(self, messages: Iterable[Stored]) -> None:
        """Keep messages; of those that are there nothing changes."""
        rows = ((it.seq, it.subject, it.payload, _text(it.headers), it.at_us) for it in messages)
        self._db.executemany("INSERT OR IGNORE INTO messages VALUES (?, ?, ?, ?, ?)", rows)
        self._db.commit()  # who is stopped has not read it for nothing

    def forget(self, token: str) -> None:
        """Forget the messages whose subject has this first token, and more."""
        self._db.execute("DELETE FROM messages WHERE subject GLOB ?", (f"{token}.*",))

    def put_documents(self, store: str, documents: Iterable[bytes]) -> None:
        """Put BSON documents into a store of this look."""
        rows = ((store, _key(bson.decode(it)["_id"]), it) for it in documents)
        self._db.executemany("INSERT OR REPLACE INTO documents VALUES (?, ?, ?)", rows)

    def clear_documents(self) -> None:
        """Forget what another look has read."""
        self._db.execute("DELETE FROM documents")

    def messages(self) -> "Messages":
        """Return what is here of the stream now; what comes later is not seen in it."""
        return Messages(self._db)

    def documents(self, store: str) -> "Kept":
        """Return the documents of a store, by their id."""
        return Kept(self._db, store)


class Messages(Sequence[Stored]):
    """The stream up to its last message of today, read when it is looked at."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db
        (self.last,) = db.execute("SELECT COALESCE(MAX(seq), 0) FROM messages").fetchone()
        (self._len,) = db.execute("SELECT COUNT(*) FROM messages").fetchone()

    def __len__(self) -> int:
        return int(self._len)

    def __iter__(self) -> Iterator[Stored]:
        asked = MESSAGE + "WHERE seq <= ? ORDER BY seq"
        return map(_stored, self._db.execute(asked, (self.last,)))

    @overload
    def __getitem__(self, at: int) -> Stored: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[Stored]: ...
    def __getitem__(self, at: int | slice) -> Stored | Sequence[Stored]:
        if isinstance(at, slice):
            return list(self)[at]
        order, skipped = ("DESC", -at - 1) if at < 0 else ("ASC", at)
        asked = MESSAGE + f"WHERE seq <= ? ORDER BY seq {order} LIMIT 1 OFFSET ?"
        if row := self._db.execute(asked, (self.last, skipped)).fetchone():
            return _stored(row)
        raise IndexError(at)

    def after(self, seq: int) -> list[Stored]:
        """Return the messages after a sequence."""
        asked = MESSAGE + "WHERE seq > ? AND seq <= ? ORDER BY seq"
        return [*map(_stored, self._db.execute(asked, (seq, self.last)))]

    def below(self, token: str) -> Iterator[Stored]:
        """Return the messages whose subject has this first token, and more."""
        asked = MESSAGE + "WHERE seq <= ? AND subject GLOB ? ORDER BY seq"
        return map(_stored, self._db.execute(asked, (self.last, f"{token}.*")))

    def numbered(self, sequences: Iterable[int]) -> list[Stored]:
        """Return the messages of these sequences, in the stream's order."""
        wanted, found = sorted(sequences), list[Stored]()
        for at in range(0, len(wanted), ASKED_AT_ONCE):
            some = wanted[at : at + ASKED_AT_ONCE]
            marks = ",".join("?" * len(some))
            rows = self._db.execute(MESSAGE + f"WHERE seq IN ({marks}) ORDER BY seq", some)
            found += map(_stored, rows)
        return found


class Kept(Mapping[str, Document]):
    """The documents of one store, decoded when they are looked at."""

    def __init__(self, db: sqlite3.Connection, store: str) -> None:
        self._db, self._store = db, store

    def __len__(self) -> int:
        asked = "SELECT COUNT(*) FROM documents WHERE store = ?"
        return int(self._db.execute(asked, (self._store,)).fetchone()[0])

    def __iter__(self) -> Iterator[str]:
        asked = "SELECT id FROM documents WHERE store = ? ORDER BY id"
        for (key,) in self._db.execute(asked, (self._store,)):
            yield bson.decode(key)["_id"]

    def __getitem__(self, id: str) -> Document:
        asked = "SELECT body FROM documents WHERE store = ? AND id = ?"
        row = self._db.execute(asked, (self._store, _key(id))).fetchone()
        if row is None:
            raise KeyError(id)
        return bson.decode(row[0])


def _key(id: Any) -> bytes:
    return bson.encode({"_id": id})  # whatever is an id to MongoDB


def _text(headers: Mapping[str, str]) -> str:
    return json.dumps(dict(headers)) if headers else ""


def _stored(row: tuple[int, str, bytes, str, int]) -> Stored:
    seq, subject, payload, headers, at_us = row
    return Stored(seq, subject, payload, json.loads(headers) if headers else {}, at_us)
