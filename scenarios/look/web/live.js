// What the services of a shop on this machine tell each other, drawn as it happens; and the switch for what goes wrong.
import { Explorer } from "./bundle.js";
import { button, fill, made, switches } from "./dom.js";

const RETRY_MS = 2_000;
const REST = 3; // times as long as a drawing took nothing is drawn
const UNASKED = { says: ["This is a shop that runs: nobody plays it again, and nobody judges it while it runs. boxoffice audit does, of its stream and its stores."], ways: [] };

export class Live {
  #token; #stage; #follow; #say; #news; #switch = made("div", { class: "part faults" }); #letters = made("div", { class: "part letters" }); #explorer = null;
  #seen = 0; #drawn = 0; #still = false; #drawing = false; #faults = ""; #read = "";

  /** `stage` is where it is drawn, `follow` the button that has it stand still, `news()` is called whenever something has happened. */
  constructor(token, { stage, follow, say, news }) {
    [this.#token, this.#stage, this.#follow, this.#say, this.#news] = [token, stage, follow, say, news];
    follow.addEventListener("click", () => this.#stand(!this.#still));
  }

  /** The letters and the switch, which are where the page wants them. */
  get elements() {
    return [this.#letters, this.#switch];
  }

  /** Hear for ever; returns where the token is none. */
  async listen() {
    for (;;) {
      try {
        const answer = await this.#ask("news");
        if (answer.status === 401 || answer.status === 403) return void this.#say("This address is of a shop that has closed: its new one is where “boxoffice up” was started.", "bad");
        this.#stage.hidden = this.#follow.hidden = false;
        for await (const news of said(answer.body)) this.#hear(news);
      } catch { /* the shop is away */ }
      await passed(RETRY_MS);
    }
  }

  #hear({ seen, faults, letters }) {
    this.#seen = seen;
    this.#offer(faults);
    this.#post(letters);
    this.#news();
    this.#draw();
  }

  async #ask(what, body) {
    const headers = { Authorization: `Bearer ${this.#token}` };
    return fetch(`live/${what}`, body === undefined ? { headers } : { method: "POST", headers, body: JSON.stringify(body) });
  }

  // --- the drawing ------------------------------------------------------------------------------

  /** Draw what there is; what comes meanwhile is drawn after it, all at once. */
  async #draw() {
    this.#tell();
    if (this.#drawing || this.#still || this.#drawn === this.#seen) return;
    this.#drawing = true;
    const upTo = this.#seen, begun = performance.now();
    try {
      const answer = await this.#ask("run");
      if (answer.ok) this.#show(await answer.json());
      this.#drawn = upTo;
    } catch { /* the news will say when it is back */ }
    // In a crowd most of the time is the shop's own: it draws in the same process.
    await passed((performance.now() - begun) * REST);
    this.#drawing = false;
    this.#draw();
  }

  #show(run) {
    if (this.#still || !run.events.us.length) return;
    if (this.#explorer) this.#explorer.become(run);
    else {
      const element = made("div", { class: "shown" });
      fill(this.#stage, element);
      this.#explorer = new Explorer(element, [run], { unasked: () => UNASKED, select: () => this.#stand(true) });
    }
    const scroll = this.#stage.querySelector(".bx-scroll");
    scroll.scrollTop = scroll.scrollHeight;
  }

  /** Whoever has chosen an event reads: nothing moves until they go on. */
  #stand(still) {
    this.#still = still;
    this.#draw();
  }

  #tell() {
    const more = this.#seen - this.#drawn;
    this.#follow.textContent = this.#still ? `Go on${more ? `: ${more} new` : ""}` : "Stand still";
    this.#follow.setAttribute("aria-pressed", String(this.#still));
  }

  // --- the switch -------------------------------------------------------------------------------

  #offer(faults) {
    const as = JSON.stringify(faults);
    if (as === this.#faults) return;
    this.#faults = as;
    const on = new Set(faults.filter((one) => one.on).map((one) => one.fault));
    const options = faults.map(({ fault, says, on: is, struck }) => [fault, is ? `${says}: ${struck} so far` : says]);
    if (faults.length) fill(this.#switch, made("h2", {}, "What goes wrong"), made("fieldset", {}, made("legend", {}, "between the services and their broker"), ...switches(options, on, () => this.#turn([...on]))));
  }

  /** Letters, in which a link to this shop is one. */
  #post(letters) {
    const as = JSON.stringify(letters);
    if (as === this.#read) return;
    this.#read = as;
    const linked = (text) => text.split(/(https?:\/\/\S+)/).map((one) => (one.startsWith(`${location.origin}/`) ? made("a", { href: one }, "this link") : one));
    if (letters.length) fill(this.#letters, made("h2", {}, "Letters"), made("ul", { class: "cards" }, ...letters.map(({ to, text }) => made("li", { class: "letter" }, made("b", {}, `To ${to}`), made("p", {}, ...linked(text))))));
  }

  async #turn(on) {
    const answer = await this.#ask("faults", on);
    if (answer.ok) this.#offer(await answer.json());
    else this.#say((await answer.json()).errors[0].message, "bad");
  }
}

const passed = (ms) => new Promise((done) => { setTimeout(done, ms); });

/** What an answer that goes on says, piece by piece. */
async function* said(body) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    const pieces = (text + value).split("\n\n");
    text = pieces.pop();
    for (const piece of pieces) yield JSON.parse(piece.replace("data: ", ""));
  }
}
