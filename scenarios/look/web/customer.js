// Whoever is at the page of a shop that runs, and what they have seen of it.
import { DEEDS, why } from "./deeds.js";

const person = "";

export class Customer {
  /** `api` is as in api.js. */
  constructor(api) {
    this.api = api;
    this.tickets = new Map(); // by id, as last seen
    this.log = [];
    this.leaves = false;
    this.#forget();
  }

  /** The name that one goes by here; "" for nobody. */
  get name() {
    return this.me?.email.split("@")[0] ?? "";
  }

  /** Sign up or in (`signup`, `signin`); returns why not. */
  async enter(door, email, password) {
    const answer = await this.#ask("POST", `/api/users/${door}`, { email, password });
    if (answer.status >= 300 || !answer.status) return why(answer);
    this.#forget();
    this.leaves = false;
    await this.look();
    return "";
  }

  async leave() {
    this.leaves = true;
    await this.#ask("POST", "/api/users/signout", {});
    await this.look();
  }

  /** Ask for a letter to set another password with; returns why not. */
  async forgot(email) {
    const answer = await this.#ask("POST", "/api/users/forgot-password", { email });
    return answer.status === 202 ? "" : why(answer);
  }

  /** Do something: { does, … }, as in deeds.js. */
  async do(deed) {
    this.log.push(await DEEDS[deed.does](this, { who: this.name, ...deed }));
    await this.look();
  }

  /** See who one is, what is for sale, and one's own orders. */
  async look() {
    const turn = this.#turn += 1, isOld = () => turn !== this.#turn; // another look has begun since, and knows better
    const [who, tickets] = await Promise.all([this.#ask("GET", "/api/users/currentuser"), this.#list("/api/tickets")]);
    if (isOld()) return;
    this.reaches = who.status > 0;
    if (who.status === 200) this.#is(who.body.currentUser);
    if (tickets) {
      const before = this.tickets;
      this.tickets = new Map(tickets.map((one) => [one.id, { ...one, free: true }]));
      // Of what is not for sale now one's own are kept in sight.
      for (const [id, one] of before) if (!this.tickets.has(id) && this.isMine(one)) this.tickets.set(id, { ...one, free: false });
    }
    if (!this.me) return;
    const orders = await this.#list("/api/orders");
    if (orders && this.me && !isOld()) this.orders.set(this.name, orders);
  }

  #turn = 0;

  isMine(ticket) {
    return this.me !== null && ticket.userId === this.me.id;
  }

  // --- what a deed asks for -------------------------------------------------------------------

  async signedIn() {
    return this.me !== null;
  }

  async send(...requests) {
    return (await this.api.send(requests)).answers;
  }

  #is(me) {
    if (me?.id !== this.me?.id) this.#forget();
    this.me = me;
  }

  #forget() {
    this.me = null; // { id, email }
    this.tabs = [];
    this.orders = new Map();
  }

  /** A list from its first page to its last; null if it cannot be had. */
  async #list(path) {
    const found = [];
    for (let next = path; next;) {
      const answer = await this.#ask("GET", next);
      if (answer.status !== 200) return null;
      found.push(...answer.body);
      next = answer.next;
    }
    return found;
  }

  async #ask(method, path, body) {
    const [answer] = await this.send({ person, method, path, body });
    return answer;
  }
}
