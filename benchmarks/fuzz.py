"""Requests that nobody would think of, for every call of every service.

python -m benchmarks.fuzz [--seconds 600] [--seed N]

The five services run as processes on stores of this machine.  Schemathesis makes up requests from
the description that each gives of itself (/openapi.json), half of the time as a stranger and half
as somebody who is signed in.  No answer may be a 5xx, have a status, type or body that the
description does not name, or an `Allow` that is not right; no process may log a mistake.
Exit status: 0 if nothing was found, 1 if something was, 2 for misuse.
"""

import argparse
import asyncio
import json
import os
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NoReturn

import httpx

from boxoffice.real.errors import CannotOpen
from scenarios.shop.real.launch import process_shop
from scenarios.shop.real.shop import ProcessShop

CHECKS: Final = (
    *("not_a_server_error", "status_code_conformance", "content_type_conformance"),
    *("response_headers_conformance", "response_schema_conformance"),
    *("unsupported_method", "allow_header_conformance"),
)
GRACE_S: Final = 60.0  # for what is under way when the time is up, shrinking included
MISUSE: Final = 2
_MISTAKES: Final = ('"event": "failed"', "Traceback")


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        self.exit(MISUSE, f"{message}; --help says more\n")


@dataclass(frozen=True)
class Found:
    """What came of one service's requests: how many, and what was said if something was wrong."""

    service: str
    who: str
    requests: int
    wrong: str


def main(arguments: Sequence[str] | None = None) -> int:
    """Ask, and print what was found; return the exit status."""
    asked = _parser().parse_args(arguments)
    try:
        found, mistakes = asyncio.run(fuzzed(asked.seconds, asked.seed))
    except CannotOpen as reason:
        print(reason, file=sys.stderr)
        return MISUSE
    print("service     as         requests")
    for one in found:
        print(f"{one.service:<12}{one.who:<11}{one.requests:>8}  {'WRONG' if one.wrong else ''}")
    print("\n".join([*(one.wrong for one in found if one.wrong), *mistakes]))
    return 1 if mistakes or any(one.wrong for one in found) else 0


async def fuzzed(seconds: int, seed: int) -> tuple[list[Found], list[str]]:
    """Return what was found in so many seconds, and the mistakes that were logged.

    Raises: CannotOpen.
    """
    with tempfile.TemporaryDirectory(prefix="boxoffice-") as folder:
        async with process_shop(Path(folder)) as shop:
            found = []
            for who, cookie in (("stranger", ""), ("ana", await _signed_in(shop))):
                asking = [
                    _asked(shop, name, who, cookie, max(1, seconds // 2), seed, Path(folder))
                    for name in shop.instances
                ]
                found += await asyncio.gather(*asking)
            await shop.ready()
            return found, _mistakes(shop)


async def _signed_in(shop: ProcessShop) -> str:
    async with httpx.AsyncClient(base_url=shop.url_of("auth"), trust_env=False) as ana:
        account = {"email": "ana@example.com", "password": "correct horse"}
        answer = await ana.post("/api/users/signup", json=account)
        answer.raise_for_status()
        return f"jwt={answer.cookies['jwt']}"


async def _asked(
    shop: ProcessShop, service: str, who: str, cookie: str, seconds: int, seed: int, folder: Path
) -> Found:
    report = folder / f"{service}-{who}.json"
    command = [
        *(sys.executable, "-m", "schemathesis.cli", "run", f"{shop.url_of(service)}/openapi.json"),
        *("--max-time", str(seconds), "--seed", str(seed), "--checks", ",".join(CHECKS)),
        *("--report", "json", "--report-json-path", str(report), "--no-color"),
        *("--suppress-health-check", "all", "--warnings", "off", "--continue-on-failure"),
        *("--generation-database", "none"),
        *(("--header", f"Cookie: {cookie}") if cookie else ()),
    ]
    process = await asyncio.create_subprocess_exec(
        *command,
        cwd=folder,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        env={**os.environ, "NO_PROXY": "127.0.0.1"},
    )
    try:
        async with asyncio.timeout(seconds + GRACE_S):
            said, _ = await process.communicate()
    except TimeoutError:
        process.kill()
        said, _ = await process.communicate()
    wrong = "" if process.returncode == 0 else said.decode(errors="replace")
    return Found(service, who, _requests(report), wrong)


def _requests(report: Path) -> int:
    if not report.exists():
        return 0
    return int(json.loads(report.read_text())["test_cases"]["generated"])


def _mistakes(shop: ProcessShop) -> list[str]:
    return [
        f"{name} logged: {line}"
        for name in shop.url_by_instance
        for line in shop.log_of(name).splitlines()
        if any(sign in line for sign in _MISTAKES)
    ]


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="python -m benchmarks.fuzz", description=__doc__)
    parser.add_argument("--seconds", type=int, default=600, help="in all (%(default)s)")
    parser.add_argument("--seed", type=int, default=0, help="of the requests (%(default)s)")
    return parser


if __name__ == "__main__":
    sys.exit(main())
