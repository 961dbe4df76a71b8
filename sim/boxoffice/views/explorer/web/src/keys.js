// The keyboard: what each key does, and a list of it for the reader.

export const KEYS = [
  ["↓ ↑", "next and previous event"], ["PgDn PgUp", "ten further, ten back"], ["← →", "previous and next event on the same lane"],
  ["Space", "play, pause; < > slower, faster"], ["Enter", "its causal past"], ["v V", "next and previous event that breaks something"], ["r R", "where it became likely: next and previous event"], ["w", "when it became likely: the curve"], ["/", "search; Enter for the first hit, n N for the next and previous one"],
  ["d", "where two runs part"], ["c", "side by side"], ["s e", "state, event"], ["+ −", "stretch, shrink"], ["Esc", "let go"], ["?", "this list"],
];

const SLIDES = new Set(["ArrowUp", "ArrowDown", "ArrowLeft", "ArrowRight", "PageUp", "PageDown", "Home", "End"]); // what a slider does itself

const isText = (element) => element.matches("textarea, [contenteditable], input:not([type=checkbox], [type=radio], [type=range])");

/** What breaks is gone to from wherever the focus is: v and V in all of `far`, beside `root`, which hears them itself. */
export function listenFar(far, root, proof) {
  const hear = ({ target, key, ctrlKey, metaKey, altKey }) => {
    const way = { v: 1, V: -1 }[key];
    if (way && !root.contains(target) && !isText(target) && !(ctrlKey || metaKey || altKey)) proof(way);
  };
  far.addEventListener("keydown", hear);
  return () => far.removeEventListener("keydown", hear);
}

/** Returns how to stop listening; `act` has one function for each thing that can be asked for.
    In a notebook (`alone` is false) no plain key leaves `root`: there, d d deletes a cell. */
export function listen(root, act, alone) {
  const does = {
    ArrowDown: () => act.go(1), ArrowUp: () => act.go(-1), PageDown: () => act.go(10), PageUp: () => act.go(-10),
    ArrowRight: () => act.along(1), ArrowLeft: () => act.along(-1), Home: () => act.go(-Infinity), End: () => act.go(Infinity),
    Enter: act.light, Escape: act.release, "/": act.search, v: () => act.proof(1), V: () => act.proof(-1),
    r: () => act.rise(1), R: () => act.rise(-1), w: act.why, n: () => act.hit(1), N: () => act.hit(-1), d: act.difference, c: act.compare, s: act.state, e: act.event,
    " ": act.play, "<": () => act.faster(-1), ">": () => act.faster(1),
    "+": () => act.stretch(1.4), "=": () => act.stretch(1.4), "-": () => act.stretch(1 / 1.4), "?": act.help,
  };
  const hear = (key) => {
    if (!alone && !(key.ctrlKey || key.metaKey || key.altKey)) key.stopPropagation();
    const typing = key.target.matches("input[type=search], select, textarea");
    if (key.key === "Enter" && key.target.matches("input[type=search]")) { act.found(); return; }
    if (key.key === "Escape" && typing) { key.target.blur(); act.release(); return; }
    if (typing || key.ctrlKey || key.metaKey || key.altKey) return;
    if (key.key === "Enter" && key.target.matches("button, summary, input")) return;
    if (key.key === " " && key.target.matches("button, summary, input[type=checkbox]")) return;
    if (SLIDES.has(key.key) && key.target.matches("input[type=range]")) return;
    const asked = Object.hasOwn(does, key.key) ? does[key.key] : null;
    if (!asked) return;
    key.preventDefault();
    asked();
  };
  root.addEventListener("keydown", hear);
  return () => root.removeEventListener("keydown", hear);
}
