// What is shown, for other tools: a Mermaid sequence diagram and a ShiViz log.
import { moment } from "./time.js";

const MOST = 400; // arrows that Mermaid still lays out in bearable time
// Mermaid reads ; as the end of a line, # as an entity, and knows words such as end.
const spoken = (text) => text.replace(/[;#\n\r]/g, " ").replace(/[<>]/g, "").trim() || "…";
const WAYS = { apply: "-)", duplicate: "--)", gap: "--)", lost: "-x", response: "-->>" };

/** https://mermaid.js.org/syntax/sequenceDiagram.html */
export function mermaid(run, shows) {
  const out = ["sequenceDiagram", ...run.lanes.map(([name, kind], lane) => `  ${kind === "person" ? "actor" : "participant"} L${lane} as ${spoken(name)}`)];
  const steps = [
    ...run.arrows.map((way) => ({ us: way.toUs, n: way.n, way })),
    ...run.events.filter((event) => ["crash", "start"].includes(event.kind)).map((event) => ({ us: event.us, n: event.n, event })),
  ].filter((step) => shows.has(step.n)).sort((a, b) => a.us - b.us || a.n - b.n);
  let latest = 0;
  for (const { us, n, way, event } of steps.slice(0, MOST)) {
    if (us - latest >= 5_000_000) out.push(`  Note over L0: ${moment(us)}`);
    latest = us;
    if (event) out.push(`  Note over L${event.lane}: ${spoken(event.says)}`);
    else out.push(`  L${way.source}${WAYS[way.style] ?? "->>"}L${Math.floor(way.target)}: ${spoken(said(run.events[n], way.style))}`);
    if (run.events[n].proof) out.push(`  Note over L${run.events[n].lane}: ✗ proof of a violation`);
  }
  if (steps.length > MOST) out.push(`  Note over L0: ${steps.length - MOST} more are left out`);
  return `${out.join("\n")}\n`;
}

function said(event, style) {
  const sign = { duplicate: " = duplicate", gap: " … gap", lost: " is lost" }[style] ?? "";
  return `${event.says} ${event.badge}${sign}`;
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

/** Hand a text over as a file; asks no network. */
export function save(name, text, type) {
  const url = URL.createObjectURL(new Blob([text], { type }));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
