"""The pytest plugin beside the plugins that people have: each test runs as its own plugin says."""

import subprocess
import sys

from pytest import fixture, mark

from tests.house import tree
from tests.packaging.environments import PATIENCE_S, Environment
from tests.packaging.test_guest import write
from tests.real.tiers import UNHURRIED

pytestmark = UNHURRIED  # the plugins are installed for it alone

FILES = {
    "test_story.py": """
        from boxoffice import System

        async def counter(scope, receive, send):
            if scope["type"] == "http":
                await send({"type": "http.response.start", "status": 200, "headers": []})
                await send({"type": "http.response.body", "body": b"1"})

        system = System("counters")
        system.service("counter", lambda drivers: counter, route="/")

        @system.story()
        async def asked(world):
            answer = await world.client("Ann").get("/")
            assert answer.text == "1"
        """,
    "test_others.py": """
        import asyncio
        import boxoffice
        from pytest import mark
        from test_story import asked, system

        @mark.asyncio
        async def test_of_asyncio():
            async with boxoffice.fake_jetstream() as nats:
                await nats.publish("a", b"")

        @mark.asyncio
        async def test_a_run_in_a_task_is_the_same():
            with open("hashes", "a") as file:
                print(system.run(asked, seed=1).trace.sha256(), file=file)

        @mark.anyio
        async def test_of_anyio():
            await asyncio.sleep(0)

        @mark.timeout(60)
        def test_of_timeout():
            pass
        """,
}


@fixture(scope="module")
def crowded(engine: Environment) -> Environment:
    """The engine's environment, and in it the plugins of requirements/beside.in."""
    python = str(engine.root / "bin" / "python")
    pip = [sys.executable, "-m", "pip", "--python", python, "--quiet", "install"]
    locked = ["--no-deps", "--require-hashes", "--only-binary", ":all:"]
    beside = str(tree.ROOT / "requirements" / "beside.txt")
    subprocess.run([*pip, *locked, "-r", beside], check=True, timeout=PATIENCE_S)
    return engine


@mark.parametrize(
    "options",
    [
        ["-p", "no:randomly"],
        ["-p", "randomly", "-o", "asyncio_mode=auto"],
        ["-n", "2", "-o", "asyncio_mode=auto"],
        ["--timeout=60", "--timeout-method=thread"],
        ["--timeout=60", "--timeout-method=signal"],
    ],
    ids=" ".join,
)
def test_stories_run_beside_other_plugins(crowded: Environment, options: list[str]) -> None:
    write(crowded.folder, FILES)
    ini = "[pytest]\npythonpath = .\nasyncio_default_fixture_loop_scope = function\n"
    (crowded.folder / "pytest.ini").write_text(ini)
    said = crowded.run("python", "-m", "pytest", "-q", "--boxoffice-seeds=3", *options)
    assert (said.returncode, said.stderr) == (0, ""), said.stdout
    assert "skipped" not in said.stdout
    hashes = (crowded.folder / "hashes").read_text().split()
    assert len(set(hashes)) == 1
