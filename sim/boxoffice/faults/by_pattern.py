"""Faults that need not be asked about every call, since there are very many."""

from boxoffice.faults.patterns import names_of_call
from boxoffice.faults.schedule import Fault
from boxoffice.net.calls import Call


class ByPattern(Fault):
    """One that strikes calls by its patterns alone, so that a call like another need not be asked.

    Whether a call is one for it hangs on the names, the target and the callers of the call.
    """

    def is_concerned(self, call: Call) -> bool:
        if self.takes_call(call):
            return True
        if self.kind in ("", call.kind):
            verb, *also = names_of_call(call)
            self._offer(verb, call.target, also)
        return False
