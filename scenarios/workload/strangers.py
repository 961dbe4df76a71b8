"""What strangers try at the door: several at one account, and one at many."""

from typing import Any, Final

from scenarios.answers import Surprise
from scenarios.workload.accounts import heard_of, is_in_time, is_same
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
    if not scene.is_first(who.name, "besieges"):
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
    is_whole = heard == STRANGERS * TURNS and is_same(scene, began_s, who, account)
    if is_whole and took_s < SLOW_S:
        raise Surprise(f"strangers have guessed {heard} times at {who}'s password, without a wait")


async def sprays(scene: Scene, who: Patron, what: Any) -> None:
    """Try passwords at the accounts of many, of whom nobody is there, from one device."""
    if not scene.is_first(who.name, "sprays"):
        return
    asks, began_s = scene.patron(f"{who.name}'s neighbour").asks_unsigned, scene.now_s()
    answers = list[Any]()
    for turn in range(EACH):
        for number in range(ADDRESSES):
            wanted = {"email": f"nobody{number}@example.com", "password": f"guess {turn}"}
            answers.append(await asks("POST", DOOR, wanted))
    heard = heard_of(answers)
    if heard > HEARD and is_in_time(scene, began_s):
        raise Surprise(f"somebody has tried {heard} passwords at many accounts, and was heard")
