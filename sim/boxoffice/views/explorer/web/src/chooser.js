// Choose what happens next: a panel of what can, beside the run up to now.  It knows nothing but `ask`.
import { select } from "d3-selection";
import { choices } from "./choices.js";
import { Explorer } from "./explorer.js";
import { followTheme } from "./theme.js";

const SLOW = 300; // milliseconds after which an answer is waited for in words

/** `ask(request)` returns a promise of an answer, as `boxoffice.choosing.protocol` describes both; `begin` is the first
    request, and `first` the answer to it where that is there already; `alone` is said of a page that has no keys of its own, and
    `asks` has it go to the end at once, and ask that. */
export class Chooser {
  #ask; #view = null; #panel; #root; #place; #explorer = null; #ends; #busy = false; #going = ""; #ended = false; #story = ""; #asked = false; #far;

  constructor(element, ask, { begin = { do: "look" }, first = null, alone = false, asks = "" } = {}) {
    this.#far = alone ? document : null;
    this.#ask = ask;
    const root = select(element).append("div").attr("class", "bx bx-chooser");
    this.#root = root.node();
    const both = root.append("div").attr("class", "bx-both");
    this.#panel = choices(both.append("section").attr("class", "bx-choose").attr("aria-label", "What happens next?").node(), {
      ask: (request) => this.ask(request), repeat: (name) => this.#repeat(name), stop: () => { this.#going = ""; },
    });
    this.#place = both.append("div").attr("class", "bx-told").node();
    // JupyterLab listens before its page does; this is how it is told to keep its shortcuts to itself.
    this.#root.dataset.lmSuppressShortcuts = "true";
    this.#ends = [followTheme(this.#root, () => {}), alone ? () => {} : this.#deaf()];
    if (first) this.#show(first);
    else this.#begin(begin, asks);
  }

  /** Ask for something, and show what is answered.  One question at a time: others meanwhile are not heard. */
  async ask(request) {
    if (this.#busy) return null;
    this.#busy = true;
    const slow = setTimeout(() => this.#panel.wait(true), SLOW);
    let answer;
    try {
      answer = await this.#ask({ ...request, seen: this.#view?.version });
    } catch (wrong) {
      answer = { error: String(wrong?.message ?? wrong) };
    }
    clearTimeout(slow);
    this.#busy = false;
    if (this.#ended) return null;
    this.#panel.wait(false);
    if (answer.error) this.#panel.refuse(answer.error);
    else this.#show(answer);
    if (answer.stale) this.#panel.refuse(answer.stale);
    return answer;
  }

  /** Begin; with `asks`, go to the end and have that asked there. */
  async #begin(begin, asks) {
    const answer = await this.ask(begin);
    if (!asks || !answer || answer.error) return;
    const end = await this.ask({ do: "pass", until: "end" });
    if (end?.verdict?.fell.length) await this.#repeat(asks);
  }

  destroy() {
    this.#ended = true;
    this.#going = "";
    for (const end of this.#ends) end();
    this.#explorer?.destroy();
    this.#root.remove();
  }

  /** Ask the same again and again until it is over, or somebody stops it. */
  async #repeat(name) {
    this.#going = name;
    while (this.#going === name) {
      const answer = await this.ask({ do: name });
      if (!answer || answer.error || answer.stale || answer[name].over) this.#going = "";
    }
    if (!this.#ended && this.#view) this.#panel.show(this.#view, "");
  }

  #show(view) {
    const before = this.#view;
    this.#view = view;
    this.#panel.show(view, this.#going);
    const why = JSON.stringify(view.run.why ?? null), same = before?.token === view.token && before.cursor.event === view.cursor.event;
    if (same && why === JSON.stringify(before.run.why ?? null)) return; // the futures alone are told anew
    this.#draw(view);
  }

  #draw(view) {
    const held = this.#place.contains(document.activeElement), asked = Boolean(view.run.why), story = `${view.story} ${view.bug} ${view.seed}`;
    if (this.#explorer && this.#story === story) {
      this.#explorer.become(view.run, asked !== this.#asked ? (asked ? "why" : "state") : undefined);
    } else {
      this.#explorer?.destroy();
      this.#explorer = new Explorer(this.#place, [view.run], { far: this.#far ?? this.#root, select: (run, event) => this.#panel.chosen(event) });
      this.#explorer.become(view.run, asked ? "why" : "state");
    }
    this.#story = story;
    this.#asked = asked;
    this.#explorer.choose(0, fallenAt(view) ?? view.cursor.event);
    if (held) this.#place.querySelector(".bx-scroll")?.focus({ preventScroll: true });
  }

  /** No plain key leaves the panel: in a notebook, d d deletes a cell. */
  #deaf() {
    const hear = (key) => { if (!(key.ctrlKey || key.metaKey || key.altKey)) key.stopPropagation(); };
    this.#root.addEventListener("keydown", hear);
    return () => this.#root.removeEventListener("keydown", hear);
  }
}

/** The number in the trace of the event that proves the first violation, once all is told. */
function fallenAt({ over, run }) {
  const proof = over ? run.judgements.flatMap((one) => one.violations).find((one) => one.events.length) : null;
  return proof ? run.numbers[Math.max(...proof.events)] : null;
}
