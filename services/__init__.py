"""The five services of the ticket shop, and what they share."""

from typing import Final

VERSION: Final = "0.1.0"
