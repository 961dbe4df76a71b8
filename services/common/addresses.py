"""Which mail addresses we can write to, and how they are spelled on the way."""

import re
from email import message_from_bytes, policy
from email.headerregistry import Address
from email.message import EmailMessage
from typing import Final

from email_validator import EmailNotValidError, validate_email

# No line is folded: a long address would come back as another one.  A line may have 998 bytes.
# Source: RFC 5322, section 2.1.1
ON_THE_WIRE = policy.SMTP.clone(max_line_length=998)
# Most addresses, of which it need not be tried; the email package takes a millisecond to.
_PLAIN: Final = re.compile(r"[A-Za-z0-9_+-]+(\.[A-Za-z0-9_+-]+)*@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*")


def ascii_form(address: str) -> str:
    """Return an address as the envelope and the header of a letter take it: all of it ASCII.

    A domain is spelled in punycode.  What stands before the @ has no such spelling: beyond ASCII
    it needs SMTPUTF8 of every server on the way (RFC 6531), which nobody can promise.
    Raises: ValueError, if no letter can be written to it.

    >>> ascii_form("ana@bücher.example.com")
    'ana@xn--bcher-kva.example.com'
    """
    try:
        found = validate_email(
            address, allow_smtputf8=False, check_deliverability=False, strict=True
        )
    except EmailNotValidError:
        raise ValueError("not an address that mail can be sent to") from None
    spelled = found.ascii_email
    if spelled is None or not _comes_back(spelled):
        raise ValueError("not an address that mail can be sent to")
    return spelled


def _comes_back(address: str) -> bool:
    # `=?utf-8?q??=@example.com` is a good address by its grammar, and an encoded word to whoever
    # reads a header: it raises, or it is decoded and the letter goes to somebody else.
    if _PLAIN.fullmatch(address):  # an atom, in which nothing has a second meaning
        return True
    local, _, domain = address.rpartition("@")
    message = EmailMessage(policy=ON_THE_WIRE)
    try:
        message["To"] = Address(username=local, domain=domain)
        read = message_from_bytes(message.as_bytes(), policy=policy.default)["To"]
        return [it.addr_spec for it in read.addresses] == [address] and not read.defects
    except (ValueError, LookupError, AttributeError):  # what the parser raises is not written down
        return False
