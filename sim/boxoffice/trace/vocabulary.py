"""How people speak of a system: what views say in place of paths, ids and field names."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from boxoffice.trace.trace import TraceEvent


@dataclass(frozen=True)
class Vocabulary:
    """The words of one system; without any, views say what a trace says.

    `asks` tells what a request does: method, pattern of the path, and words in which `{id}` is the
    path's first group and `{name}` a field of the body.  `things` says what the documents of a
    collection (`database.collection`) are, and `kept` what a field of a document is; `served` what
    the answers below a path are, where `person` stands for whoever asked; a message announces the
    thing that its type begins with.  Things are numbered, those in `lettered` have letters, or
    the one that they are called by in the field that `called` has for the thing.  `deeds` says what
    somebody does, by the verb, with `{key}` for what is known of it, and `details` what the rest
    is, by the key, with `{}` for the value.

    `changes` are the fields whose change is told, all if none is named.  `amounts` are fields that
    hold money, in cents, and what each is called: a message is told with the first that it has.
    `services` have their
    lanes in this order.  `homes` says on whose lane a server's events are drawn, and `charging`
    which service asks Stripe.  Below `entering` people come in, which changes nothing.
    `cursors` are fields in which a document remembers others: the versions that were applied of
    each, whether any were forgotten, and what else is of no use at a glance.  `logged` are those
    lines of a log that tell of a deed: what such a line is called, fields that it has, and the deed
    in words, with `{key}` for a field.
    """

    asks: Sequence[tuple[str, str, str]] = ()
    things: Mapping[str, str] = field(default_factory=dict)
    kept: Mapping[str, str] = field(default_factory=dict)
    served: Sequence[tuple[str, str]] = ()
    lettered: Sequence[str] = ()
    called: Mapping[str, str] = field(default_factory=dict)
    deeds: Mapping[str, str] = field(default_factory=dict)
    details: Mapping[str, str] = field(default_factory=dict)
    changes: Sequence[str] = ()
    amounts: Mapping[str, str] = field(default_factory=dict)
    services: Sequence[str] = ()
    homes: Mapping[str, str] = field(default_factory=dict)
    charging: str = ""
    entering: str = ""
    cursors: Sequence[str] = ()
    logged: Sequence[tuple[str, Mapping[str, str], str]] = ()

    @property
    def countable(self) -> set[str]:
        """All things that have a number or a letter."""
        found = {*self.things.values(), *self.kept.values(), *(thing for _, thing in self.served)}
        return found - {PERSON}

    def told(self, line: "TraceEvent") -> str:
        """Return the deed that a line of a log tells of, in words; nothing, if it tells of none."""
        for what, fields, words in self.logged:
            if line["what"] == what and all(line.get(key) == it for key, it in fields.items()):
                return words.format_map(line.fields)
        return ""


PERSON: Final = "person"  # what stands for somebody who asks
NEUTRAL: Final = Vocabulary()
