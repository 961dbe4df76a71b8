"""Installations as they will be: what is built, and the Secrets that come from elsewhere."""

import json
import shutil
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from os import cpu_count
from pathlib import Path

from tests.deploy.kubernetes.building import MANIFESTS, Unbuildable, build, lay_down
from tests.deploy.kubernetes.combinations import Combination
from tests.deploy.kubernetes.documents import Document
from tests.deploy.kubernetes.facts import NAMESPACE
from tests.deploy.kubernetes.secrets import expected


@dataclass(frozen=True)
class Installations:
    """Every combination, built or not."""

    built: Mapping[Combination, list[Document]]
    unbuilt: Mapping[Combination, str]

    def complete(self, combination: Combination) -> list[Document]:
        """Return the documents of an installation, the caller's own to change, and its Secrets."""
        assert combination not in self.unbuilt, self.unbuilt[combination]
        copied: list[Document] = json.loads(json.dumps(self.built[combination]))
        return [*copied, *expected(combination.overlay, NAMESPACE)]

    def distinct(self) -> list[Document]:
        """Return each different document once."""
        every = (each for documents in self.built.values() for each in documents)
        return list({json.dumps(each, sort_keys=True): each for each in every}.values())


def install(combinations: Sequence[Combination], folder: Path) -> Installations:
    """Build them in a copy of the manifests, as many at a time as there are processors."""
    shutil.copytree(MANIFESTS, folder, dirs_exist_ok=True)
    folders = [lay_down(each, folder) for each in combinations]
    with ThreadPoolExecutor(cpu_count()) as pool:
        results = dict(zip(combinations, pool.map(_attempt, folders), strict=True))
    return Installations(
        {which: made for which, made in results.items() if isinstance(made, list)},
        {which: made for which, made in results.items() if isinstance(made, str)},
    )


def _attempt(folder: Path) -> list[Document] | str:
    try:
        return build(folder)
    except Unbuildable as refusal:
        return str(refusal)
