// The component: runs in, one explorer out.  All text goes in as text, never as markup.
import { group } from "d3-array";
import { select } from "d3-selection";
import { risen } from "./curve.js";
import { frame } from "./frame.js";
import { controls, folder, keeper, noFilter, search } from "./filter.js";
import { saveShown } from "./export.js";
import { listen, listenFar } from "./keys.js";
import { align, follow, lead, proved, reached, reveal } from "./pair.js";
import { pane, watch } from "./pane.js";
import { following, pausing, player } from "./play.js";
import { showEvent, showFound, showState } from "./panel.js";
import { lit } from "./past.js";
import { breaches, decode, eventOf, numberOf, sentence } from "./run.js";
import { scrubber } from "./scrubber.js";
import { around, stepped } from "./steps.js";
import { followTheme, themeOf } from "./theme.js";
import { asksWhy, showWhy } from "./why.js";

const STILL = globalThis.matchMedia?.("(prefers-reduced-motion: reduce)");
const WIDE = 1150; // pixels from which two runs stand side by side without being asked
const LEAST = 0.25, MOST = 8; // times that time is stretched

const told = (event) => event ? `${event.proof ? "proof of a violation, " : ""}${sentence(event)}` : "";

/** What one reader sees of some runs.  `select(run, number)` is called when an event is chosen, with its number in the trace; `keys` is what
    listens to the keyboard, if it is more than the element, and `far` what hears v at least;
    `unasked(run)` says what can be done in its page about a run that nobody asked why, as why.js has it; with `compare` all runs are of one story, and two of them
    stand side by side where they part, whatever room there is.  Of `#state`, `at` is the run in hand, `now` the event up
    to which it is told (null: all of it), and `chosen` the event whose past is lit. */
