"""A prediction is taken, held against what came, and told how it went."""

from scenarios.lab import predict


def test_three_dots_are_no_answer_yet() -> None:
    blank = predict(..., choices=(2, 5, 8))
    assert repr(blank).startswith("Write your answer in place of the three dots")
    assert repr(blank).endswith(": 2, 5 or 8.")
    assert repr(blank.went(8)) == "You have said nothing yet. It is 8."


def test_what_is_none_of_the_choices_is_asked_for_again() -> None:
    assert repr(predict(7, choices=(2, 5))).startswith("Write your answer in place of 7")
    assert not predict("maybe", choices=("yes", "no")).went("yes").is_right


def test_a_prediction_is_not_told_whether_it_is_right_before_it_was_held_against_anything() -> None:
    assert repr(predict(5, choices=(2, 5))) == "You say 5. Run on, and see."


def test_a_right_one_and_a_wrong_one_are_told() -> None:
    assert repr(predict(8).went(8)) == "✓ You said 8, and so it is."
    assert repr(predict(" Yes ").went("yes")).startswith("✓")
    assert repr(predict(5).went(8)) == "✗ You said 5. It is 8."


def test_of_several_words_it_is_told_how_many_were_right() -> None:
    said = predict(["apply", "gap", "gap"])
    assert repr(said.went(["apply", "duplicate", "gap"])) == (
        "✗ 2 of 3 are as you said. It is apply, duplicate, gap."
    )


def test_what_is_still_to_be_found_is_not_told() -> None:
    said = predict(["apply", "apply"]).went(["apply", "gap"], tell=False)
    assert repr(said) == "✗ 1 of 2 are as you said. Look again, and say it anew."
    assert repr(predict(...).went(["apply"], tell=False)) == "You have said nothing yet."
