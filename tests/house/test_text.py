"""What may not be written into any file of the project."""

import re

from tests.house import tree

# The brackets keep these patterns from finding themselves.
REGISTRY = re.compile(
    r"python[h]osted|\bpypi[.](?:org|python)|registry[.]npm|npm[j]s[.](?:org|com)|crates[.]io"
    r"|(?:^|\s)-[i]\s+https?:|[-]-(?:extra-)?index-url|[-]-find-links",
    re.MULTILINE,
)
PATH_OF_A_MACHINE = re.compile(r"(?<![\w.$*}-])/(?:root|home|Users|work|mnt)/\w")


def found(pattern: re.Pattern[str]) -> dict[str, list[str]]:
    found = {name: pattern.findall(text) for name, text in tree.texts()}
    return {name: matches for name, matches in found.items() if matches}


def test_no_file_names_the_host_of_a_package_registry() -> None:
    assert REGISTRY.search("https://pypi" + ".org/simple")
    assert found(REGISTRY) == {}


def test_no_file_holds_a_path_of_the_machine_it_was_written_on() -> None:
    assert PATH_OF_A_MACHINE.search("open('/" + "home/ana/shop')")
    assert found(PATH_OF_A_MACHINE) == {}
