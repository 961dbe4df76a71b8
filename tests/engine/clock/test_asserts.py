import subprocess
import sys

WORLD = """
from boxoffice.clock import ambient
from boxoffice.clock.randomness import Randomness
with ambient.virtual(lambda: 0.0, Randomness(0)):
    print("judged")
"""


def test_a_world_without_asserts_is_refused_in_one_line():
    ended = subprocess.run(
        [sys.executable, "-O", "-c", WORLD], capture_output=True, text=True, timeout=60, check=False
    )
    assert (ended.returncode, ended.stdout) == (1, "")
    said = "boxoffice.clock.asserts.NoAsserts: python -O leaves out every assert, "
    assert ended.stderr.splitlines()[-1].startswith(said)
