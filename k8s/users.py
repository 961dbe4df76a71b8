"""Who may say what on NATS: `python -m k8s.users` writes components/nats/users.conf.

Each service has a user of its own, which may publish that service's events and its dead letters,
keep its own consumer, and read answers in an inbox of its own.  It can speak for no other service.
The auditor may read the stream, and nothing else.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from scenarios.audit.looks import READER
from services.common.connect import INBOX
from services.common.messaging import DEAD_LETTERS, STREAM

FILE: Final = Path(__file__).parent / "components" / "nats" / "users.conf"
NOTE: Final = "# Written by `python -m k8s.users`; do not edit.\n"
# The operator's tools may do everything: they replay, back up, restore and repair.
OPERATOR: Final = "operator"
AUDITOR: Final = "auditor"
PUBLISHES: Final[Mapping[str, tuple[str, ...]]] = {
    "tickets": ("ticket.created", "ticket.updated"),
    "orders": ("order.created", "order.awaiting-payment", "order.cancelled", "order.completed"),
    "payments": ("payment.created", "payment.refunded"),
    "expiration": ("expiration.complete",),
}
# Of the stream, a service may learn and make, and remove a letter that it has dealt with; only the
# operator changes, empties or removes it: who changes what it listens to can speak for anybody.
# Source: https://docs.nats.io/reference/reference-protocols/nats_api_reference
_OF_STREAM: Final = ("STREAM.INFO", "STREAM.CREATE", "STREAM.MSG.GET", "STREAM.MSG.DELETE")
_OF_CONSUMER: Final = (
    "CONSUMER.CREATE",
    "CONSUMER.DURABLE.CREATE",
    "CONSUMER.INFO",
    "CONSUMER.DELETE",
    "CONSUMER.MSG.NEXT",
)


def publishes(service: str) -> Iterator[str]:
    """Yield the subjects on which a service may publish."""
    yield from PUBLISHES[service]
    yield f"{DEAD_LETTERS}.{service}.>"
    yield from (f"$JS.API.{verb}.{STREAM}" for verb in _OF_STREAM)
    yield from (f"$JS.API.{verb}.{STREAM}.{service}" for verb in _OF_CONSUMER)
    yield f"$JS.ACK.{STREAM}.{service}.>"


def asks() -> Iterator[str]:
    """Yield the subjects on which an auditor asks: for the stream, and who is how far behind."""
    yield from (f"$JS.API.{verb}.{STREAM}" for verb in ("STREAM.INFO", "CONSUMER.LIST"))
    verbs = ("CONSUMER.CREATE", "CONSUMER.MSG.NEXT", "CONSUMER.DELETE")
    yield from (f"$JS.API.{verb}.{STREAM}.{READER}" for verb in verbs)


def variable(user: str) -> str:
    """Return the environment variable that holds a user's password in the server's container."""
    return f"NATS_{user.upper()}_PASSWORD"


def text() -> str:
    """Return users.conf."""
    limited = {service: publishes(service) for service in PUBLISHES} | {AUDITOR: asks()}
    users = "\n".join(_limited(user, subjects) for user, subjects in limited.items())
    return f"{NOTE}users: [\n  {_named(OPERATOR)} }}\n{users}\n]\n"


def _limited(user: str, subjects: Iterator[str]) -> str:
    allowed = "\n".join(f'        "{subject}"' for subject in subjects)
    return f"""\
  {_named(user)}
    permissions: {{
      publish: [
{allowed}
      ]
      subscribe: ["{INBOX}.{user}.>"]
    }}
  }}"""


def _named(user: str) -> str:
    return f"{{ user: {user}, password: ${variable(user)}"


def main() -> None:
    """Write the file, if it is not as the code says."""
    if not FILE.exists() or FILE.read_text(encoding="utf-8") != text():
        FILE.write_text(text(), encoding="utf-8")
        print(f"wrote {FILE.name}")


if __name__ == "__main__":
    main()
