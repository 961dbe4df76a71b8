"""Runs the notebooks and writes them back as they are committed.

`python -m scenarios.lab.notebooks` does all of them.

The outputs are kept, static pictures with them; what only this run or this machine knows is not:
times, the numbers of live widgets, warnings, the version of Python.  So running it again changes
nothing.
"""

import argparse
import os
import sys
from collections.abc import Iterable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import nbformat
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, DeadKernelError

from boxoffice.terminal import atomic_write
from scenarios.lab.jupyterlab import NOTEBOOKS
from scenarios.lab.kernels import OneKernel
from scenarios.lab.stills import LIVE

CELL_LIMIT_S: Final = 300
LONGEST_SOCKET: Final = 103  # bytes of its path: on macOS; on Linux 107 (unix(7))
METADATA: Final = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}


class CannotRun(Exception):
    """A notebook does not run to its end; the message says where it stopped."""


def executed(page: Path) -> str:
    """Run a notebook and return its text as it is committed.  Raises: CannotRun."""
    try:
        notebook = nbformat.read(page, as_version=4)  # type: ignore[no-untyped-call]
    except Exception as error:  # nbformat raises what it finds: of JSON, of its schema, of files
        said = str(error).splitlines() or [type(error).__name__]
        raise CannotRun(f"{page} is no notebook: {said[0]}") from None
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    _run(page, notebook)
    notebook.metadata = nbformat.from_dict(METADATA)  # type: ignore[no-untyped-call]
    for cell in notebook.cells:
        cell.metadata = nbformat.from_dict({})  # type: ignore[no-untyped-call]
        if cell.cell_type == "code":
            cell.outputs = list(_kept(cell.outputs))
    return str(nbformat.writes(notebook)) + "\n"  # type: ignore[no-untyped-call]


def _run(page: Path, notebook: Any) -> None:
    """Run all cells in a kernel of their own."""
    with TemporaryDirectory() as folder:
        kernel = AsyncKernelManager(kernel_spec_manager=OneKernel(), **_sockets(folder))
        _run_with(kernel, page, notebook)


def _sockets(folder: str) -> dict[str, Any]:
    """Return where the kernel is spoken to."""
    # Sockets that are files need no port, and nobody else on the machine speaks to them.
    files = f"{folder}/kernel"
    if len(os.fsencode(files)) + len("-5") <= LONGEST_SOCKET:
        return {"transport": "ipc", "ip": files}
    return {"transport": "tcp", "transport_encryption": "auto"}


def _run_with(kernel: AsyncKernelManager, page: Path, notebook: Any) -> None:
    room = {"metadata": {"path": str(page.resolve().parent)}}
    # How a kernel cuts what is printed into messages depends on how busy the machine is.
    client = NotebookClient(
        notebook,
        km=kernel,
        timeout=CELL_LIMIT_S,
        resources=room,
        record_timing=False,
        coalesce_streams=True,
    )
    client.owns_km = True  # or the kernel would go on living
    try:
        client.execute()
    except CellExecutionError as error:
        broken = notebook.cells[_broken(notebook)]
        said = f"{error.ename}: {error.evalue}".splitlines()[0]
        raise CannotRun(f"{page.name}, cell {broken.id} fails: {said}") from None
    except (DeadKernelError, TimeoutError) as error:
        said = str(error).splitlines()[0]
        raise CannotRun(f"{page.name} does not come to its end: {said}") from None


def _broken(notebook: Any) -> int:
    """Return the place of the cell that failed: the last that ran."""
    ran = [at for at, cell in enumerate(notebook.cells) if cell.get("execution_count")]
    return ran[-1] if ran else 0


def _kept(outputs: Iterable[Any]) -> Iterable[Any]:
    for output in outputs:
        if output.output_type == "stream" and output.name == "stderr":
            continue
        if "data" in output:
            output.data.pop(LIVE, None)
            output.metadata = {}
        yield output


def main(arguments: list[str] | None = None) -> int:
    """Write back the named notebooks, or all; return 0, or 1 if one does not run to its end."""
    parser = argparse.ArgumentParser(prog="python -m scenarios.lab.notebooks", description=__doc__)
    parser.add_argument("pages", nargs="*", type=Path, metavar="NOTEBOOK", help="default: all")
    for page in parser.parse_args(arguments).pages or sorted(NOTEBOOKS.glob("*.ipynb")):
        try:
            text = executed(page)
        except CannotRun as reason:
            print(reason, file=sys.stderr)
            return 1
        same = page.read_text(encoding="utf-8") == text
        if not same:
            with atomic_write(page) as there:
                there.write_text(text, encoding="utf-8")
        print(f"{page.name}: {'as it was' if same else 'written'}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
