// The component: runs in, one explorer out.  All text goes in as text, never as markup.
import { group } from "d3-array";
import { select } from "d3-selection";
import { frame } from "./frame.js";
import { controls, keeper, noFilter, search } from "./filter.js";
import { mermaid, save, shiviz } from "./export.js";
import { listen } from "./keys.js";
import { align, follow, proved, reached, reveal } from "./pair.js";
import { pane } from "./pane.js";
import { following, pausing, player } from "./play.js";
import { showEvent, showFound, showState } from "./panel.js";
import { lit } from "./past.js";
import { decode, proofs, sentence } from "./run.js";
import { scrubber } from "./scrubber.js";
import { followTheme, themeOf } from "./theme.js";

const STILL = globalThis.matchMedia?.("(prefers-reduced-motion: reduce)");
const WIDE = 1150; // pixels from which two runs stand side by side without being asked

const told = (event) => event ? `${event.proof ? "proof of a violation, " : ""}${sentence(event)}` : "";

export function mount(element, raws, { select: said = () => {}, keys = null } = {}) {
  const stories = [...group(raws, (raw) => raw.scenario).entries()], decoded = new Map();
  const run = (raw) => decoded.get(raw) ?? decoded.set(raw, decode(raw)).get(raw);
  const state = { story: 0, at: 0, both: false, filter: noFilter(), stretch: 1, chosen: null, lit: true, now: null, tab: "event", query: "", hits: [] };
  const ui = frame(element, stories, {
    story: (at) => open(at), run: (at) => { state.at = at; state.both = false; rebuild(); }, compare,
    tab: (name) => { state.tab = name; panel(); }, search: find, save: saved, stretch,
  });
  const play = player(() => playOn(), (is) => { slider.playing(is); ui.live.textContent = is ? "playing" : `paused, ${told(active()?.run.events[state.now])}`; });
  const slider = scrubber(ui.foot, { move: (n) => { play.stop(); moveTo(n); }, play: play.toggle, pace: play.pace });
  let panes = [];
  const ofStory = () => stories[state.story]?.[1] ?? [];
  const active = () => panes[0] && (panes.find((one) => one.index === state.at) ?? panes[0]);

  // --- building -----------------------------------------------------------------------------

  function open(story, at = null) {
    state.story = story;
    state.filter = noFilter();
    const bad = ofStory().findIndex((raw) => raw.verdict === "violated");
    state.at = at ?? Math.max(bad, 0);
    state.both = ofStory().length > 1 && element.clientWidth >= WIDE;
    rebuild();
  }

  function rebuild() {
    Object.assign(state, { chosen: null, now: null, hits: [], query: "" });
    const all = ofStory(), other = all.length > 1 ? (state.at === 0 ? 1 : 0) : state.at;
    const shown = state.both && all.length > 1 ? [state.at, other].sort((a, b) => a - b) : [state.at];
    ui.panes.replaceChildren();
    panes = shown.filter((at) => all[at]).map((at) => Object.assign(pane(ui.panes, run(all[at]), {
      choose: (n) => { state.at = at; n === null ? release() : choose(n); }, scroll: () => follow(panes, panes.find((one) => one.index === at)), resized: () => arrange(),
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
    if (panes.length > 1) ui.parted(align(panes));
    slider.fill(visible(), themeOf(ui.root));
    state.hits = search(visible(), state.query);
    refresh();
  }

  // --- choosing -----------------------------------------------------------------------------

  function choose(n) {
    if (!active()?.run.events[n]) return;
    Object.assign(state, { chosen: n, now: n, lit: true });
    if (state.tab === "found") state.tab = "event";
    refresh();
    reveal(panes, active(), n);
    ui.live.textContent = told(active().run.events[n]);
    said(state.at, n);
  }

  function moveTo(n, steady = false) {
    Object.assign(state, { now: n, chosen: null });
    state.tab = "state";
    refresh();
    reveal(panes, active(), n, steady);
  }

  /** One step of a run that is played; tells whether there is another.  A proof in either run ends it. */
  function playOn() {
    const further = following(visible(), state.now), next = further ?? following(visible(), null);
    if (!next) return false;
    const before = reached(panes, !further || state.now === null);
    moveTo(next.n, !STILL.matches);
    return !proved(panes, before) && following(visible(), next.n) !== null;
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
      one.view.current = state.now === null || state.chosen !== null ? null : one.view.visible.findLast((event) => event.n <= one.view.now)?.n ?? null;
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
    const held = ui.panel.contains(document.activeElement);
    if (state.tab === "state") showState(ui.panel, here.run, n);
    else if (state.tab === "found") showFound(ui.panel, here.run, state.hits, state.query, choose);
    else showEvent(ui.panel, here.run, state.chosen, choose);
    // What had the focus is gone; without it, the next key would go to the top of the page, or to the notebook.
    if (held) (ui.panel.querySelector("[aria-current]") ?? ui.panel).focus({ preventScroll: true });
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
  const numbers = (keeps) => visible().filter(keeps).map((event) => event.n);

  function along(way) {
    const lane = active()?.run.events[state.chosen]?.lane;
    step(numbers((event) => lane === undefined || event.lane === lane), way);
  }

  function find(query) {
    state.query = query;
    state.hits = search(visible(), query);
    if (query) state.tab = "found";
    else if (state.tab === "found") state.tab = "event";
    refresh();
  }

  /** The search field gives the first hit to the diagram, and the keys with it. */
  function found() {
    if (!state.hits.length) return;
    step(state.hits, 1);
    active().scroll.focus({ preventScroll: true });
  }

  function proof(way) {
    const broken = panes.find((one) => proofs(one.run).length && one.index === state.at) ?? panes.find((one) => proofs(one.run).length);
    if (!broken) return;
    state.at = broken.index;
    const list = proofs(broken.run), at = list.indexOf(state.chosen);
    choose(list[(at + way + list.length + (at < 0 && way < 0 ? 1 : 0)) % list.length]);
  }

  function compare() {
    if (ofStory().length < 2) return;
    state.both = !state.both;
    rebuild();
  }

  function difference() {
    const n = active()?.view.difference ?? null;
    if (n !== null) choose(Math.min(n, active().run.events.length - 1));
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
    go: (way) => step(numbers(() => true), way), along, hit: (way) => step(state.hits, way), proof, compare, difference, stretch, release,
    light: () => { state.lit = !state.lit || state.chosen === null; refresh(); }, search: () => ui.query.focus(), found,
    state: () => { state.tab = "state"; panel(); }, event: () => { state.tab = "event"; panel(); }, help: () => { ui.help.open = !ui.help.open; },
    play: play.toggle, faster: slider.faster,
  }, keys !== null);
  const hush = pausing(ui.root, keys ?? ui.root, play.stop);
  // JupyterLab listens before its page does; this is how it is told to keep its shortcuts to itself.
  if (keys === null) ui.root.dataset.lmSuppressShortcuts = "true";
  const watch = new ResizeObserver(() => arrange()), seen = new IntersectionObserver(() => { for (const one of panes) one.paint(); });
  watch.observe(ui.panes);
  seen.observe(ui.panes);
  const still = followTheme(ui.root, arrange);
  open(0);
  return {
    open, choose: (at, n) => { if (at !== state.at) { state.at = at; if (!panes.some((one) => one.index === at)) rebuild(); } choose(n); },
    destroy: () => { watch.disconnect(); seen.disconnect(); play.stop(); hush(); deaf(); still(); ui.root.remove(); },
  };
}
