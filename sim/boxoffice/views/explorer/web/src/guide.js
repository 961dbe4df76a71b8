// How to read a diagram: every mark and line as it is drawn, and every key.
import { select } from "d3-selection";
import { KEYS } from "./keys.js";
import { LEGEND, LINES, SIGNS, shapeOf, styleOf } from "./shapes.js";

const NS = "http://www.w3.org/2000/svg";

export function guide(parent) {
  const help = parent.append("details").attr("class", "bx-help");
  help.append("summary").text("how to read this");
  const box = help.append("div");
  box.append("p").text("Each column is a host: people on the left, then the services. Time runs downwards and is not to scale: silence is folded. Space plays it; a click or a key stops it.");
  const legend = box.append("ul").attr("class", "bx-legend");
  for (const [shape, words] of LEGEND) entry(legend, words, (svg) => mark(svg, shape));
  for (const [style, words] of LINES) entry(legend, words, (svg) => line(svg, style));
  entry(legend, "v3: the version announced", (svg) => svg.append("text").attr("class", "bx-badge apply").attr("x", -8).attr("y", 4).text("v3"));
  entry(legend, "proves a violation", (svg) => svg.append("path").attr("class", "bx-line bad").attr("stroke-width", 2.4).attr("d", "M-4,-10H4L10,-4V4L4,10H-4L-10,4V-4Z"));
  entry(legend, "down, or cut off from others", (svg) => {
    svg.append("path").attr("class", "bx-shaded").attr("d", "M-10,-10h20v20h-20Z");
    svg.append("path").attr("class", "bx-line bad").attr("stroke-width", 0.8).attr("d", "M-10,0L10,-7M-10,7L10,0");
  });
  entry(legend, "of the past of what is chosen", (svg) => { svg.append("circle").attr("r", 10).attr("class", "bx-glow"); mark(svg, "apply"); });
  entry(legend, "what that past was built on", (svg) => {
    svg.append("circle").attr("r", 9).attr("class", "bx-line ink").attr("stroke-dasharray", "1.5 3");
    mark(svg, "commit");
  });
  entry(legend, "where a run is played to, or the line dragged", (svg) => {
    svg.append("circle").attr("r", 9).attr("class", "bx-glow");
    svg.append("circle").attr("r", 9).attr("class", "bx-line apply").attr("stroke-width", 2);
    mark(svg, "ask");
  });
  entry(legend, "of the futures from each moment on, the share that fails; ◀ where it rises", (svg) => {
    svg.append("path").attr("class", "bx-shaded").attr("d", "M-8,-10L-8,-2L6,4V10H-8Z");
    svg.append("path").attr("class", "bx-line bad").attr("stroke-width", 2).attr("d", "M-8,-10L-8,-2L6,4V10");
  });
  const keys = box.append("dl");
  for (const [key, words] of KEYS) { keys.append("dt").text(key); keys.append("dd").text(words); }
  return help;
}

function entry(legend, words, draw) {
  const item = legend.append("li");
  draw(select(item.node().appendChild(document.createElementNS(NS, "svg"))).attr("width", 22).attr("height", 22).attr("viewBox", "-11 -11 22 22").attr("aria-hidden", "true"));
  item.append("span").text(words);
}

function mark(svg, shape) {
  const [d, colour, filled] = shapeOf(shape);
  svg.append("path").attr("d", d).attr("class", `bx-shape ${filled === true ? "filled" : "hollow"} ${colour}`);
  if (SIGNS[shape]) svg.append("text").attr("y", 3.4).attr("text-anchor", "middle").attr("class", filled ? "on" : colour).text(SIGNS[shape]);
}

function line(svg, style) {
  const [colour, dash, width] = styleOf(style);
  svg.append("path").attr("d", "M-11,0H11").attr("class", `bx-line ${colour}`).attr("stroke-width", width + 0.6).attr("stroke-dasharray", dash.join(" ") || null);
  if (style === "lost") svg.append("text").attr("x", 6).attr("y", 5).attr("text-anchor", "middle").attr("class", "bx-badge bad").text("✗");
}
