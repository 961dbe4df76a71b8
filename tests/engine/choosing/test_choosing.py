"""What happens next is chosen: of a system that nobody has prepared for it."""

import json
from unittest.mock import ANY

from pytest import fixture, mark, raises

from boxoffice import Tape
from boxoffice.choosing.future import _small
from boxoffice.choosing.place import Pick
from boxoffice.faults import fault_of
from boxoffice.misuse import Misuse
from boxoffice.search import Case, case_of
from boxoffice.search.case import fallen
from tests.engine.choosing.tills import NAMES, QUIET, Reader, a_day, patient_day


@fixture
def reader():
    return Reader()


@fixture
def at_the_message(reader):
    """Somebody who has waited for the first message."""
    reader.waits_for("publishes sale.made")
    return reader


def test_without_a_pick_nothing_goes_wrong_not_even_what_the_story_has(reader):
    assert reader.fell() == []
    assert reader.view["verdict"]["verdict"] == "holds"
    assert reader.asks("begin", story="a-day", own=True)["picks"] == []
    assert reader.fell() == ["counted-once"]


def test_nothing_is_shown_of_what_comes_after(reader):
    while not reader.view["over"]:
        view = reader.view
        run, now_us = view["run"], view["run"]["events"]["us"][-1]
        assert run["numbers"][-1] == view["cursor"]["event"]
        assert {len(column) for column in run["events"].values()} == {len(run["numbers"])}
        last = len(run["numbers"]) - 1
        assert all(change[0] <= last for change in run["changes"])
        assert all(arrow[0] <= last and arrow[4] <= now_us for arrow in run["arrows"])
        assert {it["verdict"] for it in view["invariants"]} == {"open"}
        assert (view["verdict"], run["verdict"]) == (None, "open")
        reader.asks("pass", until="step")


def test_a_run_is_played_once_and_not_again_for_its_picture(monkeypatch):
    monkeypatch.setattr("boxoffice.search.seen._watch_again", None)
    assert Reader().fell() == []


def test_a_future_that_falls_is_freed_of_what_it_falls_without(at_the_message):
    at_the_message.picks("dies:tally")
    at_the_message.picks("again:tally", "60")
    end = at_the_message.choosing._here.place
    assert [it.says for it in _small(end, 0).picks] == [
        "sale.made reaches tally twice, again after 1 min"
    ]
    assert len(_small(end, 2).picks) == 2  # which were there before


def test_a_message_that_is_delivered_twice_is_counted_twice(at_the_message):
    assert "error" not in at_the_message.picks("again:tally")
    assert at_the_message.fell() == ["counted-once"]
    (said,) = [it for it in at_the_message.view["invariants"] if it["verdict"] == "violated"]
    assert said["says"] == "3 were counted"


def test_what_is_picked_already_is_not_picked_again(at_the_message):
    at_the_message.picks("again:tally")
    picked = at_the_message.view["picks"]
    with raises(AssertionError, match=r"that is picked already: sale\.made"):
        at_the_message.picks("again:tally")
    assert at_the_message.asks("look")["picks"] == picked


def test_a_message_that_comes_later_is_overtaken(at_the_message):
    at_the_message.picks("later:tally", "overtaken")
    assert at_the_message.fell() == ["in-order"]


def test_a_message_that_has_arrived_comes_once_more(reader):
    reader.waits_for("publishes sale.made")
    reader.asks("pass", until="message")
    reader.picks("now:tally")
    assert reader.fell() == ["counted-once", "in-order"]


def test_every_pick_leaves_what_has_happened_as_it_was(at_the_message):
    before = at_the_message.view["run"]["events"]
    for option in at_the_message.view["options"]:
        for amount in option["amounts"] or [{"value": None}]:
            view = at_the_message.asks("pick", option=option["id"], amount=amount["value"])
            assert view["run"]["events"]["us"] == before["us"]
            assert len(view["picks"]) == 1
            at_the_message.asks("undo")


def test_every_pick_is_a_fault_that_a_command_line_takes(at_the_message):
    for option in at_the_message.view["options"]:
        (pick,) = at_the_message.picks(option["id"])["picks"]
        for text in pick["faults"]:
            assert fault_of(text).when.nth
        at_the_message.asks("undo")


