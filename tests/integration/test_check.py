"""`boxoffice check URL` against a shop that works, and against shops that do not."""

import asyncio
from contextlib import suppress
from itertools import count

import httpx
from pytest import mark

from boxoffice.real.pace import PacedLoop
from scenarios.check.examination import examined
from scenarios.check.findings import Result
from scenarios.check.visit import DETERRENT
from scenarios.shop.local import local_shop
from scenarios.zoo import TWINS
from services.expiration.use_cases import AlarmClock
from services.orders.repository import Orders
from services.orders.use_cases import OrdersForPeople
from services.payments.cashier import DECLINED, Cashier, Refused
from services.tickets.use_cases import TicketsForPeople
from tests.integration import checked
from tests.integration.checked import PATIENCE_S, SHORT_S, STEPS, WINDOW_S, found, results
from tests.real.tiers import unhurried

pytestmark = mark.real

needs = checked.needs


def test_all_of_a_shop_that_works_works(needs):
    needs["expiration_window_s"] = WINDOW_S
    findings = found(window_s=WINDOW_S, duplicates=True)
    assert list(findings) == STEPS
    assert {it.name: it.said for it in findings.values() if it.result is not Result.WORKS} == {}
    assert "events came twice, and nothing changed" in findings["duplicates"].said


@unhurried
def test_what_was_not_asked_for_is_not_checked_and_said_so():
    findings = found()
    assert results(findings, Result.NOT_CHECKED) == ["expire", "duplicates"]
    assert "--window" in findings["expire"].said
    assert "--nats" in findings["duplicates"].said
    assert results(findings, Result.FAILS) == []


def test_nobody_waits_for_a_long_window():
    assert "too long" in found(window_s=121)["expire"].said
    findings = found(window_s=1)
    assert results(findings, Result.FAILS) == ["expire"]
    assert "may be paid for" in findings["expire"].said
    assert findings["expire"].ms < 1000 * PATIENCE_S


@unhurried
def test_a_service_that_answers_500_is_named_with_the_request(monkeypatch):
    async def broken(*_):
        raise RuntimeError("a mistake of ours")

    monkeypatch.setattr(OrdersForPeople, "place", broken)
    findings = found(window_s=1)
    assert results(findings, Result.FAILS) == ["reserve", "cancel", "expire"]
    assert "POST /api/orders was answered with 500" in findings["reserve"].said
    assert findings["privacy"].said == "there is no order"
    assert findings["complete"].result is Result.NOT_CHECKED


@unhurried
def test_an_order_that_never_expires_fails_and_is_tidied_up(monkeypatch, needs):
    needs["expiration_window_s"] = WINDOW_S

    async def never(_) -> float:
        return 60.0

    monkeypatch.setattr(AlarmClock, "ring_due", never)
    findings = found(window_s=WINDOW_S, patience_s=SHORT_S)
    assert results(findings, Result.FAILS) == ["expire"]
    assert "awaiting:payment" in findings["expire"].said
    assert findings["tidy"].result is Result.WORKS


@unhurried
def test_a_card_that_is_refused_is_not_the_shops_fault(monkeypatch):
    async def live(*_):
        return Refused("No such token: 'tok_visa'")

    monkeypatch.setattr(Cashier, "charge", live)
    findings = found()
    assert findings["pay"].said == f"Stripe takes no test card here: {DECLINED}"
    assert results(findings, Result.NOT_CHECKED) == ["pay", "complete", "expire", "duplicates"]
    assert results(findings, Result.FAILS) == []


def test_a_ticket_that_is_sold_twice_fails(monkeypatch):
    holds = count(1)

    async def unseen(*_) -> int:
        return next(holds)

    monkeypatch.setattr(Orders, "next_hold", unseen)
    with TWINS["no-unique-hold"].in_place():
        findings = found(patience_s=SHORT_S + 4)
    assert "second buyer" in results(findings, Result.FAILS)
    assert "ordered by somebody else" in findings["second buyer"].said


@unhurried
def test_a_shop_that_applies_duplicates_fails():
    with TWINS["no-version-check"].in_place():
        findings = found(duplicates=True, patience_s=SHORT_S + 4)
    assert results(findings, Result.FAILS) == ["duplicates"]


@unhurried
def test_edits_that_overwrite_others_fail(monkeypatch):
    edit = TicketsForPeople.edit

    async def blind(self, id, user, title, price, known):
        return await edit(self, id, user, title, price, None)

    monkeypatch.setattr(TicketsForPeople, "edit", blind)
    findings = found()
    assert results(findings, Result.FAILS) == ["edit"]
    assert "200, not 412" in findings["edit"].said


@unhurried
def test_a_secure_cookie_without_tls_is_explained(needs):
    needs["cookie_secure"] = True
    findings = found()
    assert results(findings, Result.FAILS) == ["session"]
    assert "COOKIE_SECURE" in findings["session"].said
    assert findings["sell"].said == "nobody is signed in"


@unhurried
def test_another_shops_nats_is_noticed(tmp_path):
    async def play():
        async with (
            local_shop(0, 1.0, None, verbose=False) as shop,
            local_shop(0, 1.0, None, verbose=False) as other,
        ):
            return [it async for it in examined(shop.url, nats=other.places["NATS"])]

    with asyncio.Runner(loop_factory=lambda: PacedLoop(1.0)) as runner:
        findings = {it.name: it for it in runner.run(play())}
    assert results(findings, Result.FAILS) == ["duplicates"]
    assert "is it the shop's?" in findings["duplicates"].said


@unhurried
def test_who_is_interrupted_leaves_no_order_open():
    async def play():
        async with local_shop(0, 1.0, None, verbose=False) as shop:
            visit = examined(shop.url, patience_s=PATIENCE_S)
            async for finding in visit:
                if finding.name == "reserve":
                    break
            await visit.aclose()
            async with httpx.AsyncClient(base_url=shop.url) as browser:
                return (await browser.get("/api/tickets")).json()

    with asyncio.Runner(loop_factory=lambda: PacedLoop(1.0)) as runner:
        [ticket] = runner.run(play())
    assert "orderId" not in ticket
    assert ticket["price"] == float(DETERRENT)


@unhurried
def test_who_is_interrupted_is_told_what_is_left():
    said = []

    async def play():
        async with local_shop(0, 1.0, None, verbose=False) as shop:
            task = asyncio.current_task()
            assert task is not None
            with suppress(asyncio.CancelledError):
                async for finding in examined(shop.url, patience_s=PATIENCE_S):
                    said.append(finding)
                    if finding.name == "sell":
                        task.cancel()
            task.uncancel()

    with asyncio.Runner(loop_factory=lambda: PacedLoop(1.0)) as runner:
        runner.run(play())
    assert [it.name for it in said][-2:] == ["sell", "tidy"]
    assert said[-1].result is Result.WORKS
