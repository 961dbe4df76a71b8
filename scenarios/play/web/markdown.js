// As much of Markdown as the pages of the rungs have, into elements: text goes in as text.
import { made } from "./dom.js";
import { word } from "./glossary.js";

const INLINE = /`([^`]+)`|\*\*([^*]+)\*\*|\*([^*]+)\*|\[([^\]]+)\]\(([^)]*)\)/g;

/** Return the elements of a text.  A link to the glossary tells the word; others lead to files that are not here, so that what they say is emphasized. */
export function markdown(text) {
  const lines = text.split("\n"), out = [];
  while (lines.length) {
    const first = lines.shift();
    if (first.startsWith("```")) out.push(code(taken(lines, (line) => !line.startsWith("```"), true)));
    else if (first.startsWith("    ")) out.push(code([first, ...taken(lines, (line) => line.startsWith("    ") || line === "")].map((line) => line.slice(4))));
    else if (first.startsWith("#")) out.push(made("h2", {}, ...inline(first.replace(/^#+ */, ""))));
    else if (first.startsWith("- ")) out.push(list([first, ...taken(lines, (line) => /^(- |  )/.test(line))]));
    else if (first.trim()) out.push(made("p", {}, ...inline([first, ...taken(lines, (line) => line.trim() !== "" && !/^(- |```)/.test(line))].join(" "))));
  }
  return out;
}

function taken(lines, keeps, closes = false) {
  const end = lines.findIndex((line) => !keeps(line)), found = lines.splice(0, end < 0 ? lines.length : end);
  if (closes) lines.shift();
  return found;
}

const code = (lines) => made("pre", { tabindex: 0 }, lines.join("\n").trimEnd());

function list(lines) {
  const items = [];
  for (const line of lines) {
    if (line.startsWith("- ")) items.push(line.slice(2));
    else items[items.length - 1] += ` ${line.trim()}`;
  }
  return made("ul", { class: "points" }, ...items.map((item) => made("li", {}, ...inline(item))));
}

/** Return what a line holds. */
export function inline(text) {
  const out = [];
  let at = 0;
  for (const found of text.matchAll(INLINE)) {
    const [all, plain, strong, slanted, link, to] = found;
    out.push(text.slice(at, found.index));
    out.push(plain ? made("code", {}, plain) : strong ? made("b", {}, strong) : to?.includes("glossary.md") ? word(link) : made("em", {}, slanted ?? link));
    at = found.index + all.length;
  }
  return [...out, text.slice(at)].filter((part) => part !== "");
}
