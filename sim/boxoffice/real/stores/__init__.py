"""The world's MongoDB, Redis and Stripe, served to other processes over their own protocols.

`python -m boxoffice.real.stores` serves all three from one process, for a machine that has only
Python.  What they answer is what the fakes in `sim/boxoffice/servers/` answer; here are only the
protocols.
"""
