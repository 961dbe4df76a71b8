"""What a server answers instead of doing it: codes and words are nats-server's own.

Source: server/errors.json of nats-server; each was also seen from version 2.15.1.
"""

from typing import Any


class ApiError(Exception):
    """A refusal with an HTTP-like `code` and the server's own `err_code`."""

    def __init__(self, code: int, err_code: int, description: str) -> None:
        super().__init__(description)
        self.code = code
        self.err_code = err_code
        self.description = description

    def on_the_wire(self) -> dict[str, Any]:
        """The answer that nats-py turns into the exception its caller sees."""
        return {
            "error": {
                "code": self.code,
                "err_code": self.err_code,
                "description": self.description,
            }
        }


def bad_request() -> ApiError:
    return ApiError(400, 10003, "bad request")


def stream_not_found() -> ApiError:
    return ApiError(404, 10059, "stream not found")


def consumer_not_found() -> ApiError:
    return ApiError(404, 10014, "consumer not found")


def message_not_found() -> ApiError:
    return ApiError(404, 10037, "no message found")


def sequence_not_found(seq: int) -> ApiError:
    return ApiError(400, 10043, f"sequence {seq} not found")


def delete_failed(why: str) -> ApiError:
    return ApiError(500, 10057, why)


def name_in_use() -> ApiError:
    return ApiError(400, 10058, "stream name already in use with a different configuration")


def subjects_overlap() -> ApiError:
    return ApiError(400, 10065, "subjects overlap with an existing stream")


def store_failed(why: str) -> ApiError:
    return ApiError(503, 10077, why)


def message_too_large() -> ApiError:
    return ApiError(400, 10054, "message size exceeds maximum allowed")


def stream_invalid(why: str) -> ApiError:
    return ApiError(500, 10052, why)


def wrong_stream() -> ApiError:
    return ApiError(400, 10060, "expected stream does not match")


def wrong_last_sequence(seq: int) -> ApiError:
    return ApiError(400, 10071, f"wrong last sequence: {seq}")


def wrong_last_id(msg_id: str) -> ApiError:
    return ApiError(400, 10070, f"wrong last msg ID: {msg_id}")


def not_updatable(what: str) -> ApiError:
    return ApiError(500, 10012, f"{what} can not be updated")


def not_convertible(what: str) -> ApiError:
    return ApiError(500, 10012, f"can not update {what}")


def consumer_name_in_use() -> ApiError:
    return ApiError(400, 10013, "consumer name already in use")


def needs_push(what: str, err_code: int) -> ApiError:
    return ApiError(400, err_code, f"consumer {what} requires a push based consumer")


def needs_heartbeats() -> ApiError:
    return ApiError(400, 10108, "consumer with flow control also needs heartbeats")


def sealed() -> ApiError:
    return ApiError(400, 10109, "invalid operation on sealed stream")


def backoff_too_long() -> ApiError:
    return ApiError(400, 10116, "max deliver is required to be > length of backoff values")


def filters_overlap() -> ApiError:
    return ApiError(400, 10138, "consumer subject filters cannot overlap")


def two_filters() -> ApiError:
    # nats-py names the single filter in the subject of its request, hence these words.
    why = "consumer with multiple subject filters cannot use subject based API"
    return ApiError(400, 10137, why)


def policy_invalid(why: str) -> ApiError:
    return ApiError(400, 10094, f"consumer delivery policy is {why}")


def headers_too_large() -> ApiError:
    return ApiError(400, 10097, "header size exceeds maximum allowed of 64k")


def rollup_denied() -> ApiError:
    return ApiError(500, 10111, "rollup not permitted")


def ttl_invalid() -> ApiError:
    return ApiError(400, 10165, "invalid per-message TTL")


def ttl_disabled() -> ApiError:
    return ApiError(400, 10166, "per-message TTL is disabled")


def counters_disabled() -> ApiError:
    return ApiError(400, 10168, "message counters is disabled")


def batches_disabled() -> ApiError:
    return ApiError(400, 10174, "atomic publish is disabled")


def schedules_disabled() -> ApiError:
    return ApiError(400, 10188, "message schedules is disabled")
