"""Mail inside this process, for who runs the shop on one machine."""

from collections.abc import Callable

from services.common.mail import Letter


class PrintedMail:
    """Letters that are shown to whoever runs the shop."""

    def __init__(self, tell: Callable[[str], object]) -> None:
        self._tell = tell

    async def post(self, letter: Letter) -> None:
        """Show one letter."""
        self._tell(f"mail to {letter.to}: {letter.subject}\n\n{letter.text}")
