"""A service whose consumer takes one message after another: what side by side is measured against.

python -m benchmarks.one_at_a_time orders --host 127.0.0.1 --port 3000
"""

import sys
from collections.abc import Collection, Coroutine
from typing import Any
from unittest.mock import patch

from services.__main__ import main
from services.common import messaging
from services.common.lanes import Lanes

ALL = "all"


class OneLane(Lanes):
    """Everything touches one thing more, which is the same for all."""

    def begin(self, touches: Collection[str], work: Coroutine[Any, Any, None]) -> None:
        """Have `work` done once all that was begun before it is done."""
        super().begin((*touches, ALL), work)


if __name__ == "__main__":
    with patch.object(messaging, "Lanes", OneLane):
        sys.exit(main())
