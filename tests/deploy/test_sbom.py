"""What `make sbom` would run."""

import re
import subprocess

from tests.house import tree

REQUIREMENTS = tree.ROOT / "requirements"


def recipe() -> str:
    """Return the commands of the target, none of which is run."""
    command = ["make", "--dry-run", "--no-print-directory", "sbom"]
    return subprocess.run(command, cwd=tree.ROOT, capture_output=True, check=True, text=True).stdout


def test_the_list_is_of_what_the_image_installs_and_as_the_image_installs_it() -> None:
    installs = [line for line in recipe().replace("\\\n", "").splitlines() if " install " in line]
    assert [re.findall(r"-r (\S+)", line) for line in installs] == [
        ["requirements/sbom.txt"],
        ["requirements/production.txt"],
    ]
    assert all("--no-deps --require-hashes --only-binary :all:" in line for line in installs)


def test_the_tool_is_locked_with_hashes_in_a_file_of_its_own() -> None:
    asked = re.findall(r"^[a-z].*", (REQUIREMENTS / "sbom.in").read_text(), re.MULTILINE)
    locked = tree.locked("sbom.txt")
    assert asked == [f"cyclonedx-bom=={locked['cyclonedx-bom']}"]
    assert "cyclonedx-bom" not in tree.locked("all.txt")
    entries = re.split(r"\n(?=[a-z])", (REQUIREMENTS / "sbom.txt").read_text())
    assert [each for each in entries if "==" in each and "--hash=sha256:" not in each] == []
