// A run as the page carries it (model.py describes it), made ready to be asked.
import { bisector, group } from "d3-array";
import { curveOf } from "./curve.js";
import { origins, places } from "./past.js";
import { moment } from "./time.js";

export const PROOF = 1, QUIET = 2, FOLDED = 4;

export function decode(raw) {
  const { us, lane, host, kind, shape, label, badge, says, cause, flags, refs, fields } = raw.events;
  const word = (at) => raw.words[at];
  const events = us.map((at, n) => ({
    n, us: at, lane: lane[n], host: word(host[n]), kind: word(kind[n]), shape: word(shape[n]),
    label: word(label[n]), badge: word(badge[n]), says: word(says[n]), cause: cause[n],
    proof: (flags[n] & PROOF) > 0, quiet: (flags[n] & QUIET) > 0, folded: (flags[n] & FOLDED) > 0, number: raw.numbers[n], refs: refs[n].map(word), fields: fields[n],
  }));
  const arrows = raw.arrows.map(([n, source, fromUs, target, toUs, style]) => ({ n, source, fromUs, target, toUs, style }));
  const changes = raw.changes.map(([n, document, set, unset]) => ({ n, document, set, unset }));
  const run = { ...raw, events, arrows, changes, held: places(raw), why: curveOf(raw.why), writes: group(changes, (one) => one.n) };
  origins(run);
  return { ...run, effects: group(events, (one) => one.cause) };
}

/** Which seed a run has, before what else is said of it; what really happened has none. */
export const seeded = ({ seed }) => (seed === null ? "" : `seed ${seed} · `);

/** When, who and what, in one line. */
export const sentence = ({ us, host, says, badge }, when = moment(us)) => `${when} ${host}: ${says} ${badge}`.trimEnd();

/** The events that break something, in order of time: of what proves a violation the last. */
export function breaches(run) {
  const last = run.judgements.flatMap((one) => one.violations).filter((one) => one.events.length).map((one) => Math.max(...one.events));
  return [...new Set(last)].sort((one, other) => one - other);
}

/** The number in the trace of event `n`, or of the last one before it if it is in no trace. */
export const numberOf = ({ events }, n) => events.slice(0, n + 1).findLast((event) => event.number !== null)?.number ?? 0;

/** The event that has a number in the trace. */
export const eventOf = ({ events }, number) => events.find((event) => event.number === number)?.n;

function apply(document, change) {
  if (change.set === null) return null;
  const after = { ...document, ...change.set };
  for (const key of change.unset) delete after[key];
  return after;
}

/** Each document as event `n` left it; null where there is none. */
export function documentsAt(run, n) {
  const state = new Array(run.documents.length).fill(null);
  const end = bisector((one) => one.n).right(run.changes, n);
  for (let at = 0; at < end; at++) state[run.changes[at].document] = apply(state[run.changes[at].document], run.changes[at]);
  return state;
}

/** What event `n` did to documents, or what was done because of it: [name, before, after]. */
export function documentsOf(run, n) {
  return writesOf(run, n).flatMap((write) => (run.writes.get(write) ?? []).map((change) => {
    const before = documentsAt(run, write - 1)[change.document];
    return { n: write, name: run.documents[change.document][0], before, after: apply(before, change) };
  }));
}

function writesOf(run, n) {
  const event = run.events[n];
  if (run.writes.has(n)) return [n];
  if (event.kind === "decided" && event.shape !== "apply") return []; // what its delivery wrote was another attempt's
  if (event.kind === "stored") return run.writes.has(event.cause) ? [event.cause] : [];
  const root = ["decided", "response"].includes(event.kind) ? event.cause : n;
  return (run.effects.get(root) ?? []).filter((one) => one.kind === "write" && (root === n || one.n <= n)).map((one) => one.n);
}

/** What each service holds after event `n`, who is down or cut off, and what each consumer has not acknowledged. */
export function stateAt(run, n) {
  const documents = documentsAt(run, n), now = run.events[n]?.us ?? 0;
  const down = new Map(run.spans.filter(([, from, to]) => from <= now && (to === null || to > now)).map(([lane, , , what]) => [lane, what]));
  const open = new Map();
  for (const event of run.events.slice(0, n + 1)) {
    const { consumer, seq } = event.fields;
    if (event.kind === "delivered") open.set(`${consumer} ${seq}`, consumer);
    else if (["acked", "termed"].includes(event.kind)) open.delete(`${consumer} ${seq}`);
  }
  const waiting = new Map();
  for (const consumer of open.values()) waiting.set(consumer, (waiting.get(consumer) ?? 0) + 1);
  const latest = new Map(run.changes.filter((one) => one.n <= n).map((one) => [one.document, one.n]));
  const changed = new Set((run.writes.get(n) ?? []).map((one) => one.document)), before = documentsAt(run, n - 1);
  return run.lanes.map(([name, kind], lane) => ({
    name, kind, lane, down: down.get(lane) ?? "", waiting: waiting.get(name) ?? 0,
    documents: run.documents.map(([title, owner], at) => ({ title, owner, at, fields: documents[at], was: before[at], changed: changed.has(at), latest: latest.get(at) ?? -1 }))
      .filter((one) => one.owner === lane && one.fields !== null),
  })).filter((one) => one.kind === "service");
}

/** Where two runs part: the first event that is not the same, in each; null if there is none. */
export function firstDifference(one, other) {
  const shown = (event, run) => JSON.stringify([event.us, event.host, event.kind, event.says, event.fields, run.writes.get(event.n) ?? 0]);
  const least = Math.min(one.events.length, other.events.length);
  for (let n = 0; n < least; n++) {
    if (shown(one.events[n], one) !== shown(other.events[n], other)) return n;
  }
  return one.events.length === other.events.length ? null : least;
}
