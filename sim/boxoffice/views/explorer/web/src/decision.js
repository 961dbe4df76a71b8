// What a consumer compared when it decided on a message, and what the rule says to that.
import { asked } from "./past.js";
import { documentsAt } from "./run.js";

const RULE = { apply: "One more than that: apply.", duplicate: "The same or less: a duplicate.", gap: "More than one more: a gap." };
const YET = { apply: "Yet it was applied.", duplicate: "Yet it was passed over.", gap: "Yet it was given back." };

/** The last version that a consumer had applied: [document, version]; null where that was not what decided. */
export function comparedWith(run, n) {
  const { kind, fields } = run.events[n];
  if (kind !== "decided" || typeof fields.version !== "number") return null;
  const [at] = asked(run, run.events[n]);
  if (at === undefined) return null;
  const document = documentsAt(run, readUntil(run, n, at))[at], [name, , thing] = run.documents[at];
  if (thing === fields.subject) return [name, document?.version ?? -1];
  const [applied, forgotten] = run.cursors ?? [];
  if (!document?.[applied]) return null;
  const known = document[applied][fields.subject];
  return known === undefined && document[forgotten] ? null : [name, known ?? -1]; // its number decided
}

/** The last event that a decision on document `at` could know of: what it stored itself came after the comparison. */
function readUntil(run, n, at) {
  const { shape, cause } = run.events[n];
  if (shape !== "apply") return n;
  const own = run.events[cause]?.done?.findLast((write) => write < n && run.writes.get(write).some((one) => one.document === at));
  return own === undefined ? n : own - 1;
}

/** The comparison in words, {says, follows}: whether the decision `follows` the rule of versions; or null. */
export function comparison(run, n) {
  const { shape, fields: { version, subject } } = run.events[n], compared = comparedWith(run, n);
  if (!compared || !YET[shape]) return null;
  const [name, known] = compared, follows = ruled(known, version) === shape, had = known < 0 ? "none" : `v${known}`;
  const says = `v${version} of ${subject} was announced; ${name} had applied ${had}. ${RULE[ruled(known, version)]}`;
  return { says: follows ? says : `${says} ${YET[shape]}`, follows };
}

function ruled(known, announced) {
  if (announced <= known) return "duplicate";
  return announced === known + 1 ? "apply" : "gap";
}
