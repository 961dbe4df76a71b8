"use strict";
// Draws the runs that the page carries.  All text goes in as text, never as markup.

const RUNS = JSON.parse(document.getElementById("runs").textContent);
const LEFT = 92, RIGHT = 84, HEAD = 30, LEAST_LANE = 68, MOST_LANE = 118;
const VIEWS = []; // of the story that is open
const SIGNS = { apply: "✓", duplicate: "=", gap: "…" };
const LEGEND = [
  ["publish", "published"], ["apply", "✓ applied: the next version"],
  ["duplicate", "= duplicate, dashed: nothing done"], ["gap", "… gap, dotted: asked to come again"],
  ["commit", "committed to the store"], ["ask", "request"], ["answer", "answer"],
  ["refusal", "refusal"], ["money", "card charged or refunded"], ["lost", "✗ lost on its way"],
  ["crash", "✗ crashed, shaded while down"],
];

function make(name, attributes = {}, ...children) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  node.append(...children);
  return node;
}

function draw(name, attributes = {}, text = null) {
  const node = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  if (text !== null) node.textContent = text;
  return node;
}

// --- shapes ---------------------------------------------------------------------------------

function body(shape) {
  const polygon = (points) => draw("polygon", { class: "body", points });
  const cross = () => draw("path", { class: "body", d: "M-5,-5L5,5M-5,5L5,-5" });
  switch (shape) {
    case "apply": case "duplicate": return draw("circle", { class: "body", r: 6 });
    case "gap": return polygon("0,-8 8,0 0,8 -8,0");
    case "publish": return polygon("-5,-6 7,0 -5,6");
    case "commit": return draw("rect", { class: "body", x: -3, y: -3, width: 6, height: 6 });
    case "money": return polygon("-6,-4 0,-7 6,-4 6,4 0,7 -6,4");
    case "crash": case "lost": case "unknown": return cross();
    case "refusal": return draw("circle", { class: "body", r: 4 });
    case "note": return draw("rect", { class: "body", x: -4, y: -4, width: 8, height: 8, rx: 3 });
    default: return draw("circle", { class: "body", r: 4 });
  }
}

function arrow(way, x) {
  let [x1, y1, x2, y2] = [x(way.from[0]), way.from[1], x(way.to[0]), way.to[1]];
  if (x1 === x2) return selfArrow(way, x1, y1, y2);
  const lost = way.style === "lost";
  if (lost) { x2 = x1 + (x2 - x1) * 0.6; y2 = y1 + (y2 - y1) * 0.6; }
  const long = Math.hypot(x2 - x1, y2 - y1) || 1;
  const [dx, dy] = [(x2 - x1) / long, (y2 - y1) / long];
  const gap = lost || way.style === "request" ? 2 : 8;
  const [ex, ey] = [x2 - dx * gap, y2 - dy * gap];
  const line = draw("path", { class: "way " + way.style, d: `M${x1},${y1}L${ex},${ey}` });
  const tip = lost
    ? draw("text", { class: "tip lost", x: x2 - 4, y: y2 + 4 }, "✗")
    : draw("path", { class: "tip " + way.style, d:
        `M${ex},${ey}l${-7 * dx - 3.5 * dy},${-7 * dy + 3.5 * dx}l${7 * dy},${-7 * dx}z` });
  return [line, tip];
}

function selfArrow(way, x, y1, y2) {
  const d = `M${x},${y1}C${x + 26},${y1} ${x + 26},${y2} ${x + 8},${y2}`;
  return [draw("path", { class: "way " + way.style, d })];
}

function mark(one, x, event) {
  const says = `${event.at} ${event.host}: ${event.says} ${one.badge}`;
  const kind = `mark ${one.shape}`;
  const node = draw("g", { class: kind, transform: `translate(${x},${one.y})`, role: "button",
    tabindex: -1, "aria-label": (one.proof ? "proof of a violation, " : "") + says });
  node.append(draw("title", {}, says), draw("circle", { class: "glow", r: 11 }),
    draw("circle", { class: "reach", r: 10 }), body(one.shape));
  if (SIGNS[one.shape]) node.append(draw("text", { class: "inner", y: 3.2 }, SIGNS[one.shape]));
  if (one.proof) {
    node.append(draw("path", { class: "proof", d: "M-5,-12H5L12,-5V5L5,12H-5L-12,5V-5Z" }),
      draw("text", { class: "proves", x: -26, y: 5 }, "✗"));
  }
  return node;
}

