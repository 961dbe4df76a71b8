"""Every text can be read, in both themes, and no meaning is told by colour alone.

Contrast: WCAG 2.2, success criterion 1.4.3, 4.5:1 for text.  Colour blindness: the matrices of
Machado, Oliveira and Fernandes (2009) for severity 1; distances in CIELAB (CIE 1976).
"""

import itertools
import re
from collections.abc import Iterator

import pytest

from boxoffice.views.explorer.page import resource
from tests.scenarios.shop.views.explorer.bundle import node

CONTRAST = 4.5
MADE_OUT = 3.0  # WCAG 2.2, 1.4.11: of what is no text; here of words that step back, too
APART = 10.0  # of CIELAB; 2.3 is a difference that is just seen
TEXTS = ("ink", "faint", "apply", "duplicate", "gap", "bad", "call", "good")
DECISIONS = ("apply", "duplicate", "gap", "lost")
MEANINGS = ("apply", "duplicate", "gap", "bad", "good")
SIGHTS = {
    "all cones": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "no red": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "no green": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
}
Linear = tuple[float, ...]


def colours(theme: str) -> dict[str, str]:
    selector = {"light": ".bx", "dark": '.bx[data-theme="dark"]'}[theme]
    [block] = re.findall(
        rf"^{re.escape(selector)} \{{(.*?)\}}", resource("explorer.css"), re.MULTILINE | re.DOTALL
    )
    return dict(re.findall(r"--bx-(\w+): (#[0-9a-f]{6})\b(?![0-9a-f])", block))


def linear(colour: str) -> Linear:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    return tuple(
        each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in parts
    )


def contrast(one: Linear, other: Linear) -> float:
    light = sorted(0.2126 * r + 0.7152 * g + 0.0722 * b for r, g, b in (one, other))
    return (light[1] + 0.05) / (light[0] + 0.05)


def lab(seen: Linear) -> Linear:
    r, g, b = seen
    x, y, z = (
        each ** (1 / 3) if each > 0.008856 else 7.787 * each + 16 / 116
        for each in (
            (0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.9505,
            0.2126 * r + 0.7152 * g + 0.0722 * b,
            (0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.089,
        )
    )
    return (116 * y - 16, 500 * (x - y), 200 * (y - z))


def distances(theme: str, sight: str) -> Iterator[tuple[float, str, str]]:
    told = colours(theme)

    def seen(name: str) -> Linear:
        colour = linear(told[name])
        cones = [sum(a * b for a, b in zip(row, colour, strict=True)) for row in SIGHTS[sight]]
        return lab(tuple(min(1.0, max(0.0, each)) for each in cones))

    for one, other in itertools.combinations(MEANINGS, 2):
        pairs = zip(seen(one), seen(other), strict=True)
        yield sum((a - b) ** 2 for a, b in pairs) ** 0.5, one, other


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_text_stands_out_from_what_lies_behind_it(theme: str) -> None:
    told = colours(theme)
    pairs = [(text, behind) for text in TEXTS for behind in ("paper", "card")]
    pairs += [("paper", "apply"), ("paper", "ink"), ("ink", "glow"), ("apply", "glow")]
    faint = {
        pair: round(found, 2)
        for pair in pairs
        if (found := contrast(linear(told[pair[0]]), linear(told[pair[1]]))) < CONTRAST
    }
    assert faint == {}


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_what_steps_back_can_still_be_made_out(theme: str) -> None:
    told, weak = colours(theme), node("console.log(JSON.stringify(x.WEAK))")
    paper = linear(told["paper"])
    assert contrast(linear(told["back"]), paper) >= MADE_OUT

    def mixed(name: str) -> str:
        pairs = [[int(told[it][at : at + 2], 16) for it in (name, "paper")] for at in (1, 3, 5)]
        return "#" + "".join(
            f"{round(weak * own + (1 - weak) * behind):02x}" for own, behind in pairs
        )

    faint = {name for name in TEXTS if contrast(linear(mixed(name)), paper) < MADE_OUT}
    assert faint == set()


@pytest.mark.parametrize("sight", SIGHTS)
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_colours_of_two_meanings_differ_for_everybody(theme: str, sight: str) -> None:
    near = [
        (one, other, round(far, 1)) for far, one, other in distances(theme, sight) if far < APART
    ]
    assert near == []


def test_decisions_and_losses_differ_in_outline_and_in_dash_too() -> None:
    shapes, styles = node("console.log(JSON.stringify([x.SHAPES, x.STYLES]))")
    assert len({(shapes[name][0], shapes[name][2]) for name in DECISIONS}) == len(DECISIONS)
    assert len({tuple(styles[name][1]) for name in DECISIONS}) == len(DECISIONS)


def test_a_cross_is_drawn_as_lines_since_it_has_no_inside() -> None:
    shapes = node("console.log(JSON.stringify(x.SHAPES))")
    open_ended = {name for name, (d, _, _) in shapes.items() if not {"Z", "A"} & set(d)}
    assert open_ended == {"crash", "lost", "unknown"}
    assert {shapes[name][2] for name in open_ended} == {"drawn"}
