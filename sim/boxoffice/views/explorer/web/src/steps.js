// Where a key leads from here.  A list holds numbers of events, in order.

/** The event `way` steps along a list from `now`, or from before its start (null); the last one at its end.
    An event that the list leaves out counts as between its neighbours. */
export function stepped(list, now, way) {
  const at = now === null ? -1 : list.findLastIndex((n) => n <= now), between = now === null || list[at] !== now;
  const to = way < 0 && between ? at + way + 1 : at + way;
  return list[Math.max(0, Math.min(list.length - 1, to))];
}

/** The next number of a list after `chosen`, or with a `way` of -1 the one before it, round and round; the first or the
    last from nowhere. */
export function around(list, chosen, way) {
  if (way > 0) return list.find((n) => chosen === null || n > chosen) ?? list[0];
  return list.findLast((n) => chosen === null || n < chosen) ?? list.at(-1);
}