// A label is left out where it would cover the one above it; the panel has them all.
// Answers and money stand on the left of their lane, where no way leaves it.
function label(one, x, laneWidth, taken) {
  const decided = one.shape in SIGNS;
  const left = ["answer", "refusal", "unknown", "money"].includes(one.shape);
  const text = [one.label, one.shape === "commit" ? "" : one.badge].join(" ").trim();
  const place = `${one.lane} ${left}`;
  if (!text || one.y - (taken.get(place) ?? -99) < 11) return null;
  taken.set(place, one.y);
  const most = Math.floor((laneWidth * 2.1) / 5.6);
  const shown = text.length > most ? text.slice(0, most - 1) + "…" : text;
  const above = one.shape === "publish" ? -9 : ["ask", "money"].includes(one.shape) ? -6 : 4;
  return draw("text", { x: left ? x - 9 : x + 10, y: one.y + above, "text-anchor": left ? "end" : "start",
    class: one.shape === "refusal" ? "refused" : decided ? "badge" : "" }, shown);
}

// --- one diagram ----------------------------------------------------------------------------

function diagram(run, width) {
  const { lanes, height, marks, arrows, shades, folds, ticks } = run.diagram;
  const step = Math.max(LEAST_LANE, Math.min(MOST_LANE, (width - LEFT - RIGHT) / Math.max(lanes.length - 1, 1)));
  const wide = LEFT + RIGHT + step * (lanes.length - 1);
  const x = (lane) => LEFT + 18 + lane * step;
  const svg = draw("svg", { width: wide, height, viewBox: `0 0 ${wide} ${height}`, role: "group",
    "aria-label": `Space-time diagram of ${run.scenario}, ${run.defence}` });
  for (const shade of shades) {
    svg.append(draw("rect", { class: "shade", x: x(shade.lane) - 14, width: 28, y: shade.from,
      height: Math.max(shade.to - shade.from, 6) }));
  }
  lanes.forEach((_, lane) => svg.append(draw("line", { class: "lane", x1: x(lane), x2: x(lane), y1: 0, y2: height })));
  for (const fold of folds) {
    svg.append(draw("rect", { class: "band", x: 4, width: wide - 8, y: fold.y - 12, height: 24 }));
    svg.append(draw("text", { class: "fold", x: wide / 2, y: fold.y + 4, "text-anchor": "middle" }, fold.text));
  }
  for (const tick of ticks) svg.append(draw("text", { class: "tick", x: 6, y: tick.y + 4 }, tick.text));
  const parts = new Map(marks.map((one) => [one.n, []]));
  for (const way of arrows) {
    for (const node of arrow(way, x)) { svg.append(node); parts.get(way.n)?.push(node); }
  }
  const taken = new Map(), labels = [];
  for (const one of marks) {
    const node = mark(one, x(one.lane), run.events[one.n]);
    parts.get(one.n).push(node);
    svg.append(node);
    labels.push(label(one, x(one.lane), step, taken));
  }
  for (const node of labels) if (node) { node.style.pointerEvents = "none"; svg.append(node); }
  return { svg, head: heads(lanes, wide, x), parts, order: marks.map((one) => one.n) };
}

function heads(lanes, wide, x) {
  const svg = draw("svg", { class: "head", width: wide, height: HEAD, "aria-hidden": "true" });
  svg.append(draw("text", { class: "tick", x: 6, y: 20 }, "time"));
  lanes.forEach((name, lane) => {
    const shown = name.length > 13 ? name.slice(0, 12) + "…" : name;
    svg.append(draw("text", { class: "title", x: x(lane), y: 20, "text-anchor": "middle" }, shown));
  });
  return svg;
}

// --- choosing an event ----------------------------------------------------------------------

let chosen = null;

function past(run, number) {
  const found = [];
  for (let n = number; n !== null && n !== undefined && run.events[n]; n = run.events[n].cause) found.push(n);
  return found;
}

function choose(view, number, focus = true) {
  close();
  const { run, picture } = view;
  const causes = past(run, number);
  picture.svg.classList.add("dim");
  for (const n of causes) for (const node of picture.parts.get(n) ?? []) node.classList.add("past");
  const node = picture.parts.get(number)?.at(-1);
  if (node) {
    node.classList.add("here");
    rove(picture, number);
    if (focus) node.focus({ preventScroll: true });
  }
  chosen = { view, number };
  show(view, number, causes);
  if (node) uncover(node);
}

