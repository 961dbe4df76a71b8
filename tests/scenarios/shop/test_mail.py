from pytest import mark, raises

from boxoffice.net.calls import CallFault
from scenarios.shop.mailbox import FakeMail, Mailbox
from services.common.mail import Letter
from tests.engine.wires import Wires

LETTER = Letter("ana@example.com", "Reset your password", "The token is 1234.")


def post(wires, *letters):
    """Post letters; return the mailbox."""
    mailbox = Mailbox(wires.trace)
    for letter in letters:
        wires.run(FakeMail(mailbox, wires.link).post(letter))
    return mailbox


def test_letters_arrive_in_their_order_at_the_address_on_them():
    other = Letter("ben@example.com", "Hello", "")
    mailbox = post(Wires(), LETTER, other, LETTER)
    assert mailbox.letters == [LETTER, other, LETTER]
    assert mailbox.to("ben@example.com") == [other]
    assert mailbox.to("nobody@example.com") == []


def test_the_trace_says_to_whom_and_keeps_the_text_to_itself():
    wires = Wires()
    post(wires, LETTER)
    (event,) = wires.trace.of_kind("mail")
    assert (event["to"], event["subject"]) == (LETTER.to, LETTER.subject)
    assert "1234" not in event.as_json()


@mark.parametrize(("fault", "arrived"), [("lose_request", 0), ("lose_response", 1)])
def test_a_lost_call_is_an_error_and_the_letter_may_have_arrived(fault, arrived):
    wires = Wires(fault=CallFault(**{fault: True}))
    with raises(OSError, match="the mail server did not answer"):
        post(wires, LETTER)
    assert len(list(wires.trace.of_kind("mail"))) == arrived


def test_a_mail_server_that_is_down_takes_nothing():
    wires = Wires()
    wires.server.crash()
    with raises(OSError, match="the mail server did not answer"):
        post(wires, LETTER)
    assert list(wires.trace.of_kind("mail")) == []
