"""What is printed or written for whoever asked for it, and Ctrl-C."""

from typing import TYPE_CHECKING

from boxoffice.lazily import lazily

if TYPE_CHECKING:
    from boxoffice.atomic_files import atomic_write as atomic_write
    from boxoffice.atomic_files import unwritable as unwritable
    from boxoffice.terminal.console import Console as Console
    from boxoffice.terminal.console import on_terminal as on_terminal
    from boxoffice.terminal.interrupts import TERMINATED as TERMINATED
    from boxoffice.terminal.interrupts import exit_on_interrupt as exit_on_interrupt
    from boxoffice.terminal.interrupts import is_terminated as is_terminated
else:
    __all__, __getattr__, __dir__ = lazily(
        __name__,
        {
            "boxoffice.atomic_files": "atomic_write unwritable",
            "boxoffice.terminal.console": "Console on_terminal",
            "boxoffice.terminal.interrupts": "TERMINATED exit_on_interrupt is_terminated",
        },
    )
