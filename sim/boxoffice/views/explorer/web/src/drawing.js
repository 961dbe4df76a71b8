// One run as a list of things to draw, between two heights.  No document, no canvas: data.
import { STRIP, strip } from "./curve.js";
import { PARTS, labelsOf } from "./labels.js";
import { BASIS, CHAIN } from "./past.js";
import { SIZE } from "./ruler.js";
import { SIGNS, arrowPaths, heightsOf, shapeOf, styleOf } from "./shapes.js";
import { ticks } from "./time.js";

export const LEFT = 126, GUTTER = 90, RIGHT = 44, LEAST_LANE = 44, MOST_LANE = 150;
const BACK = 0; // what is not of the past, or later, steps back: it is drawn in one colour that can still be read
export const WEAK = 0.8; // what the past was built on
const LONG = 700; // pixels; many messages that are under way for seconds hide the rest
const OUTER = "M-5,-12H5L12,-5V5L5,12H-5L-12,5V-5Z";
const box = (x, y, w, h) => `M${x},${y}h${w}v${h}h${-w}Z`;

/** Where lanes lie: `x(lane)`, how wide all is, and how much of it is seen.  `lane` may lie between two.  A curve has
    its strip on their left, where no words stand: they begin at `gutter`. */
export function across(run, width) {
  const gaps = Math.max(run.lanes.length - 1, 1), left = LEFT + (run.why ? STRIP : 0);
  const step = Math.max(LEAST_LANE, Math.min(MOST_LANE, (width - left - RIGHT) / gaps));
  return {
    step, seen: width, width: Math.max(width, left + RIGHT + step * gaps), x: (lane) => left + lane * step,
    strip: GUTTER, gutter: GUTTER + left - LEFT,
  };
}

/** `view`: run, visible, shows, scale, place, lit (a map of numbers or null), now, chosen, current, matches, difference, labels. */
export function drawing(view, from, to, theme) {
  const shown = view.visible.filter((event) => within(view.scale.at(event), from, to));
  return [
    ...ground(view, from, to, theme), ...strip(view, from, to, theme), ...bases(view, from, to, theme), ...ways(view, from, to, theme),
    ...lines(view, theme), ...shown.flatMap((event) => mark(view, event, theme)), ...words(view, shown, from, to, theme),
  ];
}

const within = (y, from, to) => y >= from - 30 && y <= to + 30;

function alphaOf(view, n) {
  if (view.lit) return { [CHAIN]: 1, [BASIS]: WEAK }[view.lit.get(n)] ?? BACK;
  return n > view.now ? BACK : 1;
}

/** Things to draw, as strong as they are to be. */
function standing(items, alpha, theme) {
  const colour = (own) => (own && own !== theme.paper ? theme.back : own);
  if (alpha !== BACK) return items.map((item) => ({ ...item, alpha: (item.alpha ?? 1) * alpha }));
  return items.map(({ alpha: _, ...item }) => ({ ...item, fill: colour(item.fill), stroke: colour(item.stroke) }));
}

// --- what lies behind ---------------------------------------------------------------------------

function ground(view, from, to, theme) {
  const { run, scale, place } = view, items = [];
  for (const [lane, begin, end] of run.spans) {
    const top = scale.y(begin), bottom = Math.max(end === null ? scale.height : scale.y(end), top + 8);
    if (bottom < from || top > to) continue;
    items.push(...shade(place.x(lane) - 15, Math.max(top, from - 20), Math.min(bottom, to + 20), theme));
  }
  run.lanes.forEach((_, lane) => items.push({ d: `M${place.x(lane)},${from}V${Math.min(to, scale.height)}`, stroke: theme.line, width: 1.5 }));
  for (const fold of scale.folds.filter((one) => within(one.y, from, to))) {
    items.push({ d: box(4, fold.y - 12, place.width - 8, 24), fill: theme.card, stroke: theme.line, dash: [2, 4] });
  }
  for (const tick of ticks(scale, from, to)) items.push({ text: tick.text, x: 8, y: tick.y + 4, size: 11, fill: theme.faint });
  return items;
}

function shade(x, top, bottom, theme) {
  const hatch = [];
  for (let y = top + 8; y < bottom; y += 9) hatch.push(`M${x},${y}L${x + 30},${Math.max(y - 10, top)}`);
  return [{ d: box(x, top, 30, bottom - top), fill: theme.shade }, { d: hatch.join(""), stroke: theme.bad, width: 0.7, alpha: 0.55 }];
}

// --- ways ---------------------------------------------------------------------------------------

function ways(view, from, to, theme) {
  const { scale, place, shows } = view, items = [];
  for (const way of view.run.arrows) {
    if (!shows.has(way.n)) continue;
    const [y1, y2] = heightsOf(view, way);
    if (Math.max(y1, y2) < from - 20 || Math.min(y1, y2) > to + 20) continue;
    const alpha = y2 - y1 > LONG && !view.lit ? BACK : alphaOf(view, way.n);
    items.push(...standing(arrow(way, place.x(way.source), y1, place.x(way.target), y2, view.lit?.get(way.n) === CHAIN, theme), alpha, theme));
  }
  return items;
}

