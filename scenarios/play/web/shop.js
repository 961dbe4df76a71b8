// What people do in a shop of a world, over HTTP alone, and what each of them has seen of it.
import { DEEDS } from "./deeds.js";

export const PEOPLE = ["Sue", "Ana", "Ben"];
const PASSWORD = "correct horse"; // everybody's, in a world where nobody steals
const SESSION_S = 25 * 60; // sign in again before the session's half hour is over
const LOOK_S = 1; // how long people take before they look what has come of it
const TRIES = 6; // to sign in, where answers get lost

export class Shop {
  /** `api` is as in api.js. */
  constructor(api) {
    this.api = api;
    this.conditions = { bug: "", faults: [], seed: "0" };
    this.deeds = [];
    this.gone = []; // the deeds before it was begun again
    this.#forget();
  }

  /** Open it anew under its conditions, and do all that was done in it once more. */
  async reopen() {
    const before = this.deeds, life = this.api.life;
    this.#forget();
    Object.assign(this, { deeds: [], judged: false });
    try {
      this.#at(await this.api.open(this.conditions));
      for (const deed of before) await this.#play(deed);
      this.#life = life;
    } catch (error) {
      this.deeds = before;
      throw error;
    }
  }

  /** Whether the Python that had it open is gone, and the shop with it. */
  get isGone() {
    return this.#life !== this.api.life;
  }

  /** Do something: { does, who, … }; in a shop that is gone or was judged, after all that was done before. */
  async do(deed) {
    if (this.isGone || this.judged) await this.reopen();
    await this.#play(deed);
  }

  /** Whether the last thing that was done is that it was begun again. */
  get isNew() {
    return !this.deeds.length && this.gone.length > 0;
  }

  /** Take back the last deed: a shop in which it never happened; or bring back all that was done before it was begun again. */
  async undo() {
    [this.deeds, this.gone] = this.isNew ? [this.gone, []] : [this.deeds.slice(0, -1), this.gone];
    await this.reopen();
  }

  async beginAgain() {
    [this.gone, this.deeds] = [this.deeds.length ? this.deeds : this.gone, []];
    await this.reopen();
  }

  async judge() {
    const { runs, now } = await this.api.judge();
    // The shop has played on until all was at rest; who goes on does so from where they are.
    Object.assign(this, { judged: true, restsAt: Date.parse(now) });
    return runs;
  }

  #life = -1;
  #signed;

  #forget() {
    this.#life = -1; // of no worker: it has to be opened
    this.event = null; // with which the last deed came to an end
    this.#signed = new Map();
    this.tickets = new Map(); // by id, as last seen: title, price, and whether it is for sale
    this.tabs = []; // in which somebody has opened a ticket: what they show, and the ETag of that version
    this.orders = new Map(PEOPLE.map((who) => [who, []]));
    this.log = [];
    this.now = null;
    this.seconds = 0;
  }

  #at({ seconds, now }) {
    this.seconds = seconds;
    this.now = Date.parse(now);
  }

  async #play(deed) {
    this.event = null;
    const said = await DEEDS[deed.does](this, deed);
    const { event } = this;
    this.deeds.push(deed);
    this.log.push(said);
    if (deed.does !== "wait") this.#at(await this.api.passes(LOOK_S));
    await this.#look(deed.who);
    this.event = event;
  }

  async send(...requests) {
    const { answers, ...clock } = await this.api.send(requests);
    this.#at(clock);
    this.event = Math.max(...answers.map((one) => one.event));
    return answers;
  }

  /** Be signed in, as whoever does something has to be; returns whether that is known. */
  async signedIn(who) {
    for (let left = TRIES; left > 0 && !(this.seconds - this.#signed.get(who) < SESSION_S); left -= 1) {
      const body = { email: `${who.toLowerCase()}@example.com`, password: PASSWORD };
      const door = this.#signed.has(who) || left % 2 ? "signin" : "signup";
      const [answer] = await this.send({ person: who, method: "POST", path: `/api/users/${door}`, body });
      if (answer.status > 0 && answer.status < 300) this.#signed.set(who, this.seconds);
    }
    return this.seconds - this.#signed.get(who) < SESSION_S;
  }

  async passes(seconds) {
    this.#at(await this.api.passes(seconds));
  }

  /** See what is for sale, and one's own orders. */
  async #look(who) {
    if (!(await this.signedIn(who))) return;
    const [tickets, orders] = await this.send(...["tickets", "orders"].map((what) => ({ person: who, method: "GET", path: `/api/${what}` })));
    if (tickets.status === 200) {
      for (const one of this.tickets.values()) one.free = false;
      for (const { id, title, price } of tickets.body) this.tickets.set(id, { id, title, price, free: true });
    }
    if (orders.status === 200) this.orders.set(who, orders.body);
  }
}

const isPlace = (it) => Number.isSafeInteger(it) && it >= 0;
const IS = { who: (it) => PEOPLE.includes(it), other: (it) => PEOPLE.includes(it), seconds: (it) => it > 0 && it <= 24 * 3600, tab: isPlace, ticket: isPlace, order: isPlace };

/** Whether these are deeds, whoever has kept them. */
export const areDeeds = (all) => Array.isArray(all) && all.every((one) => one?.constructor === Object && Object.hasOwn(DEEDS, one.does) && IS.who(one.who)
  && Object.entries(one).every(([name, it]) => (Object.hasOwn(IS, name) ? IS[name](it) : typeof it === "string")));
