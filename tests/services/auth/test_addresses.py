"""What is let in at sign-up is what a letter can be written to, and it gets there."""

from datetime import UTC, datetime
from email import message_from_bytes, policy

import idna
from hypothesis import assume, example, given
from hypothesis import strategies as some
from pydantic import TypeAdapter, ValidationError
from pytest import mark, raises

from services.auth.api import NewAddress
from services.common.mail import Letter, Undeliverable, sender, written

NOW = datetime(2030, 1, 1, tzinfo=UTC)
SHOP = "The shop <shop@example.com>"
_signs_up = TypeAdapter(NewAddress)
_atoms = some.text("abcXYZ019=?_+-.'{}!#$%&*/^`|~é", min_size=1, max_size=70)
_words = some.from_regex(r"=\?(utf-8|iso-8859-1|x)\?[qQbB]\?[a-z=0-9_]*\?=", fullmatch=True)
_labels = some.text("abcüßλ日本0-", min_size=1, max_size=40)
_domains = some.lists(_labels, min_size=1, max_size=6).map(lambda it: ".".join([*it, "com"]))
_made = some.builds("{}@{}".format, some.one_of(_atoms, _words, _words.map("a{}".format)), _domains)


def arrived(address: str) -> bytes:
    return written(Letter(address, "Hello", "Text.\n"), sender(SHOP), NOW, "id")


@given(some.one_of(some.emails(), _made))
@example("=?utf-8?q??=@x.com")
@example("=?utf-8?q?ben=40example.com?=@x.com")
@example("x" * 64 + "@" + ".".join(["y" * 61] * 3) + ".com")
@example("ana@" + "ü" * 50 + ".com")
@example("a=?b@x.com")
def test_every_address_that_is_accepted_makes_a_letter_that_goes_there(text):
    try:
        address = _signs_up.validate_python(text)
    except ValidationError:
        assume(False)
    read = message_from_bytes(arrived(address), policy=policy.default)
    [to] = read["To"].addresses
    assert to.addr_spec.isascii()
    assert f"{to.username}@{idna.decode(to.domain)}" == address
    assert read.get_content().split() == ["Text."]


@mark.parametrize(
    "address", ["=?utf-8?q??=@x.com", "a\r\nBcc: b@x.com", "ä@x.com", "", "a", "a@b@c"]
)
def test_what_is_no_address_makes_no_letter(address):
    with raises(Undeliverable, match="address"):
        arrived(address)


def test_a_letter_says_who_writes_when_and_that_no_answer_is_waited_for():
    read = message_from_bytes(arrived("ana@example.com"), policy=policy.default)
    assert read["From"] == SHOP
    assert read["Date"].datetime == NOW
    assert (read["Message-ID"], read["Auto-Submitted"]) == ("<id@example.com>", "auto-generated")


def test_a_link_is_not_broken_over_two_lines():
    link = f"https://ticketing.dev/{'x' * 300}#token=1"
    letter = Letter("ana@example.com", "Hello", f"{link}\n")
    assert link.encode() in written(letter, sender(SHOP), NOW, "id")


@mark.parametrize("text", ["", "shop", "a@x.com, b@x.com", "Ana\r\nBcc: b@x.com", "ä@x.com"])
def test_a_sender_is_one_address(text):
    with raises(ValueError):
        sender(text)


@mark.parametrize(
    ("text", "name", "address"),
    [
        ("shop@example.com", "", "shop@example.com"),
        ("Die Bühne <shop@example.com>", "Die Bühne", "shop@example.com"),
        ("shop@bücher.example.com", "", "shop@xn--bcher-kva.example.com"),
    ],
)
def test_a_sender_may_have_a_name(text, name, address):
    found = sender(text)
    assert (found.display_name, found.addr_spec) == (name, address)
