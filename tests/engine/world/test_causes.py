"""What is remembered of very many messages is what a dict would remember."""

import random

from boxoffice.world.causes import BySequence, ByText, Deliveries


def test_a_number_of_each_text_is_kept_the_first_one():
    chance, known, numbers = random.Random(1), {}, ByText()
    for number in range(5_000):
        text = f"message {chance.randrange(3_000)}"
        assert numbers.get(text) == known.get(text)
        assert numbers.setdefault(text, number) == known.setdefault(text, number)
    assert [numbers.get(it) for it in known] == list(known.values())
    assert numbers.get("\ud800") is None


def test_a_number_of_each_sequence_is_kept_the_last_one():
    chance, known, numbers = random.Random(1), {}, BySequence()
    for number in range(5_000):
        sequence = chance.choice((chance.randrange(500), 2**60 + chance.randrange(500)))
        known[sequence] = numbers[sequence] = number
    assert all(numbers.get(it) == number for it, number in known.items())
    assert numbers.get(501) is numbers.get(-1) is None


def test_deliveries_are_told_apart_by_consumer_and_attempt():
    known = Deliveries()
    known.add("porter", 7, 1, 10)
    known.add("porter", 7, 2, 11)
    known.add("keeper", 7, 1, 12)
    assert [known.get("porter", 7, it) for it in (1, 2, 3)] == [10, 11, None]
    assert known.get("keeper", 7, 1) == 12
    assert known.get("nobody", 7, 1) is known.get("porter", "seven", 1) is None
