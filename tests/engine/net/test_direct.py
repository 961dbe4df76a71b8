import asyncio

from pytest import raises

from boxoffice.net.direct import Direct


async def tell(said: list[str], word: str) -> str:
    said.append(word)
    return word


def test_an_effect_may_be_a_function_or_a_coroutine() -> None:
    async def calls() -> list[str]:
        link = Direct()
        return [
            await link.call("get", "a", lambda: "at once"),
            await link.call("get", "a", lambda: tell([], "later")),
        ]

    assert asyncio.run(calls()) == ["at once", "later"]


def test_everybody_else_has_a_turn_before_the_effect() -> None:
    said: list[str] = []

    async def calls() -> None:
        other = asyncio.create_task(tell(said, "other"))
        await Direct().call("get", "a", lambda: said.append("effect"))
        await other

    asyncio.run(calls())
    assert said == ["other", "effect"]


def test_what_an_effect_raises_reaches_the_caller() -> None:
    def fail() -> None:
        raise LookupError("a")

    with raises(LookupError):
        asyncio.run(Direct().call("get", "a", fail))


def test_what_is_sent_has_its_effect_after_this_turn_and_before_a_later_call() -> None:
    said: list[str] = []

    async def sends() -> None:
        link = Direct()
        link.send("put", "a", lambda: said.append("sent"))
        said.append("went on")
        await link.call("get", "a", lambda: said.append("called"))

    asyncio.run(sends())
    assert said == ["went on", "sent", "called"]
