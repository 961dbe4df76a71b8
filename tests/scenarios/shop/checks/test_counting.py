"""How long a refusal takes tells nobody whose address is known."""

from boxoffice.trace import TraceEvent
from scenarios.shop.checks import Evidence
from scenarios.shop.checks.counting import guesses_are_counted

WRONG = {"errors": [{"message": "Invalid credentials"}]}


def refused(*compared):
    """Return what is found where so many are refused; for each, whether it kept a thread busy."""
    events = []

    def add(host, kind, cause=None, **fields):
        number = len(events)
        events.append(TraceEvent(number, 1_000_000 * number, host, kind, cause, fields))
        return number

    for nth, busy in enumerate(compared):
        body = {"email": f"{nth}@example.com"}
        asked = add("ana", "request", method="POST", path="/api/users/signin", body=body)
        count = {"_id": str(nth), "failures": 1, "until": "2030-01-01T00:15:00"}
        kept = {"database": "auth", "collection": "failures", "verb": "update_one"}
        for key in ("own", "at all", "of all"):
            add("auth-db", "write", asked, id=f"{nth} {key}", before=None, after=count, **kept)
        if busy:
            add("auth", "late", asked, to="auth", verb="_match", about="", s=0.1)
        add("auth", "late", asked, to="auth-db", verb="find_one", about="", s=0.1)
        add("ana", "response", request=asked, status=400, body=WRONG)
    return [it.message for it in guesses_are_counted(Evidence(events=events)).breaches]


def test_where_a_comparison_takes_its_time_nobody_is_refused_without_one():
    assert refused(True, True, True) == []
    [said] = refused(True, True, False)
    assert said.startswith("ana was answered 400")
    assert said.endswith("at 00:19.000, and no password was compared before")


def test_where_it_takes_none_nothing_can_be_told():
    assert refused(False, False, False) == []
    assert refused(True, False, False) == []  # the machine was busy for a while only
