"""What has told nothing in a run: faults that struck nothing, names looked for in vain."""

from typing import TYPE_CHECKING

from boxoffice.world.stores import untouched

if TYPE_CHECKING:
    from boxoffice.world.world import World


def idle(world: "World") -> dict[str, str]:
    """Return what has told nothing in a run, and why; not the faults that chance has spared."""
    every = world.faults.each
    useful = {str(it) for it in every if not it.why_not() or it.spared_all}
    faults = {str(it): it.why_not() for it in every if str(it) not in useful}
    return {
        **{f"{fault} struck nothing": why for fault, why in faults.items()},
        **{f"nobody wrote or read {it}": "yet it is looked into" for it in untouched(world)},
        **world.webhooks.in_vain(),
    }
