// The parts around the diagrams: stories, runs, verdicts, search, exports, the panel.
import { select } from "d3-selection";
import { KEYS } from "./keys.js";
import { LEGEND, SIGNS, shapeOf } from "./shapes.js";
import { moment } from "./time.js";

const button = (parent, text, title, press) => parent.append("button").attr("type", "button").attr("title", title).text(text).on("click", press);

export function frame(element, stories, ask) {
  const root = select(element).append("div").attr("class", "bx");
  const bar = root.append("header");
  const nav = bar.append("nav").attr("role", "tablist").attr("aria-label", "Stories").attr("hidden", stories.length > 1 ? null : "");
  nav.selectAll("button").data(stories).join("button").attr("type", "button").attr("role", "tab").each(function ([name, runs]) {
    for (const run of runs) select(this).append("span").attr("class", `bx-sign ${run.verdict}`).text(run.sign);
    select(this).append("span").text(name);
  }).on("click", (click, story) => ask.story(stories.indexOf(story)));
  nav.on("keydown", (key) => turn(key, nav.node()));
  const top = bar.append("div").attr("class", "bx-top"), about = top.append("h2"), help = guide(top), verdicts = bar.append("div").attr("class", "bx-verdicts");
  const tools = bar.append("div").attr("class", "bx-tools");
  const runs = tools.append("select").attr("aria-label", "run").attr("data-run", "").on("change", () => ask.run(+runs.property("value")));
  const both = button(tools, "side by side", "c: two runs, aligned where they part", ask.compare).attr("data-compare", "");
  const part = button(tools, "where they part", "d: the first difference of the two runs", () => {}).attr("data-difference", "");
  const filters = tools.append("span").attr("class", "bx-filters");
  const query = tools.append("input").attr("type", "search").attr("placeholder", "search ( / )").attr("aria-label", "search");
  query.on("input", () => ask.search(query.property("value").trim()));
  const ways = tools.append("span").attr("class", "bx-exports");
  button(ways, "−", "shrink time", () => ask.stretch(1 / 1.4));
  button(ways, "+", "stretch time", () => ask.stretch(1.4));
  for (const [name, kind] of [["SVG", "svg"], ["Mermaid", "mermaid"], ["ShiViz", "shiviz"]]) {
    button(ways, name, `save what is shown for ${name}`, () => ask.save(kind)).attr("data-export", kind);
  }
  const body = root.append("div").attr("class", "bx-body");
  const panes = body.append("div").attr("class", "bx-panes");
  const side = body.append("aside").attr("aria-label", "The chosen event");
  const tabs = side.append("div").attr("role", "tablist").attr("class", "bx-tabs");
  for (const [name, text] of [["event", "Event"], ["state", "State"], ["found", "Found"]]) {
    tabs.append("button").attr("type", "button").attr("role", "tab").attr("data-tab", name).text(text).on("click", () => ask.tab(name));
  }
  const panel = side.append("div").attr("class", "bx-panel").attr("role", "tabpanel");
  const foot = root.append("footer");
  const live = root.append("p").attr("class", "bx-live").attr("aria-live", "polite");

  function tell(state, all, shown, { go, difference }) {
    nav.selectAll("button").attr("aria-selected", (_, at) => String(at === state.story)).attr("tabindex", (_, at) => (at === state.story ? 0 : -1));
    about.text(all[0] ? all[0].summary : "no run");
    runs.selectAll("option").data(all).join("option").attr("value", (_, at) => at).text((one) => `${one.sign} ${one.defence}, seed ${one.seed}`);
    runs.property("value", state.at).attr("hidden", all.length > 1 ? null : "");
    both.attr("aria-pressed", String(shown.length > 1)).attr("hidden", all.length > 1 ? null : "");
    query.property("value", "");
    verdicts.html(null);
    for (const run of shown) judged(verdicts, run, (n) => go(all.findIndex((one) => one.sha256 === run.sha256 && one.bug === run.bug), n));
    part.attr("hidden", shown.length > 1 ? null : "").on("click", difference);
  }

  return {
    root: root.node(), panes: panes.node(), filters: filters.node(), query: query.node(), panel: panel.node(), foot: foot.node(),
    live: live.node(), help: help.node(), tell,
    tabs: (chosen, found) => tabs.selectAll("button").attr("aria-selected", function () { return String(this.dataset.tab === chosen); })
      .attr("hidden", function () { return this.dataset.tab === "found" && !found ? "" : null; }),
  };
}

function turn(key, nav) {
  const way = { ArrowRight: 1, ArrowLeft: -1 }[key.key], all = [...nav.children];
  if (!way) return;
  key.stopPropagation();
  const next = all[(all.indexOf(document.activeElement) + way + all.length) % all.length];
  next.click();
  next.focus();
}

/** Each violation with a way to its proofs; what holds in one line. */
function judged(parent, run, go) {
  const list = parent.append("ul"), violated = run.judgements.filter((one) => one.verdict === "violated");
  list.append("li").attr("class", "bx-run").text(run.defence);
  for (const one of violated) {
    for (const found of one.violations.slice(0, 2)) {
      const item = list.append("li");
      item.append("b").attr("class", "violated").text(`${one.sign} ${one.invariant} `);
      item.append("span").text(`${found.message} `);
      for (const n of found.events.slice(0, 6)) {
        const event = run.events[n];
        if (event) button(item, `at ${moment(event.us)}`, "go there", () => go(n)).attr("data-proof", n);
      }
    }
    if (one.violations.length > 2) list.append("li").text(`… and ${one.violations.length - 2} more of ${one.invariant}`);
  }
  for (const [verdict, words] of [["undecided", "undecided"], ["holds", "hold"], ["vacuous", "not tested"]]) {
    const alike = run.judgements.filter((one) => one.verdict === verdict), names = alike.map((one) => one.invariant).join(", ");
    if (alike.length) list.append("li").attr("title", names).append("span").attr("class", verdict).text(`${alike[0].sign} ${alike.length} ${words}`);
  }
}

function guide(parent) {
  const help = parent.append("details").attr("class", "bx-help");
  help.append("summary").text("how to read this");
  const box = help.append("div");
  box.append("p").text("Each column is a host: people on the left, then the services. Time runs downwards and is not to scale: silence is folded.");
  const legend = box.append("ul").attr("class", "bx-legend");
  for (const [shape, words] of LEGEND) {
    const [d, colour, filled] = shapeOf(shape), item = legend.append("li");
    const svg = item.append("svg").attr("width", 22).attr("height", 22).attr("viewBox", "-11 -11 22 22").attr("aria-hidden", "true");
    const cross = ["crash", "lost"].includes(shape);
    svg.append("path").attr("d", d).attr("class", `bx-shape ${filled || cross ? "filled" : "hollow"} ${colour}`);
    if (SIGNS[shape]) svg.append("text").attr("y", 3.4).attr("text-anchor", "middle").attr("class", filled ? "on" : colour).text(SIGNS[shape]);
    item.append("span").text(words);
  }
  const keys = box.append("dl");
  for (const [key, words] of KEYS) { keys.append("dt").text(key); keys.append("dd").text(words); }
  return help;
}
