"""What strangers try at the door: several at one account, and one at many."""

from typing import Any, Final

from scenarios.answers import Surprise
from scenarios.workload.accounts import CLOCKS_S, LOCKED_S
from scenarios.workload.patron import Patron, promised
from scenarios.workload.scene import Scene

STRANGERS: Final = 3  # at one account
TURNS: Final = 5  # that each of them has: fewer than lock one out, and all together many
SLOW_S: Final = 1.0  # that the last of them waits at least; he would wait four times as long
ADDRESSES: Final = 4
EACH: Final = 9  # fewer than lock one out of an account
HEARD: Final = 30  # wrong passwords of one stranger, at all accounts, in a quarter of an hour
DOOR: Final = "/api/users/signin"


async def besieges(scene: Scene, who: Patron, what: Any) -> None:
    """Let several strangers guess at one's password: each is heard, and later and later."""
    if not _is_first(scene, f"{who.name} besieged"):
        return
    strangers = [scene.patron(f"{who.name}'s stranger {number + 1}") for number in range(STRANGERS)]
    began_s, account, took_s, heard = scene.now_s(), who.account, 0.0, 0
    for turn in range(TURNS):
        for stranger in strangers:
            wanted, asked_s = {"email": who.address, "password": f"guess {turn}"}, scene.now_s()
            answer = await stranger.asks_unsigned("POST", DOOR, wanted)
            promised(answer, 400)
            heard += answer is not None
            took_s = scene.now_s() - asked_s
    is_one_window = scene.now_s() - began_s < LOCKED_S - CLOCKS_S
    is_same = is_one_window and account is not None and account == who.account
    if heard == STRANGERS * TURNS and is_same and took_s < SLOW_S:
        raise Surprise(f"{heard} strangers have guessed at {who}'s password, and none had to wait")


async def sprays(scene: Scene, who: Patron, what: Any) -> None:
    """Try passwords at the accounts of many, of whom nobody is there, from one device."""
    if not _is_first(scene, f"{who.name} sprays"):
        return
    asks, began_s = scene.patron(f"{who.name}'s neighbour").asks_unsigned, scene.now_s()
    answers = list[Any]()
    for turn in range(EACH):
        for number in range(ADDRESSES):
            wanted = {"email": f"nobody{number}@example.com", "password": f"guess {turn}"}
            answers.append(await asks("POST", DOOR, wanted))
    known = [answer for answer in answers if answer is not None]
    for answer in known:
        promised(answer, 400, 429)
    heard = sum(answer.status_code == 400 for answer in known)
    if heard > HEARD and scene.now_s() - began_s < LOCKED_S - CLOCKS_S:
        raise Surprise(f"somebody has tried {heard} passwords at many accounts, and was heard")


def _is_first(scene: Scene, what: str) -> bool:
    """Tell whether that was not done before, which is counted still."""
    is_first = what not in scene.guessed
    scene.guessed.add(what)
    return is_first
