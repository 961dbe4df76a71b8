"""How somebody knocks at the same door until that is refused, and again when it may be."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from scenarios.answers import Surprise
from scenarios.workload.accounts import ANSWERED_S, LOCKED_S, is_in_time
from scenarios.workload.patron import Patron, promised
from scenarios.workload.scene import Scene

HESITATES_S: Final = 60.0
FIRST: Final = 4  # so many knock at other addresses, and then nobody for a while
TOO_MANY: Final = 3  # more than may


@dataclass(frozen=True, slots=True)
class Door:
    """A path, the setting that says how often it is open to a client, and what it may say."""

    path: str
    setting: str
    says: Sequence[int]
    whose: Callable[[int], int] = lambda number: number  # the address that is tried as this one


def taken(number: int) -> int:
    """Return the address to sign up with: one in two of the later ones is one of the first again.

    >>> [taken(number) for number in range(8)]
    [0, 1, 2, 3, 4, 1, 6, 3]
    """
    return number % FIRST if number >= FIRST and number % 2 else number


# At the first, the last addresses are one, so that two counts are full that began a while apart:
# ten wrong passwords of a stranger at one account, and these and the first at all.  At the second,
# every other address of those has an account already.
DOORS: Final = (
    Door(
        "/api/users/signin",
        "sign_in_failures_per_client",
        (400,),
        lambda number: min(number, FIRST),
    ),
    Door("/api/users/signup", "sign_ups_per_client", (201, 400), taken),
    Door("/api/users/forgot-password", "letters_per_client", (202,)),
)
LIMITS: Final = {
    "sign_in_failures_per_client": FIRST + 10,
    "sign_ups_per_client": 2 * FIRST,
    "letters_per_client": 2 * FIRST,
}


async def floods(scene: Scene, who: Patron, what: Any) -> None:
    """Ask a door the same for many addresses, first one by one and then all at once."""
    door = DOORS[what["door"]]
    most = getattr(getattr(scene.town, "settings", None), door.setting, None)
    if most is None or most > LIMITS[door.setting] or not scene.is_first(who.name, "floods"):
        return  # what is elsewhere set to many takes many to be seen
    began_s = scene.now_s()

    def knock(number: int) -> Awaitable[Any]:
        asks = scene.patron(f"{who.name}'s script").asks_unsigned
        address = f"{who.name.lower()}-{door.whose(number)}@flood.example.com"
        wanted = {"email": address, "password": "a long password"}
        return asks("POST", door.path, {name: wanted[name] for name in _fields(door)})

    answers = [await knock(number) for number in range(FIRST)]
    await scene.town.passes(HESITATES_S)
    answers += await scene.town.together(*map(knock, range(FIRST, most + TOO_MANY)))
    known = [answer for answer in answers if answer is not None]
    for answer in known:
        promised(answer, *door.says, 429)
    heard = sum(answer.status_code in door.says for answer in known)
    if heard > most and is_in_time(scene, began_s):
        raise Surprise(f"{who} was heard {heard} times at {door.path}, where {most} are")
    waits_s = [int(it.headers["Retry-After"]) for it in known if it.status_code == 429]
    if not waits_s:
        return
    # Who is one too many for one count may be counted in another until that is known.
    spared = TOO_MANY if door is DOORS[0] else 0
    if heard + len(answers) - len(known) < most - spared:
        raise Surprise(f"{who} was heard {heard} times at {door.path}, where {most} are")
    if scene.now_s() + max(waits_s) > began_s + LOCKED_S + HESITATES_S + ANSWERED_S:
        raise Surprise(f"{who} is to wait {max(waits_s)} s at {door.path}")
    await scene.town.passes(max(waits_s))
    promised(await knock(most + TOO_MANY), *door.says)


def _fields(door: Door) -> Sequence[str]:
    return ("email",) if door is DOORS[2] else ("email", "password")
