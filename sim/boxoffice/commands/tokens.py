"""A token that is given as such, or in a file: alone, or in what `explore --json` has written."""

import json
from pathlib import Path
from typing import Any

from boxoffice.misuse import Misuse
from boxoffice.search.case import Case
from boxoffice.search.marks import Marks
from boxoffice.search.names import Names
from boxoffice.search.token import BEGIN, case_of


def read(given: str, known: Names) -> tuple[str, tuple[Case, Marks | None]]:
    """Return a token, and the case and marks that it says.  Raises: Misuse."""
    token = given.strip()
    if not token.startswith(BEGIN):
        token = _of_file(given)
    return token, case_of(token, known)


def _of_file(given: str) -> str:
    path = Path(given)
    if not given or not path.is_file():
        raise Misuse(f"{given!r} is neither a token, which begins with {BEGIN}, nor a file")
    try:
        text = path.read_text(encoding="utf-8").strip()
        said: Any = json.loads(text) if text.startswith("{") else text
    except (UnicodeDecodeError, ValueError, RecursionError):
        raise Misuse(f"{path} holds no token") from None
    except OSError as error:
        raise Misuse(f"cannot read {path}: {error.strerror}") from None
    token = said.get("replay") if isinstance(said, dict) else said
    if isinstance(said, dict) and isinstance(said.get("falls"), dict):
        kept = [fall.get("token") for fall in said["falls"].values() if isinstance(fall, dict)]
        tokens = ", ".join(it for it in kept if isinstance(it, str)) or "none"
        raise Misuse(f"{path} is a campaign's; its tokens: {tokens}")
    if not isinstance(token, str) or not token.startswith(BEGIN):
        raise Misuse(f"{path} holds no token")
    return token