// The panel covers the lower part of the window, and the names of the lanes the uppermost.
function uncover(node) {
  const { top, bottom } = node.getBoundingClientRect(), lowest = innerHeight * 0.56;
  if (bottom > lowest) scrollBy(0, bottom - lowest);
  else if (top < 60) scrollBy(0, top - 60);
}

function close() {
  if (!chosen) return;
  const { svg } = chosen.view.picture;
  svg.classList.remove("dim");
  for (const node of svg.querySelectorAll(".past, .here")) node.classList.remove("past", "here");
  document.getElementById("panel").hidden = true;
  document.body.classList.remove("chosen");
  chosen = null;
}

function rove(picture, number) {
  for (const node of picture.svg.querySelectorAll('.mark[tabindex="0"]')) node.setAttribute("tabindex", -1);
  picture.parts.get(number).at(-1).setAttribute("tabindex", 0);
  picture.at = picture.order.indexOf(number);
}

function show(view, number, causes) {
  const { run } = view, event = run.events[number], panel = document.getElementById("panel");
  const shut = make("button", { class: "close", type: "button", "aria-label": "Close" }, "×");
  shut.addEventListener("click", close);
  const fields = make("dl");
  for (const [name, value] of Object.entries({ number, time: event.at, host: event.host, kind: event.kind, ...event.fields })) {
    fields.append(make("dt", {}, name), make("dd", {}, make("pre", {}, String(value))));
  }
  const list = make("ol");
  for (const n of [...causes].reverse()) list.append(make("li", {}, step(view, n, n === number)));
  panel.replaceChildren(shut, make("h3", {}, event.says), make("div", { class: "halves" },
    make("div", {}, make("h4", {}, "How it came about"), list),
    make("div", {}, make("h4", {}, "What is known of it"), fields)));
  panel.hidden = false;
  panel.scrollTop = 0;
  document.body.classList.add("chosen");
}

function step(view, n, current) {
  const event = view.run.events[n];
  const button = make("button", { type: "button" }, `${event.at} ${event.host}: ${event.says}`);
  if (current) button.setAttribute("aria-current", "true");
  button.addEventListener("click", () => choose(view, n));
  return button;
}

function listen(view) {
  const { picture } = view, { svg, parts, order } = picture;
  const at = (target) => order.find((n) => parts.get(n).at(-1) === target.closest(".mark"));
  svg.addEventListener("click", (click) => {
    const n = at(click.target);
    if (n === undefined) close(); else choose(view, n);
  });
  svg.addEventListener("keydown", (key) => {
    const way = { ArrowDown: 1, ArrowUp: -1, PageDown: 10, PageUp: -10 }[key.key];
    const n = at(key.target);
    if (way) move(picture, way);
    else if ((key.key === "Enter" || key.key === " ") && n !== undefined) choose(view, n);
    else return;
    key.preventDefault();
  });
  if (order.length) rove(picture, order[0]);
}

function move(picture, way) {
  const next = Math.max(0, Math.min(picture.order.length - 1, picture.at + way));
  rove(picture, picture.order[next]);
  picture.parts.get(picture.order[next]).at(-1).focus();
}

// --- the page -------------------------------------------------------------------------------

function sign(verdict, text) { return make("span", { class: `sign ${verdict}` }, text); }

function verdicts(run, view) {
  const list = make("ul", { class: "verdicts" });
  for (const one of run.judgements.filter((each) => each.verdict === "violated")) {
    for (const found of one.violations.slice(0, 5)) {
      const item = make("li", {}, sign("violated", one.sign), make("b", { class: "violated" }, one.invariant), " ", found.message);
      for (const n of found.events) {
        const button = make("button", { type: "button" }, `at ${run.events[n]?.at ?? "#" + n}`);
        button.addEventListener("click", () => choose(view, n));
        item.append(" ", button);
      }
      list.append(item);
    }
    if (one.violations.length > 5) list.append(make("li", {}, `… and ${one.violations.length - 5} more of ${one.invariant}`));
  }
  for (const [verdict, words] of [["undecided", "undecided"], ["holds", "holds"], ["vacuous", "not tested"]]) {
    const alike = run.judgements.filter((each) => each.verdict === verdict);
    if (!alike.length) continue;
    const names = alike.map((each) => each.invariant).join(", ");
    list.append(make("li", {}, sign(verdict, alike[0].sign), make("b", { class: verdict }, words), " ", names));
  }
  return list;
}

