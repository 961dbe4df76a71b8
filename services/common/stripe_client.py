"""Stripe's own client, made alike wherever one is needed."""

import stripe


def stripe_client(
    key: str,
    transport: stripe.HTTPClient,
    api_base: str = "https://api.stripe.com",
    max_network_retries: int = 0,
) -> stripe.StripeClient:
    """Return a client that asks over `transport`, and leaves no trace of itself.

    Who pays asks again, and says so; so the client does not, unless told to.
    """
    # Else it writes a number for this machine into the home of whoever runs it, and where there
    # is no home, the first payment of a process fails (stripe/_telemetry_id.py of stripe 16).
    stripe.enable_telemetry = False
    return stripe.StripeClient(
        key,
        base_addresses={"api": api_base},
        http_client=transport,
        max_network_retries=max_network_retries,
    )
