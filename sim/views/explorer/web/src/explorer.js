// The component: runs in, one explorer out.  All text goes in as text, never as markup.
import { group } from "d3-array";
import { select } from "d3-selection";
import { frame } from "./frame.js";
import { controls, keeper, noFilter, search } from "./filter.js";
import { mermaid, save, shiviz } from "./export.js";
import { listen } from "./keys.js";
import { pane } from "./pane.js";
import { showEvent, showFound, showState } from "./panel.js";
import { lit } from "./past.js";
import { decode, firstDifference, proofs } from "./run.js";
import { scrubber } from "./scrubber.js";
import { followTheme, themeOf } from "./theme.js";
import { moment } from "./time.js";

const WIDE = 1150; // pixels from which two runs stand side by side without being asked

export function mount(element, raws, { select: said = () => {}, keys = null } = {}) {
  const stories = [...group(raws, (raw) => raw.scenario).entries()], decoded = new Map();
  const run = (raw) => decoded.get(raw) ?? decoded.set(raw, decode(raw)).get(raw);
  const state = { story: 0, at: 0, both: false, filter: noFilter(), stretch: 1, chosen: null, lit: true, now: null, tab: "event", query: "", hits: [] };
  const ui = frame(element, stories, {
    story: (at) => open(at), run: (at) => { state.at = at; state.both = false; rebuild(); }, compare,
    tab: (name) => { state.tab = name; panel(); }, search: find, save: saved, stretch,
  });
  const slider = scrubber(ui.foot, (n) => moveTo(n));
  let panes = [];
  const raws_ = () => stories[state.story]?.[1] ?? [];
  const active = () => panes[0] && (panes.find((one) => one.index === state.at) ?? panes[0]);

  // --- building -----------------------------------------------------------------------------

  function open(story, at = null) {
    state.story = story;
    state.filter = noFilter();
    const bad = raws_().findIndex((raw) => raw.verdict === "violated");
    state.at = at ?? Math.max(bad, 0);
    state.both = raws_().length > 1 && element.clientWidth >= WIDE;
    rebuild();
  }

  function rebuild() {
    Object.assign(state, { chosen: null, now: null, hits: [], query: "" });
    const all = raws_(), other = all.length > 1 ? (state.at === 0 ? 1 : 0) : state.at;
    const shown = state.both && all.length > 1 ? [state.at, other].sort((a, b) => a - b) : [state.at];
    ui.panes.replaceChildren();
    panes = shown.filter((at) => all[at]).map((at) => Object.assign(pane(ui.panes, run(all[at]), {
      choose: (n) => { state.at = at; n === null ? release() : choose(n); }, scroll: (top) => follow(at, top), resized: () => arrange(),
    }), { index: at }));
    ui.filters.replaceChildren();
    controls(ui.filters, panes.map((one) => one.run), state.filter, arrange);
    ui.tell(state, all, panes.map((one) => one.run), { go: (at, n) => { state.at = at; choose(n); }, difference });
    arrange();
  }

  function arrange() {
    for (const one of panes) {
      Object.assign(one.view, { lit: null, matches: null });
      one.arrange(keeper(one.run, state.filter), state.stretch);
    }
    align();
    slider.fill(active()?.view.visible ?? [], themeOf(ui.root));
    if (state.query) find(state.query);
    refresh();
  }

  /** The first difference stands at the same height in both runs. */
  function align() {
    for (const one of panes) Object.assign(one.view, { difference: null, pad: 0 });
    if (panes.length < 2) return;
    const [one, other] = panes, n = firstDifference(one.run, other.run);
    if (n === null) return;
    const height = ({ run, view }) => view.scale.y(run.events[Math.min(n, run.events.length - 1)].us);
    const apart = height(one) - height(other);
    one.view.pad = Math.max(-apart, 0);
    other.view.pad = Math.max(apart, 0);
    for (const each of panes) {
      each.view.difference = n;
      each.root.dataset.part = Math.round(height(each) + each.view.pad);
      each.pad();
    }
  }

  function follow(at, top) {
    for (const other of panes) if (other.index !== at && Math.abs(other.scroll.scrollTop - top) > 1) other.scroll.scrollTop = top;
  }

  // --- choosing -----------------------------------------------------------------------------

  function choose(n) {
    if (!active()?.run.events[n]) return;
    Object.assign(state, { chosen: n, now: n, lit: true });
    if (state.tab === "found") state.tab = "event";
    refresh();
    active().reveal(n);
    const event = active().run.events[n];
    ui.live.textContent = `${event.proof ? "proof of a violation, " : ""}${moment(event.us)} ${event.host}: ${event.says} ${event.badge}`;
    said(state.at, n);
  }

  function moveTo(n) {
    Object.assign(state, { now: n, chosen: null });
    state.tab = "state";
    refresh();
    active()?.reveal(n);
  }

  function release() {
    Object.assign(state, { chosen: null, now: null });
    refresh();
  }

  function refresh() {
    const here = active(), us = state.now === null ? Infinity : here?.run.events[state.now]?.us ?? Infinity;
    for (const one of panes) {
      const mine = one === here, last = one.run.events.length - 1;
      one.view.chosen = mine ? state.chosen : null;
      one.view.lit = mine && state.chosen !== null && state.lit ? lit(one.run, state.chosen) : null;
      one.view.now = state.now === null ? last : mine ? state.now : one.run.events.findLastIndex((event) => event.us <= us);
      one.view.matches = mine && state.hits.length ? new Set(state.hits) : null;
      select(one.root).classed("active", mine && panes.length > 1);
      one.paint();
    }
    slider.show(state.now ?? Infinity);
    panel();
  }

  function panel() {
    const here = active();
    if (!here) return;
    ui.tabs(state.tab, state.hits.length > 0 || state.query !== "");
    const n = state.now ?? here.run.events.length - 1;
    if (state.tab === "state") showState(ui.panel, here.run, n);
    else if (state.tab === "found") showFound(ui.panel, here.run, state.hits, state.query, choose);
    else showEvent(ui.panel, here.run, state.chosen, choose);
  }

  // --- what the keys and buttons ask for ----------------------------------------------------

  function step(list, way) {
    if (!list.length) return;
    const at = state.now === null ? -1 : list.findLastIndex((n) => n <= state.now);
    const exact = list[at] === state.now;
    const next = way > 0 ? at + way : at + way + (exact || state.now === null ? 0 : 1);
    choose(list[Math.max(0, Math.min(list.length - 1, next))]);
  }

  const visible = () => active()?.view.visible ?? [];
  const numbers = () => visible().map((event) => event.n);

  function along(way) {
    const lane = active()?.run.events[state.chosen]?.lane;
    step(visible().filter((event) => lane === undefined || event.lane === lane).map((event) => event.n), way);
  }

  function find(query) {
    state.query = query;
    state.hits = search(visible(), query);
    state.tab = query ? "found" : "event";
    refresh();
  }

  function hit(way) { step(state.hits, way); }

  function proof(way) {
    const broken = panes.find((one) => proofs(one.run).length && one.index === state.at) ?? panes.find((one) => proofs(one.run).length);
    if (!broken) return;
    state.at = broken.index;
    const list = proofs(broken.run), at = list.indexOf(state.chosen);
    choose(list[(at + way + list.length + (at < 0 && way < 0 ? 1 : 0)) % list.length]);
  }

  function compare() {
    if (raws_().length < 2) return;
    state.both = !state.both;
    rebuild();
  }

  function difference() {
    const n = active()?.view.difference;
    if (n !== null && n !== undefined) choose(Math.min(n, active().run.events.length - 1));
  }

  function stretch(times) {
    state.stretch = Math.max(0.25, Math.min(8, state.stretch * times));
    arrange();
  }

  function saved(kind) {
    const { run: one, view, picture } = active(), name = `${one.scenario}-${one.bug ?? "whole"}-${one.seed}`;
    if (kind === "svg") save(`${name}.svg`, picture(), "image/svg+xml");
    else if (kind === "mermaid") save(`${name}.mmd`, mermaid(one, view.shows), "text/plain");
    else save(`${name}.shiviz.log`, shiviz(one), "text/plain");
  }

  const deaf = listen(keys ?? ui.root, {
    go: (way) => step(numbers(), way), along, hit, proof, compare, difference, stretch, release,
    light: () => { state.lit = !state.lit || state.chosen === null; refresh(); }, search: () => ui.query.focus(),
    state: () => { state.tab = "state"; panel(); }, event: () => { state.tab = "event"; panel(); }, help: () => { ui.help.open = !ui.help.open; },
  }, keys !== null);
  // JupyterLab listens before its page does; this is how it is told to keep its shortcuts to itself.
  if (keys === null) ui.root.dataset.lmSuppressShortcuts = "true";
  const watch = new ResizeObserver(() => arrange()), seen = new IntersectionObserver(() => { for (const one of panes) one.paint(); });
  watch.observe(ui.panes);
  seen.observe(ui.panes);
  const still = followTheme(ui.root, () => { for (const one of panes) one.retheme(); arrange(); });
  open(0);
  return {
    open, choose: (at, n) => { if (at !== state.at) { state.at = at; if (!panes.some((one) => one.index === at)) rebuild(); } choose(n); },
    destroy: () => { watch.disconnect(); seen.disconnect(); deaf(); still(); ui.root.remove(); },
  };
}
