"""What libraries keep of an app for good, which keeps its whole world."""

import sys
from typing import Final

# FastAPI 0.165 classifies each endpoint once, in caches of 4,096 that hold it: an endpoint that
# closes over its drivers keeps them, and with them a world that is long over.
_MODULES: Final = ("fastapi.dependencies.models",)


def forget_apps() -> None:
    """Let libraries forget the apps that they have seen."""
    for name in _MODULES:
        for value in list(vars(sys.modules[name]).values()) if name in sys.modules else ():
            clear = getattr(value, "cache_clear", None)
            if callable(clear):
                clear()
