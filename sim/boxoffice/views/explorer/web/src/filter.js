// Which events are shown, and which a search finds.
import { select } from "d3-selection";

const NONE = { host: "", thing: "", kind: "", quiet: false, unfolded: false };

export const noFilter = () => ({ ...NONE });

/** What an event has to be to be shown. */
export function keeper(run, { host, thing, kind, quiet, unfolded }) {
  const lane = host === "" ? -1 : run.lanes.findIndex(([name]) => name === host);
  const touched = new Set(host === "" ? [] : run.arrows.filter((way) => way.source === lane || way.target === lane).map((way) => way.n));
  return (event) => (quiet || !event.quiet || event.kind === kind) && (quiet || unfolded || !event.folded)
    && (host === "" || event.lane === lane || touched.has(event.n))
    && (thing === "" || event.refs.includes(thing))
    && (kind === "" || event.kind === kind || event.shape === kind);
}

/** What is not shown since it is one of many alike. */
export function folder(run, filter) {
  const keeps = keeper(run, filter), others = keeper(run, { ...filter, unfolded: true });
  return (event) => event.folded && !keeps(event) && others(event);
}

/** The numbers of the shown events that say all words of a query, in any case. */
export function search(visible, query) {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  if (!words.length) return [];
  return visible.filter((event) => {
    event.text ??= `${event.host} ${event.kind} ${event.shape} ${event.says} ${event.badge} ${JSON.stringify(event.fields)}`.toLowerCase();
    return words.every((word) => event.text.includes(word));
  }).map((event) => event.n);
}

const unique = (values) => [...new Set(values)];
const byNumber = new Intl.Collator("en", { numeric: true }).compare;

/** What there is to choose from in these runs. */
export function choices(runs) {
  const events = runs.flatMap((run) => run.events);
  const things = unique(events.flatMap((event) => event.refs)).sort(byNumber);
  const kinds = unique(events.map((event) => event.kind)).sort();
  const decisions = unique(events.filter((event) => event.kind === "decided").map((event) => event.shape)).sort();
  return {
    host: unique(runs.flatMap((run) => run.lanes.map(([name]) => name))),
    thing: things,
    kind: [...kinds, ...decisions],
  };
}

/** Fill a row of controls; `change()` is called after each change of `filter`. */
export function controls(parent, runs, filter, change) {
  const row = select(parent), offered = choices(runs);
  for (const [name, all] of [["host", "any host"], ["thing", `any ${runs[0]?.things || "thing"}`], ["kind", "any kind"]]) {
    const box = row.append("select").attr("aria-label", `show ${all}`).attr("data-filter", name);
    box.selectAll("option").data(["", ...offered[name]]).join("option").attr("value", (each) => each).text((each) => each || all);
    box.property("value", offered[name].includes(filter[name]) ? filter[name] : "");
    filter[name] = box.property("value");
    box.on("change", () => { filter[name] = box.property("value"); change(); });
  }
  const quiet = row.append("label").attr("title", "also deliveries, acknowledgements, outboxes emptied, plain log lines");
  quiet.append("input").attr("type", "checkbox").attr("data-filter", "quiet").property("checked", filter.quiet)
    .on("change", (event) => { filter.quiet = event.target.checked; change(); });
  quiet.append("span").text("everything");
}
