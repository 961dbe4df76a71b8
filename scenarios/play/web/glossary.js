// The field's words: a link to the glossary is a button that tells the sentence there, below it.
import { button, made } from "./dom.js";

/** Return word → {what, see, on}, of the tables of the glossary; a row may name several words. */
async function words() {
  const answer = await fetch("glossary.md");
  if (!answer.ok) throw new Error(`glossary.md: ${answer.status}`);
  const rows = (await answer.text()).split("\n").filter((line) => line.startsWith("| ")).map((line) => line.split("|").slice(1, -1).map((cell) => plain(cell)));
  return new Map(rows.flatMap(([names, what, see, on]) => [names, ...names.split(",")].map((name) => [name.trim().toLowerCase(), { names, what, see, on }])));
}

// With the page itself, which goes on without a network.
const read = words().catch((error) => error);

function plain(cell) {
  return cell.trim().replace(/\[([^\]]+)\]\([^)]*\)/g, "$1").replace(/[`*]/g, "");
}

/** A word that tells what it is when it is pressed, and is silent when it is pressed again. */
export function word(text) {
  const ask = button(text, tell, { class: "word", "aria-expanded": "false" });
  let said = null;
  async function tell() {
    if (said) return void close();
    const all = await read, found = all instanceof Error ? { what: all.message } : all.get(text.toLowerCase()) ?? { what: "this word is not in the glossary" };
    said = made("small", { class: "told", role: "note" }, made("b", {}, found.names ?? text), `: ${found.what}. `, found.see ? `See ${found.see}. ` : "", found.on ? `Read on: ${found.on}.` : "");
    ask.closest("p, li").after(said);
    ask.setAttribute("aria-expanded", "true");
  }
  function close() {
    said.remove();
    said = null;
    ask.setAttribute("aria-expanded", "false");
  }
  return ask;
}
