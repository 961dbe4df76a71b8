"""What takes long is made once, and again only when what it is made of has changed."""

import hashlib
from collections.abc import Callable, Iterable
from pathlib import Path

from tests.deploy.cluster.places import CACHE


def once(name: str, inputs: Iterable[Path | str], make: Callable[[], object]) -> bool:
    """Make something unless that has been done with these inputs; tell whether it was made.

    A path stands for what is in it, and a text for itself.
    """
    stamp = CACHE / "stamps" / name
    known = _digest(inputs)
    if stamp.exists() and stamp.read_text() == known:
        return False
    make()
    stamp.parent.mkdir(parents=True, exist_ok=True)
    stamp.write_text(known)
    return True


def _digest(inputs: Iterable[Path | str]) -> str:
    digest = hashlib.sha256()
    for each in inputs:
        for part in [each] if isinstance(each, str) else _parts(each):
            digest.update(part if isinstance(part, bytes) else part.encode())
            digest.update(b"\0")
    return digest.hexdigest()


def _parts(path: Path) -> Iterable[str | bytes]:
    if path.is_dir():
        inside = (it for it in path.rglob("*") if it.is_file() and "__pycache__" not in it.parts)
        for each in sorted(inside):
            yield str(each.relative_to(path))
            yield each.read_bytes()
    else:
        yield path.read_bytes()
