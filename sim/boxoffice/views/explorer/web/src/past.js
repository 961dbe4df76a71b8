// What an event goes back to.  Happens-before (Lamport 1978), kept to where data flowed: the call
// or message that set an event off, and what was read before something was written or decided.

const SEARCHED = new Set(["stored", "charge", "refund", "write"]); // work of a service's own, set off earlier
const ENDED = { start: "crash", heal: "partition" }; // what a host is back from
const HEARD = new Set(["decided", "charge", "refund"]);

/** Gives each event its `cause`, or -1, and `basis`, the events it was built on.  Once for a run, in order. */
export function origins(run) {
  const known = { writes: run.documents.map(() => []), heard: new Map(), down: new Map(), looks: new Map() };
  const changed = new Map(run.changes.map((one) => [one.n, one])), sources = new Map(run.arrows.map((way) => [way.n, way.source]));
  for (const event of run.events) {
    const change = changed.get(event.n), lane = sources.get(event.n) ?? event.lane;
    const emptied = change && known.writes[change.document].length && onlyOutbox(change);
    event.at = ["charge", "refund"].includes(event.kind) ? lane : event.lane;
    event.basis = basis(run, event, change, known);
    if (event.cause < 0 && !emptied) event.cause = before(event, known);
    if (event.cause >= 0 && ["decided", "response"].includes(event.kind)) run.events[event.cause].done?.forEach((n) => event.basis.push(n));
    if (change && !emptied) note(run, event, change, known);
    remember(event, known);
  }
}

/** The number of the document that each thing is kept in, for each lane. */
export function places(run) {
  const held = new Map();
  run.documents.forEach(([, lane, thing], at) => held.set(`${lane} ${thing}`, [...(held.get(`${lane} ${thing}`) ?? []), at]));
  return held;
}

const onlyOutbox = ({ set, unset }) => set !== null && [...Object.keys(set), ...unset].every((key) => key === "outbox");

/** A conditional write read the version before it, and its writer has looked at others; a decision compared with what
    was last written; a look saw the version that was there. */
function basis(run, event, change, { writes, looks }) {
  if (change) return [...writes[change.document].slice(-1), ...looks.get(`${event.cause} ${event.lane}`) ?? []];
  if (event.kind === "read") return (event.fields.found ?? []).flatMap(({ id }) => run.held.get(`${event.lane} ${id}`) ?? []).flatMap((at) => writes[at].slice(-1));
  if (event.kind !== "decided") return [];
  return asked(run, event).flatMap((at) => {
    const own = writes[at].findLastIndex((n) => run.events[n].cause !== event.cause);
    return own < 0 ? [] : [writes[at][own]];
  });
}

/** The documents that a decision is made on: the one of the message's subject, or those it names. */
export function asked({ held, events }, event) {
  const own = held.get(`${event.lane} ${event.fields.subject}`);
  if (own) return own;
  const stored = events[events[event.cause]?.cause];
  return (stored?.refs ?? []).flatMap((thing) => held.get(`${event.lane} ${thing}`) ?? []);
}

/** A timer that rings and a charge tried again are told to nobody: they go back to what was last heard of their order. */
function before(event, { heard, down }) {
  if (ENDED[event.kind]) return down.get(`${ENDED[event.kind]} ${event.host}`) ?? -1;
  if (!SEARCHED.has(event.kind)) return -1;
  return Math.max(-1, ...event.refs.map((thing) => heard.get(`${event.at} ${thing}`) ?? -1));
}

function note(run, event, { document }, { writes }) {
  writes[document].push(event.n);
  const cause = run.events[event.cause];
  if (cause) (cause.done ??= []).push(event.n);
}

function remember(event, { heard, down, looks }) {
  const asker = `${event.cause} ${event.lane}`;
  if (event.kind === "read" && event.cause >= 0) looks.set(asker, [...looks.get(asker) ?? [], event.n]);
  down.set(`${event.kind} ${event.host}`, event.n);
  if (!HEARD.has(event.kind) && event.kind !== "write") return;
  for (const thing of event.refs) heard.set(`${event.at} ${thing}`, event.n);
}

/** How event `n` came about: each event set off by the next one, itself first. */
export function past(run, n) {
  const found = [];
  for (let at = n; at >= 0; at = run.events[at].cause) found.push(at);
  return found;
}

/** All that this chain was built on, and what that goes back to: a set without the chain. */
export function builtOn(run, n) {
  const chain = past(run, n), found = new Set(chain), open = [...found];
  while (open.length) {
    const event = run.events[open.pop()];
    for (const at of [event.cause, ...event.basis]) if (at >= 0 && !found.has(at)) { found.add(at); open.push(at); }
  }
  for (const at of chain) found.delete(at);
  return found;
}

export const CHAIN = 2, BASIS = 1;

/** The past of event `n` as it is lit: number → CHAIN or BASIS.  A delivery shows as the decision that followed it. */
export function lit(run, n) {
  const found = new Map([...builtOn(run, n)].map((at) => [at, BASIS]));
  for (const at of past(run, n)) found.set(at, CHAIN);
  for (const at of run.events[n].kind === "write" ? [] : run.events[run.events[n].cause]?.done ?? []) if (found.has(at)) found.set(at, CHAIN);
  for (const [at, level] of [...found]) {
    if (run.events[at].kind !== "delivered") continue;
    for (const one of run.effects.get(at) ?? []) if (one.kind === "decided" && (one.n <= n || level === CHAIN)) found.set(one.n, Math.max(level, found.get(one.n) ?? 0));
  }
  return found;
}

/** What was built on, by document, latest first: {name, writes} with the numbers of its earlier versions. */
export function versionsBefore(run, n) {
  const found = new Map(), own = run.events[run.events[n].cause]?.done ?? [];
  for (const at of [...builtOn(run, n)].filter((one) => !own.includes(one)).sort((a, b) => a - b)) {
    for (const change of run.writes.get(at) ?? []) {
      if (!found.has(change.document)) found.set(change.document, { name: run.documents[change.document][0], writes: [] });
      found.get(change.document).writes.push(at);
    }
  }
  return [...found.values()].sort((a, b) => b.writes.at(-1) - a.writes.at(-1));
}