/** Dotted bows from a version of a document to what was built on it, where both are lit. */
function bases(view, from, to, theme) {
  const { run, scale, place, lit, shows } = view, items = [];
  for (const [n, level] of lit ?? []) {
    for (const at of shows.has(n) ? run.events[n].basis : []) {
      if (!lit.has(at) || !shows.has(at)) continue;
      const [x, y1, y2] = [place.x(run.events[n].lane), scale.at(run.events[at]), scale.at(run.events[n])], bow = Math.min(30, 10 + (y2 - y1) / 8);
      if (y2 < from - 20 || y1 > to + 20 || y2 - y1 < 2) continue;
      items.push({ d: `M${x - 6},${y1}C${x - bow},${y1 + 8} ${x - bow},${y2 - 8} ${x - 6},${y2}`, stroke: theme.ink, dash: [1.5, 3.5], width: level === CHAIN ? 2 : 1.3, alpha: level === CHAIN ? 0.9 : WEAK });
    }
  }
  return items;
}

function arrow(way, x1, y1, x2, y2, lit, theme) {
  const [colour, dash, width] = styleOf(way.style), lost = way.style === "lost";
  const { line, tip, end } = arrowPaths(x1, y1, x2, y2, lost);
  const items = [{ d: line, stroke: theme[colour], dash, width: lit ? width + 1.6 : width }];
  if (tip) items.push({ d: tip, fill: theme[colour] });
  if (lost) items.push({ text: "✗", x: end[0], y: end[1] + 5, size: 14, bold: true, anchor: "middle", fill: theme.bad, halo: theme.paper });
  return items;
}

// --- marks and words ----------------------------------------------------------------------------

function mark(view, event, theme) {
  const x = view.place.x(event.lane), y = view.scale.at(event), alpha = alphaOf(view, event.n);
  const [d, colour, filled] = shapeOf(event.shape), items = ring(view, event, x, y, theme), own = [];
  if (filled === "drawn") own.push({ d, at: [x, y], stroke: theme.paper, width: 6 }, { d, at: [x, y], stroke: theme[colour], width: 2.6 });
  else own.push({ d, at: [x, y], fill: filled ? theme[colour] : theme.paper, stroke: filled ? theme.paper : theme[colour], width: filled ? 1 : 2 });
  const sign = SIGNS[event.shape];
  if (sign) own.push({ text: sign, x, y: y + 3.4, size: 9, bold: true, anchor: "middle", fill: filled ? theme.paper : theme[colour] });
  items.push(...standing(own, alpha, theme));
  if (event.proof) {
    items.push({ d: OUTER, at: [x, y], stroke: theme.bad, width: 2.4 });
    items.push({ text: "✗", x: x - 16, y: y + 5, size: 14, bold: true, anchor: "end", fill: theme.bad, halo: theme.paper });
  }
  return items;
}

/** What is chosen, of the past, built on, or found, each with a ring of its own. */
function ring(view, event, x, y, theme) {
  const level = view.lit?.get(event.n);
  if (view.current === event.n) return [{ d: circle(x, y, 12), fill: theme.glow, stroke: theme.apply, width: 2 }];
  if (view.chosen === event.n) return [{ d: circle(x, y, 13), fill: theme.glow, stroke: theme.ink, width: 2 }];
  if (view.matches?.has(event.n)) return [{ d: circle(x, y, 11), fill: theme.glow }];
  if (level === CHAIN) return [{ d: circle(x, y, 10), fill: theme.glow, alpha: 0.75 }];
  return level === BASIS ? [{ d: circle(x, y, 9), stroke: theme.ink, width: 1.3, dash: [1.5, 3], alpha: 0.8 }] : [];
}

const circle = (x, y, r) => `M${x - r},${y}a${r},${r} 0 1,0 ${2 * r},0a${r},${r} 0 1,0 ${-2 * r},0`;

/** The words of what is shown; `labels.js` has found a place for each. */
function words(view, shown, from, to, theme) {
  view.labels ??= labelsOf(view);
  const drawn = (item, alpha) => standing([{ ...item, size: SIZE, fill: theme[item.fill], halo: theme.paper }], alpha, theme)[0];
  return [
    ...folds(view, from, to, theme), ...view.labels.others.filter((item) => within(item.y, from, to)).map((item) => drawn(item, 1)),
    ...shown.flatMap((event) => (view.labels.of.get(event.n) ?? []).map((item) => drawn(item, alphaOf(view, event.n)))),
  ];
}

/** What stands in the place of silence; ways may cross it. */
function folds({ scale, place }, from, to, theme) {
  return scale.folds.filter((one) => within(one.y, from, to))
    .map((one) => ({ text: one.text, x: place.width / 2, y: one.y + 4, size: 11, anchor: "middle", fill: theme.faint, halo: theme.card }));
}

function lines(view, theme) {
  const items = [], rule = (n, colour, dash, up) => {
    const event = view.run.events[n];
    if (!event) return;
    items.push({ d: `M4,${view.scale.at(event) - up}H${view.place.width - 4}`, stroke: theme[colour], dash, width: 1.4 });
  };
  if (view.difference !== null) rule(view.difference, "gap", [6, 3], PARTS);
  if (view.now < view.run.events.length - 1) rule(view.now, "apply", [], -PARTS);
  return items;
}
