"""The audit: what a shop that runs has done, judged by the invariants of a simulated one.

Nothing is written, and nobody is asked but the broker, the stores and Stripe.
"""
