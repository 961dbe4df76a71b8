"""What a process of the shop finds in its environment: its settings, and nothing of ours."""

from typing import Final

from services.common.ids import SystemIds

NOBODY: Final = "127.0.0.1:9"  # the port of "discard"
TEST_KEY: Final = "sk_test_local"  # Stripe's own mock takes any that looks like one


def settings(window_s: int) -> dict[str, str]:
    """Return what the services need beside their servers; an order expires after `window_s`.

    There is no mail server: auth keeps its letters and tries again.
    """
    return {
        "JWT_KEY": SystemIds().secret(32).hex(),
        "SALT_FACTORY": "4",  # the least that bcrypt takes: the passwords are not real
        "COOKIE_SECURE": "false",  # there is no TLS between a machine and itself
        "EXPIRATION_WINDOW_S": str(window_s),
        "STRIPE_KEY": TEST_KEY,
        "SMTP_URL": f"smtp://{NOBODY}",
        "TRUSTED_PROXIES": "127.0.0.1",  # people have addresses of their own, as in a world
    }
