"""A debugger in a world: `breakpoint()` stops there, and no virtual time passes meanwhile."""

import subprocess
import sys

STORY = """
import asyncio
from fastapi import FastAPI
from boxoffice import System

def pages(drivers):
    app = FastAPI()

    @app.get("/")
    async def answer():
        asked = "in a service"
        breakpoint()
        return {}

    return app

system = System("pages")
system.service("pages", pages, route="/")

async def reads(world):
    before_s = asyncio.get_running_loop().time()
    told = "in a story"
    breakpoint()
    assert asyncio.get_running_loop().time() == before_s
    await world.client("Ann").get("/")

print(system.run(system.story()(reads)).verdict)
"""


def test_a_breakpoint_stops_in_a_story_and_in_a_service(tmp_path):
    program = tmp_path / "pages.py"
    program.write_text(STORY)
    said = subprocess.run(
        [sys.executable, str(program)],
        input="p told\nc\np asked\nc\n",
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    ).stdout
    assert "'in a story'" in said
    assert "'in a service'" in said
    assert said.strip().endswith("holds")
