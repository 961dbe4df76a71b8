"""Serves the handbook: a page for people, the same as documents for tools."""

from functools import cache
from importlib.resources import files
from typing import Final

from fastapi import APIRouter, Response

from services.common.pages import allowed, policy

router = APIRouter(prefix="/api/docs")

_PUBLIC: Final = {"Cache-Control": "no-cache"}  # it changes with each release
_STYLE: Final = "<style>", "</style>"


@router.get("", include_in_schema=False)
async def page() -> Response:
    """The page: one style, no script, and nothing from elsewhere."""
    text = _text("index.html")
    style = text.partition(_STYLE[0])[2].partition(_STYLE[1])[0]
    policies = {"Content-Security-Policy": policy(f"style-src {allowed(style)}")}
    return Response(text, media_type="text/html", headers=_PUBLIC | policies)


@router.get("/openapi.json", include_in_schema=False)
async def openapi() -> Response:
    """HTTP, as OpenAPI."""
    return _document("openapi.json")


@router.get("/asyncapi.json", include_in_schema=False)
async def asyncapi() -> Response:
    """Events, as AsyncAPI."""
    return _document("asyncapi.json")


@router.get("/collection.json", include_in_schema=False)
async def collection() -> Response:
    """HTTP, as a Postman collection."""
    return _document("collection.json")


def _document(name: str) -> Response:
    return Response(_text(name), media_type="application/json", headers=_PUBLIC)


@cache
def _text(name: str) -> str:
    # Read when it is asked for: a world in virtual time, and one in a tab, never ask.
    return files("services.common.handbook").joinpath(name).read_text(encoding="utf-8")
