"""One purchase is one trace, from the first request to the last consumer."""

from textwrap import dedent

from pytest import fixture, mark

from boxoffice.faults import duplicates, stripe_timeouts
from boxoffice.world.run import run
from scenarios.catalogue import scenarios_by_name
from services.common import tracing
from tests.services.common.collected import Collected, trace_id, tree

TRACE = "0af7651916cd43dd8448eb211c80319c"
GIVEN = f"00-{TRACE}-b7ad6b7169203331-01"
PURCHASE = dedent("""\
    POST /api/orders [orders server]
      publish order.created [orders producer]
        process order.created [expiration consumer]
        process order.created [payments consumer]
          POST /api/payments [payments server]
            publish payment.created [payments producer]
              process payment.created [orders consumer]
                publish order.completed [orders producer]
                  process order.completed [expiration consumer]
                  process order.completed [payments consumer]
                  process order.completed [tickets consumer]
                    publish ticket.updated [tickets producer]
                      process ticket.updated [orders consumer]
        process order.created [tickets consumer]
          publish ticket.updated [tickets producer]
            process ticket.updated [orders consumer]
              publish order.awaiting-payment [orders producer]
                process order.awaiting-payment [payments consumer]
                process order.awaiting-payment [tickets consumer]
                  publish ticket.updated [tickets producer]
                    process ticket.updated [orders consumer]""")


@fixture
def collected(monkeypatch) -> Collected:
    found = Collected()
    found.patch(monkeypatch)
    return found


async def pays(person, order):
    asked = {"token": "tok_visa", "orderId": order["id"]}
    return await person.client.post("/api/payments", json=asked)


async def orders(shop):
    sue, ana = await shop.person("sue"), await shop.person("ana")
    ticket = await shop.ticket(sue)
    await shop.sleep(1)
    return ana, await shop.order(ana, ticket["id"])


async def purchase(shop):
    ana, order = await orders(shop)
    assert (await pays(ana, order)).status_code == 201
    await shop.sleep(1)
    return order["id"]


def test_a_purchase_by_somebody_who_sends_no_trace_is_one_trace_with_one_root(play, collected):
    play(purchase)
    assert tree(collected.trace_of("POST /api/orders")) == PURCHASE


@mark.parametrize("sampled", ["00", "01"])
def test_a_stranger_who_sends_a_trace_changes_nothing_of_ours(play, collected, sampled):
    async def script(shop):
        ana, order = await orders(shop)
        ana.client.headers["traceparent"] = f"{GIVEN[:-2]}{sampled}"
        assert (await pays(ana, order)).status_code == 201
        await shop.sleep(1)

    play(script)
    assert tree(collected.trace_of("POST /api/orders")) == PURCHASE
    assert TRACE not in {f"{trace_id(span):032x}" for span in collected.spans}


def test_a_span_says_beside_which_trace_it_was_asked_for(play, collected):
    async def script(shop):
        ana = await shop.person("ana")
        await ana.client.get("/api/users/currentuser", headers={"traceparent": GIVEN})

    play(script)
    (asked,) = collected.trace_of("GET /api/users/currentuser")
    (link,) = asked.links
    assert f"{link.context.trace_id:032x}" == TRACE
    assert asked.parent is None


def test_somebody_elses_order_lends_its_trace_to_nobody(play, collected):
    async def script(shop):
        _, order = await orders(shop)
        ben = await shop.person("ben")
        assert (await pays(ben, order)).status_code == 403

    play(script)
    assert "POST /api/payments" not in tree(collected.trace_of("POST /api/orders"))
    (alone,) = collected.trace_of("POST /api/payments")
    assert alone.attributes["http.response.status_code"] == 403
    assert alone.status.is_unset


def test_what_the_reconciler_announces_belongs_to_the_purchase(play, collected):
    async def script(shop):
        ana, order = await orders(shop)
        assert (await pays(ana, order)).status_code == 202
        assert (await ana.client.delete(f"/api/orders/{order['id']}")).status_code == 204
        await shop.sleep(60)

    play(script, faults=[stripe_timeouts(nth=[1])])
    names = [span.name for span in collected.trace_of("POST /api/orders")]
    assert {"publish payment.created", "publish payment.refunded"} <= set(names)
    assert names.count("process payment.refunded") == 0, "nobody consumes it"
    cancelled = {span.name for span in collected.trace_of("publish order.cancelled")}
    assert "DELETE /api/orders/{id}" in cancelled
    assert "POST /api/orders" not in cancelled


def test_an_order_that_runs_out_ends_in_the_trace_of_its_timer(play, collected):
    async def script(shop):
        await orders(shop)
        await shop.sleep(1_000)

    play(script)
    assert tree(collected.trace_of("publish expiration.complete")).splitlines()[:3] == [
        "publish expiration.complete [expiration producer]",
        "  process expiration.complete [orders consumer]",
        "    publish order.cancelled [orders producer]",
    ]


def test_an_event_that_is_delivered_twice_is_handled_in_two_spans(play, collected):
    play(purchase, faults=[duplicates(of="order.completed")])
    spans = collected.trace_of("POST /api/orders")
    handled = [span for span in spans if span.name == "process order.completed"]
    assert len({span.parent.span_id for span in handled}) == 1
    decided = {span.attributes["boxoffice.decision"] for span in handled}
    assert decided == {"apply", "duplicate"}


def test_recording_changes_nothing_of_a_run(monkeypatch):
    story = scenarios_by_name()["late-cancel"]
    plain = run(story, 5).trace.sha256()
    found = Collected()
    found.patch(monkeypatch)
    assert run(story, 5).trace.sha256() == plain
    assert found.spans
    assert tracing.current() == ""
