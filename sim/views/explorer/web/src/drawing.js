// One run as a list of things to draw, between two heights.  No document, no canvas: data.
import { SIGNS, arrowPaths, shapeOf, styleOf } from "./shapes.js";
import { ticks } from "./time.js";

export const LEFT = 98, RIGHT = 46, LEAST_LANE = 56, MOST_LANE = 150;
const DIM = 0.13, LATER = 0.3;
const LONG = 700, FAINT = 0.35; // pixels; many messages that are under way for seconds hide the rest
const OUTER = "M-5,-12H5L12,-5V5L5,12H-5L-12,5V-5Z";
const box = (x, y, w, h) => `M${x},${y}h${w}v${h}h${-w}Z`;

/** Where lanes lie: `x(lane)`, and how wide all is.  `lane` may lie between two. */
export function across(run, width) {
  const gaps = Math.max(run.lanes.length - 1, 1);
  const step = Math.max(LEAST_LANE, Math.min(MOST_LANE, (width - LEFT - RIGHT) / gaps));
  return { step, width: Math.max(width, LEFT + RIGHT + step * gaps), x: (lane) => LEFT + lane * step };
}

/** `view`: run, visible, scale, place, lit (a set of numbers or null), now, chosen, matches, difference. */
export function drawing(view, from, to, theme) {
  const shown = view.visible.filter((event) => within(view.scale.y(event.us), from, to));
  return [
    ...ground(view, from, to, theme), ...ways(view, from, to, theme),
    ...shown.flatMap((event) => mark(view, event, theme)), ...labels(view, shown, theme), ...lines(view, theme),
  ];
}

const within = (y, from, to) => y >= from - 30 && y <= to + 30;

function alphaOf(view, n) {
  if (view.lit) return view.lit.has(n) ? 1 : DIM;
  return n > view.now ? LATER : 1;
}

// --- what lies behind ---------------------------------------------------------------------------

function ground(view, from, to, theme) {
  const { run, scale, place } = view, items = [];
  for (const [lane, begin, end, what] of run.spans) {
    const top = scale.y(begin), bottom = Math.max(end === null ? scale.height : scale.y(end), top + 8);
    if (bottom < from || top > to) continue;
    items.push(...shade(place.x(lane) - 15, Math.max(top, from - 20), Math.min(bottom, to + 20), what, theme));
  }
  run.lanes.forEach((_, lane) => items.push({ d: `M${place.x(lane)},${from}V${Math.min(to, scale.height)}`, stroke: theme.line, width: 1.5 }));
  for (const fold of scale.folds.filter((one) => within(one.y, from, to))) {
    items.push({ d: box(4, fold.y - 12, place.width - 8, 24), fill: theme.card, stroke: theme.line, dash: [2, 4] });
    items.push({ text: fold.text, x: place.width / 2, y: fold.y + 4, size: 11, anchor: "middle", fill: theme.faint });
  }
  for (const tick of ticks(scale, from, to)) items.push({ text: tick.text, x: 8, y: tick.y + 4, size: 11, fill: theme.faint });
  return items;
}

function shade(x, top, bottom, what, theme) {
  const hatch = [];
  for (let y = top + 8; y < bottom; y += 9) hatch.push(`M${x},${y}L${x + 30},${Math.max(y - 30 / 3, top)}`);
  const items = [{ d: box(x, top, 30, bottom - top), fill: theme.shade },
    { d: hatch.join(""), stroke: theme.bad, width: 0.7, alpha: 0.55 }];
  if (bottom - top > 22) items.push({ text: what, x: x + 34, y: top + 16, size: 10, fill: theme.bad, halo: theme.paper });
  return items;
}

// --- ways ---------------------------------------------------------------------------------------

function ways(view, from, to, theme) {
  const { scale, place, shows } = view, items = [];
  for (const way of view.run.arrows) {
    if (!shows.has(way.n)) continue;
    const y1 = scale.y(way.fromUs), y2 = scale.y(way.toUs);
    if (Math.max(y1, y2) < from - 20 || Math.min(y1, y2) > to + 20) continue;
    items.push(...arrow(way, place.x(way.source), y1, place.x(way.target), y2, alphaOf(view, way.n) * (y2 - y1 > LONG && !view.lit ? FAINT : 1), view.lit?.has(way.n), theme));
  }
  return items;
}

