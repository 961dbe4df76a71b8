// Virtual time as people read it, and where each moment lies on the page.
import { bisectRight, group } from "d3-array";
import { scaleLinear } from "d3-scale";

export const LONG_US = 5_000_000, TOP = 26, FOLD = 54, STEP = 9;

/** To the millisecond, or with `fine` to the microsecond. */
export function moment(us, fine = false) {
  const ms = Math.floor(us / 1000), hours = Math.floor(ms / 3_600_000);
  const two = (number, digits = 2) => String(number).padStart(digits, "0");
  const text = `${two(Math.floor(ms / 60_000) % 60)}:${two(Math.floor(ms / 1000) % 60)}.${two(ms % 1000, 3)}${fine ? two(us % 1000, 3) : ""}`;
  return hours ? `${hours}:${text}` : text;
}

const alike = (one, other) => one !== other && Math.floor(one / 1000) === Math.floor(other / 1000);

/** Moments in order, each told as finely as it differs from those beside it. */
export const moments = (all) => all.map((us, at) => moment(us, alike(us, all[at - 1] ?? us) || alike(us, all[at + 1] ?? us)));

export function lasting(us) {
  if (us < 1_000_000) return `${Math.floor(us / 1000)} ms`;
  return us < 60_000_000 ? `${(us / 1_000_000).toFixed(1)} s` : moment(us).split(".")[0];
}

const SMALL = new Set(["ask", "answer", "commit", "delivered"]);

/** How far a mark reaches from its middle, in pixels. */
export const reachOf = ({ proof, shape }) => proof ? 13 : SMALL.has(shape) ? 5 : 8;

/** A handler takes a millisecond, an order fifteen minutes: a step grows with the logarithm of
    the time it stands for, and silence is folded, with what is `folded` into it.  Marks of one lane do not cover each
    other: those of one moment stand below each other, `at(event)`; `end` is where a way of an event begins or ends. */
export function timeScale(events, stretch = 1, folded = []) {
  const rows = [...group(events, (event) => event.us)].sort(([one], [other]) => one - other), known = rows.map(([us]) => us);
  if (!rows.length) rows.push([0, []]);
  const heights = [], folds = [], places = new Map(), ends = new Map(), lowest = new Map(), left = folded.map(({ us }) => us).sort((one, other) => one - other);
  let bottom = TOP, hidden = bisectRight(left, rows[0][0]);
  rows.forEach(([us, row], nth) => {
    let y = TOP;
    if (nth) {
      const passed = us - rows[nth - 1][0], until = bisectRight(left, us), more = until - hidden;
      const step = passed >= LONG_US || more ? FOLD : stretch * (STEP + 5 * Math.log10(1 + passed / 500));
      y = Math.max(heights.at(-1) + step, bottom + (step === FOLD ? FOLD - STEP : 2));
      if (step === FOLD) folds.push({ y: (bottom + y) / 2, text: foldText(passed, more) });
      hidden = until;
    }
    const first = uniqueBy(row, (event) => event.lane);
    for (const event of first) y = Math.max(y, below(lowest, event));
    for (const event of row) {
      const at = Math.max(y, below(lowest, event));
      places.set(event.n, at);
      lowest.set(event.lane, at + reachOf(event));
      bottom = Math.max(bottom, at);
      if (event.shape === "publish" || !ends.has(`${event.lane} ${us}`)) ends.set(`${event.lane} ${us}`, at);
    }
    heights.push(y);
  });
  const list = known.length ? known : [0], scale = list.length > 1 ? scaleLinear(list, heights).clamp(true) : () => TOP;
  return {
    y: scale, end: (event, lane, us) => event.lane === lane && event.us === us ? places.get(event.n) ?? scale(us) : ends.get(`${lane} ${us}`) ?? scale(us),
    at: (event) => places.get(event.n) ?? scale(event.us), us: (y) => (scale.invert ? scale.invert(y) : list[0]),
    height: Math.max(bottom, heights.at(-1)) + 2 * TOP, folds, moments: list, heights,
  };
}

const below = (lowest, event) => (lowest.get(event.lane) ?? -Infinity) + reachOf(event) + 1;

function uniqueBy(all, key) {
  const found = new Map();
  for (const one of all) if (!found.has(key(one))) found.set(key(one), one);
  return [...found.values()];
}

function foldText(passed, more) {
  if (!more) return `… ${lasting(passed)} of nothing …`;
  return `… ${more.toLocaleString("en")} more of the same, ${lasting(passed)} …`;
}

export function ticks(scale, from, to, apart = 22) {
  const found = [], texts = moments(scale.moments);
  let latest = -apart;
  scale.moments.forEach((us, at) => {
    const y = scale.heights[at];
    if (y - latest < apart) return;
    latest = y;
    if (y >= from && y <= to) found.push({ y, text: texts[at] });
  });
  return found;
}
