"""Where a mail server is, as SMTP_URL says it, and which of its refusals are for good."""

import smtplib

from pytest import mark, raises

from services.common.connect import connections
from services.common.mail import Undeliverable
from services.common.settings import BadSetting, read
from services.common.smtp import MailServer, in_the_end, mail_server

GOOD = {
    "JWT_KEY": "a key of thirty-two letters or more",
    "SALT_FACTORY": "4",
    "MONGO_URL": "mongodb://mongo",
    "SMTP_URL": "smtp://mail",
}


def start(**given: str) -> None:
    connections("auth", read("auth", GOOD | given), None)


@mark.parametrize(
    ("url", "server"),
    [
        ("smtp://mail", MailServer("mail", 587, tls=False, starttls=True)),
        ("smtp://mail:25", MailServer("mail", 25, tls=False, starttls=True)),
        ("smtp://mail:1025?starttls=off", MailServer("mail", 1025, tls=False, starttls=False)),
        ("smtp://mail:1025/?starttls=off", MailServer("mail", 1025, tls=False, starttls=False)),
        ("smtps://mail", MailServer("mail", 465, tls=True, starttls=False)),
        ("smtp://[::1]:25", MailServer("::1", 25, tls=False, starttls=True)),
        (
            "smtp://ana%40x.com:p%2F%40%3A%25+w@mail",
            MailServer("mail", 587, False, True, "ana@x.com", "p/@:%+w"),
        ),
    ],
)
def test_a_url_says_where_the_server_is_and_how_one_speaks_with_it(url, server):
    assert mail_server(url) == server


@mark.parametrize(
    "url",
    [
        "smtp://ana@mail",
        "smtp://ana:@mail",
        "smtp://:s3cret@mail",
        "smtp://ana:s3cret%00@mail",
        "smtp://ana:s3cret%0A@mail",
        "smtp://ana:s3cr%C3%A9t@mail",
        "smtp://ana:s3cret%FF@mail",
        "smtp://mail?starttls=on",
        "smtp://mail?starttls=OFF",
        "smtp://mail?startls=off",
        "smtp://mail?starttls=off&x=s3cret",
        "smtps://mail?starttls=off",
        "smtp://mail/s3cret",
        "smtp://mail#s3cret",
        "smtp://mail:port",
        "smtp://mail:0",
        "smtp://",
        "http://mail",
    ],
)
def test_a_url_that_says_anything_else_is_refused_at_start_in_one_line(url):
    with raises(BadSetting, match=r"^SMTP_URL is bad: ") as refusal:
        start(SMTP_URL=url)
    assert "s3cr" not in str(refusal.value)
    assert "\n" not in str(refusal.value)


@mark.parametrize("text", ["nonsense", "a@x.com\nBcc: b@x.com", "a@x.com,b@x.com"])
def test_a_bad_sender_is_refused_at_start_in_one_line(text):
    with raises(BadSetting, match=r"^MAIL_SENDER is bad: ") as refusal:
        start(MAIL_SENDER=text)
    assert "\n" not in str(refusal.value)


def refused(code: int, text: bytes = b"") -> smtplib.SMTPException:
    return smtplib.SMTPRecipientsRefused({"ana@example.com": (code, text)})


@mark.parametrize(
    ("error", "says"),
    [
        (refused(550, b"5.1.1 No such user"), "550 5.1.1"),
        (refused(551), "551"),
        (refused(550, b"ana@example.com is nobody"), "550"),  # an address is in no log
        (smtplib.SMTPDataError(554, b"5.6.0 Spam"), "554 5.6.0"),
        (smtplib.SMTPDataError(552, "Too large"), "552"),
    ],
)
def test_a_refusal_of_the_recipient_or_the_letter_is_for_good(error, says):
    never = in_the_end(error)
    assert isinstance(never, Undeliverable)
    assert (never.why, never.says) == ("refused", says)


@mark.parametrize(
    "error",
    [
        refused(450, b"4.2.0 Greylisted"),
        refused(421),
        refused(530, b"5.7.0 Authentication required"),
        refused(503, b"AUTH first"),
        smtplib.SMTPDataError(451, b"4.3.0"),
        smtplib.SMTPAuthenticationError(535, b"5.7.8 Bad credentials"),
        smtplib.SMTPSenderRefused(550, b"Not yours", "shop@example.com"),
        smtplib.SMTPConnectError(554, b"No service"),
        smtplib.SMTPHeloError(501, b"Who?"),
        smtplib.SMTPNotSupportedError("STARTTLS extension not supported by server."),
        smtplib.SMTPServerDisconnected("Connection unexpectedly closed"),
    ],
)
def test_what_is_not_about_the_letter_passes(error):
    assert in_the_end(error) is error
    assert isinstance(error, OSError)
