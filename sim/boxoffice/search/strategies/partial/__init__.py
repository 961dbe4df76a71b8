"""Partial-order reduction: of the sequences that nobody can tell apart, one is played.

The messages under way lie in a pool, and a schedule says which arrives next (`control`).  What each
touches is noticed at the servers (`noticing`, `touches`).  From one run follows which of its steps
might come in another sequence with another outcome (`races`), and so which run is next (`search`).
"""
