"""The live view and its switch are of one machine alone: nothing that is deployed has them."""

from pytest import mark

from scenarios.look.files import file_at
from scenarios.look.live import BELOW
from services.assembly import NAMES
from tests.deploy import dockerfile
from tests.deploy.kubernetes.facts import ROUTES, answer
from tests.deploy.test_operator_image import IGNORE as OPERATORS
from tests.house import tree

LOOK = "scenarios/look/"
SHOPS = dockerfile.IGNORE.read_text(encoding="utf-8")
SUFFIXES = {".yaml", ".yml", ".conf", ".js", ".sh"}


@mark.parametrize("ignore", [SHOPS, OPERATORS])
def test_no_image_holds_it(ignore: str) -> None:
    assert [it for it in dockerfile.context(ignore) if it.startswith(LOOK)] == []
    assert any(it.startswith(LOOK) for it in map(tree.name, tree.files()))


@mark.parametrize("service", NAMES)
@mark.parametrize("path", [f"{BELOW}news", f"{BELOW}run", f"{BELOW}faults", "/", "/clock"])
def test_no_service_answers_for_it(service: str, path: str) -> None:
    assert answer(service, path) == 404


def test_no_manifest_leads_to_it() -> None:
    deployed = [it for it in tree.files() if tree.name(it).startswith("k8s/")]
    deployed.append(tree.ROOT / "compose.yaml")
    texts = {tree.name(it): it.read_text() for it in deployed if it.suffix in SUFFIXES}
    assert len(texts) > 20
    assert [name for name, text in texts.items() if BELOW in text] == []
    assert not any(BELOW.startswith(path) for path, _ in ROUTES)
    assert file_at("/") is not None  # which is what must not be there
