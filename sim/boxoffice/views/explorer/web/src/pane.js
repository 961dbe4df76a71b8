// One diagram on the screen: a canvas that stays in place while its space scrolls below it.
import { quadtree } from "d3-quadtree";
import { select } from "d3-selection";
import { STRIP, eventAt, momentAt, told } from "./curve.js";
import { across, drawing } from "./drawing.js";
import { paintCanvas, svgText } from "./pens.js";
import { seeded, sentence } from "./run.js";
import { themeOf } from "./theme.js";
import { timeScale } from "./time.js";

const STEADY = 0.6; // of the height, at which the event stands that a run is played to
const REACH = 14, TIGHT = 82; // pixels between lanes below which their names take turns in two rows

/** `on.choose(n)` is called for a click, with null beside every event; `on.scroll()` for scrolling; `on.resized()` where
    the width is no longer the one laid out for. */
export function pane(parent, run, on) {
  const root = select(parent).append("section").attr("class", "bx-pane").attr("aria-label", `${run.scenario}, ${run.defence}`);
  const title = root.append("h3");
  title.append("span").attr("class", `bx-sign ${run.verdict}`).text(run.sign);
  title.append("span").text(run.defence);
  title.append("small").text(` ${seeded(run)}${run.asked ? `${run.asked} · ` : ""}${run.passed} · trace ${run.sha256.slice(0, 12)}`);
  const scroll = root.append("div").attr("class", "bx-scroll").attr("tabindex", 0).attr("role", "application")
    .attr("aria-label", `Space-time diagram of ${run.scenario}, ${run.defence}. Arrow keys go from event to event.`);
  const space = scroll.append("div").attr("class", "bx-space");
  const heads = space.append("div").attr("class", "bx-heads");
  const canvas = space.append("canvas").attr("aria-hidden", "true");
  const [left, right] = [-1, 1].map((way) => root.append("button").attr("type", "button").attr("class", `bx-aside ${way < 0 ? "left" : "right"}`).attr("hidden", "")
    .text(way < 0 ? "‹" : "›").on("click", () => { scroll.node().scrollLeft += way * scroll.node().clientWidth / 2; }));
  const tip = root.append("div").attr("class", "bx-tip").attr("hidden", "");
  const view = { run, visible: run.events, shows: new Set(), scale: null, place: null, lit: null, now: run.events.length - 1, chosen: null, matches: null, current: null, difference: null, pad: 0, labels: null };
  let tree = null, asked = 0, head = 30, laid = 0, put = 0, theme = null;

  function arrange(keeps, stretch, folds = () => false) {
    theme = themeOf(parent); // not before: what JupyterLab keeps out of sight has no colours
    const node = scroll.node(), anchor = view.scale?.us(node.scrollTop - view.pad + 80);
    view.visible = run.events.filter(keeps);
    view.shows = new Set(view.visible.map((event) => event.n));
    view.labels = null;
    view.scale = timeScale(view.visible, stretch, run.events.filter(folds));
    laid = node.clientWidth;
    view.place = across(run, Math.max(laid, 320));
    const tight = view.place.step < TIGHT;
    head = tight ? 44 : 30;
    tree = quadtree(view.visible, (event) => view.place.x(event.lane), (event) => view.scale.at(event));
    space.style("width", `${view.place.width}px`).style("height", `${view.scale.height + view.pad + head}px`);
    heads.selectAll("span").data(run.lanes).join("span").text(([name]) => name).attr("title", ([name]) => name)
      .attr("class", ([, kind]) => kind).style("left", (_, lane) => `${view.place.x(lane)}px`).style("max-width", `${(tight ? 2 : 1) * view.place.step - 6}px`)
      .style("top", (_, lane) => `${tight ? 3 + 19 * (lane % 2) : 6}px`);
    heads.selectAll("b").data(run.why ? [run.why] : []).join("b").text("futures").attr("title", (why) => `of the futures of each moment, the share in which ${why.invariant} falls`)
      .style("left", `${view.place.strip}px`).style("top", "6px").style("width", `${STRIP}px`);
    heads.style("height", `${head}px`);
    canvas.style("top", `${head}px`);
    if (anchor !== undefined && node.scrollTop > 0) node.scrollTop = view.scale.y(anchor) + view.pad - 80;
    paint();
  }

  /** Two runs stand side by side: this much lower, and they part at event `n`; null if they do not. */
  function align(n, lower) {
    Object.assign(view, { difference: n, pad: lower, labels: null });
    space.style("height", `${view.scale.height + view.pad + head}px`);
    paint();
  }

  function paint() {
    cancelAnimationFrame(asked);
    asked = requestAnimationFrame(paintNow);
  }

  function paintNow() {
    const node = scroll.node(), width = node.clientWidth, height = Math.max(node.clientHeight - head, 1), ratio = devicePixelRatio || 1;
    if (!width || !view.scale) return;
    if (width !== laid) return void on.resized(); // laid out while it was hidden, as JupyterLab does with a cell out of sight
    const sheet = canvas.node();
    if (sheet.width !== Math.round(width * ratio) || sheet.height !== Math.round(height * ratio)) {
      sheet.width = Math.round(width * ratio);
      sheet.height = Math.round(height * ratio);
      canvas.style("width", `${width}px`).style("height", `${height}px`);
    }
    const context = sheet.getContext("2d"), top = node.scrollTop - view.pad;
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, width, height);
    context.translate(-node.scrollLeft, -top);
    paintCanvas(context, drawing(view, Math.max(top, 0), top + height, theme));
    tellAside();
    root.attr("data-painted", view.visible.length);
  }

  function place(pointer) {
    const box = canvas.node().getBoundingClientRect(), node = scroll.node();
    return [pointer.clientX - box.left + node.scrollLeft, pointer.clientY - box.top + node.scrollTop - view.pad];
  }

  const at = (pointer) => tree?.find(...place(pointer), REACH);
  const likely = (pointer) => view.scale && momentAt(view, ...place(pointer));

  function scrollTo(top) {
    scroll.node().scrollTop = top;
    put = scroll.node().scrollTop;
  }

  /** Scroll until event `n` is in sight; where a run is played (`steady`), little by little. */
  function reveal(n, steady = false) {
    const node = scroll.node(), event = run.events[n];
    if (!event) return;
    const y = view.scale.at(event) + view.pad, x = view.place.x(event.lane), high = node.clientHeight - head, from = y - node.scrollTop;
    if (from < 40 || from > high - 60) scrollTo(y - high / 2);
    else if (steady && from > high * STEADY) scrollTo(y - high * STEADY);
    if (x < node.scrollLeft + 90 || x > node.scrollLeft + node.clientWidth - 60) node.scrollLeft = x - node.clientWidth / 2;
    paint();
  }

  function hover(pointer) {
    const event = at(pointer), one = event ? null : likely(pointer);
    tip.attr("hidden", event || one ? null : "");
    scroll.style("cursor", event || one ? "pointer" : null);
    if (!event && !one) return;
    const box = root.node().getBoundingClientRect(), low = pointer.clientY > box.bottom - 60;
    tip.text(one ? told(run.why, one) : `${event.proof ? "✗ proof · " : ""}${sentence(event)}`)
      .style("left", `${Math.max(4, Math.min(pointer.clientX - box.left + 14, box.width - 230))}px`)
      .style("top", `${pointer.clientY - box.top + (low ? -44 : 16)}px`);
  }

  /** Lanes that are out of sight have a button that leads to them, and says which they are. */
  function tellAside() {
    const { scrollLeft: from, clientWidth: width } = scroll.node(), lanes = (is) => run.lanes.filter((_, lane) => is(view.place.x(lane) - from)).map(([name]) => name);
    for (const [button, hidden] of [[left, from < 8 ? [] : ["the times", ...lanes((x) => x < 8)]], [right, lanes((x) => x > width - 8)]]) {
      const words = `to ${hidden.join(", ")}`;
      if (words !== button.attr("title")) button.attr("hidden", hidden.length ? null : "").attr("title", words).attr("aria-label", words);
    }
  }

  scroll.on("scroll", () => {
    tip.attr("hidden", "");
    paint();
    const top = scroll.node().scrollTop;
    if (Math.abs(top - put) > 1) on.scroll();
    put = top;
  });
  function press(click) {
    const event = at(click), one = event ? null : likely(click);
    if (one) on.ask(eventAt(run, one, view.shows));
    else on.choose(event?.n ?? null);
  }
  canvas.on("click", press).on("mousemove", hover).on("mouseleave", () => tip.attr("hidden", ""));
  const picture = () => {
    const items = drawing(view, 0, view.scale.height, theme);
    const heading = run.lanes.map(([name], lane) => ({ text: name, x: view.place.x(lane), y: 12, size: 12, bold: true, anchor: "middle", fill: theme.ink }));
    const paper = { d: `M0,0h${view.place.width}v${view.scale.height}H0Z`, fill: theme.paper };
    return svgText([paper, ...items, ...heading], view.place.width, Math.ceil(view.scale.height), `${run.scenario}, ${run.defence}`);
  };
  return { run, view, root: root.node(), scroll: scroll.node(), arrange, align, paint, reveal, scrollTo, picture };
}

/** Calls `sized()` when an element has another size and `seen()` when it comes into sight; returns how to stop. */
export function watch(node, sized, seen) {
  const both = [new ResizeObserver(sized), new IntersectionObserver(seen)];
  for (const each of both) each.observe(node);
  return () => { for (const each of both) each.disconnect(); };
}
