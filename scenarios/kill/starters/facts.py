"""Facts of my own: what has to be so in the end, whatever happened."""

from scenarios.kill import fact


@fact
def orders_have_an_owner(end):
    """Each order is somebody's."""
    for id, order in end.orders.items():
        assert order["user_id"], f"order {id} is nobody's"
