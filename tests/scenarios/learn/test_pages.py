"""What README and docs say of the ladder is what it says and does."""

import re

from scenarios.learn.checking import check
from scenarios.learn.pages import START, page_of
from scenarios.learn.rungs import RUNGS, rung_named
from scenarios.learn.source import source_of
from tests.house.tree import ROOT
from tests.scenarios.learn import answers


def test_the_bars_of_the_docs_are_those_of_the_rungs():
    text = (ROOT / "docs" / "learning.md").read_text(encoding="utf-8")
    said = re.findall(r"^\| \[(\w+)\]\(\S+/pages/(\w+)\.md\) \| (\d+) \|", text, re.MULTILINE)
    assert said == [(rung.name, rung.name, str(rung.seeds)) for rung in RUNGS]


def test_the_story_of_the_readme_is_one_that_is_told():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    told = str(check(rung_named("3a"), answers.wrong("refuses_its_own_buyer").source))
    assert f"```text\n{told}\n```" in text


def test_the_words_of_a_page_stand_in_the_glossary():
    glossary = (ROOT / "notebooks" / "glossary.md").read_text(encoding="utf-8")
    for rung in RUNGS:
        words = re.findall(r"\[([^]]+)\]\(\S*glossary.md\)", page_of(rung).task)
        assert words, rung.name
        assert [it for it in words if it not in glossary] == [], rung.name


def test_what_a_learner_begins_with_loads():
    assert source_of(START).name == "<your cell>"
