"""The pages that a reader opens first say what is simulated, refused and not planned."""

from pytest import mark

from tests.house import tree

HEAD = "| | simulated | refused by name, with what to do instead | not planned |"
KINDS = ("MongoDB", "NATS", "Redis", "Stripe", "HTTP", "SQL, Kafka, RabbitMQ")


def table(page: str) -> list[str]:
    """Return the lines of the table of a page, below its head."""
    text = (tree.ROOT / page).read_text(encoding="utf-8")
    _, _, rest = text.partition(f"{HEAD}\n")
    return rest.partition("\n\n")[0].splitlines()[1:]


def test_the_project_and_the_engine_say_the_same() -> None:
    assert table("README.md") == table("sim/README.md")
    assert tuple(row.split(" | ")[0].strip("| ") for row in table("README.md")) == KINDS


@mark.parametrize(("page", "before"), [("README.md", 60), ("sim/README.md", 20)])
def test_it_stands_early(page: str, before: int) -> None:
    lines = (tree.ROOT / page).read_text(encoding="utf-8").splitlines()
    assert lines.index(HEAD) < before


@mark.parametrize("kind", KINDS[:5])
def test_the_longer_table_knows_the_same_kinds(kind: str) -> None:
    page = (tree.ROOT / "docs" / "your-own-services.md").read_text(encoding="utf-8")
    assert f"\n| {kind} | " in page
