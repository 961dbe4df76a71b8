"""SVG, an element at a time.  No script, no style sheet: code hosts take both away."""

from html import escape

from scenarios.lab.picture.styles import COLOURS

LETTER = 5.9  # pixels of a letter of 11 pixels, on average


def number(value: float) -> str:
    """Return a number as short as it can be written, to a tenth of a pixel.

    >>> number(12.04), number(3.5)
    ('12', '3.5')
    """
    return f"{round(value, 1):g}"


def wide(text: str, size: float = 11) -> float:
    """Return about how wide a text is, in pixels."""
    return len(text) * LETTER * size / 11


def path(
    d: str,
    fill: str = "none",
    stroke: str = "",
    width: float = 1,
    dash: tuple[float, ...] = (),
    at: tuple[float, float] | None = None,
) -> str:
    """Return a path; `fill` and `stroke` are names of colours, `at` is where its origin lies."""
    said = f'<path d="{d}" fill="{COLOURS.get(fill, fill)}"'
    if at:
        said += f' transform="translate({number(at[0])},{number(at[1])})"'
    if stroke:
        said += f' stroke="{COLOURS[stroke]}" stroke-width="{width:g}"'
    if dash:
        said += f' stroke-dasharray="{" ".join(map(number, dash))}"'
    return said + "/>"


def text(
    said: str,
    x: float,
    y: float,
    fill: str = "ink",
    anchor: str = "start",
    size: float = 11,
    bold: bool = False,
    halo: bool = False,
    first: str = "",
    first_fill: str = "apply",
) -> str:
    """Return a line of text; `first` stands before it, bold and in a colour of its own."""
    place = f'x="{number(x)}" y="{number(y)}"'
    place += f' text-anchor="{anchor}"' if anchor != "start" else ""
    place += f' font-size="{size:g}"' if size != 11 else ""
    place += ' font-weight="600"' if bold else ""
    rest = escape(f" {said}" if said and first else said)

    def written(about: str, first_fill: str = "") -> str:
        begun = f'<tspan font-weight="600"{first_fill}>{escape(first)}</tspan>' if first else ""
        return f"<text {place} {about}>{begun}{rest}</text>"

    shown = written(f'fill="{COLOURS[fill]}"', f' fill="{COLOURS[first_fill]}"')
    if not halo:
        return shown
    # Written twice: a code host may take `paint-order` away, and then a halo hides its own text.
    paper = COLOURS["paper"]
    return written(f'fill="{paper}" stroke="{paper}" stroke-width="3"') + shown


def group(parts: list[str], x: float, y: float) -> str:
    """Return parts as one, moved."""
    inner = "\n".join(parts)
    return f'<g transform="translate({number(x)},{number(y)})">\n{inner}\n</g>'


def sheet(parts: list[str], width: float, height: float, title: str) -> str:
    """Return a whole picture on a ground of its own, with `title` for those who cannot see it."""
    wide_, high = round(width), round(height)
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{wide_}" height="{high}" '
        f'viewBox="0 0 {wide_} {high}" font-family="system-ui, sans-serif" font-size="11" '
        f'role="img"><title>{escape(title)}</title>'
    )
    ground = f'<rect width="{wide_}" height="{high}" rx="8" fill="{COLOURS["paper"]}"/>'
    return "\n".join([head, ground, *parts, "</svg>"])
