"""What a process says of itself, and a world does not."""

from prometheus_client import CollectorRegistry, generate_latest

from services import VERSION
from services.common.process import tell_of_process
from tests.house.tree import pyproject
from tests.services.common.test_operator_routes import ask


def test_a_process_says_what_it_uses_and_what_it_was_built_from():
    registry = CollectorRegistry()
    tell_of_process(registry)
    page = generate_latest(registry).decode()
    for told in ("resident_memory_bytes", "cpu_seconds_total", "open_fds", "start_time_seconds"):
        assert f"\nprocess_{told} " in page
    assert f'version="{VERSION}"' in page


def test_the_version_is_that_of_the_project():
    assert pyproject()["version"] == VERSION


def test_in_virtual_time_nothing_is_read_from_the_machine(play):
    async def script(shop):
        await shop.sleep(1)
        return (await ask(shop, "orders", "/metrics")).text

    page = play(script)
    assert "process_" not in page
    assert "build_info" not in page
