// What a storefront shows: tickets, one's own in tabs, orders, and a form to sell; `deed(does, more)` does something.
import { button, labelled, made } from "./dom.js";

const OPEN = ["created", "awaiting:payment"];

const minutes = (seconds) => `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, "0")}`;
const dollars = (price) => Number(price).toFixed(2);

export const listed = (items, draw, none) => (items.length ? made("ul", { class: "cards" }, ...items.map(draw)) : made("p", { class: "none" }, none));

/** A ticket, which its seller may edit; with buttons beside, if there are `more`. */
export function ticket(one, place, { deed, mine = false, buys = true, more = [] }) {
  return made("li", {},
    made("span", { class: "what" }, `${one.title} `, made("small", {}, `$${dollars(one.price)}`)),
    one.free ? null : made("small", {}, "not for sale now"),
    made("span", { class: "row" },
      mine ? button("Edit in a tab", () => deed("open", { ticket: place }), { "data-key": `open ${place}`, "aria-label": `Edit in a tab: ${one.title}` }) : null,
      buys ? button("Order", () => deed("order", { ticket: place }), { "data-key": `order ${place}`, "aria-label": `Order ${one.title}` }) : null,
      ...more));
}

/** What somebody has opened to edit it, as it was when they did. */
export function tab(one, place, deed) {
  const price = made("input", { value: dollars(one.price), inputmode: "decimal", size: 6, maxlength: 20, "data-key": `price ${place}`, "aria-label": `Price in tab ${place + 1}` });
  const save = (event) => { event.preventDefault(); return deed("save", { tab: place, price: price.value }); };
  return made("li", {}, made("form", { class: "row", onsubmit: save },
    made("span", { class: "what" }, `Tab ${place + 1}: ${one.title} `, made("small", {}, `version ${one.version}`)), price, made("button", { "data-key": `save ${place}` }, "Save")));
}

/** How long an order may still be paid for, in words. */
export const left = (expiresAt, now) => {
  const seconds = (Date.parse(expiresAt) - now) / 1000;
  return seconds > 0 ? `${minutes(seconds)} left` : "its time is over";
};

export function order(one, place, { deed, now }) {
  const isOpen = OPEN.includes(one.status);
  return made("li", {},
    made("span", { class: "what" }, `${one.ticket.title} `, made("small", {}, one.status.replace(":", " "))),
    isOpen ? made("small", { class: "left", "data-until": one.expiresAt }, left(one.expiresAt, now)) : null,
    isOpen ? made("span", { class: "row" },
      button("Pay", () => deed("pay", { order: place }), { "data-key": `pay ${place}`, "aria-label": `Pay for ${one.ticket.title}` }),
      button("Cancel", () => deed("cancel", { order: place }), { "data-key": `cancel ${place}`, "aria-label": `Cancel ${one.ticket.title}` })) : null);
}

/** A form for a ticket; `offer` is what is written in it. */
export function selling(offer, deed) {
  const keep = (name) => (event) => { offer[name] = event.target.value; };
  const title = made("input", { name: "title", value: offer.title, required: true, maxlength: 100, oninput: keep("title") });
  const price = made("input", { name: "price", value: offer.price, required: true, maxlength: 20, inputmode: "decimal", size: 6, oninput: keep("price") });
  const form = made("form", { class: "row" }, labelled("Ticket", title), labelled("Price", price), made("button", { "data-key": "list" }, "List it"));
  form.addEventListener("submit", (event) => { event.preventDefault(); deed("list", { ...offer }); });
  return form;
}

/** What was done, and what came of it. */
export const done = (log) => (log.length
  ? made("ol", { class: "log" }, ...log.map(({ what, sign, says }) => made("li", {}, what, says ? made("small", {}, `${sign} ${says}`) : null)))
  : made("p", { class: "none" }, "Nothing yet."));
