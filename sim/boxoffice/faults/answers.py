"""Which errors each kind of server answers with: any other would only break a client."""

from boxoffice.faults.methods import SERVICE


def no_answer(kind: str, says: str) -> str:
    """Return why a kind of host never says this; "" if it may."""
    if kind == "mongo" and not says.isdecimal():
        return "a MongoDB says the number of an error, such as '10107'"
    if kind == "redis" and says.isdecimal():
        return "a Redis says an error in words, such as 'LOADING'"
    if kind in ("stripe", SERVICE) and not _is_status(says, words=kind == "stripe"):
        return "its errors are statuses from 400 to 599"
    return _not_of_nats(says) if kind == "nats" else ""


def _is_status(says: str, words: bool) -> bool:
    return 400 <= int(says) <= 599 if says.isdecimal() else words


def _not_of_nats(says: str) -> str:
    from boxoffice.servers.jetstream.refusals import refusal

    try:
        if says != "409":  # which a fetch may be told
            refusal(says)
    except ValueError as wrong:
        return str(wrong)
    return ""
