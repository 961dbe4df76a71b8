// The page: rooms at the left, what has happened at the right, and one line that says what goes on.
import { Explorer } from "./bundle.js";
import { choose } from "./choose.js";
import { button, made } from "./dom.js";
import { ladder } from "./ladder.js";
import { mutants } from "./mutants.js";
import { Stopped, Tab } from "./tab.js";
import { store } from "./store.js";
import { stories } from "./stories.js";

const [bar, room, stage, status, stop] = ["rooms", "room", "stage", "status", "stop"].map((id) => document.getElementById(id));
/** What can be done about a run of the tab without a curve, where its room knows nothing better. */
const NOBODY = { says: ["This run has no token by which it could be played again: its code is yours. What falls is drawn as small as it can be; go through it event by event."], ways: [] };
let unasked = null, shown = null, story = null, last = Promise.resolve();

const say = (text, kind = "") => { status.textContent = text; status.className = kind; };

const tab = new Tab(({ progress, busy, ready, broken }) => {
  if (progress) say(`${progress} …`);
  if (progress) page.hears?.(progress);
  if (ready) {
    document.documentElement.dataset.loaded = JSON.stringify(ready);
    if (page.names) say("A fresh Python is there.");
  }
  if (broken) say(broken, "bad");
  if (busy !== undefined) {
    stop.hidden = !busy || !page.names; // nothing is played before all is loaded
    room.setAttribute("aria-busy", String(busy));
  }
});
stop.addEventListener("click", () => tab.stop());

/** What a room is given: the Python to ask, what it knows by name, and how to show what was done. */
const page = {
  tab,
  names: null,
  say,
  hears: null, // what is told how far Python has come

  /** Do some work once what was asked for before is done, and say so; an error is one line. */
  doing(what, work) {
    const begin = async () => {
      if (what) say(`${what} …`);
      try {
        await work();
        say("");
      } catch (error) {
        say(error instanceof Stopped ? "Stopped; a fresh Python is being loaded." : error.message, "bad");
      }
    };
    last = last.then(begin);
    return last;
  },

  /** Show runs in the explorer; `event` is the number of the one that is chosen at first. */
  show(runs, event = null, options = {}) {
    if (!runs.length) return this.fill((element) => nothing(element));
    unasked = options.unasked ?? (() => NOBODY);
    const [only, ...more] = runs, goesOn = !more.length && only.scenario === story;
    if (goesOn) shown.become(only); // with the filter that its reader has set
    else this.fill((element) => new Explorer(element, runs, { far: document, unasked: (run) => unasked(run), ...options }));
    story = more.length ? null : only.scenario;
    if (event !== null) shown.choose(0, event);
    return shown;
  },

  /** Go to another room, and have it begin with what is asked for; the focus was on what is gone. */
  go(name, asked) {
    const begun = enter(rooms.find((one) => one.name === name), asked);
    room.focus({ preventScroll: true });
    return begun;
  },

  /** Put something that draws itself, and can be destroyed, in the place of what is shown. */
  fill(make) {
    shown?.destroy();
    story = null;
    const element = made("div", { class: "shown" });
    stage.replaceChildren(element);
    shown = make(element);
    return shown;
  },
};

function nothing(element) {
  element.append(made("p", { class: "none" }, "What falls is drawn here."));
  return { destroy() {} };
}

const rooms = [store(page), stories(page), choose(page), ladder(page), mutants(page)];
const wayTo = ({ name }) => `#${name.toLowerCase().replaceAll(" ", "-")}`;
const asAddressed = () => rooms.find((one) => wayTo(one) === location.hash) ?? rooms[0];

/** Enter a room; its address is one to go back to, and to keep. */
function enter(chosen, asked = null) {
  if (asAddressed() !== chosen) history.pushState(null, "", wayTo(chosen));
  document.title = `${chosen.name} · Boxoffice`;
  for (const one of bar.children) {
    const is = one.textContent === chosen.name;
    one.setAttribute("aria-selected", String(is));
    one.tabIndex = is ? 0 : -1;
  }
  room.setAttribute("aria-label", chosen.name);
  room.replaceChildren(chosen.element);
  room.parentElement.className = chosen.shape ?? "";
  return chosen.enter(asked);
}

bar.append(...rooms.map((one) => button(one.name, () => enter(one), { role: "tab" })));
bar.addEventListener("keydown", ({ key }) => {
  const way = { ArrowRight: 1, ArrowLeft: -1 }[key], all = [...bar.children];
  if (!way) return;
  const next = all[(all.indexOf(document.activeElement) + way + all.length) % all.length];
  next.focus();
  next.click();
});

await page.doing("", async () => { page.names = await tab.ask("names"); });
if (page.names) await enter(asAddressed());
addEventListener("popstate", () => page.names && enter(asAddressed()));
document.documentElement.dataset.ready = "true";
navigator.serviceWorker?.register("offline.js").then(
  () => navigator.serviceWorker.ready,
).then(() => { document.documentElement.dataset.kept = "true"; }, () => {}); // a page that has to be served all the time does as well