export class Explorer {
  #state = {
    story: 0, at: 0, both: false, filter: noFilter(), stretch: 1,
    chosen: null, lit: true, now: null, tab: "event", query: "", hits: [],
  };
  #panes = [];
  #decoded = new Map();
  #element; #stories; #said; #ui; #play; #slider; #ends; #compares; #led = false;

  constructor(element, raws, { select: said = () => {}, keys = null, far = null, compare = false, unasked = () => null } = {}) {
    this.#element = element;
    this.#compares = compare;
    this.#stories = [...group(raws, (raw) => (compare ? raws[0] : raw).scenario).entries()];
    Object.assign(this.#state, { unasked });
    this.#said = said;
    this.#ui = frame(element, this.#stories, {
      story: (at) => this.open(at), run: (at) => this.#alone(at), compare: () => this.#compare(), tab: (name) => this.#turnTo(name),
      search: (query) => this.#find(query), save: (kind) => saveShown(kind, this.#active), stretch: (times) => this.#stretch(times),
    });
    this.#play = player(() => this.#playOn(), (is) => this.#playing(is));
    this.#slider = scrubber(this.#ui.foot, {
      move: (n) => { this.#play.stop(); this.#moveTo(n); }, play: this.#play.toggle, pace: this.#play.pace,
    });
    this.#ends = [
      this.#listen(keys), far ? listenFar(far, this.#ui.root, (way) => this.#proof(way)) : () => {}, pausing(this.#ui.root, keys ?? this.#ui.root, this.#play.stop),
      watch(this.#ui.panes, () => this.#arrange(), () => { for (const one of this.#panes) one.paint(); }), followTheme(this.#ui.root, () => this.#arrange()),
    ];
    this.open(0);
  }

  /** Show a story, with run `at` of it in hand; without that, with the first that is violated. */
  open(story, at = null) {
    const state = this.#state;
    state.story = story;
    state.filter = noFilter();
    state.at = at ?? Math.max(this.#runs.findIndex((raw) => raw.verdict === "violated"), 0);
    state.both = this.#runs.length > 1 && (this.#compares || this.#element.clientWidth >= WIDE);
    this.#rebuild();
  }

  /** Choose the event of run `at` of this story that has this number in its trace. */
  choose(at, number) {
    this.#state.at = at;
    if (!this.#panes.some((one) => one.index === at)) this.#rebuild();
    this.#choose(eventOf(this.#active.run, number));
  }

  /** Show the one run that there is as it has become, filtered and stretched as it was; the panel tells `tab`, if that is given. */
  become(raw, tab = this.#state.tab) {
    this.#play.stop();
    this.#decoded.clear();
    this.#stories = [[raw.scenario, [raw]]];
    this.#state.tab = tab;
    this.#rebuild();
  }

  destroy() {
    this.#play.stop();
    for (const end of this.#ends) end();
    this.#ui.root.remove();
  }

  get #runs() { return this.#stories[this.#state.story]?.[1] ?? []; }
  get #active() { return this.#panes.find((one) => one.index === this.#state.at) ?? this.#panes[0]; }
  get #visible() { return this.#active?.view.visible ?? []; }

  // --- building -----------------------------------------------------------------------------

  #run(raw) {
    if (!this.#decoded.has(raw)) this.#decoded.set(raw, decode(raw));
    return this.#decoded.get(raw);
  }

  #rebuild() {
    const state = this.#state, all = this.#runs, other = state.at === 0 ? 1 : 0;
    Object.assign(state, { chosen: null, now: null, hits: [], query: "" });
    const shown = state.both && all.length > 1 ? [state.at, other].sort((a, b) => a - b) : [state.at];
    this.#ui.panes.replaceChildren();
    this.#panes = shown.filter((at) => all[at]).map((at) => this.#pane(at));
    this.#ui.filters.replaceChildren();
    const runs = this.#panes.map((one) => one.run);
    controls(this.#ui.filters, runs, state.filter, () => this.#arrange());
    this.#ui.tell(state, all, runs, { go: (at, n) => { state.at = at; this.#choose(n); }, difference: () => this.#difference() });
    this.#arrange();
  }

  #pane(at) {
    const made = pane(this.#ui.panes, this.#run(this.#runs[at]), {
      choose: (n) => { this.#state.at = at; n === null ? this.#release() : this.#choose(n); },
      ask: (n) => { Object.assign(this.#state, { at, tab: "why" }); this.#choose(n); }, scroll: () => follow(this.#panes, made), resized: () => this.#arrange(),
    });
    return Object.assign(made, { index: at });
  }

  #arrange() {
    for (const one of this.#panes) {
      Object.assign(one.view, { lit: null, matches: null });
      one.arrange(keeper(one.run, this.#state.filter), this.#state.stretch, folder(one.run, this.#state.filter));
    }
    if (this.#panes.length > 1) this.#ui.parted(align(this.#panes));
    this.#slider.fill(this.#visible, themeOf(this.#ui.root));
    this.#state.hits = search(this.#visible, this.#state.query);
    this.#refresh();
    if (this.#compares && !this.#led && this.#element.clientWidth) this.#led = lead(this.#panes, this.#active);
  }

  #refresh() {
    const here = this.#active, us = here?.run.events[this.#state.now]?.us ?? Infinity;
    for (const one of this.#panes) {
      this.#tell(one, one === here, us);
      select(one.root).classed("active", one === here && this.#panes.length > 1);
      one.paint();
    }
    this.#slider.show(this.#state.now ?? Infinity);
    this.#panel();
  }

  /** Give a pane its part of what is known: all of it if it is the one in hand (`mine`), and else the time. */
  #tell({ run, view }, mine, us) {
    const { chosen, now, hits } = this.#state;
    view.chosen = mine ? chosen : null;
    view.lit = mine && chosen !== null && this.#state.lit ? lit(run, chosen) : null;
    view.matches = mine && hits.length ? new Set(hits) : null;
    view.now = mine && now !== null ? now : run.events.findLastIndex((event) => event.us <= us);
    view.current = now === null || chosen !== null ? null : view.visible.findLast((event) => event.n <= view.now)?.n ?? null;
  }

  #panel() {
    const { query, hits, chosen, now } = this.#state, { panel } = this.#ui, run = this.#active?.run, go = (n) => this.#choose(n);
    if (!run) return;
    const tab = this.#state.tab === "why" && !asksWhy(run) ? "event" : this.#state.tab;
    this.#ui.tabs(tab, { found: hits.length > 0 || query !== "", why: asksWhy(run) });
    const held = panel.contains(document.activeElement);
    if (tab === "state") showState(panel, run, now ?? run.events.length - 1);
    else if (tab === "why") showWhy(panel, run, chosen, go, this.#state.unasked(run));
    else if (tab === "found") showFound(panel, run, hits, query, go);
    else showEvent(panel, run, chosen, go);
    // What had the focus is gone; without it, the next key would go to the top of the page, or to the notebook.
    if (held) (panel.querySelector("[aria-current]") ?? panel).focus({ preventScroll: true });
  }

  // --- where the reader is --------------------------------------------------------------------

  #choose(n) {
    const event = this.#active?.run.events[n];
    if (!event) return;
    Object.assign(this.#state, { chosen: n, now: n, lit: true });
    if (this.#state.tab === "found") this.#state.tab = "event";
    this.#refresh();
    reveal(this.#panes, this.#active, n);
    this.#ui.live.textContent = told(event);
    this.#said(this.#state.at, numberOf(this.#active.run, n));
  }

  #moveTo(n, steady = false) {
    Object.assign(this.#state, { now: n, chosen: null, tab: "state" });
    this.#refresh();
    reveal(this.#panes, this.#active, n, steady);
  }

  #release() {
    Object.assign(this.#state, { chosen: null, now: null });
    this.#refresh();
  }

  /** One step of a run that is played; tells whether there is another.  A proof in either run ends it. */
  #playOn() {
    const { now } = this.#state, further = following(this.#visible, now), next = further ?? following(this.#visible, null);
    if (!next) return false;
    const before = reached(this.#panes, !further || now === null);
    this.#moveTo(next.n, !STILL.matches);
    return !proved(this.#panes, before) && following(this.#visible, next.n) !== null;
  }

  #playing(is) {
    this.#slider.playing(is);
    this.#ui.live.textContent = is ? "playing" : `paused, ${told(this.#active?.run.events[this.#state.now])}`;
  }

  // --- what keys and buttons ask for ----------------------------------------------------------

  #step(list, way) {
    if (list.length) this.#choose(stepped(list, this.#state.now, way));
  }

  #go(way, keeps = () => true) {
    this.#step(this.#visible.filter(keeps).map((event) => event.n), way);
  }

  #along(way) {
    const lane = this.#active?.run.events[this.#state.chosen]?.lane;
    this.#go(way, (event) => lane === undefined || event.lane === lane);
  }

  #proof(way) {
    const broken = [this.#active, ...this.#panes].find((one) => one && breaches(one.run).length);
    if (!broken) return;
    this.#state.at = broken.index;
    this.#choose(around(breaches(broken.run), this.#state.chosen, way));
  }

  #rise(way) {
    const rise = risen(this.#active?.run ?? { events: [] });
    if (!rise.length) return;
    this.#state.tab = "why";
    this.#choose(around(rise, this.#state.chosen, way));
  }

  #difference() {
    const n = this.#active?.view.difference ?? null;
    if (n !== null) this.#choose(Math.min(n, this.#active.run.events.length - 1));
  }

  #find(query) {
    const state = this.#state;
    Object.assign(state, { query, hits: search(this.#visible, query) });
    if (query) state.tab = "found";
    else if (state.tab === "found") state.tab = "event";
    this.#refresh();
  }

  /** The search field gives the first hit to the diagram, and the keys with it. */
  #found() {
    if (!this.#state.hits.length) return;
    this.#step(this.#state.hits, 1);
    this.#active.scroll.focus({ preventScroll: true });
  }

  #turnTo(tab) {
    this.#state.tab = tab;
    this.#panel();
  }

  #light() {
    this.#state.lit = !this.#state.lit || this.#state.chosen === null;
    this.#refresh();
  }

  #alone(at) {
    Object.assign(this.#state, { at, both: false });
    this.#rebuild();
  }

  #compare() {
    if (this.#runs.length < 2) return;
    this.#state.both = !this.#state.both;
    this.#rebuild();
  }

  #stretch(times) {
    this.#state.stretch = Math.max(LEAST, Math.min(MOST, this.#state.stretch * times));
    this.#arrange();
  }

  // --- listening ------------------------------------------------------------------------------

  #listen(keys) {
    const ui = this.#ui;
    // JupyterLab listens before its page does; this is how it is told to keep its shortcuts to itself.
    if (keys === null) ui.root.dataset.lmSuppressShortcuts = "true";
    return listen(keys ?? ui.root, {
      go: (way) => this.#go(way), along: (way) => this.#along(way), hit: (way) => this.#step(this.#state.hits, way),
      proof: (way) => this.#proof(way), difference: () => this.#difference(), compare: () => this.#compare(),
      stretch: (times) => this.#stretch(times), release: () => this.#release(), light: () => this.#light(),
      search: () => ui.query.focus(), found: () => this.#found(), state: () => this.#turnTo("state"), event: () => this.#turnTo("event"), rise: (way) => this.#rise(way), why: () => asksWhy(this.#active?.run) && this.#turnTo("why"),
      help: () => { ui.help.open = !ui.help.open; }, play: this.#play.toggle, faster: (way) => this.#slider.faster(way),
    }, keys !== null);
  }
}
