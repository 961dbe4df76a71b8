"""How people speak of the shop."""

from typing import Final

from boxoffice.trace import PERSON, Vocabulary

VOCABULARY: Final = Vocabulary(
    asks=(
        ("POST", r"/api/users/signup", "signs up"),
        ("POST", r"/api/users/signin", "signs in"),
        ("POST", r"/api/users/signout", "signs out"),
        ("GET", r"/api/users/currentuser", "asks who is signed in"),
        ("POST", r"/api/users/forgot-password", "has forgotten the password"),
        ("POST", r"/api/users/reset-password", "sets a new password"),
        ("POST", r"/api/tickets", "offers “{title}” for {price}"),
        ("PUT", r"/api/tickets/(\w+)", "changes {id} to “{title}” for {price}"),
        ("GET", r"/api/tickets", "looks at what is for sale"),
        ("GET", r"/api/tickets/(\w+)", "looks at {id}"),
        ("POST", r"/api/orders", "orders {ticketId}"),
        ("GET", r"/api/orders", "looks at all own orders"),
        ("GET", r"/api/orders/(\w+)", "looks at {id}"),
        ("DELETE", r"/api/orders/(\w+)", "cancels {id}"),
        ("POST", r"/api/payments", "pays for {orderId}"),
        ("GET", r"/api/payments/(\w+)", "looks at {id}"),
    ),
    things={"tickets.tickets": "ticket", "orders.orders": "order"},
    kept={"payment": "payment"},
    served=(
        ("/api/users", PERSON),
        ("/api/tickets", "ticket"),
        ("/api/orders", "order"),
        ("/api/payments", "payment"),
    ),
    lettered=("ticket",),
    called={"ticket": "title"},
    deeds={
        "lists": "offers ticket {seat} for {price}",
        "edits": "changes the price of ticket {seat} to {price}",
        "edits_as_seen": "changes the price of ticket {seat} to {price}, if it is as last seen",
        "edits_blindly": "changes the price of ticket {seat} to {price}, however it is",
        "orders": "orders ticket {seat}",
        "pays": "pays for ticket {seat} with {card}",
        "cancels": "cancels the order of ticket {seat}",
        "wavers": "orders ticket {seat} and cancels it, {times} times",
        "collects": "orders all tickets, cancels the last order but one, and orders that again",
        "looks": "looks at the order of ticket {seat}",
    },
    details={"seat": "ticket {}", "tab": "at the same time, in another tab"},
    changes=("status", "holder", "price_cents", "order_id"),
    amounts={"price_cents": "price", "price": "price", "amount": "amount"},
    services=("auth", "tickets", "orders", "payments", "expiration"),
    homes={"mail": "auth"},
    charging="payments",
    entering="/api/users",
    logged=(("stripe", {"call": "lookup"}, "looks into Stripe's books for {order}: {outcome}"),),
    cursors=("orders_applied", "forgotten", "ended"),  # what tickets remembers of orders
)
