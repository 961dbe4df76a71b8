"""A shop of real processes, judged by the invariants of a world.

Everything here is seen from outside: what people asked and were answered, what the stream holds,
and what the stores and Stripe's books hold in the end.  Nothing of it runs inside a service.

`witness` connects, `calm` waits and takes down, `evidence` puts together what the invariants are
judged by; `from_http` does so where nothing but HTTP can be seen.
"""
