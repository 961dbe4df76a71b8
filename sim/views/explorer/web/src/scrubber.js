// Every moment of a run in one line: drag it, and see how many events lie where.
import { bin } from "d3-array";
import { select } from "d3-selection";
import { moment } from "./time.js";

/** `move(n)` is called with the number of the event that the scrubber is dragged to. */
export function scrubber(parent, move) {
  const root = select(parent).append("div").attr("class", "bx-scrubber");
  const back = root.append("button").attr("type", "button").attr("aria-label", "one event back").text("◀");
  const track = root.append("div").attr("class", "bx-track");
  const canvas = track.append("canvas").attr("aria-hidden", "true");
  const range = track.append("input").attr("type", "range").attr("min", 0).attr("aria-label", "moment");
  const on = root.append("button").attr("type", "button").attr("aria-label", "one event on").text("▶");
  const text = root.append("output");
  let events = [];

  const to = (place) => { const at = Math.max(0, Math.min(events.length - 1, place)); if (events[at]) move(events[at].n); };
  range.on("input", () => to(+range.property("value")));
  back.on("click", () => to(+range.property("value") - 1));
  on.on("click", () => to(+range.property("value") + 1));

  function fill(visible, theme) {
    events = visible;
    range.attr("max", Math.max(visible.length - 1, 0));
    const sheet = canvas.node(), wide = track.node().clientWidth || 600, ratio = devicePixelRatio || 1;
    sheet.width = wide * ratio;
    sheet.height = 26 * ratio;
    const context = sheet.getContext("2d");
    context.scale(ratio, ratio);
    const bars = bin().value((place) => place).thresholds(Math.min(120, visible.length))(visible.map((_, place) => place));
    const late = (bar) => bar.length ? visible[bar[bar.length - 1]].us - visible[bar[0]].us : 0;
    const longest = Math.log1p(Math.max(1, ...bars.map(late)));
    context.fillStyle = theme.line;
    for (const bar of bars) {
      const high = 4 + 18 * (1 - Math.log1p(late(bar)) / (longest || 1)), step = wide / bars.length;
      context.fillRect(bars.indexOf(bar) * step, 26 - high, Math.max(step - 1, 1), high);
    }
    context.fillStyle = theme.bad;
    visible.forEach((event, place) => {
      if (event.proof || event.shape === "crash") context.fillRect((place / Math.max(visible.length - 1, 1)) * (wide - 3), event.proof ? 0 : 18, 3, event.proof ? 26 : 8);
    });
  }

  function show(n) {
    let place = events.findLastIndex((event) => event.n <= n);
    place = Math.max(place, 0);
    range.property("value", place);
    const event = events[place];
    text.text(event ? `${moment(event.us)} · ${(place + 1).toLocaleString("en")} of ${events.length.toLocaleString("en")}` : "nothing to show");
    range.attr("aria-valuetext", text.text());
  }
  return { fill, show };
}
