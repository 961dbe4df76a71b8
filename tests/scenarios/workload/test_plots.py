"""Plots: each brings about what it is for, and the shop holds."""

from boxoffice import run
from scenarios.catalogue import scenario_named
from scenarios.shop.moments import seconds_of
from scenarios.workload import plots, till_plots

STORMS = [scenario_named(name) for name in ("scramble", "long-haul", "bystanders")]


def befallen(plot, monkeypatch):
    """Yield storms that this plot befalls, and how they went: each must hold."""
    every = (*plots.BESIDE, *plots.PLOTS)
    [fits] = [it for _, it, happen in every if happen is plot]
    found = []
    monkeypatch.setattr(plots, "BESIDE", ())
    forced = [(1.0, fits, lambda chance, it: (plot(chance, it), found.append(it)))]
    monkeypatch.setattr(plots, "PLOTS", forced)
    for seed in range(60):
        for storm in STORMS:
            found.clear()
            drawn = storm.drawn(seed)
            if found:
                outcome = run(storm, seed)
                assert not outcome.violations
                yield drawn, outcome


def test_whoever_begins_anew_has_what_was_rolled_out_meanwhile(monkeypatch):
    lasting_s = set()
    for drawn, outcome in befallen(plots._rolled_out, monkeypatch):
        first = drawn.options["settings"]["expiration_window_s"]
        then = drawn.options["rolled_out"].get("expiration_window_s", first)
        lasts_s = {lasts(it) for it in outcome.trace.of_kind("write") if is_new_order(it)}
        assert lasts_s <= {first, then}
        lasting_s |= {it == first for it in lasts_s}
        if lasting_s == {True, False}:
            return
    raise AssertionError("nobody orders from whoever has other settings")


def is_new_order(write):
    return write.host == "orders-db" and write["collection"] == "orders" and not write["before"]


def lasts(write):
    return round(seconds_of(write["after"]["expires_at"]) - write.at_us / 1e6)


def test_an_answer_about_a_card_comes_when_its_money_was_given_back(monkeypatch):
    for _, outcome in befallen(till_plots.late_answer, monkeypatch):
        woken_us = [it.at_us for it in outcome.trace.of_kind("wake") if it.host == "payments"]
        given_back = [it for it in outcome.trace.of_kind("refund") if it["outcome"] == "succeeded"]
        if any(it.at_us < max(woken_us, default=0) for it in given_back):
            return
    raise AssertionError("nothing is given back meanwhile")


def test_an_answer_about_a_first_card_comes_when_a_second_one_is_being_charged(monkeypatch):
    for drawn, outcome in befallen(till_plots.late_answer, monkeypatch):
        later = next((it for it in drawn.deeds if it.does == "pays_later"), None)
        if later is None:
            continue
        asked = [it for it in outcome.trace.of_kind("request") if it["path"] == "/api/payments"]
        woken_us = [it.at_us for it in outcome.trace.of_kind("wake") if it.host == "payments"]
        since_us = later.what["after_s"] * 1e6
        if any(it.host == later.who and since_us < it.at_us < max(woken_us) for it in asked):
            return
    raise AssertionError("nobody pays meanwhile")


def test_redis_comes_up_empty_and_expiration_dies_while_it_is_filled_again(monkeypatch):
    for _, outcome in befallen(plots._refilled, monkeypatch):
        [emptied_us] = [it.at_us for it in outcome.trace.of_kind("forgets")] or [None]
        died_us = [it.at_us for it in outcome.trace.of_kind("crash") if it.host == "expiration"]
        if emptied_us and died_us and emptied_us < died_us[0]:
            return
    raise AssertionError("it never dies then")


def test_a_crowd_is_more_than_a_batch(monkeypatch):
    for _, outcome in befallen(plots._crowd, monkeypatch):
        told = outcome.trace.of_kind("stored")
        if sum(it["subject"] == "order.created" for it in told) >= plots.CROWD:
            return
    raise AssertionError("there never are so many")


def test_somebody_thinks_better_of_an_order_and_the_money_is_not_given_back_at_once(monkeypatch):
    again = 0
    for _, outcome in befallen(till_plots.given_back, monkeypatch):
        answers = [it["outcome"] for it in outcome.trace.of_kind("refund")]
        again += len(answers) > 1 and answers[-1] == "succeeded"
        if again == 3:
            return
    raise AssertionError("all money is given back at once")


def test_whatever_lies_in_the_way_is_told_of_and_passed_by(monkeypatch):
    told = set()
    for _, outcome in befallen(plots._spoiled, monkeypatch):
        failed = (it["where"] for it in outcome.trace.of_kind("log") if it["what"] == "failed")
        told |= set(failed)
        if told >= {"outbox", "reconciler", "overdue", "mail"}:
            return
    raise AssertionError(f"nobody is told of but {told}")
