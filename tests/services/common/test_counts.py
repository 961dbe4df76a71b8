"""What is counted of requests and of mistakes, under labels that no stranger can multiply."""

import re

from services.common.telemetry import NO_ROUTE
from tests.services.common.test_operator_routes import ask
from tests.services.shop import play as tell

ID = "0123456789abcdef01234567"


def counted(page: str, name: str) -> dict[str, float]:
    found = re.findall(rf"^{name}{{(.*)}} (\S+)$", page, re.MULTILINE)
    return {labels: float(value) for labels, value in found}


def test_answers_are_timed_by_the_template_of_their_route(play):
    async def script(shop):
        sue = await shop.person("sue")
        ticket = await shop.ticket(sue)
        await sue.client.get(f"/api/tickets/{ticket['id']}")
        await sue.client.get(f"/api/tickets/{ID}")
        await sue.client.delete(f"/api/tickets/{ID}")  # nothing can be done so
        for path in ("/api/tickets/a/b", "/api/ticketsandmore", "/api/tickets/"):
            await sue.client.get(path)
        return (await ask(shop, "tickets", "/metrics")).text

    labels = counted(play(script), "boxoffice_answer_seconds_count")
    of_one = "/api/tickets/{id}"
    assert labels == {
        'method="POST",route="/api/tickets"': 1,
        f'method="GET",route="{of_one}"': 2,
        f'method="DELETE",route="{of_one}"': 1,
        f'method="GET",route="{NO_ROUTE}"': 3,
    }


def test_a_mistake_is_counted_where_it_was_made(monkeypatch):
    async def script(shop):
        ana = await shop.person("ana")

        def broken(*_: object) -> None:
            raise ValueError("a mistake")

        monkeypatch.setattr("services.tickets.repository.Tickets.load", broken)
        for id in (ID, ID[::-1]):
            assert (await ana.client.get(f"/api/tickets/{id}")).status_code == 500
        return (await ask(shop, "tickets", "/metrics")).text

    page = tell(script, may_fail=True)
    assert counted(page, "boxoffice_failures_total") == {'where="/api/tickets/{id}"': 2}


def test_a_background_loop_that_fails_is_counted_each_time(monkeypatch):
    async def broken(_: object) -> None:
        raise ValueError("a mistake")

    async def script(shop):
        await shop.sleep(10.5)
        return (await ask(shop, "orders", "/metrics")).text

    monkeypatch.setattr("services.common.outbox.Outbox.publish_waiting", broken)
    [(where, times)] = counted(tell(script, may_fail=True), "boxoffice_failures_total").items()
    assert where == 'where="outbox"'
    assert times >= 10


def test_an_outage_is_counted_by_route_and_never_by_the_id_in_a_path(play):
    async def script(shop):
        ana = await shop.person("ana")
        shop.world.crash("tickets-db")
        for id in (ID, ID[::-1]):
            assert (await ana.client.get(f"/api/tickets/{id}")).status_code == 503
        return (await ask(shop, "tickets", "/metrics")).text

    found = counted(play(script), "boxoffice_outages_total")
    assert found['where="/api/tickets/{id}"'] == 2
    assert not [where for where in found if ID in where]
