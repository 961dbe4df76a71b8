// The shop's room: who one is, what is for sale, one's orders, the clock, and what is broken.
import { done, listed, order, selling, tab, ticket } from "./cards.js";
import { button, choice, fill, isSeed, labelled, made, seeded, switches } from "./dom.js";
import { Kept } from "./kept.js";
import { PEOPLE, Shop, areDeeds } from "./shop.js";
import { simulated } from "./api.js";

const LATER = [[10, "10 s"], [60, "1 min"], [15 * 60, "15 min"]];
const CLOCK = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", second: "2-digit", timeZone: "UTC" });

/** The room; `page` is as in main.js. */
export function store(page) {
  const shop = new Shop(simulated(page.tab)), element = made("div", { class: "store" });
  const held = new Kept("boxoffice-shop", { who: "Sue", deeds: [], gone: [], bug: "", faults: [], seed: "0" }, () => {}, {
    sound: { who: (it) => PEOPLE.includes(it), deeds: areDeeds, gone: areDeeds, seed: isSeed }, storage: "sessionStorage", // of this tab alone: two tabs are two shops
  });
  const faults = new Set(held.value.faults);
  const offer = { title: "Front row", price: "45.00" };
  let { who } = held.value, verdict = null, begun = false;

  /** Do something with the shop, then show what has happened; it is told in a line if that fails. */
  async function act(what, work, judged = false) {
    await page.doing(what, async () => {
      const runs = (await work()) ?? (await shop.api.seen()).runs;
      verdict = judged ? runs[0] : null;
      page.show(runs, judged ? null : shop.event, { unasked });
    });
    keep();
    draw();
  }
  function keep() {
    const { deeds, gone, conditions: { bug, seed } } = shop;
    Object.assign(held.value, { who, deeds, gone, bug, seed, faults: [...faults] });
    held.keep();
  }
  function deed(does, more) {
    const one = { does, who, ...more };
    return act(`${who}: ${does}`, async () => { await shop.do(one); });
  }
  const conditions = (bug) => {
    shop.conditions = { ...shop.conditions, bug, faults: [...faults] };
    return act("another shop opens", () => shop.reopen());
  };

  const twinOf = (bug) => page.names.twins.find((one) => one.name === bug);
  /** The story that shows it where a defence is gone, if one does. */
  const storyOf = (bug) => page.names.scenarios.find((one) => (twinOf(bug)?.story ? one.name === twinOf(bug).story : one.twins.includes(bug)));

  /** A run by hand has no token, and no search plays its futures: what can be done instead. */
  function unasked() {
    const { bug } = shop.conditions, story = storyOf(bug);
    const says = ["This shop was played by hand: no token plays it again, and no search its futures. Undo takes the last deed back, and “Is all well?” says whether it still falls: the deed without which all holds is where it was decided."];
    if (!story) return { says, ways: [] };
    return {
      says: [...says, `Or ask a story that shows the same, ${story.name}: ${story.summary}`],
      ways: [[`When does it become likely in ${story.name}?`, () => page.go("Choose", { story: story.name, bug, seed: "0", own: true, faults: [], asks: "likely" })]],
    };
  }

  /** With which deeds a defence shows that it is gone: most hold where nothing goes wrong. */
  function shows() {
    const twin = twinOf(shop.conditions.bug), story = storyOf(twin?.name);
    if (!twin) return null;
    const { summary } = page.names.invariants.find((one) => one.name === twin.invariant) ?? {};
    const when = twin.shows ? `Shows when ${twin.shows}.` : story ? `Shows in this: ${story.summary}` : `Shows when this is put to the test: ${summary ?? twin.invariant}.`;
    return made("div", { class: "shows row" }, made("small", {}, when),
      story ? button(`See it in ${story.name}`, () => page.go("Stories", { story: story.name, bug: twin.name }), { "data-key": "shows" }) : made("small", {}, "No story shows it by itself."));
  }

  function people() {
    const radio = (name) => made("label", { class: "chip" }, made("input", {
      type: "radio", name: "who", value: name, checked: name === who, "data-key": `who ${name}`,
      onchange: () => { who = name; keep(); draw(); },
    }), name);
    return made("fieldset", { class: "row" }, made("legend", {}, "You are"), ...PEOPLE.map(radio));
  }

  function both(one, place) {
    const other = who === "Ana" ? "Ben" : "Ana";
    return button("Both at once", () => deed("both", { other, ticket: place }), {
      "data-key": `both ${place}`, title: `${who} and ${other}, in one instant`, "aria-label": `Both at once: ${who} and ${other} order ${one.title}`,
    });
  }
  const forSale = (one, place) => ticket(one, place, { deed, mine: who === "Sue", more: [both(one, place)] });

  function broken() {
    const twins = page.names.twins, open = shop.conditions.bug || faults.size > 0;
    const known = new Set(page.names.scenarios.flatMap((one) => one.twins));
    const option = ({ name, defence }) => [name, `${name}: ${defence}`];
    const groups = [["", "none: all are in place"], ["what a story shows", twins.filter((one) => known.has(one.name)).map(option)],
      ["all others", twins.filter((one) => !known.has(one.name)).map(option)]];
    return made("details", { class: "broken", open },
      made("summary", {}, "What is broken"),
      labelled("A defence is taken away", choice(groups, shop.conditions.bug, conditions, { name: "bug", "data-key": "bug" })),
      shows(),
      made("fieldset", {}, made("legend", {}, "What goes wrong"),
        ...switches(page.names.conditions.map((one) => [one.fault, one.says]), faults, () => conditions(shop.conditions.bug))),
      seeded("Seed of all chance", shop.conditions.seed, (seed) => { shop.conditions.seed = seed; return conditions(shop.conditions.bug); }, (text) => page.say(text, "bad")),
      made("small", {}, "Each switch opens another shop, in which all that you have done is done once more."));
  }

  function ended() {
    if (!verdict) return null;
    const fallen = verdict.judgements.filter((one) => one.violations.length || one.verdict === "error");
    const tested = verdict.judgements.filter((one) => one.verdict === "holds").length;
    const says = fallen.length
      ? fallen.map((one) => made("li", {}, made("b", {}, `${one.sign} ${one.invariant} `), one.violations[0]?.message ?? one.verdict))
      : [made("li", {}, `${verdict.sign} nothing that was put to the test has fallen: ${tested === 1 ? "one invariant holds" : `${tested} invariants hold`}`)];
    const moment = made("li", {}, made("small", {}, `So it would be at ${CLOCK.format(shop.restsAt)}, once all had come to rest; for you it is as late as before.`));
    return made("ul", { class: `verdict ${verdict.verdict}`, tabindex: -1 }, ...says, moment);
  }

  function draw() {
    const clock = shop.now === null ? "–" : CLOCK.format(shop.now);
    fill(element,
      held.notice(),
      shop.log.length ? null : made("p", { class: "none" }, "A ticket shop of five services. List a ticket as Sue, order it as Ana or Ben, let time pass, and break something: what happens is drawn beside it."),
      people(),
      made("div", { class: "row clock" }, made("span", {}, "It is ", made("time", {}, clock)),
        ...LATER.map(([seconds, text]) => button(`+${text}`, () => deed("wait", { seconds }), { "data-key": `wait ${seconds}`, "aria-label": `+${text}: let time pass` }))),
      made("h2", {}, "For sale"),
      listed([...shop.tickets.values()], forSale, "Nothing yet: Sue sells tickets."),
      who === "Sue" && shop.tabs.length ? made("ul", { class: "cards" }, ...shop.tabs.map((one, place) => tab(one, place, deed))) : null,
      selling(offer, deed),
      made("h2", {}, `${who}'s orders`),
      listed(shop.orders.get(who), (one, place) => order(one, place, { deed, now: shop.now }), "None."),
      made("h2", {}, "What was done"),
      done(shop.log),
      made("div", { class: "row" },
        button(shop.isNew ? "Undo: bring all back" : "Undo", () => act("the last deed is taken back", () => shop.undo()), { disabled: !shop.deeds.length && !shop.isNew, "data-key": "undo" }),
        button("Begin again", () => act("the shop opens", () => shop.beginAgain()), { "data-key": "again" }),
        button("Is all well?", () => act("all comes to rest, and is judged", () => shop.judge(), true), { class: "main", "data-key": "judge", disabled: !shop.log.length || shop.judged })),
      ended(),
      broken());
  }

  /** A reload leaves what was done, which is done once more; another version of the page may not know all of it. */
  function reopenAsKept() {
    const { bug, seed, deeds, gone } = held.value, { twins, conditions: known } = page.names;
    const isKnown = (!bug || twins.some((one) => one.name === bug)) && [...faults].every((it) => known.some((one) => one.fault === it));
    if (!isKnown) {
      faults.clear();
      held.mend({ bug: "", faults: [] });
    }
    Object.assign(shop, { deeds, gone, conditions: { bug: isKnown ? bug : "", seed, faults: [...faults] } });
    return shop.reopen();
  }

  return {
    name: "The shop", element,
    enter: () => {
      draw();
      if (!begun) { begun = true; return act("the shop opens", () => reopenAsKept()); }
      if (shop.isGone && !verdict) return act("all that was done is done once more", () => shop.reopen());
      return act("", async () => (verdict ? [verdict] : null), Boolean(verdict));
    },
  };
}
