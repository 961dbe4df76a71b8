// Two runs side by side: they part at one height, and are scrolled as one while that shows the same moment.
import { firstDifference } from "./run.js";

/** Put the first difference of two panes at the same height; tells whether there is one. */
export function align([one, other]) {
  const n = firstDifference(one.run, other.run);
  if (n === null) return false;
  const height = ({ run, view }) => view.scale.at(run.events[Math.min(n, run.events.length - 1)]);
  const apart = height(one) - height(other);
  one.align(n, Math.max(-apart, 0));
  other.align(n, Math.max(apart, 0));
  for (const each of [one, other]) each.root.dataset.part = Math.round(height(each) + each.view.pad);
  return true;
}

/** The others stand where this one is scrolled to. */
export function follow(panes, scrolled) {
  for (const one of panes) if (one !== scrolled) one.scrollTo(scrolled.scroll.scrollTop);
}

/** Bring event `n` of one pane into sight; the others go along, and where they have their own part of that moment
    elsewhere, to that. */
export function reveal(panes, here, n, steady) {
  here.reveal(n, steady);
  follow(panes, here);
  for (const one of panes) if (one !== here) one.reveal(one.view.now, steady);
}

/** Runs that are to be compared are seen first where they part; tells whether they do. */
export function lead(panes, here) {
  const n = here?.view.difference ?? null;
  if (n === null) return false;
  here.reveal(Math.min(n, here.run.events.length - 1));
  follow(panes, here);
  return true;
}

/** How far each pane is told, or -1 while nothing is. */
export const reached = (panes, none) => panes.map((one) => (none ? -1 : one.view.now));

/** Whether any pane has gone past a proof since it had reached `before`. */
export function proved(panes, before) {
  const since = (one, at) => one.view.visible.some((event) => event.proof && event.n > before[at] && event.n <= one.view.now);
  return panes.some(since);
}
