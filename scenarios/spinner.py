"""A sign of life while something is played: on stderr, and only on a terminal."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def spinner(text: str = "") -> Iterator[Callable[[str], None]]:
    """Turn until it is done; what is yielded says what is being done now.

    What is piped is the result alone.
    """
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    from boxoffice.terminal import Console, on_terminal

    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    console = Console(stderr=True)
    progress = Progress(*columns, console=console, transient=True, disable=not on_terminal(console))
    with progress:
        task = progress.add_task(text, total=None)
        yield lambda said: progress.update(task, description=said)
