// How far something has come of which it is known how much there is, and about how long the rest takes.
import { made } from "./dom.js";

const SOON = 3000; // milliseconds before which nobody can say

/** `element` shows it; `hear()` is called for each part that begins. */
export function counting(all) {
  const begun = performance.now(), bar = made("progress", { max: all, value: 0, "aria-label": "stories played" }), words = made("small", {}, `0 of ${all} stories`);
  let done = -1;
  return {
    element: made("div", { class: "row counting" }, bar, words),
    hear() {
      done = Math.min(done + 1, all);
      const took = performance.now() - begun, left = Math.round(((took / done) * (all - done)) / 1000);
      bar.value = done;
      words.textContent = `${done} of ${all} stories${took > SOON && done ? `, about ${left} s more` : ""}`;
    },
  };
}
