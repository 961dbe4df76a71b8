"""What has happened in a run, and what is thought of it."""

from typing import TYPE_CHECKING

from boxoffice.lazily import lazily

if TYPE_CHECKING:
    from boxoffice.trace.events import Until as Until
    from boxoffice.trace.events import of_kind as of_kind
    from boxoffice.trace.excerpts import meanwhile as meanwhile
    from boxoffice.trace.keeping import Keeping as Keeping
    from boxoffice.trace.outcome import counts_of as counts_of
    from boxoffice.trace.reopening import load as load
    from boxoffice.trace.trace import Trace as Trace
    from boxoffice.trace.trace import TraceEvent as TraceEvent
    from boxoffice.trace.trace import cause as cause
    from boxoffice.trace.trace import caused_by as caused_by
    from boxoffice.trace.untold import Untold as Untold
    from boxoffice.trace.verdict import STORY as STORY
    from boxoffice.trace.verdict import Judgement as Judgement
    from boxoffice.trace.verdict import Kind as Kind
    from boxoffice.trace.verdict import Violation as Violation
    from boxoffice.trace.verdict import merged as merged
    from boxoffice.trace.verdict import overall as overall
    from boxoffice.trace.vocabulary import PERSON as PERSON
    from boxoffice.trace.vocabulary import Vocabulary as Vocabulary
else:
    __all__, __getattr__, __dir__ = lazily(
        __name__,
        {
            "boxoffice.trace.events": "Until of_kind",
            "boxoffice.trace.excerpts": "meanwhile",
            "boxoffice.trace.keeping": "Keeping",
            "boxoffice.trace.outcome": "counts_of",
            "boxoffice.trace.reopening": "load",
            "boxoffice.trace.untold": "Untold",
            "boxoffice.trace.trace": "Trace TraceEvent caused_by cause",
            "boxoffice.trace.verdict": "STORY Judgement Kind Violation merged overall",
            "boxoffice.trace.vocabulary": "PERSON Vocabulary",
        },
    )
