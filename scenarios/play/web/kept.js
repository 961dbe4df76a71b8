// What somebody has written and passed, kept by their browser, of which other tabs may write the same.
//
// It is written on one condition only: that what is kept is still what was last seen here, as `If-Match` says it to the
// shop.  Who comes too late has lost nothing: they are told, and take what the other tab wrote, or keep their own.
import { button, made } from "./dom.js";

const SOUND = { // by what a value begins as: whether what was kept is of that kind
  string: (it) => typeof it === "string",
  number: (it) => Number.isSafeInteger(it) && it >= 0,
  list: (it) => Array.isArray(it) && it.every(SOUND.string),
  object: (it) => it?.constructor === Object && Object.values(it).every(SOUND.string),
};
const kindOf = (begin) => (begin === null ? "string" : Array.isArray(begin) ? "list" : typeof begin);

/** Read what text holds, as far as it is sound; `damaged` where something was not. */
function read(text, begin, sound) {
  let said = {}, damaged = false;
  try {
    said = JSON.parse(text) ?? {};
    damaged = text !== null && said.constructor !== Object;
  } catch {
    damaged = true;
  }
  const value = structuredClone(begin);
  for (const name of damaged ? [] : Object.keys(begin).filter((one) => Object.hasOwn(said, one))) {
    const isSound = (sound[name] ?? SOUND[kindOf(begin[name])])(said[name]) || (begin[name] === null && said[name] === null);
    if (isSound) value[name] = said[name];
    else damaged = true;
  }
  return { value, damaged, version: SOUND.number(said.version) ? said.version : 0 };
}

/** `changed(isTheirs)` is called where there is something to say of it, or where it has become what another tab wrote.
    Of `begin`, `place` says where its reader is: another tab may be elsewhere, and writes nothing by that.  `sound` tells by
    name what is sound, where that is more than its kind. */
export class Kept {
  #name; #begin; #changed; #place; #sound; #storage; #seen = null; #version = 0; #theirs = null; #says = "";

  constructor(name, begin, changed, { place = "", sound = {}, storage = "localStorage" } = {}) {
    this.value = structuredClone(begin);
    [this.#name, this.#begin, this.#changed, this.#place, this.#sound] = [name, begin, changed, place, sound];
    try {
      this.#storage = globalThis[storage];
    } catch { /* whoever forbids it has it as long as the page is there */ }
    this.#look();
    globalThis.addEventListener?.("storage", ({ key }) => key === name && this.#hear());
  }

  /** Write it, unless another tab has written since: that would be lost, and nobody would know. */
  keep() {
    this.#hear();
    if (this.#theirs === null) this.#write();
  }

  /** What was kept is of no use to the page for another reason: it is put aside, and `value` has another. */
  mend(more) {
    if (!this.#says) this.#putAside(this.#seen ?? JSON.stringify(this.value));
    Object.assign(this.value, more);
    this.keep();
  }

  /** A line about what happened to it, with what can be done; null if there is nothing to say. */
  notice() {
    if (this.#theirs === null) return this.#says ? made("p", { class: "notice", role: "status" }, this.#says) : null;
    return made("div", { class: "notice row", role: "status" },
      made("span", {}, `Another tab has written this too: version ${this.#theirs.version}, and here you see version ${this.#version}. Nothing is kept of what you write here until you say whose it is to be.`),
      button("Take theirs", () => this.#take(), { "data-key": "take", title: "in the place of yours, which is put aside in this browser" }),
      button("Keep mine", () => this.#insist(), { "data-key": "insist", title: "in the place of theirs, which is put aside in this browser" }));
  }

  #text() {
    try {
      return this.#storage?.getItem(this.#name) ?? null;
    } catch {
      return null;
    }
  }

  #look() {
    const text = this.#text(), { value, damaged, version } = read(text, this.#begin, this.#sound);
    Object.assign(this.value, value);
    [this.#seen, this.#version, this.#theirs] = [text, version, null];
    if (!damaged) return;
    this.#putAside(text);
    this.#write();
  }

  #hear() {
    const text = this.#text(), before = this.#theirs;
    if (text === null || text === this.#seen || text === before?.text) return;
    const theirs = read(text, this.#begin, this.#sound), written = ({ value }) => JSON.stringify({ ...value, [this.#place]: null });
    if (before === null && written(theirs) === written(read(this.#seen, this.#begin, this.#sound))) {
      [this.#seen, this.#version] = [text, theirs.version];
    } else {
      this.#theirs = { ...theirs, text };
      this.#changed(false);
    }
  }

  #take() {
    this.#putAside(JSON.stringify(this.value), "What you wrote here");
    this.#look();
    this.#changed(true);
  }

  #insist() {
    this.#putAside(this.#text(), "What the other tab wrote");
    [this.#seen, this.#version, this.#theirs] = [null, this.#theirs.version, null];
    this.#write();
    this.#changed(false);
  }

  #write() {
    const version = this.#version + 1, text = JSON.stringify({ version, ...this.value });
    if (this.#seen === JSON.stringify({ version: this.#version, ...this.value })) return; // as it was
    if (this.#put(this.#name, text)) [this.#seen, this.#version] = [text, version];
  }

  #put(name, text) {
    try {
      this.#storage?.setItem(name, text);
      return this.#storage !== undefined;
    } catch { // forbidden, or full
      return false;
    }
  }

  #putAside(text, what = "What was kept here could not be read, in whole or in part: the old text") {
    let place = 1;
    while (this.#storage?.getItem(`${this.#name}-aside-${place}`) != null) place += 1;
    if (this.#put(`${this.#name}-aside-${place}`, text)) this.#says = `${what} is still in this browser's storage, as ${this.#name}-aside-${place}.`;
  }
}
