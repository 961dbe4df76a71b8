// Where the words of a diagram stand: beside their marks, and neither on another mark nor on other words.
import { cut, widthOf } from "./ruler.js";
import { arrowPaths, heightsOf } from "./shapes.js";
import { reachOf } from "./time.js";

const ROW = 16; // pixels; what is taken is kept in rows of this height
const ABOVE = 9, BELOW = 3; // of a line of text, from where it stands
const MOST = 240, LEAST = 40; // pixels of a label: more says nothing at a glance, less nothing at all
const LONG = 320; // pixels of a way that words cannot be kept off
const NEAR = 20; // pixels that words may stand further from their mark
const AGAIN = 420; // a long bar says every so many pixels what it is

/** What is taken, how much room there is beside it, and which ways cross where. */
function table() {
  const rows = new Map(), ways = new Map();
  function* over(top, bottom) {
    for (let row = Math.floor(top / ROW); row <= Math.floor(bottom / ROW); row++) yield row;
  }
  function put(kept, top, bottom, one) {
    for (const row of over(top, bottom)) {
      if (kept.has(row)) kept.get(row).push(one);
      else kept.set(row, [one]);
    }
  }
  return {
    take: (left, right, top, bottom, mark = false) => put(rows, top, bottom, [left, right, top, bottom, mark]),
    /** A way covers nothing, but words read better where none crosses them. */
    cross(x1, y1, x2, y2) {
      put(ways, Math.min(y1, y2), Math.max(y1, y2), [x1, y1, x2, y2]);
    },
    crossed(left, right, top, bottom) {
      for (const row of over(top, bottom)) {
        for (const [x1, y1, x2, y2] of ways.get(row) ?? []) {
          const at = (y) => y1 === y2 ? x1 : x1 + (x2 - x1) * Math.min(1, Math.max(0, (y - y1) / (y2 - y1)));
          const ends = y1 === y2 ? [x1, x2] : [at(top), at(bottom)];
          if (Math.max(y1, y2) > top && Math.min(y1, y2) < bottom && Math.min(...ends) < right && Math.max(...ends) > left) return true;
        }
      }
      return false;
    },
    /** Where words that would begin at `x` begin instead, beside a mark that reaches there, such as an octagon. */
    beside(x, way, top, bottom) {
      let from = x;
      for (const row of over(top, bottom)) {
        for (const [left, right, high, low, mark] of rows.get(row) ?? []) {
          const end = way > 0 ? right : left;
          if (mark && high < bottom && low > top && left <= x && right >= x && Math.abs(end - x) < NEAR) from = way > 0 ? Math.max(from, end + 3) : Math.min(from, end - 3);
        }
      }
      return from;
    },
    /** Pixels that are free from `x` on, to the right (`way` 1) or to the left (-1). */
    room(x, way, top, bottom, end) {
      let free = way * (end - x);
      for (const row of over(top, bottom)) {
        for (const [left, right, high, low] of rows.get(row) ?? []) {
          if (high >= bottom || low <= top || (way > 0 ? right <= x : left >= x)) continue;
          free = Math.min(free, way > 0 ? left - x : x - right);
        }
      }
      return free;
    },
  };
}

// [side, pixels below the mark], the best first: beside the ways that leave a mark, not on them.
const RIGHT = [[1, 4], [1, 14], [1, -6], [-1, 4], [-1, -6], [-1, 14]], LEFT = [[-1, 4], [-1, -6], [-1, 14]];
const PLACES = {
  publish: [[1, -9], [1, 3], [1, 14], [-1, 4], [-1, 14], [-1, -9]], ask: [[1, -6], [1, 14], [-1, -6], [-1, 4]],
  answer: LEFT, refusal: LEFT, unknown: [...LEFT, [1, -6], [1, 14]], money: [[-1, -6], [-1, 14], [-1, -14], [1, 4]],
};

/** All words of a view: of each event by its number, and of bars and lines; colours by their names. */
export function labelsOf(view) {
  const taken = table(), of = new Map();
  for (const event of view.visible) occupy(taken, view, event);
  for (const { y } of view.scale.folds) taken.take(0, view.place.width, y - 12, y + 12);
  for (const way of view.run.arrows) if (view.shows.has(way.n)) passing(taken, view, way);
  const others = [...parting(taken, view), ...bars(taken, view)];
  for (const event of view.visible) {
    const found = label(taken, view, event);
    if (found) of.set(event.n, found);
  }
  return { of, others };
}

function occupy(taken, { place, scale }, event) {
  const x = place.x(event.lane), y = scale.at(event), r = reachOf(event);
  taken.take(x - r, x + r, y - r, y + r, true);
  if (event.proof) taken.take(x - 28, x - r, y - 7, y + 7, true);
}

