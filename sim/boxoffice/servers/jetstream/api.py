"""The management API as clients speak it: JSON requests on subjects below `$JS.API`."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from boxoffice.servers.jetstream import errors
from boxoffice.servers.jetstream.config import (
    check_consumer_update,
    check_stream_update,
    check_supported,
    consumer_config,
    stream_config,
)
from boxoffice.servers.jetstream.push import Push
from boxoffice.servers.jetstream.server import JetStreamServer
from boxoffice.servers.jetstream.stream import StoredMessage, Stream
from boxoffice.servers.jetstream.subjects import overlap
from boxoffice.servers.jetstream.views import consumer_info, stored_message, stream_info

Json = dict[str, Any]
PREFIX = "$JS.API."


def verb_and_name(subject: str) -> tuple[str, str]:
    """Split an API subject into what is asked and of whom.

    >>> verb_and_name("$JS.API.CONSUMER.CREATE.PARCELS.courier.parcel.*")
    ('consumer.create', 'PARCELS.courier')
    """
    tokens = subject.removeprefix(PREFIX).split(".")
    words = 3 if tokens[1:2] in (["MSG"], ["DURABLE"]) else 2
    names = 2 if tokens[0] == "CONSUMER" else 1
    return ".".join(tokens[:words]).lower(), ".".join(tokens[words : words + names])


def manage(server: JetStreamServer, subject: str, request: Json) -> Json | None:
    """Do what `subject` asks for and answer; None where nobody listens on it."""
    verb, name = verb_and_name(subject)
    act = VERBS.get(verb)
    if act is None:
        return None
    if verb.endswith((".info", ".get", ".names", ".list")):
        stream, _, consumer = name.partition(".")
        path = [stream, "consumer", consumer] if consumer else [stream] if stream else []
        server.notice(*path, writes=False)
    else:
        server.notice()
    try:
        return act(server, name, request)
    except errors.ApiError as refused:
        return refused.on_the_wire()


def find_message(stream: Stream, request: Json) -> StoredMessage:
    """The message that a get request means.  Raises: ApiError."""
    if "next_by_subj" in request:
        found = stream.following(request.get("seq") or 1, request["next_by_subj"])
    elif "last_by_subj" in request:
        found = stream.last(request["last_by_subj"])
    elif request.get("seq"):
        found = stream.messages.get(request["seq"])
    else:
        raise errors.bad_request()
    if found is None:
        raise errors.message_not_found()
    return found


# --- streams ---------------------------------------------------------------------------------


def _create_stream(server: JetStreamServer, name: str, request: Json) -> Json:
    config = stream_config(request)
    present = server.streams.get(name)
    if present is None:
        _check_free(server, name, config["subjects"])
        present = server.streams[name] = Stream(config, server)
        server.restructured()
    elif present.config != config:
        raise errors.name_in_use()
    return stream_info(present) | {"did_create": True}


def _update_stream(server: JetStreamServer, name: str, request: Json) -> Json:
    stream = server.stream(name)
    config = stream_config(request)
    check_stream_update(stream.config, config)
    _check_free(server, name, config["subjects"])
    stream.update(config)
    server.restructured()
    return stream_info(stream)


def _delete_stream(server: JetStreamServer, name: str, request: Json) -> Json:
    stream = server.stream(name)
    for consumer in list(stream.consumers):
        stream.remove_consumer(consumer)
    del server.streams[name]
    server.restructured()
    return {"success": True}


def _stream_info(server: JetStreamServer, name: str, request: Json) -> Json:
    return stream_info(server.stream(name), request.get("subjects_filter", ""))


def _purge_stream(server: JetStreamServer, name: str, request: Json) -> Json:
    pattern, seq, keep = request.get("filter", ">"), request.get("seq", 0), request.get("keep", 0)
    return {"success": True, "purged": server.stream(name).purge(pattern, seq, keep)}


def _stream_names(server: JetStreamServer, name: str, request: Json) -> Json:
    wanted = request.get("subject")
    names = [
        it.name
        for it in server.streams.values()
        if wanted is None or any(overlap(wanted, subject) for subject in it.config["subjects"])
    ]
    return {"total": len(names), "offset": 0, "limit": 1024, "streams": names or None}


def _stream_list(server: JetStreamServer, name: str, request: Json) -> Json:
    streams = [stream_info(it) for it in server.streams.values()][request.get("offset", 0) :]
    return {"total": len(server.streams), "offset": 0, "limit": 256, "streams": streams}


def _get_message(server: JetStreamServer, name: str, request: Json) -> Json:
    return {"message": stored_message(find_message(server.stream(name), request))}


def _delete_message(server: JetStreamServer, name: str, request: Json) -> Json:
    server.stream(name).delete(request.get("seq", 0))
    return {"success": True}


def _check_free(server: JetStreamServer, name: str, subjects: list[str]) -> None:
    for other in server.streams.values():
        if other.name != name and any(
            overlap(ours, theirs) for ours in subjects for theirs in other.config["subjects"]
        ):
            raise errors.subjects_overlap()


# --- consumers -------------------------------------------------------------------------------


def _create_consumer(server: JetStreamServer, name: str, request: Json) -> Json:
    stream = server.stream(name.partition(".")[0])
    config = consumer_config(request["config"])
    named = config.get("name") or server.next_name()
    present = stream.consumers.get(named)
    if present is None:
        check_supported(config)
        present = stream.add_consumer(named, config)
        if "deliver_subject" in config:
            stream.pushes[named] = Push(
                present, server.core, server, partial(stream.remove_consumer, named)
            )
    elif present.config != config:
        heard = server.core.listens(present.config.get("deliver_subject", ""))
        check_consumer_update(present.config, config, heard)
        check_supported(config)
        stream.update_consumer(named, config)
    return consumer_info(stream, present)


def _consumer_info(server: JetStreamServer, name: str, request: Json) -> Json:
    stream, _, consumer = name.partition(".")
    return consumer_info(server.stream(stream), server.consumer(stream, consumer))


def _consumer_list(server: JetStreamServer, name: str, request: Json) -> Json:
    stream = server.stream(name)
    consumers = [consumer_info(stream, it) for it in stream.consumers.values()]
    return {"total": len(consumers), "offset": 0, "limit": 256, "consumers": consumers}


def _delete_consumer(server: JetStreamServer, name: str, request: Json) -> Json:
    stream, _, consumer = name.partition(".")
    server.consumer(stream, consumer)
    server.stream(stream).remove_consumer(consumer)
    return {"success": True}


VERBS: dict[str, Callable[[JetStreamServer, str, Json], Json]] = {
    "stream.create": _create_stream,
    "stream.update": _update_stream,
    "stream.delete": _delete_stream,
    "stream.info": _stream_info,
    "stream.purge": _purge_stream,
    "stream.names": _stream_names,
    "stream.list": _stream_list,
    "stream.msg.get": _get_message,
    "stream.msg.delete": _delete_message,
    "consumer.create": _create_consumer,
    "consumer.durable.create": _create_consumer,
    "consumer.info": _consumer_info,
    "consumer.list": _consumer_list,
    "consumer.delete": _delete_consumer,
}
