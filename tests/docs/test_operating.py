"""The operator's manual: every alert has its section, and what it tells people to type exists."""

import re

import typer.main
import yaml
from pytest import mark, param

from boxoffice.cli import app
from services.common.settings import NEEDED, Settings
from tests.house import tree

PAGE = (tree.ROOT / "docs" / "operating.md").read_text(encoding="utf-8")
ALERTS = tree.ROOT / "k8s" / "components" / "monitoring" / "alerts.yaml"
TO_BE_READ = 200  # lines, without the alerts, which are looked up
TO_BE_LOOKED_UP = 12  # lines of each


def rules() -> list[dict]:
    groups = yaml.safe_load(ALERTS.read_text(encoding="utf-8"))["spec"]["groups"]
    return [rule for group in groups for rule in group["rules"]]


def anchors(page: str, level: str) -> list[str]:
    """Return the anchors of a page's headings of one level, as GitHub makes them."""
    titles = re.findall(rf"^{level} (.+)$", page, re.MULTILINE)
    return [re.sub(r"[^a-z0-9 -]", "", title.lower()).replace(" ", "-") for title in titles]


def section(page: str, title: str) -> str:
    return page.split(f"\n## {title}\n")[1].split("\n## ")[0]


def code(page: str) -> str:
    """Return what a reader would copy: indented lines and what stands between backticks."""
    indented = re.findall(r"^    (.+)$", page, re.MULTILINE)
    return "\n".join([*indented, *re.findall(r"`([^`\n]+)`", page)])


def unknown(said: str) -> list[str]:
    """Return which commands of ours in a text there are not, and which options they have not."""
    missing = []
    for words in re.findall(r"(?<!-n )\bboxoffice ([^|\n]+)", said):  # not kubectl's namespace
        command, *rest = words.split()
        found = typer.main.get_command(app)
        while command in getattr(found, "commands", {}):
            found = found.commands[command]
            command, *rest = [*rest, "", ""]
        options = {name for each in found.params for name in each.opts}
        if hasattr(found, "commands"):
            missing.append(f"boxoffice {words}")
        missing += [it for it in [command, *rest] if it.startswith("--") and it not in options]
    return missing


def test_every_alert_has_its_section_and_every_section_its_alert():
    wanted = [rule["annotations"]["runbook_url"].split("#")[1] for rule in rules()]
    assert sorted(anchors(section(PAGE, "Alerts"), "###")) == sorted(wanted)


def test_every_alert_leads_to_this_page():
    pages = {rule["annotations"]["runbook_url"].split("#")[0] for rule in rules()}
    assert pages == {"docs/operating.md"}


@mark.parametrize(
    "title",
    [
        param(title, id=title)
        for title in re.findall(r"^### (.+)$", section(PAGE, "Alerts"), re.MULTILINE)
    ],
)
def test_each_section_says_what_to_do(title):
    text = PAGE.split(f"\n### {title}\n")[1].split("\n### ")[0]
    assert "**Do**" in text


def test_every_command_of_ours_that_is_named_exists():
    said = code(PAGE)
    for command in ("audit", "check", "dlq list", "dlq read", "dlq replay", "dlq discard"):
        assert f"boxoffice {command}" in said
    assert unknown(said) == []


def test_a_command_that_does_not_exist_would_be_noticed():
    assert unknown("boxoffice mend 3") == ["boxoffice mend 3"]
    assert unknown("boxoffice dlq burn 3") == ["boxoffice dlq burn 3"]
    assert unknown("boxoffice check URL --loudly") == ["--loudly"]


def test_every_make_target_that_is_named_exists():
    named = set(re.findall(r"\bmake ([a-z-]+)", code(PAGE)))
    rules_of_make = re.findall(r"^([a-z-]+):", (tree.ROOT / "Makefile").read_text(), re.MULTILINE)
    assert named
    assert named <= set(rules_of_make)


def test_every_setting_that_is_named_exists():
    named = set(re.findall(r"`([A-Z]+(?:_[A-Z]+)+)`", PAGE))
    settings = {field.upper() for field in Settings.model_fields}
    assert named
    assert named <= settings | {name for names in NEEDED.values() for name in names}


def test_every_link_within_the_page_has_a_heading():
    headings = {anchor for level in ("##", "###") for anchor in anchors(PAGE, level)}
    links = set(re.findall(r"\]\(#([^)]+)\)", PAGE))
    assert links
    assert links <= headings


def test_the_manual_is_short_enough_to_be_read():
    assert len(PAGE.splitlines()) - len(section(PAGE, "Alerts").splitlines()) <= TO_BE_READ


def test_each_alert_is_read_at_a_glance():
    _, *told = section(PAGE, "Alerts").split("\n### ")
    assert [it.splitlines()[0] for it in told if len(it.splitlines()) > TO_BE_LOOKED_UP] == []
