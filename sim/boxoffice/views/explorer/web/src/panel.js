// The right side: one event with its past and its documents, and every service at that moment.
import { select } from "d3-selection";
import { comparison } from "./decision.js";
import { showFallen } from "./fallen.js";
import { byPath, compared, putPath, putValue, worded } from "./fields.js";
import { past, versionsBefore } from "./past.js";
import { documentsOf, numberOf, sentence, stateAt } from "./run.js";
import { moment, moments } from "./time.js";

const UNTOLD = new Set(["traceparent", "password_hash"]); // of no use at a glance
const isEmpty = (value) => value === null || value === undefined || (Array.isArray(value) && !value.length);
const MOST = 12; // documents that something was built on
const AT_ONCE = 4; // documents of one service; those changed last come first
const VERSIONS = 12; // earlier versions of one document

/** Show event `n` of a run; `go(n)` is called when another is chosen. */
export function showEvent(node, run, n, go) {
  const root = select(node).html(null), event = run.events[n];
  if (!event) {
    root.append("p").attr("class", "bx-hint").text("Click an event, or go through them with ↑ and ↓: its causes light up, and what it changed stands here. v goes to what breaks.");
    showFallen(root, run, go);
    return;
  }
  root.append("h4").text(event.says);
  root.append("p").attr("class", "bx-where").text(`${moment(event.us, true)} · ${event.host} · ${event.kind}${event.badge ? ` · ${event.badge}` : ""}${event.number === null ? " · in no trace" : ` · #${event.number}`}`);
  decided(root, run, n);
  for (const one of documentsOf(run, n)) beforeAndAfter(root, one);
  root.append("h5").text("How it came about");
  const chain = root.append("ol").attr("class", "bx-chain");
  steps(chain, run, past(run, n).reverse(), n, go);
  builtOn(root, run, n, go);
  const after = effectsOf(run, n).slice(0, 12);
  if (after.length) root.append("h5").text("What came of it");
  const effects = after.length ? root.append("ol").attr("class", "bx-chain") : null;
  if (effects) steps(effects, run, after.map((one) => one.n), n, go);
  root.append("h5").text("What is known of it");
  const list = root.append("dl");
  for (const [path, value] of byPath(event.fields)) {
    putPath(list.append("dt"), path);
    list.append("dd").append("pre").text(worded(value));
  }
}

/** A delivery is told as what was decided on it. */
function effectsOf(run, n) {
  return (run.effects.get(n) ?? []).filter((one) => !["acked", "naked"].includes(one.kind)).flatMap((one) => {
    const decided = one.kind === "delivered" ? (run.effects.get(one.n) ?? []).filter((each) => each.kind === "decided") : [];
    return decided.length ? decided : [one];
  });
}

function decided(root, run, n) {
  const compared = comparison(run, n);
  if (compared) root.append("p").attr("class", `bx-decided ${compared.follows ? run.events[n].shape : "bad"}`).text(compared.says);
}

function builtOn(root, run, n, go) {
  const all = versionsBefore(run, n);
  if (!all.length) return;
  root.append("h5").text("What it was built on");
  const list = root.append("ul").attr("class", "bx-basis");
  for (const { name, writes } of all.slice(0, MOST)) {
    const item = list.append("li"), left = writes.length - VERSIONS;
    item.append("span").text(`${name}${left > 0 ? ` … ${left} earlier,` : ""} `);
    for (const at of writes.slice(-VERSIONS)) {
      const { badge, us, says } = run.events[at];
      item.append("button").attr("type", "button").attr("data-basis", at).attr("title", `${moment(us)} ${says}`).text(badge || moment(us)).on("click", () => go(at));
    }
  }
  if (all.length > MOST) root.append("p").attr("class", "bx-hint").text(`and ${all.length - MOST} more documents`);
}

function steps(list, run, all, current, go) {
  const times = moments(all.map((at) => run.events[at].us));
  all.forEach((at, nth) => step(list, run, at, current, go, times[nth]));
}

function step(list, run, at, current, go, when) {
  const one = run.events[at];
  list.append("li").append("button").attr("type", "button").attr("aria-current", at === current ? "true" : null)
    .text(sentence(one, when)).on("click", () => go(at));
}

/** What has changed comes first: of a document of thirty fields it is one or two. */
function beforeAndAfter(root, { name, before, after }) {
  const table = root.append("table").attr("class", "bx-document"), both = before !== null && after !== null;
  table.append("caption").text(both ? name : `${name}, ${after === null ? (before === null ? "none" : "gone") : "new"}`);
  const head = table.append("thead").append("tr");
  for (const title of ["field", both ? "before → after" : before === null ? "after" : "before"]) head.append("th").attr("scope", "col").text(title);
  const body = table.append("tbody"), rows = compared(before, after).filter(({ path, changed }) => changed || !UNTOLD.has(path));
  for (const one of both ? rows.toSorted((a, b) => b.changed - a.changed) : rows) {
    const row = body.append("tr").attr("class", one.changed ? "changed" : null), title = row.append("th").attr("scope", "row");
    if (one.changed && both) title.append("span").text("● ");
    putPath(title, one.path);
    putValue(row.append("td"), one, both);
  }
  if (!rows.length) body.append("tr").append("td").attr("colspan", 2).text("no document before, none after");
}

/** Show what every service holds after event `n`. */
export function showState(node, run, n) {
  const root = select(node).html(null);
  const event = run.events[n];
  root.append("p").attr("class", event?.proof ? "bx-here bad" : "bx-here").text(event ? `${event.proof ? "✗ proof · " : ""}${event.host}: ${event.says} ${event.badge}` : "nothing happened");
  root.append("p").attr("class", "bx-where").text(`${moment(event?.us ?? 0, true)} · after event #${numberOf(run, n)}`);
  for (const service of stateAt(run, n)) {
    const part = root.append("section").attr("class", service.down ? "bx-service down" : "bx-service");
    const told = [service.down ? `✗ ${service.down}` : "up", service.waiting ? `${service.waiting} not acknowledged` : ""].filter(Boolean).join(" · ");
    part.append("h4").text(service.name).append("small").text(` ${told}`);
    const documents = service.documents.sort((a, b) => b.latest - a.latest), rest = documents.splice(AT_ONCE);
    for (const one of documents) held(part, run, one);
    if (!documents.length) part.append("p").attr("class", "bx-hint").text("no document");
    if (rest.length) more(part, run, rest);
  }
}

function held(parent, run, { title, changed, was, fields }) {
  const line = parent.append("p").attr("class", changed ? "bx-held changed" : "bx-held"), name = title.slice(title.indexOf(".") + 1);
  line.append("b").text(changed ? `● ${name}` : name);
  const all = compared(changed ? was : fields, fields, (key) => !UNTOLD.has(key) && !run.cursors?.includes(key));
  all.filter((one) => !isEmpty(one.now) || (one.changed && !isEmpty(one.old))).forEach((one, at) => {
    const part = line.append("span").attr("class", one.changed ? "bx-new" : null).text(`${at ? ", " : " "}${one.path} `);
    putValue(part, one, was !== null);
  });
}

/** Written out only when it is opened: a crowd has a hundred of them. */
function more(parent, run, rest) {
  const box = parent.append("details").attr("class", "bx-more");
  box.append("summary").text(`${rest.length} more, changed before`);
  box.on("toggle", () => { for (const one of rest.splice(0)) held(box, run, one); });
}

/** Show what a search has found. */
export function showFound(node, run, numbers, query, go) {
  const root = select(node).html(null);
  root.append("p").attr("class", "bx-where").text(`${numbers.length.toLocaleString("en")} events say “${query}”${numbers.length > 200 ? "; the first 200" : ""}`);
  const list = root.append("ol").attr("class", "bx-chain");
  steps(list, run, numbers.slice(0, 200), -1, go);
}
