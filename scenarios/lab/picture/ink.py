"""The explorer's colours, outlines and signs, on white: a static picture cannot know its page.

The truth is in sim/views/explorer: explorer.css, web/src/shapes.js and web/src/drawing.js.
"""

from math import pi, sqrt
from typing import Final

COLOURS: Final = {
    "paper": "#ffffff", "card": "#f5f6f8", "ink": "#1c2126", "faint": "#626c77", "line": "#d5dae0",
    "apply": "#0067a3", "duplicate": "#5a4700", "gap": "#a8437d", "bad": "#bf3f00",
    "call": "#5c6670", "good": "#007a58",
}  # fmt: skip
SIGNS: Final = {"apply": "✓", "duplicate": "=", "gap": "…"}
OUTER: Final = "M-5,-12H5L12,-5V5L5,12H-5L-12,5V-5Z"  # around what proves a violation

# style → colour, dash, width
STYLES: Final[dict[str, tuple[str, tuple[float, ...], float]]] = {
    "request": ("call", (), 1.3), "response": ("call", (), 0.9), "apply": ("apply", (), 1.4),
    "money": ("good", (), 2.2), "duplicate": ("duplicate", (7, 4), 1.4),
    "gap": ("gap", (1.5, 4), 2), "lost": ("bad", (4, 3), 1.4),
}  # fmt: skip


def _circle(area: float) -> str:
    r = round(sqrt(area / pi), 1)
    return f"M{-r},0a{r},{r} 0 1,0 {2 * r},0a{r},{r} 0 1,0 {-2 * r},0"


def _square(area: float) -> str:
    half = round(sqrt(area) / 2, 1)
    return f"M{-half},{-half}H{half}V{half}H{-half}Z"


def _diamond(area: float) -> str:
    y = sqrt(area / (2 * sqrt(1 / 3)))
    x, y = round(y * sqrt(1 / 3), 1), round(y, 1)
    return f"M0,{-y}L{x},0L0,{y}L{-x},0Z"


def _triangle(area: float) -> str:
    y = sqrt(area / (sqrt(3) * 3))
    x, y = round(sqrt(3) * y, 1), round(y, 1)
    return f"M0,{-2 * y}L{x},{y}L{-x},{y}Z"


def _plus(area: float) -> str:
    r = round(sqrt(area / 5) / 2, 1)
    long = round(3 * r, 1)
    return (
        f"M{-long},{-r}H{-r}V{-long}H{r}V{-r}H{long}V{r}H{r}V{long}H{-r}V{r}H{-long}Z"
    )  # fmt: skip


def _times(area: float) -> str:
    r = round(sqrt(area - min(area / 6, 1.7)) * 0.6189, 1)
    return f"M{-r},{-r}L{r},{r}M{-r},{r}L{r},{-r}"


# shape → outline, colour, filled?
SHAPES: Final[dict[str, tuple[str, str, bool]]] = {
    "ask": (_circle(44), "call", True),
    "answer": (_circle(44), "call", True),
    "refusal": (_circle(60), "duplicate", False),
    "unknown": (_times(90), "bad", False),
    "publish": ("M-5,-6L7,0L-5,6Z", "apply", True),
    "apply": (_circle(130), "apply", True),
    "duplicate": (_circle(130), "duplicate", False),
    "gap": (_diamond(120), "gap", False),
    "commit": (_square(40), "faint", True),
    "money": ("M-6,-4L0,-7L6,-4V4L0,7L-6,4Z", "good", True),
    "crash": (_times(120), "bad", False),
    "lost": (_times(90), "bad", False),
    "start": (_triangle(70), "good", True),
    "mail": (_square(60), "good", False),
    "note": (_plus(60), "faint", True),
    "delivered": (_diamond(30), "faint", True),
}
LEGEND: Final = {
    "ask": "request or answer", "refusal": "refusal", "commit": "stored", "publish": "published",
    "apply": "applied: the next version", "duplicate": "duplicate, dashed: nothing done",
    "gap": "gap, dotted: asked to come again", "money": "card charged or refunded",
    "lost": "lost on its way", "unknown": "no answer", "crash": "crashed; hatched while down",
    "start": "is back", "note": "a log line",
}  # fmt: skip
ALIKE: Final = {"answer": "ask", "delivered": "", "mail": ""}  # told by another line of the legend


def shape_of(name: str) -> tuple[str, str, bool]:
    """Return outline, colour and whether it is filled, of a mark."""
    return SHAPES.get(name, SHAPES["note"])


def style_of(name: str) -> tuple[str, tuple[float, ...], float]:
    """Return colour, dash and width of an arrow."""
    return STYLES.get(name, STYLES["gap"])
