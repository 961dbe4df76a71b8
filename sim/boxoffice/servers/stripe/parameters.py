"""The parameters of PaymentIntents: those that are spoken here, and those that Stripe has besides.

Source: https://docs.stripe.com/api/payment_intents
"""

from collections.abc import Mapping
from typing import Final

from boxoffice.servers.stripe.forms import Kind

_ABOUT: Final[Mapping[str, Kind]] = {
    "payment_method": "string",
    "payment_method_types": "array",
    "receipt_email": "string",
}
_CHANGED: Final[Mapping[str, Kind]] = {
    **_ABOUT,
    "amount": "integer",
    "currency": "string",
    "customer": "string",
    "description": "string",
    "metadata": "hash",
}
_PAID: Final[Mapping[str, Kind]] = {
    **_ABOUT,
    "return_url": "string",
    "off_session": "boolean",
    "error_on_requires_action": "boolean",
    "capture_method": ("automatic", "automatic_async", "manual"),
}
_CREATED: Final[Mapping[str, Kind]] = {
    **_CHANGED,
    **_PAID,
    "automatic_payment_methods": "hash",
    "confirm": "boolean",
    "confirmation_method": ("automatic", "manual"),
}
INTENTS: Final[Mapping[str, Mapping[str, Kind]]] = {
    "create": _CREATED,
    "update": _CHANGED,
    "confirm": _PAID,
    "capture": {"amount_to_capture": "integer", "metadata": "hash"},
    "cancel": {
        "cancellation_reason": ("duplicate", "fraudulent", "requested_by_customer", "abandoned")
    },
}
# What else Stripe takes.  Source: stripe.params.PaymentIntentCreateParams of stripe 16
ELSEWHERE: Final = (
    *(
        "allowed_payment_method_types",
        "amount_details",
        "application_fee_amount",
        "confirmation_token",
        "customer_account",
    ),
    *("excluded_payment_method_types", "expand", "final_capture", "hooks", "mandate"),
    *("mandate_data", "on_behalf_of", "payment_details", "payment_method_configuration"),
    *("payment_method_data", "payment_method_options", "radar_options", "setup_future_usage"),
    *("shipping", "statement_descriptor", "statement_descriptor_suffix", "transfer_data"),
    *("transfer_group", "use_stripe_sdk"),
)
