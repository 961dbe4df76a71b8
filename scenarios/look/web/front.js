// The storefront of a shop that runs.
import { account } from "./account.js";
import { done, left, listed, order, selling, tab, ticket } from "./cards.js";
import { choice, fill, labelled, made } from "./dom.js";

const AGAIN_MS = 3_000; // after which somebody looks again what is for sale
const SOON_MS = 400; // what the services tell each other takes as long as that
const CARDS = [["tok_visa", "Visa"], ["tok_mastercard", "Mastercard"], ["tok_chargeDeclined", "one that is declined"], ["tok_chargeDeclinedInsufficientFunds", "one without money"]];

/** `customer` is as in customer.js, `say(text, kind)` says what goes on, `now()` is the shop's time in ms.  Returns what has somebody look again. */
export function front(room, customer, say, now) {
  const offer = { title: "Front row", price: "45.00" };
  const parts = ["account", "goods", "tabs", "sale", "orders", "done"].map((name) => [name, made("div", { class: `part ${name}` })]);
  const part = Object.fromEntries(parts), drawn = {};
  let card = CARDS[0][0], looking = null;

  /** Draw a part, unless all that it is drawn from is as it was: somebody may be writing there. */
  function draw(name, from, ...children) {
    const as = JSON.stringify(from);
    if (drawn[name] === as) return;
    drawn[name] = as;
    fill(part[name], ...children.map((one) => (typeof one === "function" ? one() : one)));
  }

  const list = (items, make, none) => () => listed(items, make, none);

  function redraw() {
    const { me, name, tabs, log } = customer, orders = customer.orders.get(name) ?? [];
    draw("account", me, () => account(customer, look, say));
    draw("goods", [[...customer.tickets.values()], me], () => made("h2", {}, "For sale"),
      list([...customer.tickets.values()], (one, place) => ticket(one, place, { deed, mine: customer.isMine(one), buys: me !== null && one.free }), "Nothing yet."),
      me ? null : () => made("p", { class: "none" }, "Sign up or in to buy and to sell."));
    draw("tabs", tabs, tabs.length ? () => made("ul", { class: "cards" }, ...tabs.map((one, place) => tab(one, place, deed))) : null);
    draw("sale", me, me ? () => made("h2", {}, "Sell one") : null, me ? () => selling(offer, deed) : null);
    draw("orders", [orders, me], me ? () => made("h2", {}, "Your orders") : null, me ? list(orders, (one, place) => order(one, place, { deed, now: now() }), "None.") : null,
      orders.length ? () => labelled("Pay with", choice(CARDS, card, (chosen) => { card = chosen; }, { name: "card", "data-key": "card" })) : null);
    draw("done", log, log.length ? () => made("h2", {}, "What you have done") : null, log.length ? () => done(log) : null);
  }

  async function look() {
    const { me } = customer;
    looking ??= customer.look().finally(() => { looking = null; });
    await looking;
    if (me && !customer.me && !customer.leaves) say("Your session is over: sign in again.", "bad");
    if (!customer.reaches) say("The shop does not answer: is it closed?", "bad");
    redraw();
  }

  async function deed(does, more) {
    room.setAttribute("aria-busy", "true");
    await customer.do({ does, ...(does === "pay" ? { card } : {}), ...more });
    const { what, sign, says } = customer.log.at(-1);
    say(`${what}: ${sign} ${says}`, sign === "✓" ? "" : "bad");
    room.setAttribute("aria-busy", "false");
    redraw();
    setTimeout(look, SOON_MS);
  }

  fill(room, ...parts.map(([, element]) => element));
  setInterval(() => { if (!document.hidden) look(); }, AGAIN_MS);
  setInterval(() => {
    for (const one of room.querySelectorAll("[data-until]")) one.textContent = left(one.dataset.until, now());
  }, 1_000);
  return look;
}
