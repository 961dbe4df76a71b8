// Every moment of a run in one line: drag it, play it, and see how many events lie where.
import { bin } from "d3-array";
import { select } from "d3-selection";
import { SPEEDS } from "./play.js";
import { moment } from "./time.js";

const BACK = "M11,2V12L4,7ZM2,2h2V12h-2Z", ON = "M3,2L10,7L3,12ZM10,2h2V12h-2Z", PLAY = "M3,1L12,7L3,13Z", PAUSE = "M3,2h3V12h-3ZM8,2h3V12h-3Z";

function button(parent, name, d) {
  const made = parent.append("button").attr("type", "button").attr("aria-label", name).attr("title", name);
  made.append("svg").attr("class", "bx-icon").attr("viewBox", "0 0 14 14").attr("aria-hidden", "true").append("path").attr("d", d);
  return made;
}

/** `ask.move(n)` is called with the number of the event that the scrubber is dragged to; `ask.play()` and
    `ask.pace(times)` for the other controls. */
export function scrubber(parent, ask) {
  const root = select(parent).append("div").attr("class", "bx-scrubber");
  const play = button(root, "play", PLAY).attr("class", "bx-play").attr("data-play", "").on("click", ask.play);
  const speed = root.append("select").attr("aria-label", "speed").attr("title", "speed: < slower, > faster").attr("data-speed", "");
  speed.selectAll("option").data(SPEEDS).join("option").attr("value", ([times]) => times).text(([, name]) => name);
  speed.property("value", 1).on("change", () => ask.pace(+speed.property("value")));
  const back = button(root, "one event back", BACK);
  const track = root.append("div").attr("class", "bx-track");
  const canvas = track.append("canvas").attr("aria-hidden", "true");
  const range = track.append("input").attr("type", "range").attr("min", 0).attr("aria-label", "moment");
  const on = button(root, "one event on", ON);
  const text = root.append("output");
  let events = [];

  const to = (place) => { const at = Math.max(0, Math.min(events.length - 1, place)); if (events[at]) ask.move(events[at].n); };
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
    bars.forEach((bar, at) => {
      const high = 4 + 18 * (1 - Math.log1p(late(bar)) / (longest || 1)), step = wide / bars.length;
      context.fillRect(at * step, 26 - high, Math.max(step - 1, 1), high);
    });
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
    const among = `${(place + 1).toLocaleString("en")} of ${events.length.toLocaleString("en")} that are shown`;
    text.text(event ? `${moment(event.us)} · ${event.number === null ? "in no trace" : `#${event.number}`}` : "nothing to show").attr("title", among);
    range.attr("aria-valuetext", `${text.text()}, ${among}`);
  }

  function playing(is) {
    const name = is ? "pause" : "play";
    play.attr("aria-label", name).attr("title", `Space: ${name}`).select("path").attr("d", is ? PAUSE : PLAY);
  }

  function faster(way) {
    const next = SPEEDS[SPEEDS.findIndex(([times]) => times === +speed.property("value")) + way];
    if (!next) return;
    speed.property("value", next[0]);
    ask.pace(next[0]);
  }

  playing(false);
  return { fill, show, playing, faster };
}
