"""`boxoffice lab` as a process: what a second one says, and what is left when it is ended."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import psutil
import pytest

from tests.browser.jupyter import END_S, START_S, Lab, opened_lab

pytestmark = pytest.mark.real


@pytest.fixture
def lab(tmp_path: Path) -> Iterator[Lab]:
    """A lab with one kernel, looked for by `make test-real` alone."""
    if os.environ.get("REAL_SERVERS") != "1":
        pytest.skip("real: no JupyterLab; make test-real has one")
    with opened_lab(tmp_path) as it:
        begin_kernel(it)
        yield it


def begin_kernel(lab: Lab) -> None:
    """Have a kernel, as a notebook that is opened does."""
    parts = urlsplit(lab.url)
    token = parse_qs(parts.query)["token"][0]
    kernels = f"http://{parts.netloc}/api/kernels"
    headers = {"Authorization": f"token {token}"}
    # Jupyter tells its address a moment before it listens there.
    listening = httpx.HTTPTransport(retries=6)
    with httpx.Client(headers=headers, timeout=START_S, transport=listening) as client:
        client.post(kernels, json={"name": "python3"}).raise_for_status()
    assert lab.kernels


def test_what_is_told_to_end_leaves_no_kernel_behind(lab: Lab) -> None:
    kernels = lab.kernels
    lab.process.send_signal(signal.SIGTERM)
    assert lab.process.wait(END_S) == os.EX_OK
    _, alive = psutil.wait_procs(kernels, END_S)
    assert alive == []


def test_a_kernel_ends_with_a_lab_that_could_not_say_so(lab: Lab) -> None:
    kernels = lab.kernels
    lab.process.kill()
    lab.process.wait(END_S)
    _, alive = psutil.wait_procs(kernels, END_S)
    assert alive == []


def test_a_second_lab_on_the_same_port_is_refused_and_the_first_goes_on(lab: Lab) -> None:
    port = str(urlsplit(lab.url).port)
    second = subprocess.run(
        [sys.executable, "-m", "scenarios", "lab", "--no-browser", "--port", port],
        cwd=lab.folder.parents[1],
        capture_output=True,
        text=True,
        timeout=START_S,
    )
    assert (second.returncode, second.stdout) == (2, "")
    assert second.stderr.startswith(f"boxoffice: cannot listen on port {port}: ")
    assert second.stderr.count("\n") == 1
    assert lab.process.poll() is None
    assert lab.kernels
