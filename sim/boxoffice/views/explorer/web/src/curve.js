// When a failure became likely: of the futures of each moment the share that fails, along the axis of time.
import { moment } from "./time.js";

export const STRIP = 58; // pixels that the curve takes, between the moments and the first lane
const WIDE = 40, REACH = 5; // of them for the shares from none to all; pixels above and below a moment that are its own

/** A run's curve, made ready: `moments` of `{us, failing, futures, share}`, and the two that it rises between. */
export function curveOf(raw) {
  if (!raw) return null;
  const moments = raw.curve.map(([us, failing, futures]) => ({ us, failing, futures, share: failing / futures }));
  const [before, after] = raw.rise.map((at) => moments[at]);
  return { ...raw, moments, before, after, rises: after.share > before.share };
}

export const sharing = ({ failing, futures }) => `${failing} of ${futures}`;

/** The numbers of the events between the two moments of the rise. */
export function risen({ events, why }) {
  if (!why?.rises) return [];
  return events.filter(({ us }) => us > why.before.us && us <= why.after.us).map((event) => event.n);
}

/** The event that a reader goes to for a moment: of the rise the first that is shown, else the last one before it. */
export function eventAt(run, at, shows = null) {
  const rise = at === run.why.after ? risen(run) : [];
  if (rise.length) return rise.find((n) => shows === null || shows.has(n)) ?? rise[0];
  return Math.max(run.events.findLastIndex(({ n, us }) => us <= at.us && (shows === null || shows.has(n))), 0);
}

/** The moment that a place of the strip belongs to; null beside the strip.  The whole of the rise is its later end. */
export function momentAt({ run, place, scale }, x, y) {
  if (!run.why || x < place.strip || x > place.strip + STRIP) return null;
  const { before, after, rises, moments } = run.why;
  if (rises && y >= scale.y(before.us) + REACH && y <= scale.y(after.us) + REACH) return after;
  return moments.reduce((best, one) => (Math.abs(scale.y(one.us) - y) < Math.abs(scale.y(best.us) - y) ? one : best));
}

/** What the strip says of a moment. */
export const told = (why, one) => `${moment(one.us)}: ${why.invariant} falls in ${sharing(one)} futures${why.rises && one === why.after ? `, before that in ${sharing(why.before)}` : ""}`;

/** The strip as things to draw, between two heights. */
export function strip({ run, scale, place }, from, to, theme) {
  const { why } = run;
  if (!why) return [];
  const left = place.strip + 4, x = (one) => left + one.share * WIDE, y = (one) => scale.y(one.us), [low, high] = [from - 40, to + 40];
  const last = why.moments.at(-1), bottom = Math.min(high, scale.height), points = why.moments.map((one) => `${x(one)},${y(one)}`);
  return [
    { d: `M${left - 3},${Math.max(low, 0)}H${left + WIDE + 3}V${bottom}H${left - 3}Z`, fill: theme.card },
    ...(why.rises ? [{ d: `M${left - 3},${y(why.before)}H${left + WIDE + 3}V${y(why.after)}H${left - 3}Z`, fill: theme.glow }] : []),
    ...[0, WIDE].map((at) => ({ d: `M${left + at},${Math.max(low, 0)}V${bottom}`, stroke: theme.line, width: 1 })),
    { d: `M${left},${y(why.moments[0])}L${points.join("L")}L${left},${y(last)}Z`, fill: theme.shade },
    // Nobody has asked what is later: it has fallen by then.
    { d: `M${x(last)},${y(last)}V${bottom}`, stroke: theme.faint, dash: [2, 5], width: 1.2 },
    { d: `M${points.join("L")}`, stroke: theme.bad, width: 2 },
    ...why.moments.filter((one) => y(one) > low && y(one) < high).map((one) => dot(x(one), y(one), one, theme)),
    ...(why.rises ? [{ text: "◀", x: left + WIDE + 4, y: y(why.after) + 4, size: 11, bold: true, fill: theme.bad, halo: theme.paper }] : []),
  ];
}

const dot = (x, y, { failing }, theme) => ({ d: "M-3,0a3,3 0 1,0 6,0a3,3 0 1,0 -6,0", at: [x, y], fill: failing ? theme.bad : theme.paper, stroke: theme.bad, width: 1.4 });
