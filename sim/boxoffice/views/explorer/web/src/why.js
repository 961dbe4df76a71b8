// The curve as words and bars, each a way to its event; and where none was drawn, how one is.
import { select } from "d3-selection";
import { eventAt, risen, sharing, told } from "./curve.js";
import { sentence } from "./run.js";
import { moment } from "./time.js";

/** Whether there is anything to ask of a run: a curve, or something that fell. */
export const asksWhy = (run) => Boolean(run && (run.why || ["violated", "error"].includes(run.verdict)));

/** What can be done in a terminal, where nobody has asked yet; another page has other ways. */
const TERMINAL = { says: ["`boxoffice why TOKEN --html FILE` plays them and draws the curve; `boxoffice explore` prints the token of each run that it finds."], ways: [] };

/** Show when it became likely; `go(n)` is called when an event is chosen, and `chosen` is.  `unasked` is what can be done
    about a run without a curve: lines that it `says`, in which code stands in backquotes, and `ways`, each a text and what
    is called when it is pressed. */
export function showWhy(node, run, chosen, go, unasked = null) {
  const root = select(node).html(null), { why } = run;
  root.append("h4").text(why ? `When it became likely that ${why.invariant} falls` : "When did it become likely?");
  if (!why) {
    const { says, ways } = unasked ?? TERMINAL;
    root.append("p").attr("class", "bx-hint").text("Nobody has asked yet: no future of this run was played.");
    for (const line of says) spelled(root.append("p").attr("class", "bx-hint"), line);
    for (const [text, press] of ways) root.append("p").append("button").attr("type", "button").text(text).on("click", press);
    return;
  }
  for (const said of why.remarks) root.append("p").attr("class", "bx-hint").text(said);
  root.append("h5").text("In how many futures of each moment");
  const list = root.append("ol").attr("class", "bx-curve"), rise = risen(run);
  for (const one of why.moments) bar(list, run, one, chosen, rise, go);
  if (!why.rises) return;
  root.append("h5").text("What happened at the rise");
  const events = root.append("ol").attr("class", "bx-chain");
  for (const n of rise.slice(0, 12)) {
    events.append("li").append("button").attr("type", "button").attr("aria-current", n === chosen ? "true" : null).text(sentence(run.events[n])).on("click", () => go(n));
  }
  if (rise.length > 12) root.append("p").attr("class", "bx-hint").text(`and ${rise.length - 12} more`);
}

const spelled = (line, text) => text.split("`").forEach((part, at) => line.append(at % 2 ? "code" : "span").text(part));

function bar(list, run, one, chosen, rise, go) {
  const { why } = run, marked = why.rises && (one === why.before || one === why.after);
  const button = list.append("li").append("button").attr("type", "button").attr("class", marked ? "rise" : null)
    .attr("data-moment", one.us).attr("aria-label", told(why, one)).on("click", () => go(eventAt(run, one)));
  if (one === why.after && rise.includes(chosen)) button.attr("aria-current", "true");
  button.append("span").text(moment(one.us));
  button.append("span").attr("class", "bx-bar").append("span").style("width", `${100 * one.share}%`);
  button.append("span").text(`${sharing(one)}${marked ? " ◀" : ""}`);
}
