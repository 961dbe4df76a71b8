from pytest import mark

from scenarios.actors import Buyer, Seller
from scenarios.shop.world import World


def told(story, seed=0):
    """Play a story; return what it returns."""
    return World(seed).run(story)


async def sold(town):
    seat = await town.seller("Sue").lists("Front row", price="45.00")
    order = await town.buyer("Ana").orders(seat)
    await town.quiet()
    return seat, order


def test_people_are_who_they_were_when_asked_for_again():
    async def story(town):
        assert town.buyer("Ana") is town.buyer("Ana")
        assert town.buyers("Ana", "Ben") == [town.buyer("Ana"), town.buyer("Ben")]
        assert isinstance(town.seller("Sue"), Seller)
        assert isinstance(town.buyer("Ana"), Buyer)
        return [repr(one) for one in town.crowd(3)]

    assert told(story) == ["Buyer001", "Buyer002", "Buyer003"]


def test_a_crowd_is_a_number_of_different_people():
    async def story(town):
        crowd = town.crowd(12)
        await town.together(*(one.arrives() for one in crowd))
        return len({one.id for one in crowd})

    assert told(story) == 12


def test_the_holder_of_a_ticket_is_who_ordered_it_last_and_successfully():
    async def story(town):
        seat, order = await sold(town)
        holders = [town.holder(seat)]
        await town.buyer("Ana").cancels(order)
        await town.quiet()
        holders.append(town.holder(seat))
        await town.buyer("Ben").orders(seat)
        await town.quiet()
        return [*holders, town.holder(seat)], town.buyer("Ana"), town.buyer("Ben")

    holders, ana, ben = told(story)
    assert holders == [ana, None, ben]


def test_what_was_paid_is_what_stripe_has_taken_and_not_given_back():
    async def story(town):
        _, order = await sold(town)
        before = town.paid_cents(order)
        await town.buyer("Ana").pays(order)
        await town.quiet()
        return before, town.paid_cents(order), town.status(order)

    assert told(story) == (0, 45_00, "complete")


def test_time_passes_in_seconds_and_minutes():
    async def story(town):
        await town.passes(30)
        await town.passes(minutes=14, seconds=30)
        return town.loop.time()

    assert 900 <= told(story) < 901


def test_deeds_done_together_begin_in_the_same_instant():
    async def story(town):
        ana, ben = town.buyers("Ana", "Ben")
        await town.together(ana.arrives(), ben.arrives())
        return [it.at_us for it in town.trace.of_kind("request")]

    first, second = told(story)
    assert first == second


@mark.parametrize("down_s", [None, 3.0])
def test_a_service_can_be_killed_and_comes_back(down_s):
    async def story(town):
        host = town.hosts["orders"]
        town.crash("orders", down_s)
        await town.passes(2)
        down = not host.up
        await town.passes(2)
        if down_s is None:
            assert not host.up
            town.restart("orders")
            await town.passes(1)
        return down, host.up

    assert told(story) == (True, True)


def test_chance_is_a_stream_of_the_seed_by_its_name():
    async def story(town):
        return [town.chance(name).random() for name in ("a", "b", "a")]

    assert told(story, seed=1) == told(story, seed=1) != told(story, seed=2)
    assert len(set(told(story))) == 3
