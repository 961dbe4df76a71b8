"""Answers that nobody should have been given."""

from tests.scenarios.shop.checks.corrupted import Recording, falls, refuse

# --- who may do what ------------------------------------------------------------------------------


@falls("owner-only", "ben, who is user 00a9f6, and it is user 00a9f5's, was answered 200")
def shown_to_a_stranger(it: Recording) -> None:
    mine = it.first("response", "GET /api/payments/", status=200)
    it.change(
        it.first("response", "GET /api/payments/", status=403),
        lambda to: to.update(mine.fields | {"request": to["request"]}),
    )


@falls("owner-only", "eve, who is signed in as nobody, was answered 404")
def told_to_nobody_that_it_is_not_there(it: Recording) -> None:
    it.change(it.first("response", "GET /api/orders/", status=401), refuse(404, "Not found"))


@falls("owner-only", "was answered 400")
def told_to_a_stranger_that_it_is_reserved(it: Recording) -> None:
    answer = it.first("response", "PUT /api/tickets/", status=403)
    it.change(answer, refuse(400, "The ticket is reserved and cannot be changed"))


@falls("owner-only", "ana, who is user 00a9f5, whose it is, was answered 403")
def kept_from_its_owner(it: Recording) -> None:
    it.change(it.first("response", "DELETE /api/orders/", status=204), refuse(403, "Not yours"))


@falls("owner-only", "who is signed in as user 00a9f5, was answered 401")
def shut_out_while_signed_in(it: Recording) -> None:
    answer = it.first("response", "GET /api/orders/", status=200)
    it.change(answer, refuse(401, "Not signed in"))


@falls("owner-only", "was written by the DELETE of ben")
def cancelled_by_a_stranger_who_was_refused(it: Recording) -> None:
    strangers = it.asked(it.first("response", "DELETE /api/orders/", status=403))
    mine = it.asked(it.last("response", "DELETE /api/orders/", status=204))
    assert strangers
    assert mine
    for write in it.all("write", database="orders", collection="orders"):
        if write.cause and it.asked(write) and write["id"] in mine["path"]:
            it.events[it.events.index(write)] = it.caused(write, strangers)


@falls("owner-only", "was charged by the POST of ben")
def charged_by_a_stranger(it: Recording) -> None:
    strangers = it.asked(it.first("response", "POST /api/payments", status=403))
    assert strangers
    charge = it.first("charge")
    it.events[it.events.index(charge)] = it.caused(charge, strangers)


# --- conditions -----------------------------------------------------------------------------------


@falls("conditions-hold", "which made version 1 of what was to be version 5")
def edited_on_a_stale_condition(it: Recording) -> None:
    edit = it.first("request", "PUT /api/tickets/", headers={"If-Match": '"0"'})
    it.change(edit, lambda it: it["headers"].update({"If-Match": '"5"'}))


@falls("conditions-hold", "without a condition")
def refused_for_a_condition_that_nobody_made(it: Recording) -> None:
    refusal = it.first("response", "PUT /api/tickets/", status=412)
    asked = it.asked(refusal)
    assert asked
    it.change(asked, lambda it: it.pop("headers"))


@falls("conditions-hold", "but 1 was the latest version")
def refused_for_a_condition_that_held(it: Recording) -> None:
    asked = it.asked(it.first("response", "PUT /api/tickets/", status=412))
    assert asked
    it.change(asked, lambda it: it["headers"].update({"If-Match": '"1"'}))


@falls("conditions-hold", "nobody else changed it meanwhile")
def lost_a_race_that_was_none(it: Recording) -> None:
    refusal = it.first("response", "PUT /api/tickets/", status=412)
    it.change(refusal, refuse(409, "Somebody else changed the ticket"))


@falls("conditions-hold", "was changed at")
def changed_by_what_was_refused(it: Recording) -> None:
    it.change(it.first("response", "PUT /api/tickets/", status=200), refuse(409, "Too late"))


@falls("conditions-hold", 'with the ETag "7", which is not version 1')
def tagged_with_another_version(it: Recording) -> None:
    shown = it.last("response", "GET /api/tickets/", status=200)
    it.change(shown, lambda it: it["headers"].update(ETag='"7"'))


@falls("conditions-hold", "where nothing can be changed by two")
def refused_an_order_as_a_lost_race(it: Recording) -> None:
    it.change(it.first("response", "POST /api/orders", status=400), refuse(409, "Somebody else"))


@falls("reservations-as-told", "was answered 429 “You have 9 open orders; pay for one”")
def refused_for_orders_that_nobody_has(it: Recording) -> None:
    refusal = it.first("response", "POST /api/orders", status=400)
    it.change(refusal, refuse(429, "You have 9 open orders; pay for one"))


@falls("reservations-as-told", "was answered 429 “Too many” at")
def refused_in_other_words_for_orders_that_nobody_has(it: Recording) -> None:
    it.ends["most_open"] = 9
    it.change(it.first("response", "POST /api/orders", status=400), refuse(429, "Too many"))


@falls("reservations-as-told", "had 2 open orders at")
def let_somebody_order_more_than_they_may(it: Recording) -> None:
    it.ends["most_open"] = 1


# --- reads and repetitions ------------------------------------------------------------------------


@falls("reads-go-forward", "and ben, who asked after that, version 0")
def shown_an_older_version(it: Recording) -> None:
    shown = it.last("response", "GET /api/tickets/", status=200)
    it.change(shown, lambda it: it["body"].update(version=0))


