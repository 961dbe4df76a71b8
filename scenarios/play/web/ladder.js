// The ladder's room: a rung's task, a file that grows, and what comes of it.
import { certificate, save } from "./certificate.js";
import { counting } from "./counting.js";
import { button, fill, made } from "./dom.js";
import { editor } from "./editor.js";
import { Kept } from "./kept.js";
import { markdown } from "./markdown.js";

/** The room; `page` is as in main.js. */
export function ladder(page) {
  const element = made("div", { class: "ladder" }), store = new Kept("boxoffice-ladder", { code: null, passed: [], rung: "1" }, changed, { place: "rung" }), now = store.value;
  let rungs = [], start = "", played = null, asked = null, told = null, hints = 0, field = null;

  /** Another tab has written, or what it wrote was taken. */
  function changed(isTheirs) {
    if (!rungs.length) return;
    if (!isTheirs) return void draw();
    now.code ??= start;
    field = null;
    climb(now.rung);
  }

  async function climb(name) {
    Object.assign(now, { rung: name });
    [told, hints] = [null, 0];
    store.keep();
    await page.doing("", async () => { asked = await page.tab.ask("rung", { name }); });
    draw();
  }

  /** Play it; with fewer seeds than the bar has, to see what falls at a first look. */
  async function check(seeds, stories) {
    told = null;
    played = counting(stories);
    draw();
    await page.doing(`rung ${now.rung} is being played`, async () => {
      page.hears = played.hear;
      told = await page.tab.ask("check", { name: now.rung, code: now.code, seeds }).finally(() => { page.hears = null; });
      const names = rungs.map((one) => one.name), through = names.slice(0, names.indexOf(told.at) + (told.holds ? 1 : 0));
      page.show(told.runs); // also none: what fell in an older shop is no picture of this one
      if (told.holds && !told.passed) return;
      now.passed = told.holds ? names.filter((name) => through.includes(name) || now.passed.includes(name)) : through.filter((name) => now.passed.includes(name));
      store.keep();
    });
    played = null;
    draw();
    element.querySelector(".result")?.scrollIntoView({ block: "nearest" });
  }

  const showSolution = () => page.doing("", async () => {
    told = { holds: false, says: (await page.tab.ask("solution", { name: now.rung })).code, solution: true };
    draw();
  });

  function steps() {
    return made("div", { class: "row", role: "group", "aria-label": "Rungs" }, ...rungs.map(({ name, title }) => button(`${now.passed.includes(name) ? "✓ " : ""}${name}`, () => climb(name), {
      title, "aria-label": `rung ${name}: ${title}${now.passed.includes(name) ? ", passed" : ""}`, "aria-pressed": String(name === now.rung), "data-key": `rung ${name}`,
    })));
  }

  function result() {
    if (!told) return null;
    const place = rungs.findIndex((one) => one.name === now.rung), next = rungs[place + 1];
    const on = told.passed && next ? button(`Go on: rung ${next.name}, ${next.title}`, () => climb(next.name), { class: "main", "data-key": "next" }) : null;
    const kind = told.solution ? "" : told.passed ? "holds" : told.holds ? "" : "violated";
    return made("div", { class: `result ${kind}` }, told.solution ? made("b", {}, "One way to do it:") : null, made("pre", { tabindex: 0 }, told.says), on);
  }

  function draw() {
    const { seeds, glance, stories, glances } = rungs.find((one) => one.name === now.rung), last = asked ? asked.hints.length : 0;
    // The field stays the same one, or its cursor and what can be undone in it would be gone.
    field ??= editor(now.code, (code) => { now.code = code; store.keep(); }, { "aria-label": "shop.py: your shop", "aria-describedby": "leave" });
    const parts = [
      store.notice(),
      steps(),
      made("details", { class: "task", open: true }, made("summary", {}, "The task"), ...(asked ? markdown(asked.task) : [])),
      made("label", {}, made("span", {}, "shop.py"), field),
      made("small", { id: "leave" }, "Tab indents; Escape, then Tab, leaves the field. What you write stays in this browser."),
      made("div", { class: "row" },
        button(`Check: ${seeds} stories`, () => check(undefined, stories), { class: "main", "data-key": "check" }),
        glance ? button(`First look: ${glance} stories`, () => check(glance, glances), { "data-key": "glance", title: "what falls often falls at once; nothing is passed by it" }) : null,
        button(hints < last ? `Hint ${hints + 1} of ${last}` : "No more hints", () => { hints += 1; draw(); }, { disabled: hints >= last, "data-key": "hint" }),
        button("One solution", showSolution, { "data-key": "solution" })),
      played?.element,
      now.passed.length ? made("div", { class: "row" }, made("small", {}, `${now.passed.length} of ${rungs.length} rungs passed`), button("Certificate", () => save("certificate.svg", certificate(rungs, now.passed)), { "data-key": "certificate", title: "an SVG of what holds, under how many seeds" })) : null,
      hints ? made("ol", { class: "log hints" }, ...asked.hints.slice(0, hints).map((hint) => made("li", {}, ...markdown(hint)))) : null,
      result(),
    ];
    fill(element, ...parts);
  }

  return {
    name: "Build one", shape: "half", element,
    enter: () => page.doing("", async () => {
      if (!rungs.length) {
        ({ rungs, start } = await page.tab.ask("ladder"));
        now.code ??= start;
        if (!rungs.some((one) => one.name === now.rung)) store.mend({ rung: rungs[0].name });
      }
      asked ??= await page.tab.ask("rung", { name: now.rung });
      page.show(told?.runs ?? []);
      draw();
    }),
  };
}
