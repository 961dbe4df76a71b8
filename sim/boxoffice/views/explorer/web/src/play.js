// Somebody leans back and watches: one moment after another, until a click, a key or a proof.

export const SPEEDS = [[0.5, "½×"], [1, "1×"], [2, "2×"], [4, "4×"]];
const STEP_MS = 700; // a short line is read in that time
const TOUCHES = ["pointerdown", "click", "wheel"], PLAYS = new Set([" ", "<", ">"]);
const MOST_STEPS = 400; // in a crowd a step is of several moments, so that a run ends within five minutes

/** The event that comes after `now` (null: from the start) when what is visible is played; null at its end.
    A step ends at the end of a moment, and at a proof before that. */
export function following(visible, now) {
  const at = now === null ? -1 : visible.findLastIndex((event) => event.n <= now);
  if (at === visible.length - 1) return null;
  let to = Math.min(at + Math.ceil(visible.length / MOST_STEPS), visible.length - 1);
  while (visible[to + 1]?.us === visible[to].us) to++;
  return visible.slice(at + 1, to + 1).find((event) => event.proof) ?? visible[to];
}

/** `step()` takes one step and tells whether there is another; `changed(playing)` is called when it begins and ends. */
export function player(step, changed) {
  let timer = null, speed = 1;
  const wait = () => { timer = setTimeout(go, STEP_MS / speed); };
  function go() {
    if (step()) wait();
    else stop();
  }
  function stop() {
    if (timer === null) return;
    clearTimeout(timer);
    timer = null;
    changed(false);
  }
  function start() {
    timer = 0;
    changed(true);
    go();
  }
  return {
    stop, toggle: () => (timer === null ? start() : stop()), playing: () => timer !== null,
    pace: (times) => { speed = times; if (timer !== null) { clearTimeout(timer); wait(); } },
  };
}

/** Whatever a reader does stops what is played, but for its own controls; returns how to stop listening. */
export function pausing(root, keys, stop) {
  const touched = (event) => { if (!event.target.closest?.("[data-play], [data-speed]")) stop(); };
  const pressed = (key) => { if (!PLAYS.has(key.key)) touched(key); };
  for (const kind of TOUCHES) root.addEventListener(kind, touched, { capture: true, passive: true });
  keys.addEventListener("keydown", pressed, { capture: true });
  return () => {
    for (const kind of TOUCHES) root.removeEventListener(kind, touched, { capture: true });
    keys.removeEventListener("keydown", pressed, { capture: true });
  };
}
