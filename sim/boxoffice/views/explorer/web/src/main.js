// One bundle for three places: a page that carries its runs, a notebook's widgets, and any script.
import { Chooser } from "./chooser.js";
import { eventAt, momentAt, risen } from "./curve.js";
import { across, drawing, WEAK } from "./drawing.js";
import { compared } from "./fields.js";
import { comparedWith, comparison } from "./decision.js";
import { mermaid, shiviz, SHIVIZ } from "./export.js";
import { Explorer } from "./explorer.js";
import { builtOn, lit, past, versionsBefore } from "./past.js";
import { breaches, decode, documentsAt, documentsOf, firstDifference, stateAt } from "./run.js";
import { lasting, moment, moments, timeScale } from "./time.js";
import { SHAPES, STYLES } from "./shapes.js";
import { around, stepped } from "./steps.js";
import { schemeOf } from "./theme.js";
import { folder, keeper, noFilter, search } from "./filter.js";

export {
  across, around, breaches, builtOn, Chooser, compared, comparedWith, comparison, decode, documentsAt, documentsOf, drawing, eventAt, Explorer, firstDifference, folder, keeper, lasting,
  lit, mermaid, moment, momentAt, moments, noFilter, past, risen, schemeOf, search, SHAPES, shiviz, SHIVIZ, stateAt, stepped, STYLES, timeScale,
  versionsBefore, WEAK,
};

/** A widget, as anywidget wants it: `runs` is text, `compare` whether they are one story, `chosen` goes back to Python. */
export default {
  render({ model, el }) {
    el.classList.add("bx-widget");
    if (model.get("first")) return choosing(model, el);
    let explorer = null;
    const draw = () => {
      explorer?.destroy();
      explorer = new Explorer(el, JSON.parse(model.get("runs")), {
        compare: model.get("compare"),
        select: (run, n) => { model.set("chosen", { run, event: n }); model.save_changes(); },
      });
    };
    model.on("change:runs", draw);
    draw();
    return () => { model.off("change:runs", draw); explorer.destroy(); };
  },
};

/** The other widget: `first` is the first view; questions and answers are messages, told apart by their numbers. */
function choosing(model, el) {
  const waiting = new Map();
  let number = 0;
  const hear = ({ to, answer }) => { waiting.get(to)?.(answer); waiting.delete(to); };
  const ask = (request) => new Promise((done) => {
    const from = `${Math.random()} ${number += 1}`; // of all views of one widget
    waiting.set(from, done);
    model.send({ from, request });
  });
  model.on("msg:custom", hear);
  const chooser = new Chooser(el, ask, { first: JSON.parse(model.get("first")) });
  return () => { model.off("msg:custom", hear); chooser.destroy(); };
}

/** An address may end in #story, or in #story:1:205 for event 205 of its second run. */
function follow(explorer, raws) {
  const [story, at, n] = decodeURIComponent(location.hash.slice(1)).split(":");
  const stories = [...new Set(raws.map((raw) => raw.scenario))], found = stories.indexOf(story);
  if (found < 0) return;
  explorer.open(found, at === undefined ? null : Number(at));
  if (n !== undefined) explorer.choose(Number(at), Number(n));
}

const carried = globalThis.document?.getElementById("boxoffice-runs");
if (carried) {
  const raws = JSON.parse(carried.textContent), explorer = new Explorer(document.getElementById("explorer"), raws, { keys: document });
  addEventListener("hashchange", () => follow(explorer, raws));
  follow(explorer, raws);
  document.documentElement.dataset.ready = "true";
}
