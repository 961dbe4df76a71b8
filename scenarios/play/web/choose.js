// The room in which a story stands still, and its reader chooses what happens next.
import { Chooser } from "./bundle.js";
import { choice, fill, labelled, made, seeded } from "./dom.js";
import { Kept } from "./kept.js";

/** The room; `page` is as in main.js. */
export function choose(page) {
  // A reload leaves what was picked: the run's own token begins it again.
  const held = new Kept("boxoffice-choose", { token: "" }, () => {}, { storage: "sessionStorage" }); // of this tab alone
  const element = made("div", { class: "row wide" }), asked = { story: "late-cancel", bug: "no-holder-check", seed: "0", token: held.value.token };
  let chooser = null, life = -1, own = {};

  const ask = async (request) => {
    if (life !== page.tab.life && request.do !== "begin") {
      await page.tab.ask("choose", { request: begin() });
      delete request.seen; // of a Python that is gone
    }
    life = page.tab.life;
    const reply = await page.tab.ask("choose", { request }).catch((error) => {
      if (request.token) keep(""); // it begins nothing, after another reload either
      throw error;
    });
    keep(reply.token);
    if (request.token) { // of which the bar tells what it is a token of
      Object.assign(asked, { story: reply.story, bug: reply.bug ?? "", seed: String(reply.seed) });
      draw();
    }
    return reply;
  };
  const keep = (token) => {
    held.value.token = token;
    held.keep();
  };
  const begin = () => (asked.token ? { do: "begin", token: asked.token } : { do: "begin", ...asked, bug: asked.bug || undefined, ...own });
  const change = (more) => {
    Object.assign(asked, { token: "" }, more);
    own = {};
    draw();
    chooser.ask(begin());
  };

  /** The defences that a story shows by falling without them. */
  const showing = (story) => new Set(page.names.scenarios.find((one) => one.name === story).twins);

  function draw() {
    const { scenarios, twins } = page.names, own = showing(asked.story);
    const twin = ({ name, defence }) => [name, `${name}: ${defence}`];
    const defences = [["", "none: all are in place"], ["what this story shows", twins.filter((one) => own.has(one.name)).map(twin)],
      ["all others", twins.filter((one) => !own.has(one.name)).map(twin)]];
    fill(element,
      labelled("Story", choice(scenarios.map(({ name, summary }) => [name, `${name}: ${summary}`]), asked.story, (story) => change({ story, bug: showing(story).has(asked.bug) ? asked.bug : "" }), { name: "story", "data-key": "story" })),
      labelled("A defence is taken away", choice(defences, asked.bug, (bug) => change({ bug }), { name: "bug", "data-key": "bug" })),
      seeded("Seed", asked.seed, (seed) => change({ seed }), (text) => page.say(text, "bad")),
      labelled("or a token", made("input", { name: "token", value: asked.token, placeholder: "bx1-…", spellcheck: "false", "data-key": "token", onchange: (event) => paste(event.target.value.trim()) })));
  }

  /** Begin what a token says; who takes a token away leaves the run as it is. */
  function paste(token) {
    if (token) change({ token });
    else { asked.token = ""; page.say(""); }
  }

  return {
    name: "Choose", shape: "wide", element,
    /** `wanted` is a story; with `own` it is played with all that strikes in it, and with `asks` to its end, where that is asked. */
    enter: (wanted) => {
      const { own: isOwn, faults, asks, ...more } = wanted ?? {};
      if (wanted) {
        Object.assign(asked, { token: "" }, more);
        own = isOwn ? { own: true, faults } : {};
      }
      draw();
      const first = chooser && !wanted ? { do: "look" } : begin();
      chooser = page.fill((place) => new Chooser(place, ask, { begin: first, alone: true, asks }));
    },
  };
}
