"""Kill the mutants: who writes a story or a fact is graded by the broken twins that it gives away.

A test is worth what it notices.  Each challenge names some twins of the shop, each with one mistake
in it, and asks for what tells them from the shop as it is:

- a story: people, what they do, and what goes wrong meanwhile.  The shop's invariants judge it;
- facts: what has to be so in the end.  Storms make each twin misbehave; noticing is the task.

    @fact
    def nobody_pays_twice(end):
        '''An order is paid by one charge.'''
        orders = [charge["metadata"]["order_id"] for charge in end.charges.values()]
        assert len(orders) == len(set(orders))
"""

from scenarios.kill.facts import fact

__all__ = ["fact"]
