"""The explorer's colours, outlines and signs, on white: a static picture cannot know its page.

The truth is in sim/boxoffice/views/explorer: explorer.css, web/src/shapes.js, web/src/drawing.js.
"""

from typing import Final

COLOURS: Final = {
    "paper": "#ffffff", "card": "#f5f6f8", "ink": "#1c2126", "faint": "#626c77", "line": "#d5dae0",
    "apply": "#0067a3", "duplicate": "#5a4700", "gap": "#a8437d", "bad": "#bf3f00",
    "call": "#5c6670", "good": "#007a58",
}  # fmt: skip
SIGNS: Final = {"apply": "✓", "duplicate": "=", "gap": "…", "read": "•"}
OUTER: Final = "M-5,-12H5L12,-5V5L5,12H-5L-12,5V-5Z"  # around what proves a violation

# style → colour, dash, width
STYLES: Final[dict[str, tuple[str, tuple[float, ...], float]]] = {
    "request": ("call", (), 1.3), "response": ("call", (), 0.9), "apply": ("apply", (), 1.4),
    "money": ("good", (), 2.2), "duplicate": ("duplicate", (7, 4), 1.4),
    "gap": ("gap", (1.5, 4), 2), "lost": ("bad", (4, 3), 1.4),
}  # fmt: skip


def _circle(r: float) -> str:
    return f"M{-r},0a{r},{r} 0 1,0 {2 * r},0a{r},{r} 0 1,0 {-2 * r},0"


# shape → outline, colour, filled?
SHAPES: Final[dict[str, tuple[str, str, bool]]] = {
    "ask": (_circle(3.7), "call", True),
    "answer": (_circle(3.7), "call", True),
    "refusal": (_circle(4.4), "duplicate", False),
    "unknown": ("M-5.8,-5.8L5.8,5.8M-5.8,5.8L5.8,-5.8", "bad", False),
    "publish": ("M-5,-6L7,0L-5,6Z", "apply", True),
    "apply": (_circle(6.4), "apply", True),
    "duplicate": (_circle(6.4), "duplicate", False),
    "gap": ("M0,-10.2L5.9,0L0,10.2L-5.9,0Z", "gap", False),
    "commit": ("M-3.2,-3.2H3.2V3.2H-3.2Z", "faint", True),
    "read": ("M-7.5,0Q0,-8.5 7.5,0Q0,8.5 -7.5,0Z", "call", False),
    "money": ("M-6,-4L0,-7L6,-4V4L0,7L-6,4Z", "good", True),
    "crash": ("M-6.7,-6.7L6.7,6.7M-6.7,6.7L6.7,-6.7", "bad", False),
    "lost": ("M-5.8,-5.8L5.8,5.8M-5.8,5.8L5.8,-5.8", "bad", False),
    "start": ("M0,-7.4L6.4,3.7L-6.4,3.7Z", "good", True),
    "mail": ("M-3.9,-3.9H3.9V3.9H-3.9Z", "good", False),
    "note": ("M-5.1,-1.7H-1.7V-5.1H1.7V-1.7H5.1V1.7H1.7V5.1H-1.7V1.7H-5.1Z", "faint", True),
    "delivered": ("M0,-5.1L2.9,0L0,5.1L-2.9,0Z", "faint", True),
}
LEGEND: Final = {
    "ask": "request or answer", "refusal": "refusal", "read": "looked at", "commit": "stored",
    "publish": "published",
    "apply": "applied: the next version", "duplicate": "duplicate, dashed: nothing done",
    "gap": "gap, dotted: asked to come again", "money": "card charged or refunded",
    "lost": "lost on its way", "unknown": "no answer", "crash": "down or cut off; hatched as long",
    "start": "is back", "note": "a log line",
}  # fmt: skip
ALIKE: Final = {"answer": "ask", "delivered": "", "mail": ""}  # told by another line of the legend


def shape_of(name: str) -> tuple[str, str, bool]:
    """Return outline, colour and whether it is filled, of a mark."""
    return SHAPES.get(name, SHAPES["note"])


def style_of(name: str) -> tuple[str, tuple[float, ...], float]:
    """Return colour, dash and width of an arrow."""
    return STYLES.get(name, STYLES["gap"])
