"""What the fake Stripe remembers for a day, and what its books show."""

from pytest import fixture, mark

from boxoffice.servers.stripe import FakeStripeServer
from boxoffice.trace.trace import Trace

CHARGE = {"amount": "4500", "currency": "usd", "source": "tok_visa", "metadata[order_id]": "o"}


def charge(server, form=CHARGE, key="k"):
    return server.handle("post", "/v1/charges", form, key)


DAY_S = 24 * 3600.0


class Later:
    """A clock that is moved by hand."""

    now_s = 1_000_000.0

    def __call__(self):
        return self.now_s


@fixture(name="later")
def _later() -> Later:
    return Later()


@fixture(name="clocked")
def _clocked(later) -> FakeStripeServer:
    return FakeStripeServer(Trace(later), later)


def test_a_key_is_remembered_for_a_day_and_then_charges_again(clocked, later):
    first = charge(clocked)
    later.now_s += DAY_S - 1
    assert charge(clocked) == first
    later.now_s += 1
    assert charge(clocked)[1]["id"] != first[1]["id"]
    assert len(clocked.charges) == 2


REFUSED_CHARGE = ("post", "/v1/charges", CHARGE, "k")


@mark.parametrize(
    ("says", "status"),
    [
        ("500", 500),
        ("503", 503),
        ("400", 400),
        ("balance_insufficient", 400),
        ("card_declined", 402),
    ],
)
@mark.parametrize("done", [False, True])
def test_what_is_said_once_the_work_has_begun_is_said_again_for_a_day(
    clocked, later, says, status, done
):
    first = clocked.refuse(says, done, *REFUSED_CHARGE)
    assert (first[0], len(clocked.charges)) == (status, int(done))
    later.now_s += DAY_S - 1
    assert charge(clocked) == first
    later.now_s += 1
    assert charge(clocked)[0] == 200


@mark.parametrize("says", ["409", "429"])
def test_what_is_said_before_the_work_begins_is_not_kept(clocked, says):
    assert clocked.refuse(says, False, *REFUSED_CHARGE)[0] == int(says)
    assert clocked.charges == {}
    made = charge(clocked)
    assert clocked.refuse(says, False, *REFUSED_CHARGE)[0] == int(says)
    assert charge(clocked) == made


def test_a_refund_that_failed_gives_nothing_back_and_is_said_again_under_its_key(clocked):
    made = charge(clocked)[1]
    refund = ("post", "/v1/refunds", {"charge": made["id"]}, "r")
    status, failed = clocked.refuse("refund_failed", False, *refund)
    assert (status, failed["status"]) == (200, "failed")
    assert clocked.handle(*refund) == (200, failed)
    assert clocked.refuse("refund_failed", False, *refund) == (200, failed)
    books = clocked.charges[made["id"]]
    assert (books["amount_refunded"], books["refunded"]) == (0, False)
    told = [it["type"] for it in clocked.events.by_id.values()]
    assert told[-2:] == ["refund.created", "refund.failed"]
    another = clocked.handle(*refund[:3], "r2")[1]
    assert (another["status"], books["refunded"]) == ("succeeded", True)


def test_what_was_answered_before_stands_whatever_fails_now(clocked):
    made = charge(clocked)
    assert clocked.refuse("500", False, *REFUSED_CHARGE) == made
    assert clocked.refuse("500", True, *REFUSED_CHARGE) == made
    assert len(clocked.charges) == 1


# --- the books -------------------------------------------------------------------------------


def listed(server, **asked):
    status, body = server.handle("get", "/v1/charges", asked, None)
    return [it["id"] for it in body["data"]] if status == 200 else body["error"]["param"]


def test_charges_are_listed_by_when_they_were_made_and_a_page_at_a_time(clocked, later):
    ids = []
    for number in range(4):
        ids.append(charge(clocked, key=f"k{number}")[1]["id"])
        later.now_s += 10
    now = int(later.now_s)
    assert listed(clocked) == ids[::-1]
    assert listed(clocked, **{"created[gte]": f"{now - 20}"}) == [ids[3], ids[2]]
    assert listed(clocked, **{"created[gt]": f"{now - 20}"}) == [ids[3]]
    assert listed(clocked, **{"created[lte]": f"{now - 30}"}) == [ids[1], ids[0]]
    assert listed(clocked, **{"created[lt]": f"{now - 30}"}) == [ids[0]]
    since = {"created[gte]": f"{now - 30}", "limit": "2"}
    assert listed(clocked, **since) == [ids[3], ids[2]]
    assert listed(clocked, **since, starting_after=ids[2]) == [ids[1]]
    assert listed(clocked, **{"created[gte]": "noon"}) == "created"


def test_a_charge_is_listed_at_once_and_found_by_a_search_a_minute_later(clocked, later):
    _, made = charge(clocked)
    charge(clocked, CHARGE | {"metadata[order_id]": "other"}, "another")
    query = {"query": "metadata['order_id']:'o'"}

    def found():
        _, body = clocked.handle("get", "/v1/charges/search", query, None)
        return [it["id"] for it in body["data"]]

    later.now_s += 59
    assert made["id"] in listed(clocked)
    assert found() == []
    later.now_s += 1
    assert found() == [made["id"]]
    wrong = clocked.handle("get", "/v1/charges/search", {"query": "everything"}, None)
    assert (wrong[0], wrong[1]["error"]["param"]) == (400, "query")
