"""The Postman collection, played from its first request to its last by Postman's own runner."""

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

from pytest import skip

from tests.docs.api import FOLDER
from tests.integration.test_up import PATIENCE_S, up
from tests.real.servers import REAL
from tests.real.tiers import UNHURRIED

pytestmark = UNHURRIED

NEWMAN = REAL / "newman" / "node_modules" / ".bin" / "newman"


def played(url: str, report: Path) -> dict[str, Any]:
    command = [NEWMAN, "run", FOLDER / "collection.json", "--env-var", f"url={url}"]
    report_to = ["--reporters", "json", "--reporter-json-export", report]
    subprocess.run([*command, *report_to], capture_output=True, timeout=PATIENCE_S)
    found: dict[str, Any] = json.loads(report.read_text(encoding="utf-8"))["run"]
    return found


def test_it_buys_a_ticket_with_every_call_that_there_is(tmp_path: Path) -> None:
    if not NEWMAN.exists() or shutil.which("node") is None:
        skip("real: no newman; make test-real has one")
    with up(tmp_path) as shop:
        runs = [played(shop.url, tmp_path / f"{number}.json") for number in range(2)]
    described = json.loads((FOLDER / "openapi.json").read_text(encoding="utf-8"))["paths"]
    calls = {f"{how.upper()} {path}" for path, it in described.items() for how in it}
    for run in runs:
        assert [it["error"]["message"] for it in run["failures"]] == []
        assert {it["item"]["name"] for it in run["executions"]} == calls
        [paid] = (it for it in run["executions"] if it["item"]["name"] == "GET /api/payments/{id}")
        assert paid["response"]["code"] == 200
