"""Documents field by field: what is nested is told by its path, and what changed is known."""

from tests.scenarios.shop.views.explorer.bundle import node


def compared(before: str, after: str) -> object:
    row = "(it) => [it.path, it.old ?? null, it.now ?? null, it.changed]"
    return node(f"console.log(JSON.stringify(x.compared({before}, {after}).map({row})))")


def test_what_is_nested_is_compared_by_its_path() -> None:
    assert compared(
        "{a: {b: 1, c: {d: 2}}, e: [{f: 3}]}", "{a: {b: 1, c: {d: 4}}, e: [{f: 3}]}"
    ) == [
        ["a.b", 1, 1, False],
        ["a.c.d", 2, 4, True],
        ["e[0].f", 3, 3, False],
    ]


def test_what_was_empty_and_is_filled_is_told_by_what_fills_it() -> None:
    assert compared("{a: {}, b: null, c: []}", "{a: {x: 1}, b: {y: 2}, c: ['z']}") == [
        ["c", [], ["z"], True],
        ["a.x", None, 1, True],
        ["b.y", None, 2, True],
    ]
    assert compared("{a: {x: 1}}", "{a: {}}") == [["a.x", 1, None, True]]
    assert compared("null", "{}") == []
