import os
import random
import secrets
import socket
import subprocess
import threading
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from multiprocessing import get_context

import bcrypt
import httpx
from bson import ObjectId
from pytest import mark, raises

from boxoffice.clock import ambient
from boxoffice.clock.clock import EPOCH
from boxoffice.clock.randomness import Randomness
from boxoffice.clock.sandbox import SandboxViolation
from boxoffice.clock.substitutes import substitutes

NOW_S = EPOCH.timestamp() + 12.5
REPLACED = [(it.place, it.name) for it in substitutes(lambda: None)]
ENTROPY = {
    "urandom": lambda: os.urandom(16),
    "random": random.random,
    "shuffle": lambda: random.sample(range(100), 100),
    "system random": lambda: random.SystemRandom().random(),
    "uuid1": lambda: uuid.uuid1(),
    "uuid4": uuid.uuid4,
    "a generator without a seed": lambda: random.Random().random(),
    "secrets": secrets.token_hex,
    "salt": lambda: bcrypt.gensalt(4),
    "ObjectId": ObjectId,
}


def world(seed=0, now_s=NOW_S):
    return ambient.virtual(lambda: now_s, Randomness(seed))


def everything():
    return [vars(place).get(name) for place, name in REPLACED]


def test_the_clocks_that_libraries_read_tell_virtual_time():
    with world():
        assert time.time() == time.monotonic() == NOW_S
        assert time.time_ns() == time.monotonic_ns() == round(NOW_S * 1e9)
    assert time.time() < NOW_S


@mark.parametrize("source", list(ENTROPY))
def test_entropy_is_drawn_from_the_seed(source):
    def draws(seed):
        ENTROPY[source]()  # what was drawn outside is of no consequence
        with world(seed):
            return [str(ENTROPY[source]()) for _ in range(3)]

    assert draws(1) == draws(1)
    assert draws(1) != draws(2)
    assert len(set(draws(1))) == 3


def test_an_object_id_tells_the_virtual_time():
    with world():
        assert ObjectId().generation_time == datetime(2030, 1, 1, 0, 0, 12, tzinfo=UTC)
    assert ObjectId().generation_time.year < 2030


def test_all_of_an_object_id_is_the_worlds_own():
    def machine_and_counter(seed):
        with world(seed):
            id = str(ObjectId())
        return id[8:18], id[18:]

    assert machine_and_counter(1) == machine_and_counter(1)
    mine, other, real = machine_and_counter(1), machine_and_counter(2), str(ObjectId())
    assert len({mine[0], other[0], real[8:18]}) == 3
    assert len({mine[1], other[1], real[18:]}) == 3


def test_an_object_id_that_is_given_stays_what_it_is():
    with world():
        assert str(ObjectId("0123456789abcdef01234567")) == "0123456789abcdef01234567"


def test_a_seeded_salt_is_a_salt():
    with world():
        salt = bcrypt.gensalt(4)
    assert salt.startswith(b"$2b$04$")
    assert bcrypt.checkpw(b"secret", bcrypt.hashpw(b"secret", salt))


@mark.parametrize(
    ("attempt", "named"),
    [
        (lambda: time.sleep(1), r"time.sleep\(1\)"),
        (lambda: socket.create_connection(("example.com", 80)), "getaddrinfo.*example.com"),
        (lambda: socket.socket().connect(("127.0.0.1", 80)), "connect.*127.0.0.1"),
        (lambda: socket.socket().connect_ex(("127.0.0.1", 80)), "connect_ex.*127.0.0.1"),
        (lambda: socket.socket().bind(("127.0.0.1", 0)), "bind.*127.0.0.1"),
        (
            lambda: socket.socket(type=socket.SOCK_DGRAM).sendto(b"?", ("127.0.0.1", 53)),
            "sendto.*127.0.0.1",
        ),
        (lambda: subprocess.run(["true"], check=True), "process.*true"),
        (lambda: os.system("true"), "os.system.*true"),
        (lambda: os.fork(), "os.fork"),
        (lambda: get_context("spawn").Process(target=print).start(), "a process's start"),
        (lambda: threading.Thread(target=print).start(), "a thread's start"),
        (lambda: ThreadPoolExecutor().submit(print), "a thread's start"),
    ],
)
@mark.filterwarnings("ignore:unclosed <socket:ResourceWarning")
@mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_the_real_world_is_refused_by_the_name_of_what_was_attempted(attempt, named):
    with world(), raises(SandboxViolation, match=f"{named}.*inside a simulated world"):
        attempt()


def test_everything_is_as_before_afterwards():
    before, state = everything(), random.getstate()
    with world():
        inside = everything()
        random.random()
    assert everything() == before
    pairs = zip(inside, before, strict=True)
    assert all(one is not two for one, two in pairs if callable(two))
    assert random.getstate() == state


def test_everything_is_as_before_when_a_run_raises():
    before, state = everything(), random.getstate()
    with raises(LookupError), world():
        raise LookupError
    assert everything() == before
    assert random.getstate() == state


def test_other_threads_stay_in_the_real_world():
    seen, begun = {}, threading.Event()

    def elsewhere():
        begun.wait(10)
        seen["time"], seen["id"] = time.time(), ObjectId().generation_time.year
        time.sleep(0)
        with socket.socket() as there:
            there.bind(("127.0.0.1", 0))
            seen["port"] = there.getsockname()[1]

    thread = threading.Thread(target=elsewhere)
    thread.start()
    with world(seed=1):
        drawn = os.urandom(8)
        begun.set()
        thread.join()
    with world(seed=1):
        assert os.urandom(8) == drawn
    assert seen["time"] < NOW_S
    assert seen["id"] < 2030
    assert seen["port"] > 0


def test_the_cookies_of_a_client_expire_in_virtual_time():
    now_s = NOW_S
    with ambient.virtual(lambda: now_s, Randomness(0)):
        answer = httpx.Response(
            200,
            headers={"set-cookie": "jwt=token; Max-Age=1800; Path=/"},
            request=httpx.Request("GET", "https://ticketing.dev/"),
        )
        jar = httpx.Cookies()
        jar.extract_cookies(answer)

        def sent():
            request = httpx.Request("GET", "https://ticketing.dev/api")
            jar.set_cookie_header(request)
            return request.headers.get("cookie")

        now_s = NOW_S + 1799
        assert sent() == "jwt=token"
        now_s = NOW_S + 1801
        assert sent() is None
