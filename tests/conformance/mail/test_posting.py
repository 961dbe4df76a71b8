"""Posting a letter, to the fake and over a socket: what arrives, and what is raised when."""

import smtplib

from pytest import mark, raises

from services.common.mail import Letter, Undeliverable
from tests.conformance.mail.conftest import GREETING

LETTER = Letter("ana@example.com", "Your new password", "Hello, Ana.\n.\nA dot is no end.\n")


def test_a_letter_arrives_as_it_was_written(posted):
    assert posted(LETTER) == [LETTER]


@mark.parametrize(
    ("says", "at", "error"),
    [
        ("450 4.2.0 Greylisted", "RCPT", smtplib.SMTPRecipientsRefused),
        ("451 4.3.0 Later", "LETTER", smtplib.SMTPDataError),
        ("452 4.3.1 Full", "LETTER", smtplib.SMTPDataError),
        ("421 4.3.2 Closing", GREETING, smtplib.SMTPConnectError),
        ("535 5.7.8 Who?", "AUTH", smtplib.SMTPAuthenticationError),
        ("454 4.7.0 Later", "AUTH", smtplib.SMTPAuthenticationError),
    ],
)
def test_what_passes_is_raised_as_smtplib_does(posted, says, at, error):
    with raises(OSError) as raised:
        posted(LETTER, says, at)
    assert type(raised.value) is error
    assert str(int(says[:3])) in str(raised.value)


@mark.parametrize(
    ("says", "at", "reason"),
    [
        ("550 5.1.1 No such user", "RCPT", "550 5.1.1"),
        ("553 Bad", "RCPT", "553"),
        ("554 5.6.0 Spam", "LETTER", "554 5.6.0"),
        ("552 5.3.4 Too large", "LETTER", "552 5.3.4"),
    ],
)
def test_what_is_refused_for_good_is_undeliverable(posted, says, at, reason):
    with raises(Undeliverable) as raised:
        posted(LETTER, says, at)
    assert (raised.value.why, raised.value.says) == ("refused", reason)


@mark.parametrize("to", ["=?utf-8?q??=@x.com", "änne@example.com", "a\r\nDATA@x.com"])
def test_what_cannot_be_written_to_is_undeliverable(posted, to):
    with raises(Undeliverable, match="address"):
        posted(Letter(to, "Hello", ""))
