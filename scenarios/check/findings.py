"""One step of a check: what it found, and how it is taken."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum
from http import HTTPStatus
from typing import Any, Final

import httpx
import nats.errors

from boxoffice.clock import Stopwatch
from boxoffice.trace import Trace
from scenarios.actors import Surprise

TOO_MANY: Final = ", for it has had many from this address: try again in 15 minutes"
# What an answer raises that is no JSON, or not the JSON of a shop.
_NO_SHOPS_ANSWER: Final = (ValueError, LookupError, TypeError, AttributeError)


class Result(StrEnum):
    """What is known of a step."""

    WORKS = "works"
    FAILS = "fails"
    NOT_CHECKED = "not checked"


class NotChecked(Exception):
    """A step cannot be taken here, and that is nobody's fault; the message says why."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What came of one step; `said` is one line."""

    name: str
    result: Result
    ms: int
    said: str

    def as_json(self) -> dict[str, Any]:
        """Return it as `--json` has it."""
        return {"name": self.name, "result": self.result, "ms": self.ms, "said": self.said}


async def taken(
    name: str, step: Callable[[], Awaitable[str]], within_s: float, trace: Trace
) -> Finding:
    """Take one step; `trace` has what people have asked and were answered."""
    watch = Stopwatch()
    result = Result.FAILS
    try:
        async with asyncio.timeout(within_s):
            said = await step()
        result = Result.WORKS
    except NotChecked as reason:
        result, said = Result.NOT_CHECKED, str(reason)
    except Surprise as surprise:
        said = str(surprise)
    except TimeoutError:
        said = f"not within {within_s:g} s; the last answer: {_last_answer(trace)}"
    except httpx.TransportError as error:
        said = f"no answer: {type(error).__name__} {error}"
    except nats.errors.Error as error:
        said = f"NATS: {type(error).__name__} {error}"
    except _NO_SHOPS_ANSWER:
        said = f"an answer that no shop gives: {_last_answer(trace)}"
    return Finding(name, result, round(watch.elapsed_s() * 1000), " ".join(said.split()))


def _last_answer(trace: Trace) -> str:
    for event in reversed(trace.events):
        if event.kind == "response":
            asked = trace.events[event["request"]]
            body = event.get("body")
            state = body.get("status", "") if isinstance(body, dict) else ""
            status = event.get("status")
            answer = f"{status or event.get('why')} {state}".strip()
            more = TOO_MANY if status == HTTPStatus.TOO_MANY_REQUESTS else ""
            return f"{asked['method']} {asked['path']} → {answer}{more}"
    return "none"
