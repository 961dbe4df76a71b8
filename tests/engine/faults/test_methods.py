"""What faults take for the names of calls is what the fakes send, no more and no less."""

import ast
from pathlib import Path

from pytest import mark

import boxoffice.servers
from boxoffice.faults.methods import methods_of

ROOM = Path(boxoffice.servers.__file__).parent
SENDING = {"_read", "_write", "_write_all", "carry", "cross", "call", "send", "crossed"}


def sent_by(room):
    """Return the first literal of each call that may cross a link."""
    found = {}
    for file in sorted((ROOM / room).glob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
                name = getattr(node.func, "attr", getattr(node.func, "id", ""))
                if name in SENDING:
                    found[node.args[0].value] = file.name
    return found


@mark.parametrize(("kind", "room"), [("mongo", "mongo"), ("nats", "jetstream"), ("redis", "redis")])
def test_what_a_fake_sends_is_known_by_its_name(kind, room):
    unknown = {it: file for it, file in sent_by(room).items() if it not in methods_of(kind)}
    unknown.pop("message", None)  # which a NATS sends to a service
    assert unknown == {}


def test_of_a_mongodb_no_method_is_known_that_its_fake_does_not_send():
    assert set(methods_of("mongo")) == set(sent_by("mongo"))


def test_a_request_to_stripe_is_known_by_its_name():
    from boxoffice.servers.stripe.telling import verb_of

    requests = [
        *(("post", it) for it in ("charges", "refunds", "payment_intents", "charges/ch_1")),
        *(("post", f"payment_intents/pi_1{it}") for it in ("", "/confirm", "/capture", "/cancel")),
        *(("get", it) for it in ("charges", "charges/ch_1", "charges/search", "events")),
    ]
    verbs = {verb_of(method, f"/v1/{path}") for method, path in requests}
    assert verbs == set(methods_of("stripe"))
