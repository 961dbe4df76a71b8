"""Who has the ticket has paid its price, once; and whoever has not has all of it back."""

from collections import defaultdict

from scenarios.kill import fact


def kept_cents(end):
    """Return what Stripe has taken and not given back, by order."""
    kept = defaultdict(int)
    for charge in end.charges.values():
        if charge["status"] == "succeeded":
            kept[charge["metadata"]["order_id"]] += charge["amount"]
    for refund in end.refunds.values():
        if refund["status"] == "succeeded":
            kept[refund["metadata"]["order_id"]] -= refund["amount"]
    return kept


@fact
def what_is_kept_is_the_price(end):
    """For a complete order its price is kept."""
    kept = kept_cents(end)
    for id, order in end.orders.items():
        if order["status"] == "complete":
            price = order["ticket"]["price_cents"]
            assert kept[id] == price, f"order {id} costs {price}, and {kept[id]} are kept"


@fact
def nothing_else_is_kept(end):
    """For any other order nothing is."""
    for id, cents in kept_cents(end).items():
        if end.orders[id]["status"] != "complete":
            assert cents == 0, f"order {id} is {end.orders[id]['status']}, and {cents} are kept"


@fact
def charged_once(end):
    """An order has one charge that went well."""
    well = [it for it in end.charges.values() if it["status"] == "succeeded"]
    orders = [it["metadata"]["order_id"] for it in well]
    assert len(orders) == len(set(orders)), "an order was charged twice"
