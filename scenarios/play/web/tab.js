// The Python of the tab, as a page asks it: one question after the other, in a worker of its own.

export class Stopped extends Error {}

export class Tab {
  #worker; #waiting = new Map(); #number = 0; #hear;

  /** `hear` is told {progress}, {ready: milliseconds by step}, {broken} and {busy}. */
  constructor(hear) {
    this.#hear = hear;
    this.life = 0; // which worker it is: another one has forgotten what the last had open
    this.#start();
  }

  /** Ask; the answer is whatever Python has said.  Throws: Error, with one line; Stopped. */
  async ask(what, more = {}) {
    if (this.#worker === null) this.#again();
    const number = ++this.#number;
    this.#hear({ busy: true });
    try {
      const answer = await new Promise((done, failed) => {
        this.#waiting.set(number, { done, failed });
        this.#worker.postMessage({ number, asked: JSON.stringify({ ask: what, ...more }) });
      });
      const said = JSON.parse(answer);
      if (said.error !== undefined) throw new Error(said.error);
      return said;
    } finally {
      this.#waiting.delete(number);
      this.#hear({ busy: this.#waiting.size > 0 });
    }
  }

  /** End whatever is being played, and begin with a fresh Python: nothing else can interrupt one. */
  stop() {
    this.#worker?.terminate();
    this.#fail(new Stopped("stopped"));
    this.#again();
  }

  #again() {
    this.life += 1;
    this.#start();
  }

  #fail(error) {
    for (const { failed } of this.#waiting.values()) failed(error);
  }

  #start() {
    this.#worker = new Worker("worker.js", { type: "module" });
    this.#worker.onmessage = ({ data }) => {
      if (data.number === undefined) this.#hear(data);
      else this.#waiting.get(data.number)?.done(data.answer);
    };
    this.#worker.onerror = (event) => { // the next question tries anew
      const broken = event.message ?? "no fresh Python could be loaded: nobody serves the page any more";
      this.#worker = null;
      this.#fail(new Error(broken));
      this.#hear({ broken });
    };
  }
}
