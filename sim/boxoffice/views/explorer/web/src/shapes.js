// The outline of each kind of mark and arrow.  Colour never speaks alone: shape and dash say the same.
import { path } from "d3-path";
import { symbol, symbolCircle, symbolCross, symbolDiamond, symbolSquare, symbolTimes, symbolTriangle, symbolWye } from "d3-shape";

const outline = (type, size) => symbol(type, size)();
const eye = "M-7.5,0Q0,-8.5 7.5,0Q0,8.5 -7.5,0Z";
const hexagon = "M-6,-4L0,-7L6,-4V4L0,7L-6,4Z", play = "M-5,-6L7,0L-5,6Z";

// shape → [outline, colour, filled?]; a cross has no inside and is drawn as lines
export const SHAPES = {
  ask: [outline(symbolCircle, 44), "call", true],
  answer: [outline(symbolCircle, 44), "call", true],
  refusal: [outline(symbolCircle, 60), "duplicate", false],
  unknown: [outline(symbolTimes, 90), "bad", "drawn"],
  publish: [play, "apply", true],
  apply: [outline(symbolCircle, 130), "apply", true],
  duplicate: [outline(symbolCircle, 130), "duplicate", false],
  gap: [outline(symbolDiamond, 120), "gap", false],
  commit: [outline(symbolSquare, 40), "faint", true],
  read: [eye, "call", false],
  money: [hexagon, "good", true],
  crash: [outline(symbolTimes, 120), "bad", "drawn"],
  lost: [outline(symbolTimes, 90), "bad", "drawn"],
  start: [outline(symbolTriangle, 70), "good", true],
  mail: [outline(symbolSquare, 60), "good", false],
  late: [outline(symbolWye, 60), "duplicate", true],
  note: [outline(symbolCross, 60), "faint", true],
  delivered: [outline(symbolDiamond, 30), "faint", true],
};
export const SIGNS = { apply: "✓", duplicate: "=", gap: "…", read: "•" };
export const shapeOf = (name) => SHAPES[name] ?? SHAPES.note;

// style → [colour, dash, width]
export const STYLES = {
  request: ["call", [], 1.3], response: ["call", [], 0.9], apply: ["apply", [], 1.4], money: ["good", [], 2.2],
  duplicate: ["duplicate", [7, 4], 1.4], gap: ["gap", [1.5, 4], 2], lost: ["bad", [4, 3], 1.4],
  "under-way": ["apply", [2, 4], 1.8],
};
export const styleOf = (name) => STYLES[name] ?? STYLES.gap;

export const LEGEND = [
  ["ask", "request or answer"], ["refusal", "refusal"], ["read", "looked at, and what was seen"], ["commit", "committed to the store"], ["publish", "published"],
  ["apply", "✓ applied: the next version"], ["duplicate", "= duplicate: nothing done"], ["gap", "… gap: asked to come again"],
  ["money", "card charged or refunded"], ["crash", "crashed, or no answer"], ["start", "is back"],
];
export const LINES = [
  ["request", "call and answer, or message"], ["apply", "message, applied"], ["duplicate", "dashed: a duplicate"], ["gap", "dotted: came too early"],
  ["lost", "✗ ends on its way: lost"], ["under-way", "short dashes: still under way"],
];

/** Where a way begins and ends, from the top. */
export function heightsOf({ run, scale }, { n, source, fromUs, target, toUs }) {
  const event = run.events[n];
  return [scale.end(event, source, fromUs), scale.end(event, target, toUs)];
}

/** Line and tip of an arrow; both ends in pixels. */
export function arrowPaths(x1, y1, x2, y2, lost) {
  const line = path(), tip = path();
  if (x1 === x2) {
    line.moveTo(x1, y1);
    line.bezierCurveTo(x1 + 26, y1, x1 + 26, y2, x1 + 8, y2);
    return { line: String(line), tip: null, end: [x2, y2] };
  }
  if (lost) [x2, y2] = [x1 + (x2 - x1) * 0.6, y1 + (y2 - y1) * 0.6];
  const long = Math.hypot(x2 - x1, y2 - y1) || 1, [dx, dy] = [(x2 - x1) / long, (y2 - y1) / long];
  const [ex, ey] = [x2 - dx * (lost ? 2 : 8), y2 - dy * (lost ? 2 : 8)];
  line.moveTo(x1, y1);
  line.lineTo(ex, ey);
  tip.moveTo(ex, ey);
  tip.lineTo(ex - 7 * dx - 3.5 * dy, ey - 7 * dy + 3.5 * dx);
  tip.lineTo(ex - 7 * dx + 3.5 * dy, ey - 7 * dy - 3.5 * dx);
  tip.closePath();
  return { line: String(line), tip: lost ? null : String(tip), end: [x2, y2] };
}
