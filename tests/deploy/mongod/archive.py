"""`python -m tests.deploy.mongod.archive dump|restore`: stand-ins for mongodump and mongorestore.

They understand what docs/backup.md says.  What they write is their own format, and no archive of
MongoDB's.
"""

import argparse
import gzip
import sys
from collections.abc import Iterator, Sequence
from typing import IO, Any

import bson
from pymongo import MongoClient
from pymongo.uri_parser import parse_uri

Database = Any


def dump(database: Database, to: IO[bytes]) -> None:
    """Write a database: of each collection its name, its indexes, and its documents."""
    with gzip.open(to, "wb") as archive:
        for name in sorted(database.list_collection_names()):
            indexes = [it for it in database[name].list_indexes() if it["name"] != "_id_"]
            archive.write(bson.encode({"collection": name, "indexes": indexes}))
            for document in database[name].find():
                archive.write(bson.encode({"document": document}))


def restore(database: Database, entries: Iterator[dict[str, Any]], drop: bool) -> int:
    """Put a database back; return how many documents that were."""
    count, name = 0, ""
    for entry in entries:
        if "collection" in entry:
            name = entry["collection"]
            if drop:
                database.drop_collection(name)
            database.create_collection(name)
            for index in entry["indexes"]:
                options = {key: value for key, value in index.items() if key not in ("key", "v")}
                database[name].create_index(list(index["key"].items()), **options)
        else:
            database[name].insert_one(entry["document"])
            count += 1
    return count


def main(arguments: Sequence[str]) -> int:
    """Do what is asked, on standard output or from standard input."""
    parser = argparse.ArgumentParser()
    parser.add_argument("verb", choices=["dump", "restore"])
    parser.add_argument("--uri", required=True)
    parser.add_argument("--db")
    for flag in ("--archive", "--gzip", "--quiet", "--drop"):
        parser.add_argument(flag, action="store_true")
    asked = parser.parse_args(arguments)
    if not (asked.archive and asked.gzip):
        parser.error("only --archive --gzip is understood here")
    options = parse_uri(asked.uri)["options"]
    with MongoClient(asked.uri, serverSelectionTimeoutMS=20_000) as client:
        database = client[asked.db or options["authSource"]]
        if asked.verb == "dump":
            dump(database, sys.stdout.buffer)
        else:
            with gzip.open(sys.stdin.buffer) as archive:
                count = restore(database, bson.decode_file_iter(archive), asked.drop)
            print(f"{count} document(s) restored", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
