// The stories' room: a story, a defence that is taken away, faults as switches.
import { button, choice, fill, labelled, made, nextSeed, seeded, switches } from "./dom.js";

const BEGIN = { story: "late-cancel", bug: "" };

/** The room; `page` is as in main.js. */
export function stories(page) {
  const element = made("div", { class: "stories" }), asked = { ...BEGIN, seed: "0" }, faults = new Set();
  let runs = null;

  const story = () => page.names.scenarios.find((one) => one.name === asked.story);
  const twin = ({ name, defence }) => [name, `${name}: ${defence}`];
  const change = (more) => { Object.assign(asked, more); return play(); };

  async function play() {
    draw();
    await page.doing(`${asked.story} is being played`, async () => {
      ({ runs } = await page.tab.ask("play", { ...asked, faults: [...faults] }));
      page.show(runs, null, { unasked });
    });
    draw();
  }

  function draw() {
    const { twins, faults: known, scenarios } = page.names, own = new Set(story().twins);
    const defences = [["", "none: all are in place"], ["what this story shows", twins.filter((one) => own.has(one.name)).map(twin)],
      ["all others", twins.filter((one) => !own.has(one.name)).map(twin)]];
    const seed = seeded("Seed", asked.seed, (it) => change({ seed: it }), (text) => page.say(text, "bad"));
    fill(element,
      labelled("Story", choice(scenarios.map((one) => [one.name, one.name]), asked.story, (name) => change({ story: name, bug: "" }), { name: "story", "data-key": "story" })),
      made("p", {}, story().summary),
      labelled("A defence is taken away", choice(defences, asked.bug, (bug) => change({ bug }), { name: "bug", "data-key": "bug" })),
      made("div", { class: "row" }, seed, button("Another seed", () => change({ seed: nextSeed(asked.seed) }), { "data-key": "another" }),
        button("Stand still, and choose", () => page.go("Choose", { ...asked }), { "data-key": "choose", title: "what happens next is yours to say" })),
      verdict(),
      made("details", { open: faults.size > 0 }, made("summary", {}, `What goes wrong as well: ${faults.size || "nothing"}`),
        ...switches(known.map((one) => [one.name, one.summary]), faults, play)));
  }

  /** The same run, in the room where the search can be asked of it. */
  const unasked = () => ({
    says: ["Its futures can be played here, some from each moment:"],
    ways: [["When did it become likely?", () => page.go("Choose", { ...asked, faults: [...faults], own: true, asks: "likely" })]],
  });

  function verdict() {
    if (!runs) return null;
    const line = (run) => made("li", { class: run.verdict }, `${run.sign} ${run.bug ? `without ${run.bug}` : "all defences in place"}: ${told(run)}`);
    return made("ul", { class: "verdict" }, ...runs.map(line));
  }

  return { name: "Stories", element, enter: (wanted) => (wanted ? change(wanted) : runs ? (draw(), page.show(runs, null, { unasked })) : play()) };
}

function told(run) {
  const { faults } = run.counts, struck = faults ? `; ${faults === 1 ? "one fault" : `${faults} faults`} struck` : "";
  const fallen = run.judgements.filter((one) => one.verdict === "violated").map((one) => one.invariant);
  return (fallen.length ? `violated: ${fallen.join(", ")}` : run.verdict) + struck;
}
