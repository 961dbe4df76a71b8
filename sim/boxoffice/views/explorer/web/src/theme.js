// Light or dark: as JupyterLab says, else as the system says, else light.
const COLOURS = ["paper", "card", "ink", "faint", "line", "apply", "duplicate", "gap", "bad", "call", "good", "shade", "glow", "back"];

/** JupyterLab writes its theme on the page's body, and other notebooks that follow it do too. */
export function schemeOf(said, dark) {
  if (said === "true" || said === "false") return said === "true" ? "light" : "dark";
  return dark ? "dark" : "light";
}

/** Keeps `root.dataset.theme` right and calls `changed()` after each change; returns how to stop. */
export function followTheme(root, changed) {
  const system = matchMedia("(prefers-color-scheme: dark)");
  const set = () => { root.dataset.theme = schemeOf(document.body.dataset.jpThemeLight, system.matches); };
  const hear = () => { const before = root.dataset.theme; set(); if (root.dataset.theme !== before) changed(); };
  const watch = new MutationObserver(hear);
  watch.observe(document.body, { attributes: true, attributeFilter: ["data-jp-theme-light"] });
  system.addEventListener("change", hear);
  set();
  return () => { watch.disconnect(); system.removeEventListener("change", hear); };
}

/** The colours of the style sheet, for a canvas. */
export function themeOf(node) {
  const style = getComputedStyle(node);
  return Object.fromEntries(COLOURS.map((name) => [name, style.getPropertyValue(`--bx-${name}`).trim()]));
}
