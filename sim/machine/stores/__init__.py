"""The world's MongoDB, Redis and Stripe, served to other processes over their own protocols.

`python -m sim.machine.stores` serves all three from one process, for a machine that has only
Python.  What they answer is what the fakes in `sim/fakes/` answer; here are only the protocols.
"""
