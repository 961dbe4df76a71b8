"""Static pictures of runs: what they show, that nothing covers a label, and whose colours."""

import re
from functools import cache
from pathlib import Path

from boxoffice import faults
from boxoffice.trace.outcome import Outcome
from boxoffice.views.explorer.model import run_of
from boxoffice.world.run import run
from boxoffice.world.scenario import Scenario
from scenarios.catalogue import scenario_named, twin_named
from scenarios.lab import EXERCISES, grade
from scenarios.lab.picture import styles, svg_elements
from scenarios.lab.picture.layout import Layout, _cover
from scenarios.lab.picture.rendering import svg
from scenarios.lab.picture.selection import MOST, events_of, select
from scenarios.lab.wrong import WRONG
from scenarios.shop.stage import Stage
from scenarios.shop.system import SHOP
from tests.real.tiers import unhurried

# Of what html5lib's sanitizer lets through, by which notebooks are cleaned for the web; xmlns goes.
KEPT_ELEMENTS = {"svg", "title", "rect", "path", "text", "tspan"}
KEPT_ATTRIBUTES = {
    *("d", "fill", "font-family", "font-size", "font-weight", "height", "role", "rx", "stroke"),
    *("stroke-dasharray", "stroke-width", "text-anchor", "transform", "viewBox", "width"),
    *("x", "y", "xmlns"),
}
EXPLORER = Path(__file__).resolve().parents[3] / "sim/boxoffice/views/explorer"


@cache
def expired() -> Outcome:
    return run(scenario_named("expiry"), bug=twin_named("ack-first"))


@cache
def doubled() -> Outcome:
    return run(scenario_named("duplicate-delivery"), bug=twin_named("no-version-check"))


@cache
def crashed() -> Outcome:
    crash = faults.crashes("orders", on="write", of="orders.insert_one", at="orders-db", nth=[1])
    return run(scenario_named("purchase"), faults=[crash], bug=twin_named("no-outbox"))


@cache
def crowded() -> Outcome:
    return run(scenario_named("last-seat"), bug=twin_named("no-unique-hold"), seed=2, size=6)


def test_the_same_run_gives_the_same_bytes() -> None:
    again = run(scenario_named("expiry"), bug=twin_named("ack-first"))
    assert svg(expired()) == svg(again)


def test_no_label_covers_another_or_a_mark() -> None:
    for outcome in (expired(), doubled(), crashed(), crowded()):
        told = run_of(outcome)
        layout = Layout(told, select(told))
        boxes = [label.box for label in layout.labels]
        assert len(boxes) > 20
        covered = [
            (one, other)
            for at, one in enumerate(layout._taken)
            for other in layout._taken[:at]
            if _cover(one, other) and (one in boxes or other in boxes)
        ]
        assert covered == []
        assert all(left >= 0 and right <= layout.width for left, _, right, _ in boxes)


def test_a_long_run_is_cut_around_what_proves_the_violation() -> None:
    told = run_of(doubled())
    shown = select(told)
    first = next(it for one in told["judgements"] for it in one["violations"])
    assert len(shown.events) <= MOST < len([it for it in events_of(told) if not it.quiet])
    assert set(first["events"]) <= {one.n for one in shown.events}
    assert sum(shown.missing) > 0
    missing = [count for count in shown.missing if count]
    read = rf'fill="{styles.COLOURS["faint"]}"[^>]*>(\d+) (?:earlier |later )?events? not drawn<'
    words = re.findall(read, svg(doubled()))
    assert [int(count) for count in words] == missing


def test_what_is_asked_again_and_again_is_drawn_three_times() -> None:
    open_for_ever = run(scenario_named("lost-timer"), bug=twin_named("no-second-line"))
    drawn = select(run_of(open_for_ever)).events
    asked = [one for one in drawn if one.label == "looks at order 1"]
    assert len(asked) == 3
    assert asked[-1].us > 1_000_000_000


@unhurried
def test_signing_up_is_said_to_be_left_out_only_where_somebody_did() -> None:
    wrong = next(it for it in WRONG if it.name == "counts-versions-everywhere")
    grown = grade(EXERCISES[wrong.exercise], wrong.function).outcome
    assert grown is not None
    assert select(run_of(grown)).note == ""
    assert select(run_of(doubled())).note == "signing up is not drawn"
    assert len(select(run_of(grown)).events) == len(select(run_of(doubled())).events) == MOST


