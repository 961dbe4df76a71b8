// The panel "What happens next?": where the run is, what was picked, what can happen, and what may still come.
import { group } from "d3-array";
import { select } from "d3-selection";

const PASSES = { step: ["Next step", "let time pass to the next event"], message: ["Next message", "let time pass until a message is under way"], end: ["To the end", "let time pass to the end, where it is judged"] };
const SHORT = 14; // letters of an amount beside which others have room
const OPEN = new Set(["Under way", "About to happen"]); // groups that are seen at once

/** Draws into `node`; `on.ask(request)` asks for something, `on.repeat(name)` again and again until `on.stop()`. */
export function choices(node, on) {
  const root = select(node), opened = new Map(), chosen = new Map();
  root.append("h2").text("What happens next?");
  const said = root.append("p").attr("class", "bx-refused").attr("role", "alert").attr("hidden", "");
  const body = root.append("div"), live = root.append("p").attr("class", "bx-live").attr("aria-live", "polite");
  const busy = root.append("p").attr("class", "bx-hint bx-busy").attr("role", "status");
  let view = null, back = null;

  const button = (parent, text, key, press) => parent.append("button").attr("type", "button").attr("data-ask", key).text(text).on("click", press);

  function show(now, going) {
    const focus = document.activeElement?.closest?.("[data-ask]"), key = body.node().contains(focus) ? focus.dataset.ask : null;
    if (view && (now.token !== view.token || now.cursor.event !== view.cursor.event)) live.text(announced(now));
    view = now;
    said.attr("hidden", "");
    body.html(null);
    where();
    picks();
    if (now.over) ending();
    if (now.printed?.length) printed();
    questions(going);
    if (!now.over) options();
    invariants();
    share();
    if (key !== null) refocus(key);
  }

  function where() {
    const { cursor, over, healed } = view, now = body.append("p").attr("class", "bx-now");
    now.append("small").text(over ? "The end, at " : "So far, at ");
    now.append("b").text(cursor.time);
    now.append("span").text(over ? "" : ` ${cursor.host}: ${cursor.says}`);
    const ways = body.append("div").attr("class", "bx-ways");
    for (const until of view.passes) {
      const [text, title] = PASSES[until];
      button(ways, text, `pass:${until}`, () => on.ask({ do: "pass", until })).attr("title", title).classed("bx-main", until === (view.passes.includes("message") ? "message" : "step"));
    }
    button(ways, "Undo", "undo", () => on.ask({ do: "undo" })).attr("title", "take back what was done last").property("disabled", !view.can_undo);
    back = button(ways, "Back to the chosen event", "back", null).attr("hidden", "");
    if (!view.can_undo && !view.picks.length) body.append("p").attr("class", "bx-hint").text("The run stands still. Let time pass, or make something happen here: what was stays as it was, and what comes after changes.");
    if (healed && !over) body.append("p").attr("class", "bx-hint").text("From here on the world is mended: nothing breaks any more, and it comes to rest.");
  }

  function picks() {
    if (view.given?.length) {
      body.append("h3").text("Goes wrong from the beginning");
      const list = body.append("ul").attr("class", "bx-picks");
      for (const fault of view.given) list.append("li").append("code").text(fault);
    }
    if (!view.picks.length) return;
    body.append("h3").text("Picked");
    const list = body.append("ol").attr("class", "bx-picks");
    view.picks.forEach((pick, at) => {
      const item = list.append("li");
      item.append("span").text(pick.says);
      button(item, "take back", `drop:${at}`, () => on.ask({ do: "drop", pick: at })).attr("aria-label", `take back: ${pick.says}`);
      for (const fault of pick.faults) item.append("code").text(fault);
    });
  }

  function options() {
    if (!view.healed && !view.options.some((one) => one.group === "Under way")) body.append("p").attr("class", "bx-hint").text("No message is under way now.");
    for (const [name, all] of group(view.options, (one) => one.group)) {
      const part = body.append("details").attr("class", "bx-group").property("open", opened.get(name) ?? OPEN.has(name));
      part.on("toggle", () => opened.set(name, part.property("open")));
      const rows = group(all, (one) => one.about);
      part.append("summary").attr("data-ask", `group:${name}`).text(name).append("small").text(` ${rows.size}`);
      for (const [about, deeds] of rows) {
        const row = part.append("div").attr("class", "bx-row").attr("role", "group").attr("aria-label", about);
        row.append("span").attr("class", "bx-about").text(about);
        for (const one of deeds) deed(row, one);
      }
    }
  }

  function deed(row, one) {
    const both = row.append("span").attr("class", "bx-deed").classed("bx-long", one.amounts.some((it) => it.says.length > SHORT)), usual = chosen.get(one.deed);
    const press = button(both, one.deed, `pick:${one.id}`, () => on.ask({ do: "pick", option: one.id, amount: amount() }));
    if (!one.amounts.length) { press.attr("aria-label", one.says).attr("title", one.says); return; }
    const how = both.append("select").attr("data-ask", `amount:${one.id}`).attr("aria-label", `${one.says}: how`);
    how.selectAll("option").data(one.amounts).join("option").attr("value", (it) => it.value).text((it) => it.says);
    if (one.amounts.some((it) => it.value === usual)) how.property("value", usual);
    const tell = () => {
      const says = `${one.says}, ${one.amounts[how.property("selectedIndex")].says}`;
      press.attr("aria-label", says).attr("title", says);
    };
    how.on("change", () => { chosen.set(one.deed, amount()); tell(); });
    tell();
    function amount() { return one.amounts.length ? how.property("value") : undefined; }
  }

  function ending() {
    const { verdict, sign, fell, says } = view.verdict, line = body.append("p").attr("class", `bx-ending ${verdict}`);
    line.append("b").text(`${sign} ${fell.length ? `${fell.length === 1 ? "One has" : `${fell.length} have`} fallen: ${fell.join(", ")}` : verdict === "holds" ? "All holds" : verdict}`);
    if (says) body.append("p").attr("class", "bx-hint").text(`The story ended with ${says}`);
  }

  function printed() {
    const part = body.append("details").attr("class", "bx-group").property("open", opened.get("printed") ?? false);
    part.on("toggle", () => opened.set("printed", part.property("open")));
    part.append("summary").attr("data-ask", "group:printed").text("What the story has printed");
    part.append("pre").text(view.printed.join("\n"));
  }

  function questions(going) {
    const asks = view.over ? (view.verdict.fell.length ? [["likely", "When did it become likely?"]] : []) : [["search", "Can it still go wrong?"]];
    for (const [name, words] of asks) {
      const told = view[name], part = body.append("div").attr("class", "bx-question");
      if (going === name) button(part, "Stop", name, () => on.stop());
      else button(part, words, name, () => on.repeat(name)).property("disabled", Boolean(told?.over));
      if (!told) continue;
      if (going === name && !told.over) part.append("progress").attr("aria-label", words).attr("max", told.of ?? null).property("value", told.of ? told.played : null);
      for (const line of name === "search" ? searched(told) : curved(told)) part.append("p").attr("class", "bx-hint").text(line);
      if (told.found) button(part, "Go there", "take", () => on.ask({ do: "take" })).attr("aria-label", "go to the end of that future");
    }
  }

  function invariants() {
    const fallen = view.invariants.filter((one) => ["violated", "error"].includes(one.verdict));
    const part = body.append("details").attr("class", "bx-group").property("open", opened.get("invariants") ?? fallen.length > 0);
    part.on("toggle", () => opened.set("invariants", part.property("open")));
    part.append("summary").attr("data-ask", "group:invariants").text("Invariants").append("small").text(` ${fallen.length ? `${fallen.length} of ${view.invariants.length} fallen` : view.over ? "none fallen" : `none of ${view.invariants.length} fallen so far`}`);
    const list = part.append("ul").attr("class", "bx-held-all");
    for (const one of [...fallen, ...view.invariants.filter((it) => !fallen.includes(it))]) {
      const item = list.append("li").attr("class", one.verdict);
      item.append("b").text(`${one.sign} ${one.invariant}`);
      if (one.says) item.append("span").text(` ${one.says}`);
    }
  }

  function share() {
    const part = body.append("div").attr("class", "bx-share"), line = part.append("input").attr("type", "text").attr("readonly", "").attr("aria-label", "the token of this run").attr("data-ask", "token").property("value", view.token);
    const copy = button(part, "Copy token", "copy", async () => {
      line.node().select();
      try { await navigator.clipboard.writeText(view.token); } catch { document.execCommand("copy"); } // a page without leave for it
      copy.text("Copied");
    }).attr("title", "boxoffice replay TOKEN plays this run again");
  }

  /** What had the focus is gone: it goes to what has taken its place. */
  function refocus(key) {
    const keys = [key, key.replace(/^amount:/, "pick:"), "pass:message", "pass:step", "undo"];
    const next = keys.map((each) => body.node().querySelector(`[data-ask="${CSS.escape(each)}"]:not([disabled])`)).find((one) => one?.checkVisibility());
    next?.focus({ preventScroll: true });
  }

  return {
    show,
    wait: (is) => { busy.text(is ? "the run is being played …" : ""); root.attr("aria-busy", is ? "true" : null); },
    refuse: (error) => said.attr("hidden", null).text(error),
    /** An event was chosen in the run: one can go back to it. */
    chosen: (event) => {
      back?.attr("hidden", event < (view?.cursor.event ?? 0) ? null : "").on("click", () => on.ask({ do: "back", event }));
    },
  };
}

function announced({ over, verdict, cursor, options, picks }) {
  if (over) return `the end: ${verdict.fell.length ? `${verdict.fell.join(", ")} fell` : verdict.verdict}`;
  return `${picks.length ? `${picks.length} picked, ` : ""}${cursor.host}: ${cursor.says}; ${options.length} things can happen`;
}

function searched({ played, of, over, found, given_up: gone }) {
  if (found && !found.says.length) return [`Yes: ${found.fell.join(", ")} ${found.fell.length === 1 ? "falls" : "fall"}, and nothing more has to happen for it.`];
  if (found) return [`Yes: in future ${played} ${found.fell.join(", ")} ${found.fell.length === 1 ? "falls" : "fall"}.`, ...found.says];
  const besides = gone ? [`In ${gone} of them only the story's own last word did not hold: its people got other answers than it tells of.`] : [];
  return over ? [`${played} futures were played from here, and nothing falls in any.`, ...besides] : [`${played} of ${of} futures were played: nothing has fallen yet.`, ...besides];
}

const curved = ({ moments, over, invariant, says }) => over ? says : [`${invariant}: ${moments} moments, 4 futures of each …`];