function arrow(way, x1, y1, x2, y2, alpha, lit, theme) {
  const [colour, dash, width] = styleOf(way.style), lost = way.style === "lost";
  const { line, tip, end } = arrowPaths(x1, y1, x2, y2, lost);
  const items = [{ d: line, stroke: theme[colour], dash, width: lit ? width + 1.6 : width, alpha }];
  if (tip) items.push({ d: tip, fill: theme[colour], alpha });
  if (lost) items.push({ text: "✗", x: end[0], y: end[1] + 5, size: 14, bold: true, anchor: "middle", fill: theme.bad, halo: theme.paper, alpha });
  return items;
}

// --- marks and labels ---------------------------------------------------------------------------

function mark(view, event, theme) {
  const x = view.place.x(event.lane), y = view.scale.y(event.us), alpha = alphaOf(view, event.n);
  const [d, colour, filled] = shapeOf(event.shape), cross = d && ["crash", "lost", "unknown"].includes(event.shape);
  const items = [];
  if (view.chosen === event.n) items.push({ d: circle(x, y, 12), fill: theme.glow, stroke: theme.ink, width: 1.5 });
  else if (view.matches?.has(event.n)) items.push({ d: circle(x, y, 11), fill: theme.glow, alpha });
  items.push({ d, at: [x, y], fill: cross || filled ? theme[colour] : theme.paper, stroke: filled || cross ? theme.paper : theme[colour], width: filled || cross ? 1 : 2, alpha });
  const sign = SIGNS[event.shape];
  if (sign) items.push({ text: sign, x, y: y + 3.4, size: 9, bold: true, anchor: "middle", fill: filled ? theme.paper : theme[colour], alpha });
  if (event.proof) {
    items.push({ d: OUTER, at: [x, y], stroke: theme.bad, width: 2.4, alpha: Math.max(alpha, 0.9) });
    items.push({ text: "✗", x: x - 16, y: y + 5, size: 14, bold: true, anchor: "end", fill: theme.bad, halo: theme.paper });
  }
  return items;
}

const circle = (x, y, r) => `M${x - r},${y}a${r},${r} 0 1,0 ${2 * r},0a${r},${r} 0 1,0 ${-2 * r},0`;
const LEFTWARDS = new Set(["answer", "refusal", "unknown", "money"]); // no way leaves there

/** A label is left out where it would cover the one above it; the panel has them all. */
function labels(view, shown, theme) {
  const taken = new Map(), items = [];
  for (const event of shown) {
    const badge = event.shape === "commit" ? "" : event.badge;
    const left = LEFTWARDS.has(event.shape), y = view.scale.y(event.us), place = `${event.lane} ${left}`;
    if (!(event.label || badge) || y - (taken.get(place) ?? -99) < 11) continue;
    taken.set(place, y);
    const at = { y: y + (event.shape === "publish" ? -9 : ["ask", "money"].includes(event.shape) ? -6 : 4), halo: theme.paper, alpha: alphaOf(view, event.n) };
    let x = view.place.x(event.lane) + (left ? -11 : 11);
    if (badge) items.push({ ...at, text: badge, x, size: 11, bold: true, fill: theme.apply });
    if (badge) x += 7 * badge.length + 4;
    if (event.label) items.push({ ...at, text: short(event.label, view.place.step), x, size: 11, anchor: left ? "end" : "start", fill: event.shape === "refusal" ? theme.duplicate : theme.ink });
  }
  return items;
}

/** "order.created order 1" says its kind twice; what is still too long is cut. */
function short(label, step) {
  const [, kind, verb, id] = label.match(/^(ticket|order|payment)\.(\S+) \1 (\S+)$/) ?? [];
  const text = kind ? `${kind} ${id} ${verb}` : label, most = Math.max(12, Math.floor((step * 2) / 5.6));
  return text.length > most ? `${text.slice(0, most - 1)}…` : text;
}

function lines(view, theme) {
  const items = [], rule = (n, colour, dash, text) => {
    const event = view.run.events[n];
    if (!event) return;
    const y = view.scale.y(event.us) - (text ? 7 : -7);
    items.push({ d: `M4,${y}H${view.place.width - 4}`, stroke: theme[colour], dash, width: 1.4 });
    if (text) items.push({ text, x: view.place.width - 8, y: y - 4, size: 11, bold: true, anchor: "end", fill: theme[colour], halo: theme.paper });
  };
  if (view.difference !== null) rule(view.difference, "gap", [6, 3], "the runs part here");
  if (view.now < view.run.events.length - 1) rule(view.now, "apply", []);
  return items;
}
