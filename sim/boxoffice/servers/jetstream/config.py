"""Configurations as a server keeps them: what was asked for, with its defaults filled in.

They stay in the shape of the wire (names of JSON fields, nanoseconds), for nats-py reads them.
The defaults are those that nats-server 2.15.1 answers with.
"""

from itertools import combinations
from typing import Any

from boxoffice.errors import NotSimulated
from boxoffice.servers.jetstream import errors
from boxoffice.servers.jetstream.limits import check_simulated
from boxoffice.servers.jetstream.subjects import overlap, valid

Config = dict[str, Any]
NANOSECONDS = 1_000_000_000

_STREAM: Config = {
    "retention": "limits",
    "max_consumers": -1,
    "max_msgs": -1,
    "max_bytes": -1,
    "max_age": 0,
    "max_msgs_per_subject": -1,
    "max_msg_size": -1,
    "discard": "old",
    "storage": "file",
    "num_replicas": 1,
    "duplicate_window": 120 * NANOSECONDS,
    "compression": "none",
    "allow_direct": False,
    "mirror_direct": False,
    "sealed": False,
    "deny_delete": False,
    "deny_purge": False,
    "allow_rollup_hdrs": False,
    "allow_msg_ttl": False,
    "consumer_limits": {},
}
_CONSUMER: Config = {
    "deliver_policy": "all",
    "ack_policy": "none",
    "ack_wait": 30 * NANOSECONDS,
    "max_deliver": -1,
    "replay_policy": "instant",
    "max_waiting": 512,
    "max_ack_pending": 1000,
    "num_replicas": 0,
}
_FIXED = {
    "deliver_policy": "deliver policy",
    "mem_storage": "storage type",
    "opt_start_seq": "start sequence",
    "ack_policy": "ack policy",
    "replay_policy": "replay policy",
    "idle_heartbeat": "heart beats",
    "flow_control": "flow control",
}
_DELIVER_POLICIES = ("all", "new", "last", "last_per_subject", "by_start_sequence")


def stream_config(asked: Config) -> Config:
    """Complete what was asked for a stream.  Raises: ApiError, NotSimulated."""
    config = _STREAM | _set(asked)
    config.setdefault("subjects", [config["name"]])
    if 0 < config["max_age"] < config["duplicate_window"] and not asked.get("duplicate_window"):
        config["duplicate_window"] = config["max_age"]
    _check_subjects(config["subjects"])
    check_simulated(config)
    return config


def check_stream_update(before: Config, after: Config) -> None:
    """Refuse what no stream can become.  Raises: ApiError."""
    if before["storage"] != after["storage"]:
        raise errors.stream_invalid("stream configuration update can not change storage type")


def consumer_config(asked: Config) -> Config:
    """Complete what was asked for a consumer.  Raises: ApiError."""
    config = _CONSUMER | _set(asked)
    if "durable_name" in config:
        config.setdefault("name", config["durable_name"])
    else:
        config.setdefault("inactive_threshold", 5 * NANOSECONDS)
    if "backoff" in config:
        config["ack_wait"] = config["backoff"][0]
    _check_delivery(config)
    _check_pushing(config)
    _check_filters(config)
    return config


def check_consumer_update(before: Config, after: Config, heard: bool) -> None:
    """Refuse what no consumer can become; most of it may change.

    Its deliver subject may as long as it is not `heard`: as long as nobody listens there.
    Raises: ApiError.  Source: checkNewConsumerConfig in nats-server's consumer.go.
    """
    for name, words in _FIXED.items():
        if before.get(name) != after.get(name):
            raise errors.not_updatable(words)
    if "deliver_subject" not in before and "deliver_subject" in after:
        raise errors.not_convertible("pull consumer to push based")
    if "deliver_subject" in before and "deliver_subject" not in after:
        raise errors.not_convertible("push consumer to pull based")
    if before.get("deliver_subject") != after.get("deliver_subject") and heard:
        raise errors.consumer_name_in_use()
    if before["max_waiting"] != after["max_waiting"]:
        raise errors.not_updatable("max waiting")


def check_supported(config: Config) -> None:
    """Refuse what this fake does not know, rather than do it wrongly.

    Raises: NotSimulated.
    """
    pushed = "deliver_subject" in config
    for name in ("rate_limit_bps", *(() if pushed else ("headers_only",))):
        if config.get(name):
            raise NotSimulated(f"ConsumerConfig.{name}", "leave it out in a world")
    if config["deliver_policy"] not in _DELIVER_POLICIES:
        known = f"take one of {', '.join(sorted(_DELIVER_POLICIES))}"
        raise NotSimulated(f"ConsumerConfig.deliver_policy={config['deliver_policy']}", known)
    if config["ack_policy"] not in (("explicit", "none") if pushed else ("explicit",)):
        raise NotSimulated(
            f"ConsumerConfig.ack_policy={config['ack_policy']}", "acknowledge each: explicit"
        )


def filters_of(config: Config) -> tuple[str, ...]:
    """The subjects a consumer listens to; none means all of its stream."""
    if "filter_subject" in config:
        return (config["filter_subject"],)
    return tuple(config.get("filter_subjects", ()))


def _set(asked: Config) -> Config:
    # A Go server cannot tell a zero value from an absent one.
    return {name: value for name, value in asked.items() if value}


def _check_subjects(subjects: list[str]) -> None:
    if not all(valid(subject) for subject in subjects):
        raise errors.stream_invalid("invalid subject")
    for one, other in combinations(subjects, 2):
        if overlap(one, other):
            raise errors.stream_invalid(f'subject "{other}" overlaps with "{one}"')


def _check_delivery(config: Config) -> None:
    by_start, start = config["deliver_policy"] == "by_start_sequence", "opt_start_seq" in config
    if by_start and not start:
        raise errors.policy_invalid(
            "deliver by start sequence, but optional start sequence is not set"
        )
    if start and not by_start:
        policy = config["deliver_policy"]
        raise errors.policy_invalid(f"deliver {policy}, but optional start sequence is also set")
    if config["deliver_policy"] == "last_per_subject" and not filters_of(config):
        why = "deliver last per subject, but optional filter subject is not set"
        raise errors.policy_invalid(why)
    if 0 < config["max_deliver"] < len(config.get("backoff", ())):
        raise errors.backoff_too_long()


def _check_pushing(config: Config) -> None:
    if "deliver_subject" in config:
        if "flow_control" in config and "idle_heartbeat" not in config:
            raise errors.needs_heartbeats()
    elif "idle_heartbeat" in config:
        raise errors.needs_push("idle heartbeat", 10088)
    elif "flow_control" in config:
        raise errors.needs_push("flow control", 10089)


def _check_filters(config: Config) -> None:
    if "filter_subject" in config and "filter_subjects" in config:
        raise errors.two_filters()
    if any(overlap(one, other) for one, other in combinations(filters_of(config), 2)):
        raise errors.filters_overlap()
