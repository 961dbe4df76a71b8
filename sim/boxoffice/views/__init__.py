"""A run as lines, pictures and an explorer."""

from typing import TYPE_CHECKING

from boxoffice.lazily import lazily

if TYPE_CHECKING:
    from boxoffice.views.descriptions import describe as describe
    from boxoffice.views.descriptions import displayed_host as displayed_host
    from boxoffice.views.descriptions import version as version
    from boxoffice.views.explorer.model import FOLDED as FOLDED
    from boxoffice.views.explorer.model import PROOF as PROOF
    from boxoffice.views.explorer.model import QUIET as QUIET
    from boxoffice.views.explorer.model import run_of as run_of
    from boxoffice.views.explorer.notebook import explore as explore
    from boxoffice.views.explorer.page import write_report as write_report
    from boxoffice.views.hostlog import log_of as log_of
    from boxoffice.views.names import Names as Names
    from boxoffice.views.time_format import LONG_US as LONG_US
    from boxoffice.views.time_format import format_duration as format_duration
    from boxoffice.views.time_format import format_time as format_time
    from boxoffice.views.time_format import format_times as format_times
    from boxoffice.views.timeline import timeline_of as timeline_of
    from boxoffice.views.verdicts import summary_line as summary_line
    from boxoffice.views.verdicts import verdict_lines as verdict_lines
else:
    __all__, __getattr__, __dir__ = lazily(
        __name__,
        {
            "boxoffice.views.explorer.model": "FOLDED PROOF QUIET run_of",
            "boxoffice.views.explorer.page": "write_report",
            "boxoffice.views.explorer.notebook": "explore",
            "boxoffice.views.hostlog": "log_of",
            "boxoffice.views.time_format": "LONG_US format_time format_times format_duration",
            "boxoffice.views.names": "Names",
            "boxoffice.views.descriptions": "describe displayed_host version",
            "boxoffice.views.timeline": "timeline_of",
            "boxoffice.views.verdicts": "summary_line verdict_lines",
        },
    )
