"""One line of text that people can read: what is shown to others must not deceive them.

Sources: Unicode Technical Report 36, sections 2.7 and 3; Unicode Standard Annex 9, section 2.
"""

import re
import unicodedata
from typing import Annotated, Final

from pydantic import AfterValidator

from services.common.validation_messages import InvalidValue

# Controls, format characters (the bidirectional overrides and zero-width ones among them), private
# use, surrogates, unassigned, and separators of lines and paragraphs.
_REFUSED: Final = frozenset({"Cc", "Cf", "Co", "Cs", "Cn", "Zl", "Zp"})
# Letters and symbols that are drawn as nothing: they have the property Default_Ignorable, or are
# blank by design.  Source: DerivedCoreProperties.txt of Unicode, and U+2800, BRAILLE PATTERN BLANK.
_BLANK: Final = frozenset(
    "\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u2800\u3164\uffa0"
)
# Selectors of another drawing, and joiners, which hold emoji and the letters of some scripts
# together: each stands alone, behind what it is for.  No Latin, Greek or Cyrillic letter is that.
_VARIANTS: Final = "\ufe00-\ufe0f\U000e0100-\U000e01ef"
_NEVER_JOINED: Final = "\x00-\x7f\u00c0-\u052f\u200c\u200d"
_NEVER_VARIED: Final = f"\\sA-Za-z\u00c0-\u052f\u200c\u200d{_VARIANTS}"
_IN_PLACE: Final = re.compile(
    f"(?<=[^{_NEVER_JOINED}])[\u200c\u200d](?=[^{_NEVER_JOINED}])|(?<=[^{_NEVER_VARIED}])[{_VARIANTS}]"
)
_VARIANT: Final = re.compile(f"[{_VARIANTS}]")


def one_line(text: str) -> str:
    """Return the text in its composed form.  Raises: InvalidValue, if somebody could not read it.

    >>> one_line("Cafe\\u0301")
    'Café'
    """
    composed = unicodedata.normalize("NFC", text)
    plain = _IN_PLACE.sub("", composed)
    kinds = {unicodedata.category(one) for one in plain}
    if kinds & _REFUSED or _VARIANT.search(plain) or not _BLANK.isdisjoint(composed):
        raise InvalidValue("This has characters that nobody can see")
    if not any(unicodedata.category(one)[0] in "LNPS" for one in plain):
        raise InvalidValue("This has no character that anybody can see")
    return composed


OneLine = Annotated[str, AfterValidator(one_line)]
