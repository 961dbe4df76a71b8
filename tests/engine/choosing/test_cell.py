"""The widget in a notebook's cell: of a story, of a token, of a run that was played."""

import json

from pytest import mark, raises

from boxoffice import choose, faults
from boxoffice.choosing import Choosing
from boxoffice.choosing.widget import Chooser
from boxoffice.misuse import Misuse
from tests.engine.choosing.tills import a_day, shop


def asked(widget, request):
    """Return what the page is sent for a request."""
    sent = []
    widget.send = sent.append
    widget._hear(widget, {"from": "a page", "request": request}, [])
    [message] = sent
    assert message["to"] == "a page"
    return message["answer"]


def test_a_cell_of_a_story_begins_without_its_faults_and_answers_its_page():
    widget = choose(a_day)
    assert isinstance(widget, Chooser)
    assert json.loads(widget.first) == widget.view
    assert asked(widget, {"do": "pass", "until": "end"})["verdict"]["fell"] == []
    assert widget.view["over"]
    assert asked(widget, {"do": "fly"})["error"].startswith("do is one of")
    assert widget.view["over"]  # an error is no view


def test_a_run_that_was_played_is_chosen_in_as_it_was():
    outcome = shop.run(a_day, seed=3)
    assert [it.invariant for it in outcome.violations] == ["counted-once"]
    view = asked(choose(outcome), {"do": "pass", "until": "end"})
    assert view["run"]["sha256"] == outcome.trace.sha256()
    assert view["verdict"]["fell"] == ["counted-once"]


def test_faults_that_are_given_strike_beside_the_story_s_own():
    late = faults.delays(60.0, of="sale.made", at="tally", nth=[1])
    view = asked(choose(a_day, faults=[late]), {"do": "pass", "until": "end"})
    assert set(view["verdict"]["fell"]) == {"counted-once", "in-order"}


@mark.parametrize(
    ("story", "more", "said"),
    [
        ("no-such-story", {}, "no-such-story"),
        ("bx1-x", {}, "damaged"),
        ("bx1-x", {"seed": 3}, "has its bug, seed, faults and size already"),
        (a_day, {"size": 3}, "has no crowd"),
    ],
)
def test_what_is_no_run_is_refused(story, more, said):
    with raises(Misuse, match=said):
        choose(story, **more)


def test_a_run_of_another_process_has_nothing_to_be_played_again_by():
    from dataclasses import replace

    with raises(Misuse, match="not played in this process"):
        choose(replace(shop.run(a_day), again=None))


def test_a_session_that_has_not_begun_is_no_widget_s():
    from boxoffice.commands.naming import names

    assert "error" in Choosing(names()).ask({"do": "look"})
