"""Code that does not do is told of in one line, with file and line number, whatever it does."""

from pytest import mark, raises

from scenarios.learn.checking import check
from scenarios.learn.mistakes import Mistake
from scenarios.learn.rungs import rung_named
from scenarios.learn.source import source_of

HEAD = "async def handle(message, store, bus):\n"
STATIC = {
    "syntax": (f"{HEAD}    return (\n", "line 2: SyntaxError: '(' was never closed"),
    "empty": ("# nothing yet\n", "it has no `handle` yet"),
    "not async": ("def handle(message, store, bus):\n    pass\n", "line 1: `handle` is no async"),
    "too few": ("async def handle(message):\n    pass\n", "line 1: `handle` takes (message, store"),
    "import": (f"import nonsense_of_mine\n{HEAD}    pass\n", "line 1: ModuleNotFoundError"),
    "raises": (f"x = 1\nx['a']\n{HEAD}    pass\n", "line 2: TypeError"),
    "endless": (
        f"while True:\n    pass\n{HEAD}    pass\n",
        "line 1: its loops have turned 2,000 times",
    ),
    "exits": (f"import sys\nsys.exit()\n{HEAD}    pass\n", "line 2: it ends the process"),
    "null": ("a\0b\n", "source code string cannot contain null bytes"),
}
IN_THE_WORLD = {
    "raises": ("message['colour']", "line 2: KeyError: 'colour'"),
    "endless": ("while True: pass", "line 2: its loops have turned 2,000 times"),
    "endless try": (
        "while True:\n        try: 1 / 0\n        except Exception: pass",
        "2,000 times",
    ),
    "endless await": (
        "while True: await store.get('a')",
        "line 2: its loops have turned 2,000 times",
    ),
    "not awaited": ("store.put('a', 1)", "line 2: write `await store.put(…)`"),
    "not awaited, and used": ("store.get('a')[0]", "line 2: write `await store.get(…)`"),
    "no message": ("await bus.publish('sold')", "line 2: a message is a dict"),
    "no json": ("await store.put('a', {1, 2})", "line 2: only what JSON has"),
    "no key": ("await store.put(7, 1)", "line 2: a key is a text, and not 7"),
    "no version": ("await store.put('a', 1, if_version='1')", "line 2: if_version is a version"),
    "no seconds": ("await bus.later('soon', message)", "line 2: later takes seconds"),
    "no time": ("await bus.later(0, message)", "line 2: later takes seconds, 1 at least"),
    "alarms without end": (
        "for n in range(300): await bus.later(9, message)",
        "line 2: it has set 300 alarms",
    ),
    "no Exception": ("raise BaseException('x')", "line 2: BaseException: x"),
    "asks": ("input('?')", "line 2: nobody is there to answer an `input`"),
    "exits": ("raise SystemExit", "line 2: it ends the process"),
    "recursion": ("await handle(message, store, bus)", "line 2: RecursionError"),
    "sleeps for real": ("import time; time.sleep(1)", "line 2: "),
}


@mark.parametrize("name", STATIC)
def test_what_does_not_load_is_told_before_any_world(name):
    code, said = STATIC[name]
    with raises(Mistake) as caught:
        source_of(code)
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


@mark.parametrize("name", IN_THE_WORLD)
def test_what_goes_wrong_in_a_story_is_told_in_one_line(name):
    body, said = IN_THE_WORLD[name]
    result = check(rung_named("1"), f"{HEAD}    {body}\n", seeds=1)
    assert said in result.mistake
    assert "\n" not in result.mistake
    assert not result.holds


def test_a_file_is_named_with_its_line(tmp_path):
    file = tmp_path / "shop.py"
    file.write_text(f"{HEAD}    message['colour']\n", encoding="utf-8")
    assert f"{file}, line 2: KeyError" in check(rung_named("1"), str(file), seeds=1).mistake
    file.write_bytes(b"\xff\xfe\x00")
    assert "no text in UTF-8" in check(rung_named("1"), str(file), seeds=1).mistake
    assert "cannot be read" in check(rung_named("1"), str(tmp_path / "none.py"), seeds=1).mistake


def test_what_it_prints_is_told_beside_the_story_that_falls(capfd):
    result = check(rung_named("1"), f"{HEAD}    print('I got', message['type'])\n", seeds=1)
    assert "it printed:\n  I got order" in str(result)
    assert capfd.readouterr().out == ""


def test_memory_dies_with_the_shop():
    code = f"lives = []\n{HEAD}    lives.append(1)\n    assert len(lives) == 1\n"
    first = check(rung_named("1"), code, seeds=1)
    again = check(rung_named("1"), code, seeds=1)
    assert str(first) == str(again)


def test_no_line_is_wider_than_a_terminal():
    for rung, code in (("1", HEAD + "    pass\n"), ("1", HEAD + "    x = message['y' * 200]\n")):
        result = str(check(rung_named(rung), code, seeds=1))
        assert max(map(len, result.splitlines())) <= 80


def test_a_shop_that_never_ends_a_message_is_told_of():
    body = "    import asyncio\n    await asyncio.Event().wait()\n"
    assert "the world did not come to rest" in str(check(rung_named("1"), HEAD + body, seeds=1))


def test_a_world_that_has_no_end_is_told_of(monkeypatch):
    def endless(case):
        raise RuntimeError("there is no end")

    monkeypatch.setattr("scenarios.learn.checking.Case.play", endless)
    assert check(rung_named("1"), f"{HEAD}    pass\n").mistake == "there is no end"