function passing(taken, view, way) {
  const [y1, y2] = heightsOf(view, way), from = [view.place.x(way.source), y1], to = [view.place.x(way.target), y2], lost = way.style === "lost";
  const [x, y] = arrowPaths(...from, ...to, lost).end;
  if (lost) taken.take(x - 6, x + 6, y - 7, y + 7);
  if (Math.abs(y - from[1]) < LONG) taken.cross(...from, x, y);
}

// --- of events ----------------------------------------------------------------------------------

function label(taken, view, event) {
  const badge = event.shape === "commit" ? "" : event.badge, text = event.label;
  if (!(text || badge)) return null;
  const wide = [badge ? widthOf(badge, true) + (text ? 4 : 0) : 0, event.proof ? widthOf(text) : Math.min(widthOf(text), MOST)];
  const best = choice(taken, view, event, wide);
  return best && written(taken, best, { badge, text, wide, ink: event.shape === "refusal" ? "duplicate" : "ink" });
}

/** The first place with room for all of it that no way crosses, else the first with room, else that with the most. */
function choice(taken, { place, scale }, event, [badge, text]) {
  const x = place.x(event.lane), y = scale.at(event);
  let best = null, whole = null;
  for (const [side, down] of PLACES[event.shape] ?? RIGHT) {
    const at = y + down, from = taken.beside(x + side * 11, side, at - ABOVE, at + BELOW);
    const room = taken.room(from, side, at - ABOVE, at + BELOW, side > 0 ? (event.proof && x < place.seen ? place.seen : place.width) - 4 : place.gutter);
    const found = { side, from, at, room }, ends = [from, from + side * (badge + text)];
    if (room >= badge + text && !taken.crossed(Math.min(...ends), Math.max(...ends), at - ABOVE, at + BELOW - 1)) return found;
    if (room >= badge + text) whole ??= found;
    if (room > (best?.room ?? 0)) best = found;
  }
  if (whole) return whole;
  return best && best.room >= badge + (badge ? 0 : LEAST) && best.room > LEAST / 2 ? best : null;
}

function written(taken, { side, from, at, room }, { badge, text, wide, ink }) {
  const fits = room - wide[0] >= Math.min(wide[1], LEAST), said = fits ? cut(text, Math.min(room - wide[0], wide[1])) : "";
  const parts = [badge && { text: badge, bold: true, fill: "apply" }, said && { text: said, fill: ink }].filter(Boolean);
  let x = from;
  // The one next to the mark is laid first, so that another font moves only what is far from it.
  const items = (side > 0 ? parts : parts.reverse()).map((part) => {
    const item = { ...part, x, y: at, anchor: side > 0 ? "start" : "end" };
    x += side * (widthOf(part.text, Boolean(part.bold)) + 4);
    return item;
  });
  taken.take(Math.min(from, x) - 1, Math.max(from, x) + 1, at - ABOVE, at + BELOW);
  return items;
}

// --- of bars and lines --------------------------------------------------------------------------

/** How far above an event the line stands that says where two runs part. */
export const PARTS = 7;

function parting(taken, { run, scale, place, difference }) {
  const event = difference === null ? null : run.events[difference];
  if (!event) return [];
  const y = scale.at(event) - PARTS, text = "the runs part here", wide = widthOf(text, true) + 8;
  taken.take(0, place.width, y - 1, y + 1);
  for (const at of [y - 4, y + 12]) {
    for (let left = place.seen - wide - 4; left > place.gutter; left -= 20) {
      if (taken.room(left, 1, at - ABOVE, at + BELOW - 1, place.width) < wide) continue;
      taken.take(left, left + wide, at - ABOVE, at + BELOW);
      return [{ text, x: left + 4, y: at, bold: true, fill: "gap" }];
    }
  }
  return [];
}

/** What a shaded bar stands for, beside it. */
function* bars(taken, { run, scale, place }) {
  for (const [lane, begin, end, what] of run.spans) {
    const top = scale.y(begin), bottom = end === null ? scale.height : scale.y(end), wide = widthOf(what, true);
    for (let y = top + 16; y < bottom - 4; y += AGAIN) {
      const found = besideBar(taken, place.x(lane), wide, y, Math.min(y + AGAIN / 2, bottom), place.width);
      if (found) yield { text: what, ...found, bold: true, fill: "bad" };
    }
  }
}

function besideBar(taken, lane, wide, from, to, end) {
  for (let y = from; y < to; y += 6) {
    for (const left of [lane + 19, lane - 19 - wide]) {
      if (taken.room(left - 3, 1, y - ABOVE, y + BELOW, end) < wide + 6) continue;
      taken.take(left - 3, left + wide + 3, y - ABOVE, y + BELOW);
      return { x: left, y };
    }
  }
  return null;
}
