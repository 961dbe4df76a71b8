// Virtual time as people read it, and where each moment lies on the page.
import { pairs } from "d3-array";
import { scaleLinear } from "d3-scale";

export const LONG_US = 5_000_000, TOP = 26, FOLD = 54, STEP = 9;

export function moment(us) {
  const ms = Math.floor(us / 1000), hours = Math.floor(ms / 3_600_000);
  const two = (number, digits = 2) => String(number).padStart(digits, "0");
  const text = `${two(Math.floor(ms / 60_000) % 60)}:${two(Math.floor(ms / 1000) % 60)}.${two(ms % 1000, 3)}`;
  return hours ? `${hours}:${text}` : text;
}

export function lasting(us) {
  if (us < 1_000_000) return `${Math.floor(us / 1000)} ms`;
  return us < 60_000_000 ? `${(us / 1_000_000).toFixed(1)} s` : moment(us).split(".")[0];
}

/** A handler takes a millisecond, an order fifteen minutes: a step grows with the logarithm of
    the time it stands for, and silence is folded. */
export function timeScale(events, stretch = 1) {
  const moments = [...new Set(events.map((event) => event.us))].sort((a, b) => a - b);
  if (!moments.length) moments.push(0);
  const heights = [TOP], folds = [];
  for (const [before, after] of pairs(moments)) {
    const passed = after - before, y = heights.at(-1);
    const step = passed >= LONG_US ? FOLD : stretch * (STEP + 5 * Math.log10(1 + passed / 500));
    if (passed >= LONG_US) folds.push({ y: y + step / 2, text: `… ${lasting(passed)} of nothing …` });
    heights.push(y + step);
  }
  const scale = moments.length > 1 ? scaleLinear(moments, heights).clamp(true) : () => TOP;
  return { y: scale, us: (y) => (scale.invert ? scale.invert(y) : moments[0]), height: heights.at(-1) + 2 * TOP, folds, moments, heights };
}

export function ticks(scale, from, to, apart = 22) {
  const found = [];
  let latest = -apart;
  scale.moments.forEach((us, at) => {
    const y = scale.heights[at];
    if (y - latest < apart) return;
    latest = y;
    if (y >= from && y <= to) found.push({ y, text: moment(us) });
  });
  return found;
}
