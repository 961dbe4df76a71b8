"""The ladder: a service of the learner's own, grown from an empty file, rung by rung.

It is judged by what it is asked and what it says, and by nothing else: promises.py.
"""
