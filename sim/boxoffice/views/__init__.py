"""A run as lines, pictures and an explorer."""

from typing import TYPE_CHECKING

from boxoffice.lazily import lazily

if TYPE_CHECKING:
    from boxoffice.views.explorer.model import PROOF as PROOF
    from boxoffice.views.explorer.model import QUIET as QUIET
    from boxoffice.views.explorer.model import run_of as run_of
    from boxoffice.views.explorer.notebook import explore as explore
    from boxoffice.views.explorer.page import write_report as write_report
    from boxoffice.views.hostlog import log_of as log_of
    from boxoffice.views.moments import LONG_US as LONG_US
    from boxoffice.views.moments import moment as moment
    from boxoffice.views.moments import span as span
    from boxoffice.views.names import Names as Names
    from boxoffice.views.phrases import phrase as phrase
    from boxoffice.views.phrases import place as place
    from boxoffice.views.phrases import version as version
    from boxoffice.views.timeline import timeline_of as timeline_of
    from boxoffice.views.verdicts import summary_line as summary_line
    from boxoffice.views.verdicts import verdict_lines as verdict_lines
else:
    __all__, __getattr__, __dir__ = lazily(
        __name__,
        {
            "boxoffice.views.explorer.model": "PROOF QUIET run_of",
            "boxoffice.views.explorer.page": "write_report",
            "boxoffice.views.explorer.notebook": "explore",
            "boxoffice.views.hostlog": "log_of",
            "boxoffice.views.moments": "LONG_US moment span",
            "boxoffice.views.names": "Names",
            "boxoffice.views.phrases": "phrase place version",
            "boxoffice.views.timeline": "timeline_of",
            "boxoffice.views.verdicts": "summary_line verdict_lines",
        },
    )
