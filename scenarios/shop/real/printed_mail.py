"""Mail inside this process, for who runs the shop on one machine."""

from collections.abc import Callable

from services.common.mail import Letter


class PrintedMail:
    """Letters that are shown to whoever runs the shop; `posted` hears of each."""

    def __init__(
        self,
        tell: Callable[[str], object],
        posted: Callable[[Letter], object] = lambda letter: None,
    ) -> None:
        self._tell = tell
        self._posted = posted

    async def post(self, letter: Letter) -> None:
        """Show one letter."""
        self._posted(letter)
        self._tell(f"mail to {letter.to}: {letter.subject}\n\n{letter.text}")