function table(run) {
  const rows = make("tbody");
  const proofs = new Set(run.judgements.flatMap((one) => one.violations.flatMap((found) => found.events)));
  for (const [n, ...cells] of run.lines) {
    const row = make("tr", proofs.has(n) ? { class: "proof-row" } : {});
    cells.forEach((cell, at) => row.append(make("td", {}, at === 0 && proofs.has(n) ? `✗ ${cell}` : cell)));
    rows.append(row);
  }
  const head = make("tr");
  for (const name of ["time", "host", "what", "version", "decision"]) head.append(make("th", { scope: "col" }, name));
  return make("details", {}, make("summary", {}, "The same as a table"), make("table", {}, make("thead", {}, head), rows));
}

function card(run, width) {
  const view = { run, picture: null };
  const about = `seed ${run.seed} · ${run.passed} of virtual time · ` +
    Object.entries(run.counts).map(([name, count]) => `${count} ${name}`).join(" · ");
  view.picture = diagram(run, width);
  listen(view);
  const head = make("header", {}, make("h3", {}, sign(run.verdict, run.sign), " ", run.defence),
    make("p", {}, about), make("p", {}, `trace ${run.sha256.slice(0, 16)}`), verdicts(run, view));
  const fits = Number(view.picture.svg.getAttribute("width")) <= width;
  const canvas = make("div", { class: fits ? "canvas" : "canvas wide" }, view.picture.head, view.picture.svg);
  const note = make("p", { class: "note" }, run.diagram.note);
  VIEWS.push(view);
  return make("section", { class: "run" }, head, note, canvas, table(run));
}

function stories() {
  const found = new Map();
  for (const run of RUNS) found.set(run.scenario, [...(found.get(run.scenario) ?? []), run]);
  return [...found.entries()];
}

function tell(name, runs) {
  close();
  VIEWS.length = 0;
  for (const tab of document.querySelectorAll("#tabs button")) {
    const here = tab.dataset.story === name;
    tab.setAttribute("aria-selected", here);
    tab.tabIndex = here ? 0 : -1;
  }
  const main = document.getElementById("stories");
  const across = runs.length > 1 && main.clientWidth > 1270 ? 2 : 1;
  const width = Math.min(1100, (main.clientWidth - 48 - 20 * (across - 1)) / across) - 4;
  main.replaceChildren(make("h2", {}, runs[0].summary), make("div", { class: "runs" }, ...runs.map((run) => card(run, width))));
}

function begin() {
  const tabs = document.getElementById("tabs"), all = stories();
  for (const [name, runs] of all) {
    const signs = runs.map((run) => sign(run.verdict, run.sign));
    const tab = make("button", { type: "button", role: "tab", "aria-controls": "stories" }, ...signs, name);
    tab.dataset.story = name;
    tab.addEventListener("click", () => { location.hash = encodeURIComponent(name); });
    tabs.append(tab);
  }
  tabs.addEventListener("keydown", (key) => {
    const way = { ArrowRight: 1, ArrowLeft: -1 }[key.key], list = [...tabs.children];
    if (!way) return;
    const next = list[(list.indexOf(document.activeElement) + way + list.length) % list.length];
    next.focus(); next.click();
  });
  document.addEventListener("keydown", (key) => { if (key.key === "Escape") close(); });
  for (const [shape, words] of LEGEND) {
    const svg = draw("svg", { width: 22, height: 22, viewBox: "-11 -11 22 22", "aria-hidden": "true" });
    const group = draw("g", { class: `mark ${shape}` });
    group.append(body(shape));
    svg.append(group);
    document.getElementById("legend").append(make("li", {}, svg, words));
  }
  addEventListener("hashchange", () => follow(all));
  addEventListener("resize", () => { if (!chosen) follow(all); });
  follow(all);
}

// An address may end in #story, or in #story:1:205 for event 205 of its second run.
function follow(all) {
  const [asked, at, number] = decodeURIComponent(location.hash.slice(1)).split(":");
  const story = all.find(([name]) => name === asked) ?? all[0];
  if (!story) return;
  tell(...story);
  const view = VIEWS[Number(at)];
  if (view && view.run.events[number]) choose(view, Number(number), false);
}

begin();
