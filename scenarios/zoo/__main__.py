"""One service as a process, with one defence taken away: `python -m scenarios.zoo`."""

import sys
from collections.abc import Sequence

from scenarios.zoo import TWINS
from services import __main__ as service


def main(arguments: Sequence[str] | None = None) -> int:
    """Run `TWIN NAME …`, the rest as for `python -m services`; return the exit status."""
    name, *rest = (sys.argv[1:] if arguments is None else arguments) or [""]
    if name not in TWINS:
        print(f"there is no twin {name!r}; there are {', '.join(TWINS)}", file=sys.stderr)
        return service.MISUSE
    with TWINS[name].in_place():
        return service.main(rest)


if __name__ == "__main__":
    sys.exit(main())