def test_a_token_plays_the_same_run_again(at_the_message):
    at_the_message.picks("again:tally")
    at_the_message.picks("dies:tally")
    view = at_the_message.asks("pass", until="end")
    case, _ = case_of(view["token"], NAMES)
    outcome = case.play()
    assert outcome.trace.sha256() == view["run"]["sha256"]
    assert list(fallen(outcome)) == view["verdict"]["fell"]
    assert view["command"] == f"boxoffice replay {view['token']}"
    again = Reader(case=case).asks("look")
    assert again["token"] == view["token"]
    # Whoever begins with a token sees what strikes, though it was picked by somebody else.
    assert (view["given"], again["picks"]) == ([], [])
    assert again["given"] == [text for it in view["picks"] for text in it["faults"]]


def test_what_was_done_is_undone_one_by_one(at_the_message):
    begun = at_the_message.view | {"version": ANY}  # that something was undone is a step as well
    at_the_message.picks("again:tally")
    at_the_message.picks("dies:tally")
    assert at_the_message.asks("undo")["picks"][0]["says"].startswith(
        "sale.made reaches tally twice"
    )
    assert at_the_message.asks("undo") == begun
    at_the_message.asks("pass", until="end")
    assert at_the_message.asks("undo") == begun


def test_at_the_very_beginning_there_is_nothing_to_undo(reader):
    assert not reader.view["can_undo"]
    assert reader.refused("undo") == "there is nothing to undo"


def test_who_goes_back_leaves_behind_what_was_picked_later(at_the_message):
    first = at_the_message.view["cursor"]["event"]
    at_the_message.picks("again:tally")
    second = at_the_message.asks("pass", until="message")["cursor"]["event"]
    at_the_message.picks("dies:tally")
    assert len(at_the_message.asks("back", event=second)["picks"]) == 2
    assert len(at_the_message.asks("back", event=first)["picks"]) == 1
    assert at_the_message.asks("back", event=0)["picks"] == []
    assert "not one of those" in at_the_message.refused("back", event=first)


def test_a_pick_is_taken_back_with_those_after_it(at_the_message):
    at = at_the_message.view["cursor"]["event"]
    at_the_message.picks("again:tally")
    at_the_message.asks("pass", until="message")
    at_the_message.picks("dies:tally")
    view = at_the_message.asks("drop", pick=0)
    assert (view["picks"], view["cursor"]["event"]) == ([], at)


def test_who_is_down_can_befall_nothing(at_the_message):
    at_the_message.picks("dies:tally", "60")
    at_the_message.waits_for("201")
    about = {it["about"] for it in at_the_message.view["options"]}
    assert "till" in about
    assert "tally" not in about


def test_what_would_change_the_past_or_befalls_nothing_is_refused(at_the_message):
    at_the_message.asks("pass", until="message")
    place = at_the_message.choosing._here.place
    for nth, said in (
        (1, "change what has happened already"),
        (9, "nothing that this could befall"),
    ):
        fault = fault_of(f"delays(0.5, of=sale.made, at=tally, nth={nth})")
        with raises(Misuse, match=said):
            place.with_pick(Pick("", place.cursor, [fault]))


def test_a_run_that_is_too_long_to_choose_among_is_refused(reader, monkeypatch):
    monkeypatch.setattr("boxoffice.choosing.place.MOST", 5)
    said = reader.refused("begin", story="a-day")
    assert "too many to choose among, 5 at most" in said


def test_the_search_finds_what_can_still_go_wrong_and_goes_there(at_the_message):
    view = at_the_message.asks("search", more=1)
    while not view["search"]["over"]:
        view = at_the_message.asks("search")
    found = view["search"]["found"]
    assert found["fell"]
    assert len(found["says"]) == 1
    case, _ = case_of(found["token"], NAMES)
    assert list(fallen(case.play())) == found["fell"]
    taken = at_the_message.asks("take")
    assert taken["over"]
    assert [it["says"] for it in taken["picks"]] == found["says"]
    assert at_the_message.asks("undo")["search"]["found"] == found


