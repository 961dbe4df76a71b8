// A document's fields by their paths: what is nested is opened, so that the one that matters can be seen.

const isOpened = (value) => typeof value === "object" && value !== null && Object.values(value).length > 0
  && !(Array.isArray(value) && value.every((one) => typeof one !== "object" || one === null));

/** Return path → value; a list of plain values is one value. */
export function byPath(value, path = "", found = new Map()) {
  if (!isOpened(value)) return path ? found.set(path, value) : found;
  for (const [key, one] of Object.entries(value)) {
    byPath(one, Array.isArray(value) ? `${path}[${key}]` : path ? `${path}.${key}` : key, found);
  }
  return found;
}

/** What two documents hold, as {path, old, now, changed}, in order; `keeps(name)` says which fields are told. */
export function compared(before, after, keeps = () => true) {
  const [old, now] = [before, after].map((one) => byPath(one ?? {})), all = [...new Set([...old.keys(), ...now.keys()])];
  // What was empty and is filled, or the other way round, is told by what it is filled with.
  const isFilled = (path) => old.has(path) !== now.has(path) && all.some((one) => one.startsWith(`${path}.`) || one.startsWith(`${path}[`));
  return all.filter((path) => keeps(path.match(/^[^.[]*/)[0]) && !isFilled(path))
    .map((path) => ({ path, old: old.get(path), now: now.get(path), changed: worded(old.get(path)) !== worded(now.get(path)) }));
}

export const worded = (value) => value === undefined || value === null ? "–" : typeof value === "string" ? value : JSON.stringify(value);

/** Put a path into an element; it may break where a field begins. */
export function putPath(element, path) {
  path.split(".").forEach((part, at) => {
    if (at) element.append("wbr");
    element.append("span").text(at ? `.${part}` : part);
  });
}

/** Put a value into an element: what it was, and has become, or what it is. */
export function putValue(element, { old, now, changed }, isOld = true) {
  if (!changed || !isOld) return void element.append("span").text(worded(changed || now !== undefined ? now : old));
  element.append("del").text(worded(old));
  element.append("span").text(" → ");
  element.append("ins").text(worded(now));
}
