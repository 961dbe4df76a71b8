"""Addresses of which it need not be tried whether a header gives them back."""

import pytest
from hypothesis import given, settings
from hypothesis.strategies import from_regex

from services.common import addresses


@given(from_regex(addresses._PLAIN, fullmatch=True).filter(lambda it: len(it) < 100))
@settings(max_examples=50, deadline=None)
def test_a_plain_address_comes_back_from_a_header_as_it_was(address):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(addresses, "_PLAIN", addresses.re.compile("(?!)"))
        assert addresses._comes_back(address)


def test_an_encoded_word_is_no_address_that_mail_can_be_sent_to():
    with pytest.raises(ValueError, match="not an address"):
        addresses.ascii_form("=?utf-8?q??=@example.com")
