// Elements out of plain data.  All text goes in as text, never as markup.

/** Return an element: what begins with "on" listens, what is true or false is there or not. */
export function made(tag, props = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name in element && typeof value === "boolean") element[name] = value;
    else if (value !== undefined) element.setAttribute(name, value);
  }
  element.append(...children.filter((one) => one !== null && one !== undefined));
  return element;
}

export const button = (text, press, props = {}) => made("button", { type: "button", onclick: press, ...props }, text);

/** A field with its label. */
export const labelled = (text, field) => made("label", {}, made("span", {}, text), field);

/** A choice among [value, text], or [group, [[value, text], …]]. */
export function choice(options, value, change, props = {}) {
  const option = ([name, text]) => made("option", { value: name, selected: name === value }, text);
  const grouped = ([name, more]) => (Array.isArray(more) ? made("optgroup", { label: name }, ...more.map(option)) : option([name, more]));
  const select = made("select", props, ...options.map(grouped));
  select.addEventListener("change", () => change(select.value));
  return select;
}

const LARGEST = 2n ** 63n - 1n; // seed, as on the command line

export const isSeed = (said) => typeof said === "string" && /^\d{1,19}$/.test(said) && BigInt(said) <= LARGEST;

/** A field for a seed, which is kept as text: numbers of a script are exact up to 2^53 alone.  `refuse(text)` is told of what is none, and "" of what is one. */
export function seeded(label, seed, change, refuse) {
  const field = made("input", { name: "seed", inputmode: "numeric", maxlength: 40, value: seed, "data-key": "seed" });
  field.addEventListener("change", () => {
    const said = field.value.trim();
    if (isSeed(said)) {
      refuse("");
      return void change(String(BigInt(said)));
    }
    field.value = seed;
    refuse(`“${said}” is no seed, which is a whole number from 0 to ${LARGEST}; it is ${seed} as before`);
  });
  return labelled(label, field);
}

/** The seed after one; after the largest, the first. */
export const nextSeed = (seed) => String((BigInt(seed) + 1n) % (LARGEST + 1n));

/** Switches, of which any may be on: [[value, text], …]. */
export function switches(options, on, change) {
  return options.map(([value, text]) => {
    const box = made("input", { type: "checkbox", value, checked: on.has(value), "data-key": `switch ${value}` });
    box.addEventListener("change", () => { on[box.checked ? "add" : "delete"](value); change(); });
    return made("label", { class: "switch" }, box, made("span", {}, text));
  });
}

/** Put these in the place of all that an element holds; the focus stays on what is called the same, or near. */
export function fill(element, ...children) {
  const active = document.activeElement, held = element.contains(active) ? active.dataset.key : undefined;
  element.replaceChildren(...children.filter((one) => one !== null && one !== undefined));
  if (element.contains(active)) active.focus({ preventScroll: true }); // it was put back itself
  else if (held) (element.querySelector(`[data-key="${CSS.escape(held)}"]:not(:disabled)`) ?? element.closest("[tabindex]"))?.focus();
}
