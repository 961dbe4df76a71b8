// A field for code: Tab indents, Enter keeps the indent, and Escape lets Tab leave the field again.
import { made } from "./dom.js";

const INDENT = "    ";

export function editor(value, change, props = {}) {
  const field = made("textarea", { spellcheck: "false", autocapitalize: "off", autocomplete: "off", wrap: "off", rows: 18, class: "code", ...props });
  field.value = value;
  let leaves = false;

  /** Put text in the place of what is selected, so that the browser can undo it. */
  function put(text, from = field.selectionStart) {
    field.setSelectionRange(from, field.selectionEnd);
    document.execCommand("insertText", false, text);
  }

  function lineBefore() {
    const before = field.value.slice(0, field.selectionStart);
    return before.slice(before.lastIndexOf("\n") + 1);
  }

  field.addEventListener("input", () => change(field.value));
  field.addEventListener("blur", () => { leaves = false; });
  field.addEventListener("keydown", (event) => {
    if (event.key === "Escape") leaves = true;
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.key === "Tab" && !leaves) {
      event.preventDefault();
      indent(event.shiftKey);
    } else if (event.key === "Enter") {
      event.preventDefault();
      const line = lineBefore();
      put(`\n${line.match(/^ */)[0]}${line.trimEnd().endsWith(":") ? INDENT : ""}`);
    } else if (event.key === "Backspace" && field.selectionStart === field.selectionEnd && /^( {4})+$/.test(lineBefore())) {
      event.preventDefault();
      put("", field.selectionStart - INDENT.length);
    }
  });

  /** Indent, or with `back` the other way, the lines that are selected; without any, at the cursor. */
  function indent(back) {
    const { selectionStart: from, selectionEnd: to, value: text } = field;
    if (from === to && !back) return put(INDENT);
    const begin = text.lastIndexOf("\n", from - 1) + 1, lines = text.slice(begin, to).split("\n");
    const moved = lines.map((line) => (back ? line.replace(/^ {1,4}/, "") : line && INDENT + line)).join("\n");
    field.setSelectionRange(begin, to);
    document.execCommand("insertText", false, moved);
    if (from !== to) field.setSelectionRange(begin, begin + moved.length);
  }

  return field;
}
