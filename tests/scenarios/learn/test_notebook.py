"""The ladder in a notebook: a file, a cell's code, or a function."""

from pytest import fixture

from boxoffice.views import run_of
from boxoffice.views.explorer.model import QUIET
from scenarios.learn import checking
from scenarios.learn.notebook import check, hint, load_ipython_extension, task
from scenarios.learn.pages import solution_of
from scenarios.learn.rungs import RUNGS, rung_named


async def handle(message, store, bus):
    seat = message["seat"]
    if message["type"] == "order":
        await store.put(seat, message["order"])
        await bus.publish({"type": "sold", "order": message["order"], "seat": seat})


@fixture
def shell():
    class Shell:
        def __init__(self):
            self.magics = {}

        def register_magic_function(self, function, kind, name):
            assert kind == "cell"
            self.magics[name] = function

    made = Shell()
    load_ipython_extension(made)
    return made


def test_a_function_a_text_and_a_file_are_checked_alike(tmp_path):
    file = tmp_path / "shop.py"
    file.write_text(solution_of(RUNGS[0]), encoding="utf-8")
    assert check("1", file, seeds=2).holds
    assert check("1", solution_of(RUNGS[0]), seeds=2).holds
    told = check("1", handle, seeds=2)
    assert told.promise == "answered"
    assert "nobody was told who has A" in repr(told)
    assert told.outcome is not None


def test_a_cell_is_a_shop(shell):
    assert "✓ rung 1" in repr(shell.magics["rung"]("1", solution_of(RUNGS[0])))


def test_a_page_and_hints_are_shown_as_text():
    assert task("2")._repr_markdown_().startswith("# Rung 2")
    assert hint("2") != hint("2", 2)


def test_a_number_is_a_rung_and_a_line_is_code():
    assert "line 1" in str(check(1, "def handle(: pass"))


def test_a_seat_that_nobody_has_is_said_to_be_nobodys():
    shop = """
async def handle(message, store, bus):
    told = {"order": message.get("order"), "seat": message["seat"]}
    await bus.publish(told | {"type": "sold" if message["type"] == "order" else "holder"})
"""
    assert "says: holder A3: nobody" in str(check("1", shop))


def test_the_picture_shows_who_asks_the_shop_and_what_it_is_asked_again():
    result = checking.check(rung_named("3a"), f"{solution_of(rung_named('2'))}\n")
    assert "hands over again: order " in str(result)
    assert result.outcome is not None
    run = run_of(result.outcome)
    assert run["asked"] == ""
    names = [name for name, _ in run["lanes"]]
    ways = {(names[source], names[to], style) for _, source, _, to, _, style in run["arrows"]}
    who = next(result.outcome.trace.of_kind("stored"))["by"]
    assert {
        (who, "shop", "request"),
        (who, "shop", "duplicate"),
        ("usher", "shop", "request"),
    } <= ways
    labels = [run["words"][it] for it in run["events"]["label"]]
    [again] = [it for it, label in enumerate(labels) if label.endswith(" again")]
    assert not run["events"]["flags"][again] & QUIET
