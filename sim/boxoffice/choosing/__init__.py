"""Choose what happens next: a run that stands still, and goes on as its reader says."""

from typing import TYPE_CHECKING

from boxoffice.lazily import lazily

if TYPE_CHECKING:
    from boxoffice.choosing.protocol import Choosing as Choosing
else:
    __all__, __getattr__, __dir__ = lazily(__name__, {"boxoffice.choosing.protocol": "Choosing"})