@falls("reads-go-forward", "that it is cancelled at 00:04.206, and ana, who asked after that")
def shown_an_order_that_was_cancelled(it: Recording) -> None:
    [page] = [one for one in it.all("response", "GET /api/orders?") if "b00" in str(one["body"])]
    it.change(page, lambda it: it["body"][0].update(status="created"))


@falls("reads-go-forward", "who asked after that, 404 “Not found”")
def not_shown_what_was_there(it: Recording) -> None:
    it.change(it.first("response", "GET /api/orders/", status=200), refuse(404, "Not found"))


@falls("answered-alike", "payment for order 004aff: ana was answered 00e9ba")
def given_another_payment(it: Recording) -> None:
    _, again, *_ = it.all("response", "POST /api/payments", status=201)
    it.change(again, lambda it: it["body"].update(id=24 * "b"))


@falls("answered-alike", "and asked again, 402 “Declined”")
def declined_after_it_was_paid(it: Recording) -> None:
    _, again, *_ = it.all("response", "POST /api/payments", status=201)
    it.change(again, refuse(402, "Declined"))


@falls("answered-alike", "cancellation of order 004b01: ana was answered 204")
def refused_to_cancel_again(it: Recording) -> None:
    it.change(it.last("response", "DELETE /api/orders/", status=204), refuse(400, "Too late"))


@falls("answered-alike", "account ben@example.com")
def given_another_account(it: Recording) -> None:
    reset = it.first("response", "POST /api/users/reset-password", status=200)
    it.change(reset, lambda it: it["body"].update(id=24 * "b"))


# --- lists ----------------------------------------------------------------------------------------


@falls("lists-are-whole", "no order 004b00, which was there all the time")
def passed_over_an_order(it: Recording) -> None:
    [page] = [one for one in it.all("response", "GET /api/orders?") if "b00" in str(one["body"])]
    it.change(page, lambda it: it["body"].clear())


@falls("lists-are-whole", "no ticket 00d025, which was there all the time")
def ended_a_list_too_early(it: Recording) -> None:
    it.change(it.first("response", "GET /api/tickets?limit=1"), lambda it: it.pop("headers"))


@falls("lists-are-whole", "ticket 00d023 2 times in one walk")
def showed_a_ticket_again(it: Recording) -> None:
    first, *_, last = it.all("response", "GET /api/tickets?limit=1")
    it.change(last, lambda it: it.update(body=first["body"]))


@falls("lists-are-whole", "2 orders, where 1 were asked for")
def showed_more_than_was_asked_for(it: Recording) -> None:
    page = it.first("response", "GET /api/orders?limit=1")
    it.change(page, lambda it: it["body"].append(it["body"][0] | {"id": 24 * "b"}))


@falls("lists-are-whole", "orders that are not in their order")
def showed_a_later_order_first(it: Recording) -> None:
    first, *_, last = it.all("response", "GET /api/orders?limit=1")
    it.change(last, lambda it: it["body"].extend(first["body"]))


@falls("lists-are-whole", "a next page that does not begin after ticket 00d023")
def led_on_from_elsewhere(it: Recording) -> None:
    link = f'</api/tickets?limit=1&after={24 * "b"}>; rel="next"'
    page = it.first("response", "GET /api/tickets?limit=1")
    it.change(page, lambda it: it["headers"].update(Link=link))


# --- reservations ---------------------------------------------------------------------------------


@falls("reservations-as-told", "was answered 400 “The ticket is already reserved”")
def refused_what_nobody_held(it: Recording) -> None:
    refusal = it.last("response", "POST /api/orders", status=400)
    asked = it.asked(refusal)
    assert asked
    [regretted] = [one for id, one in it.ends["orders"].items() if id.endswith("b00")]
    it.change(asked, lambda it: it["body"].update(ticketId=regretted["ticket"]["id"]))


@falls("reservations-as-told", "was answered order 004b01")
def placed_on_a_ticket_that_was_held(it: Recording) -> None:
    for answer in list(it.all("response", "POST /api/orders", status=201))[:3:2]:
        asked = it.asked(answer)
        assert asked
        it.change(asked, lambda it: it["body"].update(ticketId="a seat"))


@falls("reservations-as-told", "was shown order 004b00, created,")
def shown_an_order_open_that_was_cancelled(it: Recording) -> None:
    [page] = [one for one in it.all("response", "GET /api/orders?") if "b00" in str(one["body"])]
    it.change(page, lambda it: it["body"][0].update(status="created"))


@falls("reservations-as-told", "was shown order 004aff, cancelled,")
def shown_an_order_cancelled_that_was_paid(it: Recording) -> None:
    shown = it.first("response", "GET /api/orders/", status=200)
    it.change(shown, lambda it: it["body"].update(status="cancelled"))


@falls("pending-for-a-reason", "though Stripe's answer was known")
def was_told_to_wait_for_nothing(it: Recording) -> None:
    paid = it.first("response", "POST /api/payments", status=201)
    it.change(paid, lambda to: to.update(status=202))


@falls("pending-for-a-reason", "and only looked for at")
def looked_for_a_charge_instead_of_sending_it(it: Recording) -> None:
    sent = next(one for one in it.all("log", what="stripe") if one["call"] == "charge")
    it.change(sent, lambda to: to.update(call="lookup"))


@falls("pending-for-a-reason", "was answered 201 at")
def was_told_that_it_is_done_and_pending(it: Recording) -> None:
    paid = it.first("response", "POST /api/payments", status=201)
    it.change(paid, lambda to: to["body"].update(status="pending"))
