"""Right answers to notebook 11."""

from collections import Counter

from tests.scenarios.lab.styles import logged, right


@right("shrink")
def by_place(things, falls):
    kept, at = list(things), 0
    while at < len(kept):
        rest = kept[:at] + kept[at + 1 :]
        if falls(rest):
            kept, at = rest, 0
        else:
            at += 1
    return kept


@right("shrink")
def again_from_within(things, falls):
    for thing in things:
        rest = [it for it in things if it != thing]
        if falls(rest):
            return again_from_within(rest, falls)
    return things


@right("shrink")
@logged
def from_the_end(things, falls):
    kept = tuple(things)
    changed = True
    while changed:
        changed = False
        for at in reversed(range(len(kept))):
            rest = (*kept[:at], *kept[at + 1 :])
            if falls(rest):
                kept, changed = rest, True
    return list(kept)


@right("shrink")
def with_pieces_first(items, test):
    size = max(1, len(items) // 2)
    while True:
        for start in range(0, len(items), size):
            rest = items[:start] + items[start + size :]
            if test(rest):
                items = rest
                break
        else:
            if size == 1:
                return items
            size = max(1, size // 2)


@right("unreached")
def with_a_set(runs, names):
    tested = {name for run in runs for name, said in run.items() if said in {"holds", "violated"}}
    return sorted(set(names) - tested, key=names.index)


@right("unreached")
def with_all(runs, names):
    return [n for n in names if all(r.get(n, "vacuous") in ("vacuous", "undecided") for r in runs)]


@right("unreached")
def with_a_counter(runs, names):
    counted = Counter()
    for run in runs:
        for name in run:
            counted[name] += run[name] in ("holds", "violated")
    return [name for name in names if not counted[name]]


@right("unreached")
@logged
def by_taking_away(runs, names, *more):
    left = list(names)
    for run in runs:
        for name, verdict in run.items():
            if verdict[0] in "hv" and verdict != "vacuous" and name in left:
                left.remove(name)
    return left
