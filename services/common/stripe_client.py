"""Stripe's own client, made alike wherever one is needed."""

import stripe


def stripe_client(
    key: str, transport: stripe.HTTPClient, api_base: str = "https://api.stripe.com"
) -> stripe.StripeClient:
    """Return a client that asks over `transport`, each question once, and leaves nothing behind."""
    # Else it writes a number for this machine into the home of whoever runs it, and where there
    # is no home, the first payment of a process fails (stripe/_telemetry_id.py of stripe 16).
    stripe.enable_telemetry = False
    return stripe.StripeClient(
        key,
        base_addresses={"api": api_base},
        http_client=transport,
        max_network_retries=0,  # the reconciler asks again, and says so
    )
