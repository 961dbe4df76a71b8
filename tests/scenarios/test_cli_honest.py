"""What would hold whatever happened is misuse, and no green."""

import subprocess
import sys

from pytest import mark, raises

from boxoffice.faults import crashes, duplicates
from scenarios import catalogue, cli


@mark.parametrize(
    ("fault", "said"),
    [
        (crashes("order"), "crashes('order', on='write'): there is no host 'order'; did you mean "),
        (duplicates(of="order.canceled"), "duplicates(of='order.canceled'): nothing publishes or "),
    ],
)
def test_a_fault_that_names_what_is_nowhere_is_misuse(monkeypatch, capsys, fault, said):
    monkeypatch.setitem(catalogue.FAULTS, "misnamed", lambda: fault)
    monkeypatch.setattr(sys, "argv", ["boxoffice", "run", "purchase", "--fault", "misnamed"])
    with raises(SystemExit) as ended:
        cli.main()
    out, err = capsys.readouterr()
    assert (ended.value.code, out) == (2, "")
    assert err.startswith(f"boxoffice: {said}")
    assert err.count("\n") == 1


def test_a_python_without_asserts_is_misuse():
    words = [sys.executable, "-O", "-m", "scenarios", "run", "purchase"]
    ended = subprocess.run(words, capture_output=True, text=True, timeout=60, check=False)
    assert ended.returncode == 2
    assert ended.stderr == (
        "boxoffice: python -O leaves out every assert, so nothing would be judged\n"
    )