def test_a_run_that_falls_as_it_is_needs_nothing_more(at_the_message):
    at_the_message.picks("again:tally")
    view = at_the_message.asks("search", more=64)
    assert (view["search"]["played"], view["search"]["found"]["says"]) == (1, [])
    assert at_the_message.asks("take")["verdict"]["fell"] == ["counted-once"]


def test_a_story_that_gives_up_is_counted_and_proves_nothing(reader):
    view = reader.asks("search", more=1)
    while not view["search"]["over"]:
        view = reader.asks("search", more=1)
    assert view["search"]["found"]["fell"] != ["story"]
    at_the_end = Reader(case=Case(patient_day, 0, tape=Tape(strikes={})))
    view = at_the_end.asks("search", more=64)
    assert view["search"]["found"] is None
    assert view["search"]["given_up"] > 0


def test_a_future_is_the_same_each_time_it_is_asked_for():
    said = []
    for _ in range(2):
        reader = Reader()
        reader.waits_for("publishes sale.made")
        said.append(reader.asks("search", more=6)["search"])
    assert said[0] == said[1]


def test_the_curve_rises_where_it_was_picked(at_the_message):
    at_the_message.asks("pass", until="message")
    picked = at_the_message.view["cursor"]
    at_the_message.picks("again:tally")
    at_the_message.asks("pass", until="end")
    view = at_the_message.asks("likely")
    while not view["likely"]["over"]:
        view = at_the_message.asks("likely")
    assert view["likely"]["says"][0].endswith("0 of 4 before, 4 of 4 after")
    assert picked["time"][:8] in view["likely"]["says"][0]
    assert len(view["run"]["why"]["curve"]) == view["likely"]["moments"]


@mark.parametrize(
    ("asked", "said"),
    [
        ({"do": "fly"}, "do is one of begin, look, pass"),
        ({}, "do is one of"),
        ({"do": "pass", "until": "dawn"}, "not until 'dawn'"),
        ({"do": "pick", "option": "later:nobody:1"}, "is none of what can happen here"),
        ({"do": "pick", "option": "dies:till", "amount": "never"}, "there is no 'never'"),
        ({"do": "begin", "story": "a-night"}, "there is no scenario 'a-night'"),
        ({"do": "begin", "token": "bx1-x"}, "damaged"),
        ({"do": "begin", "story": "a-day", "seed": -1}, "seed is a whole number"),
        ({"do": "begin", "story": "a-day", "size": 4}, "a-day has no crowd"),
        ({"do": "begin", "story": "a-day", "faults": ["delays(1)"]}, "say own as well"),
        ({"do": "back", "event": "x"}, "event is a whole number"),
        ({"do": "take"}, "no future that falls was found here"),
        ({"do": "likely"}, "let time pass to the end first"),
    ],
)
def test_what_is_asked_wrongly_is_told_in_a_line_and_changes_nothing(reader, asked, said):
    before = reader.view
    answer = reader.choosing.ask(asked)
    assert list(answer) == ["error"]
    assert said in answer["error"]
    assert "\n" not in answer["error"]
    assert reader.asks("look") == before


def test_nothing_is_asked_of_what_has_not_begun():
    reader = Reader.__new__(Reader)
    reader.choosing = type(Reader().choosing)(NAMES)
    assert reader.refused("look") == "nothing has begun: say which story"


def test_a_story_that_ends_with_an_error_is_told_up_to_there():
    reader = Reader()
    reader.picks("dies:till", "60")
    assert reader.fell() == ["story"]
    assert reader.view["verdict"]["says"].startswith("ConnectError: POST /sales: till")
    assert reader.view["verdict"]["verdict"] == "error"


def test_all_that_is_answered_is_json(at_the_message):
    assert json.loads(json.dumps(at_the_message.view)) == at_the_message.view


def test_what_is_listened_to_is_the_same_run():
    from boxoffice.choosing.heard import play

    for case in (QUIET, Case(a_day, 3), Case(a_day, 5, tape=Tape(strikes={}))):
        assert play(case).outcome.trace.sha256() == case.play().trace.sha256()
