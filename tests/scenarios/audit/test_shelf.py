"""What an audit keeps in a file."""

import signal
import sqlite3
import subprocess
import sys
from contextlib import closing

import bson
from pytest import mark, raises

from scenarios.audit.shelf import Shelf
from scenarios.shop.outside.snapshot import Stored
from scenarios.unknown import Unknown

SAID = [
    Stored(seq, subject, b"\x00{", {"a": "b"} if seq % 2 else {}, 1_000_000 * seq)
    for seq, subject in ((3, "order.created"), (4, "dead.orders.order.created"), (9, "ordering.x"))
]


def test_what_was_kept_is_there_for_another_audit_and_what_is_new_is_added(tmp_path):
    with Shelf(tmp_path / "kept") as shelf:
        shelf.is_of("2030-01-01")
        shelf.put_messages(SAID[:2])
        shelf.put_documents("tickets", [bson.encode({"_id": "a", "n": 1})])
    with Shelf(tmp_path / "kept") as shelf:
        shelf.is_of("2030-01-01")
        assert list(shelf.documents("tickets")) == []  # which may have changed since
        before = shelf.messages()
        shelf.put_messages(SAID)
        after = shelf.messages()
        assert (list(before), list(after)) == (SAID[:2], SAID)
        assert (before.last, after.last) == (4, 9)
        assert after.after(before.last) == SAID[2:]
        assert before.after(0) == SAID[:2]


def test_messages_are_had_by_place_by_sequence_and_by_subject():
    with Shelf() as shelf:
        assert (len(shelf.messages()), shelf.messages().last) == (0, 0)
        with raises(IndexError):
            shelf.messages()[0]
        shelf.put_messages(reversed(SAID))
        found = shelf.messages()
        assert [found[0], found[-1]] == [SAID[0], SAID[-1]]
        assert found[1:] == SAID[1:]
        assert found.numbered([9, 5, 3]) == [SAID[0], SAID[2]]
        assert found.numbered(range(2_000)) == SAID
        assert [it.seq for it in found.below("order")] == [3]
        assert [it.seq for it in found.below("dead")] == [4]


def test_what_is_forgotten_is_that_alone():
    with Shelf() as shelf:
        shelf.put_messages(SAID)
        shelf.forget("dead")
        assert list(shelf.messages()) == [SAID[0], SAID[2]]


def test_documents_are_had_by_any_id_that_mongodb_takes():
    with Shelf() as shelf:
        ids = ["a", 1, bson.ObjectId()]
        shelf.put_documents("tickets", [bson.encode({"_id": it, "n": 1}) for it in ids])
        shelf.put_documents("tickets", [bson.encode({"_id": "a", "n": 2})])
        kept = shelf.documents("tickets")
        assert len(kept) == 3
        assert set(kept) == set(ids)
        assert kept["a"] == {"_id": "a", "n": 2}
        assert kept.get("b") is None
        assert list(shelf.documents("orders")) == []


def test_a_stream_that_is_another_one_is_told(tmp_path):
    with Shelf(tmp_path / "kept") as shelf:
        shelf.is_of("2030-01-01")
    with Shelf(tmp_path / "kept") as shelf, raises(Unknown, match="kept of another stream, made"):
        shelf.is_of("2031-01-01")


@mark.parametrize("text", ["no database", "SQLite format 3\x00"])
def test_a_file_that_is_something_else_is_told_and_stays_as_it_is(tmp_path, text):
    file = tmp_path / "kept"
    file.write_text(text)
    with raises(Unknown, match=r"^--keep: .*kept cannot be used: [^\n]+$"):
        Shelf(file)
    assert file.read_text() == text


def test_a_file_that_somebody_else_uses_is_told(tmp_path):
    with (
        Shelf(tmp_path / "kept"),
        raises(Unknown, match="cannot be used: database is locked"),
    ):
        Shelf(tmp_path / "kept")


def test_the_database_of_something_else_is_left_alone(tmp_path):
    with closing(sqlite3.connect(tmp_path / "theirs")) as theirs:
        theirs.executescript("CREATE TABLE documents (text); INSERT INTO documents VALUES ('a')")
    with raises(Unknown, match="it is of something else"):
        Shelf(tmp_path / "theirs")
    with closing(sqlite3.connect(tmp_path / "theirs")) as theirs:
        assert theirs.execute("SELECT * FROM documents").fetchall() == [("a",)]


INTERRUPTED = """
import os, signal, sys
import bson
from pathlib import Path
from scenarios.audit.shelf import Shelf
from tests.scenarios.audit.test_shelf import SAID
shelf = Shelf(Path(sys.argv[1]))
shelf.put_messages(SAID)
shelf.put_documents("tickets", [bson.encode({"_id": "a"})])
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_what_was_read_before_a_kill_is_there(tmp_path):
    killed = subprocess.run([sys.executable, "-c", INTERRUPTED, tmp_path / "kept"], check=False)
    assert killed.returncode == -signal.SIGKILL
    with Shelf(tmp_path / "kept") as shelf:
        assert list(shelf.messages()) == SAID
