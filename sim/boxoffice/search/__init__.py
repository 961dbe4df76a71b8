"""Many runs instead of one: found, made small, passed on, and played again."""

from typing import TYPE_CHECKING

from boxoffice.lazily import lazily

if TYPE_CHECKING:
    from boxoffice.search.campaign import Campaign as Campaign
    from boxoffice.search.campaign import Plan as Plan
    from boxoffice.search.campaign import explore as explore
    from boxoffice.search.case import Case as Case
    from boxoffice.search.case import fallen as fallen
    from boxoffice.search.hunt import Hunt as Hunt
    from boxoffice.search.hunt import hunts as hunts
    from boxoffice.search.marks import Marks as Marks
    from boxoffice.search.marks import marks_of as marks_of
    from boxoffice.search.mishap import in_a_line as in_a_line
    from boxoffice.search.names import Names as Names
    from boxoffice.search.played import Played as Played
    from boxoffice.search.printed import Printed as Printed
    from boxoffice.search.seen import Watched as Watched
    from boxoffice.search.shrinking import Shrunk as Shrunk
    from boxoffice.search.shrinking import shrink as shrink
    from boxoffice.search.token import case_of as case_of
    from boxoffice.search.token import token_of as token_of
    from boxoffice.search.workers import processors as processors
else:
    __all__, __getattr__, __dir__ = lazily(
        __name__,
        {
            "boxoffice.search.campaign": "Campaign Plan explore",
            "boxoffice.search.case": "Case fallen",
            "boxoffice.search.hunt": "Hunt hunts",
            "boxoffice.search.marks": "Marks marks_of",
            "boxoffice.search.mishap": "in_a_line",
            "boxoffice.search.names": "Names",
            "boxoffice.search.played": "Played",
            "boxoffice.search.printed": "Printed",
            "boxoffice.search.seen": "Watched",
            "boxoffice.search.shrinking": "Shrunk shrink",
            "boxoffice.search.token": "case_of token_of",
            "boxoffice.search.workers": "processors",
        },
    )
