// The mutants' room: a story or facts that tell broken twins from the shop as it is.
import { button, fill, made } from "./dom.js";
import { editor } from "./editor.js";
import { Kept } from "./kept.js";
import { inline, markdown } from "./markdown.js";

/** The room; `page` is as in main.js. */
export function mutants(page) {
  const element = made("div", { class: "ladder" }), store = new Kept("boxoffice-mutants", { at: 0, code: {}, passed: [] }, changed, { place: "at" }), now = store.value;
  let challenges = [], told = null, field = null, called = null;
  const here = () => challenges[now.at];

  /** Another tab has written, or what it wrote was taken. */
  function changed(isTheirs) {
    if (!challenges.length) return;
    if (isTheirs) turnTo(now.at);
    else draw();
  }

  function turnTo(at) {
    now.at = at;
    [told, field, called] = [null, null, null];
    store.keep();
    page.show([]);
    draw();
  }

  async function grade() {
    const { name } = here();
    told = null;
    draw();
    await page.doing(`${name} is being graded`, async () => {
      told = await page.tab.ask("grade", { name, code: now.code[name] ?? here().start });
      if (told.passed && !now.passed.includes(name)) now.passed.push(name);
      store.keep();
      page.show(told.runs, null, { compare: true });
    });
    draw();
    element.querySelector(".result")?.scrollIntoView({ block: "nearest" });
  }

  const showSolution = () => page.doing("", async () => {
    told = { says: (await page.tab.ask("killer", { name: here().name })).code, solution: true };
    draw();
  });

  function names() {
    return made("div", { class: "row", role: "group", "aria-label": "Challenges" }, ...challenges.map(({ name, tier }, at) => button(`${now.passed.includes(name) ? "✓ " : ""}${name}`, () => turnTo(at), {
      title: tier, "aria-pressed": String(at === now.at), "data-key": `challenge ${name}`,
    })));
  }

  function result() {
    if (!told) return null;
    const kind = told.solution ? "" : told.passed ? "holds" : "violated";
    return made("div", { class: `result ${kind}` }, told.solution ? made("b", {}, "One way to do it:") : null, made("pre", { class: "folds", tabindex: 0 }, told.says));
  }

  /** What can be called in a file for this challenge, by whose it is. */
  function methods() {
    const { verbs = [] } = here(), of = (name) => verbs.filter((one) => one.of === name).map(({ call, says }) => made("li", {}, made("code", {}, `${name.toLowerCase()}.${call}`), " ", ...inline(says)));
    if (!verbs.length) return null;
    called ??= made("details", { class: "task" }, made("summary", {}, "What can be called"), ...[...new Set(verbs.map((one) => one.of))].map((name) => made("ul", { class: "points" }, ...of(name))));
    return called;
  }

  function draw() {
    const { name, task, start } = here();
    field ??= editor(now.code[name] ?? start, (code) => { now.code[name] = code; store.keep(); }, { "aria-label": `mine.py, for ${name}`, "aria-describedby": "leave" });
    fill(element,
      store.notice(),
      names(),
      made("details", { class: "task", open: true }, made("summary", {}, "The task"), ...markdown(task)),
      methods(),
      made("label", {}, made("span", {}, "mine.py"), field),
      made("small", { id: "leave" }, "Tab indents; Escape, then Tab, leaves the field. What you write stays in this browser."),
      made("div", { class: "row" },
        button("Grade it", grade, { class: "main", "data-key": "grade" }),
        button("One solution", showSolution, { "data-key": "solution" })),
      result());
  }

  return {
    name: "Kill mutants", shape: "half", element,
    enter: () => page.doing("", async () => {
      if (!challenges.length) ({ challenges } = await page.tab.ask("challenges"));
      if (!here()) store.mend({ at: 0 });
      page.show(told?.runs ?? [], null, { compare: true });
      draw();
    }),
  };
}
