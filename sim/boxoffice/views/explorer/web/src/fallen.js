// What has fallen: in short above the diagrams, and in words beside them while no event is chosen.
import { select } from "d3-selection";
import { risen, told } from "./curve.js";
import { seeded } from "./run.js";
import { moment } from "./time.js";

const VERDICTS = [["violated", "violated"], ["error", "not judged: an error"], ["undecided", "undecided"], ["holds", "hold"], ["vacuous", "not tested"]];
const PROOFS = 6, WORDS = 2; // ways to proofs of one violation; violations of one invariant that are put in words

const fallen = (run) => run.judgements.filter((one) => ["violated", "error"].includes(one.verdict));

/** A run in one line, and of each invariant that fell its name, with a way to the proofs of its first violation. */
export function judged(parent, run, go) {
  const list = parent.append("ul"), first = list.append("li").attr("class", "bx-run");
  first.append("span").text(run.defence);
  first.append("small").text(`${seeded(run)}${run.passed}`);
  for (const [verdict, words] of VERDICTS) {
    const alike = run.judgements.filter((one) => one.verdict === verdict), names = alike.map((one) => one.invariant).join(", ");
    if (alike.length) first.append("span").attr("class", verdict).attr("title", names).text(` ${alike[0].sign} ${alike.length} ${words}`);
  }
  for (const one of fallen(run)) {
    const item = list.append("li"), [found] = one.violations;
    item.append("b").attr("class", "violated").attr("title", found?.message ?? null).text(`${one.sign} ${one.invariant} `);
    if (found) proofs(item, run, one, found, go);
  }
}

/** What fell in a run, in words. */
export function showFallen(root, run, go) {
  for (const one of fallen(run)) {
    root.append("h4").attr("class", "violated").text(`${one.sign} ${one.invariant}`);
    for (const found of one.violations.slice(0, WORDS)) {
      const said = root.append("p").attr("class", "bx-fallen");
      said.append("span").text(`${found.message} `);
      proofs(said, run, one, found, go);
    }
    if (one.violations.length > WORDS) root.append("p").attr("class", "bx-hint").text(`… and ${one.violations.length - WORDS} more`);
  }
}

function proofs(parent, run, one, found, go) {
  const ways = parent.append("span").attr("class", "bx-proofs");
  found.events.slice(0, PROOFS).map((n) => run.events[n]).filter(Boolean).forEach((event, at) => {
    const words = `proof ${at + 1}, ${moment(event.us)}: ${event.says}`;
    way(ways, `▸${at + 1}`, words, () => go(event.n)).attr("data-proof", event.n).attr("aria-label", words);
  });
  if (run.why?.rises && one.invariant === run.why.invariant && found === one.violations[0]) {
    way(ways, `▸ likely from ${moment(run.why.after.us)}`, told(run.why, run.why.after), () => go(risen(run)[0])).attr("data-rise", "");
  }
}

const way = (parent, text, title, press) => select(parent.node()).append("button").attr("type", "button").attr("title", title).text(text).on("click", press);
