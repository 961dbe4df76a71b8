"""What auth counts, and which letters were asked for: each method, on an empty database."""

import asyncio
from datetime import UTC, datetime, timedelta

from services.auth.counts import Counts
from services.auth.letter_requests import (
    FIRST_PAUSE,
    FREE_LETTERS,
    LEASE,
    LEAST_PAUSE,
    LetterRequests,
)

WINDOW = timedelta(hours=1)
ANA = "ana@example.com"


def moment() -> datetime:
    """Return now, as MongoDB keeps it: a real server drops what is over by its own clock."""
    now = datetime.now(UTC)
    return now.replace(microsecond=now.microsecond // 1000 * 1000)


def test_attempts_are_counted_within_their_window(told):
    now = moment()

    async def story(shop):
        counts = Counts(shop.documents, WINDOW, b"secret")
        await counts.prepare()
        added = [await counts.add(key, now) for key in ("k", "k", "k", "other")]
        await counts.forget("other")
        added.append(await counts.add("other", now))
        await counts.take_back("k")
        added.append(await counts.add("k", now + WINDOW - timedelta(seconds=1)))
        seen = [it.number for it in await counts.of(["k", "other", "none"], now)]
        later = await counts.of(["k", "other"], now + WINDOW)
        added.append(await counts.add("k", now + WINDOW))
        return [it.number for it in added], {it.until - now for it in added}, sorted(seen), later

    numbers = [1, 2, 3, 1, 1, 3, 1]
    assert told(story) == (numbers, {WINDOW, 2 * WINDOW}, [1, 3], [])


def test_nothing_is_taken_back_that_was_not_counted(told):
    now = moment()

    async def story(shop):
        counts = Counts(shop.documents, WINDOW, b"secret")
        await counts.take_back("k")
        await counts.add("k", now)
        for _ in range(3):
            await counts.take_back("k")
        return (await counts.add("k", now)).number

    assert told(story) == 1


def test_attempts_made_all_at_once_are_all_counted_also_when_a_window_ends(told):
    now = moment()

    async def story(shop):
        counts = Counts(shop.documents, WINDOW, b"secret")
        await counts.prepare()
        found = []
        for at in (now, now + WINDOW):
            await asyncio.gather(*(counts.add("k", at) for _ in range(20)))
            found += [it.number for it in await counts.of(["k"], at)]
        return found

    # In the end: mongo-java-server may put a later count into an answer.
    assert told(story) == [20, 20]


def test_a_wish_is_claimed_once_and_granted_once(told):
    now = moment()

    async def story(shop):
        asked = LetterRequests(shop.documents)
        await asked.prepare()
        due = [await asked.ask(ANA, now), await asked.ask(ANA, now), await asked.next_due()]
        first = await asked.claim(now)
        await asked.ask(ANA, now)  # the letter that is on its way will do
        nobody = await asked.claim(now)
        leased = await asked.claim(now + LEASE)
        await asked.granted(first, now)
        await asked.granted(leased, now)
        none_left = await asked.claim(now + 2 * LEASE), await asked.next_due()
        again = await asked.ask(ANA, now), await asked.claim(now)
        third = await asked.claim(now + LEAST_PAUSE)
        return due, first == leased, nobody, none_left, again, third.letters

    due = [now] * 3
    assert told(story) == (due, True, None, (None, None), (now + LEAST_PAUSE, None), 1)


def test_the_wish_that_is_due_first_is_claimed_first(told):
    now = moment()

    async def story(shop):
        asked = LetterRequests(shop.documents)
        await asked.prepare()
        for number in (3, 1, 2):
            await asked.ask(f"{number}", now + timedelta(seconds=number))
        later = now + timedelta(seconds=5)
        return [(await asked.claim(later)).email for _ in range(3)]

    assert told(story) == ["1", "2", "3"]


def test_pauses_grow_and_are_forgotten(told):
    now = moment()

    async def story(shop):
        asked, at, waited = LetterRequests(shop.documents), now, []
        for _ in range(FREE_LETTERS + 2):
            due = await asked.ask(ANA, at)
            waited.append(due - at)
            await asked.granted(await asked.claim(due), due)
            at = due
        tomorrow = now + timedelta(days=1)
        return waited, await asked.ask(ANA, tomorrow) == tomorrow

    waited = [timedelta(0), *[LEAST_PAUSE] * (FREE_LETTERS - 1), FIRST_PAUSE, 2 * FIRST_PAUSE]
    assert told(story) == (waited, True)
