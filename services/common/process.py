"""What a process says of itself beside its service: what it uses, and what it was built from.

It is read from the operating system, so only a service that is a process of its own says it.
"""

import platform

from prometheus_client import CollectorRegistry, Info, ProcessCollector

from services import VERSION


def tell_of_process(registry: CollectorRegistry) -> None:
    """Add memory, processor, open files and age of this process, and its build, to a page."""
    ProcessCollector(registry=registry)
    build = Info("boxoffice_build", "What this process was built from", registry=registry)
    build.info({"version": VERSION, "python": platform.python_version()})
