// The parts around the diagrams: stories, runs, verdicts, search, exports, the panel.
import { select } from "d3-selection";
import { judged } from "./fallen.js";
import { guide } from "./guide.js";

const button = (parent, text, title, press) => parent.append("button").attr("type", "button").attr("title", title).text(text).on("click", press);

const TABS = [["event", "Event"], ["state", "State"], ["why", "Why"], ["found", "Found"]];

export function frame(element, stories, ask) {
  const root = select(element).append("div").attr("class", "bx");
  const bar = root.append("header");
  const nav = bar.append("nav").attr("role", "tablist").attr("aria-label", "Stories").attr("hidden", stories.length > 1 ? null : "");
  nav.selectAll("button").data(stories).join("button").attr("type", "button").attr("role", "tab").each(function ([name, runs]) {
    for (const run of runs) select(this).append("span").attr("class", `bx-sign ${run.verdict}`).text(run.sign);
    select(this).append("span").text(name);
  }).on("click", (click, story) => ask.story(stories.indexOf(story)));
  nav.on("keydown", (key) => turn(key, nav.node()));
  const top = bar.append("div").attr("class", "bx-top"), about = top.append("h2"), ways = top.append("span").attr("class", "bx-exports"), help = guide(top), verdicts = bar.append("div").attr("class", "bx-verdicts");
  const tools = bar.append("div").attr("class", "bx-tools");
  const runs = tools.append("select").attr("aria-label", "run").attr("data-run", "").on("change", () => ask.run(+runs.property("value")));
  const both = button(tools, "side by side", "c: two runs, aligned where they part", ask.compare).attr("data-compare", "");
  const part = button(tools, "where they part", "d: the first difference of the two runs", () => {}).attr("data-difference", "");
  const filters = tools.append("span").attr("class", "bx-filters");
  const query = tools.append("input").attr("type", "search").attr("placeholder", "search (/)").attr("aria-label", "search");
  query.on("input", () => ask.search(query.property("value").trim()));
  for (const [name, kind] of [["SVG", "svg"], ["Mermaid", "mermaid"], ["ShiViz", "shiviz"]]) {
    button(ways, name, `save what is shown for ${name}`, () => ask.save(kind)).attr("data-export", kind);
  }
  const body = root.append("div").attr("class", "bx-body");
  const panes = body.append("div").attr("class", "bx-panes");
  const side = body.append("aside").attr("aria-label", "The chosen event");
  const tabs = side.append("div").attr("role", "tablist").attr("class", "bx-tabs");
  for (const [name, text] of TABS) {
    tabs.append("button").attr("type", "button").attr("role", "tab").attr("data-tab", name).text(text).on("click", () => ask.tab(name));
  }
  tabs.attr("aria-label", "What is told").on("keydown", (key) => turn(key, tabs.node()));
  const panel = side.append("div").attr("class", "bx-panel").attr("role", "tabpanel").attr("tabindex", 0);
  const foot = root.append("footer"), zoom = foot.append("span").attr("class", "bx-exports");
  button(zoom, "−", "−: shrink time", () => ask.stretch(1 / 1.4));
  button(zoom, "+", "+: stretch time", () => ask.stretch(1.4));
  const live = root.append("p").attr("class", "bx-live").attr("aria-live", "polite");

  function tell(state, all, shown, { go, difference }) {
    nav.selectAll("button").attr("aria-selected", (_, at) => String(at === state.story)).attr("tabindex", (_, at) => (at === state.story ? 0 : -1));
    const here = all[state.at];
    about.text(here ? here.summary : "no run");
    if (here?.asked) about.append("small").text(` – here with ${here.asked}`);
    const seeds = new Set(all.map((one) => one.seed)).size > 1;
    runs.selectAll("option").data(all).join("option").attr("value", (_, at) => at).text((one) => `${one.sign} ${one.bug ?? one.defence}${seeds ? `, seed ${one.seed}` : ""}`);
    runs.property("value", state.at).attr("hidden", all.length > 1 ? null : "");
    both.attr("aria-pressed", String(shown.length > 1)).attr("hidden", all.length > 1 ? null : "");
    query.property("value", "");
    verdicts.html(null);
    for (const run of shown) judged(verdicts, run, (n) => go(all.findIndex((one) => one.sha256 === run.sha256 && one.bug === run.bug), n));
    part.attr("hidden", shown.length > 1 ? null : "").on("click", difference);
  }

  /** Say whether the two runs that are shown ever part. */
  function parted(differ) {
    part.property("disabled", !differ).text(differ ? "where they part" : "they are alike");
  }

  return {
    parted, root: root.node(), panes: panes.node(), filters: filters.node(), query: query.node(), panel: panel.node(), foot: foot.node(),
    live: live.node(), help: help.node(), tell,
    tabs: (chosen, offered) => {
      tabs.selectAll("button").attr("aria-selected", function () { return String(this.dataset.tab === chosen); })
        .attr("tabindex", function () { return this.dataset.tab === chosen ? 0 : -1; })
        .attr("hidden", function () { return offered[this.dataset.tab] === false ? "" : null; });
      panel.attr("aria-label", TABS.find(([name]) => name === chosen)[1]);
    },
  };
}

function turn(key, nav) {
  const way = { ArrowRight: 1, ArrowLeft: -1 }[key.key], all = [...nav.children].filter((one) => !one.hidden);
  if (!way) return;
  key.stopPropagation();
  const next = all[(all.indexOf(document.activeElement) + way + all.length) % all.length];
  next.click();
  next.focus();
}