def test_silence_is_a_band_that_says_how_long() -> None:
    assert re.search(r">\d\d:\d\d of silence<", svg(expired()))


def test_a_proof_stands_in_an_octagon_marked_so() -> None:
    picture = svg(crashed())
    proofs = [one for one in select(run_of(crashed())).events if one.proof]
    assert proofs
    # Once more in the legend.
    assert picture.count(f'd="{styles.OUTER}"') == len(proofs) + 1
    assert "inserts order 1" in picture


def test_ways_differ_by_their_dashes_and_not_by_colour_alone() -> None:
    dashes = {style: dash for style, (_, dash, _) in styles.STYLES.items()}
    assert len({dashes[it] for it in ("apply", "duplicate", "gap", "lost")}) == 4
    assert 'stroke-dasharray="7 4"' in svg(run(scenario_named("duplicate-delivery")))


def test_a_crash_is_hatched_until_the_host_is_back() -> None:
    assert ">down<" in svg(crashed())
    assert ">crashes and forgets everything<" in svg(crashed())


def test_what_lasted_is_hatched_only_where_it_is_in_the_picture() -> None:
    run_ = run_of(crashed())
    ((lane, begin, until, _),) = run_["spans"]
    layout = Layout(run_, select(run_))
    assert lane in layout.lanes
    assert layout.reaches(begin, until)
    assert layout.reaches(begin, None)
    first, last = layout.moments[0], layout.moments[-1]
    assert not layout.reaches(0, first - 1)
    assert not layout.reaches(last + 1, None)


def test_where_nothing_happened_the_picture_says_no_more_than_its_title() -> None:
    async def script(stage: Stage, crowd: int) -> None:
        pass

    picture = svg(run(Scenario("nothing", "Nobody comes.", script, (), (), (), SHOP)))
    assert "nothing, defence in place, seed 0" in picture
    assert "not drawn" not in picture


def test_a_picture_has_a_ground_of_its_own() -> None:
    ground = svg(expired()).splitlines()[1]
    assert '<rect width="' in ground
    assert styles.COLOURS["paper"] in ground


def test_a_picture_holds_nothing_that_a_code_host_takes_away() -> None:
    for outcome in (expired(), doubled(), crashed(), crowded()):
        picture = svg(outcome)
        assert set(re.findall(r"<(\w+)", picture)) <= KEPT_ELEMENTS
        assert set(re.findall(r' ([\w-]+)="', picture)) <= KEPT_ATTRIBUTES


def test_a_label_is_read_above_the_lines_that_it_crosses() -> None:
    halo, shown = svg_elements.text("signs up", 9, 9, halo=True, first="v1").split("</text>")[:2]
    assert f'stroke="{styles.COLOURS["paper"]}"' in halo
    assert "stroke" not in shown
    assert f'fill="{styles.COLOURS["apply"]}"' in shown
    plain = [re.sub(r"<[^>]*>", "", it) for it in (halo, shown)]
    assert plain == ["v1 signs up"] * 2


# --- the explorer is the source of truth ----------------------------------------------------------


def test_the_colours_are_those_of_the_explorer_on_white() -> None:
    light = (EXPLORER / "explorer.css").read_text(encoding="utf-8").split("}")[0]
    theirs = dict(re.findall(r"--bx-(\w+): (#[0-9a-f]{6});", light))
    assert {name: theirs.get(name) for name in styles.COLOURS} == styles.COLOURS


def test_the_signs_shapes_and_ways_are_those_of_the_explorer() -> None:
    shapes = (EXPLORER / "web/src/shapes.js").read_text(encoding="utf-8")
    signs = re.search(r"SIGNS = \{([^}]*)\}", shapes)
    assert signs is not None
    assert dict(re.findall(r'(\w+): "(.)"', signs[1])) == styles.SIGNS
    theirs = dict(
        re.findall(r'^  (\w+): \[.*?, "(\w+)", (?:true|false|"drawn")', shapes, re.MULTILINE)
    )
    assert {
        name: colour for name, (_, colour, _) in styles.SHAPES.items()
    }.items() <= theirs.items()
    ways = re.findall(r'(\w+): \["(\w+)", \[([^\]]*)\], ([\d.]+)\]', shapes)
    told = {
        name: (colour, tuple(float(it) for it in dash.split(",") if it), float(width))
        for name, colour, dash, width in ways
    }
    assert told == styles.STYLES
