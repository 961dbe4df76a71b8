// What is shown, for other tools: a Mermaid sequence diagram and a ShiViz log.
import { comparedWith } from "./decision.js";
import { SIGNS } from "./shapes.js";
import { LONG_US, lasting, moment } from "./time.js";

const MOST = 400; // arrows that Mermaid still lays out in bearable time
// Mermaid reads ; as the end of a line, # as an entity, and knows words such as end.
const spoken = (text) => text.replace(/[;#\n\r]/g, " ").replace(/[<>]/g, "").trim() || "…";
const NOTED = new Set(["duplicate", "gap", "crash", "start"]);
const WAYS = { apply: "-)", duplicate: "--)", gap: "--)", lost: "-x", response: "-->>" };

/** https://mermaid.js.org/syntax/sequenceDiagram.html */
export function mermaid(run, shows) {
  const out = ["sequenceDiagram", ...run.lanes.map(([name, kind], lane) => `  ${kind === "person" ? "actor" : "participant"} L${lane} as ${spoken(name)}`)];
  const ways = run.arrows.filter((way) => shows.has(way.n)).map((way) => ({ us: way.toUs, n: way.n, lines: () => [message(run, way)] }));
  const notes = run.events.filter((event) => shows.has(event.n) && (NOTED.has(event.shape) || event.proof))
    .map((event) => ({ us: event.us, n: event.n + 0.5, lines: () => noted(run, event) }));
  const steps = [...ways, ...notes].sort((a, b) => a.us - b.us || a.n - b.n), wide = run.lanes.length > 1 ? `L0,L${run.lanes.length - 1}` : "L0";
  let latest = 0;
  for (const { us, lines } of steps.slice(0, MOST)) {
    if (us - latest >= LONG_US) out.push(`  Note over ${wide}: … ${lasting(us - latest)} of nothing … ${moment(us)}`);
    latest = us;
    out.push(...lines());
  }
  if (steps.length > MOST) out.push(`  Note over ${wide}: ${steps.length - MOST} more are left out`);
  return `${out.join("\n")}\n`;
}

function message(run, { source, target, n, style }) {
  const event = run.events[n], said = `${event.says} ${event.badge}${style === "lost" && event.kind !== "lost" ? " is lost" : ""}`;
  // What was lost on its way to somebody unseen ends between two lanes.
  return `  L${source}${WAYS[style] ?? "->>"}L${Math.min(Math.round(target), run.lanes.length - 1)}: ${spoken(said)}`;
}

/** What a consumer made of a message, who is down, cut off or back, and what proves a violation. */
function noted(run, event) {
  const compared = event.kind === "decided" ? comparedWith(run, event.n) : null, lines = [];
  const had = compared ? `, had ${compared[1] < 0 ? "none" : `v${compared[1]}`}` : "";
  if (event.kind === "decided" && NOTED.has(event.shape)) lines.push(`${SIGNS[event.shape]} ${event.shape}${had}`);
  else if (NOTED.has(event.shape)) lines.push(event.says);
  if (event.proof) lines.push(`✗ proof: ${event.says} ${event.badge}`);
  return lines.map((text) => `  Note over L${event.lane}: ${spoken(text)}`);
}

/** Lines of two for https://bestchai.bitbucket.io/shiviz/, read by `SHIVIZ`; clocks are Fidge's and Mattern's. */
export const SHIVIZ = "(?<host>\\S*) (?<clock>{.*})\\n(?<event>.*)";

export function shiviz(run) {
  const clocks = new Map(), known = [], out = [SHIVIZ, ""];
  // People of a crowd share a lane, but each has a clock of their own.
  const host = (event) => (run.lanes[event.lane][1] === "person" ? event.host : run.lanes[event.lane][0]).replace(/\s+/g, "-");
  for (const event of run.events) {
    const here = host(event), clock = { ...clocks.get(here) };
    for (const [other, count] of Object.entries(known[event.cause] ?? {})) clock[other] = Math.max(clock[other] ?? 0, count);
    clock[here] = (clocks.get(here)?.[here] ?? 0) + 1;
    clocks.set(here, clock);
    known.push(clock);
    out.push(`${here} ${JSON.stringify(clock)}`, `${moment(event.us)} ${event.says} ${event.badge}`.replace(/\s+/g, " ").trim());
  }
  return `${out.join("\n")}\n`;
}

/** Save what a pane shows, for a tool. */
export function saveShown(kind, { run, view, picture }) {
  const name = `${run.scenario}-${run.bug ?? "whole"}-${run.seed ?? "now"}`;
  if (kind === "svg") save(`${name}.svg`, picture(), "image/svg+xml");
  else if (kind === "mermaid") save(`${name}.mmd`, mermaid(run, view.shows), "text/plain");
  else save(`${name}.shiviz.log`, shiviz(run), "text/plain");
}

/** Hand a text over as a file; asks no network. */
function save(name, text, type) {
  const url = URL.createObjectURL(new Blob([text], { type }));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
