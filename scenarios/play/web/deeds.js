// What people do in a shop, as requests over HTTP, and what is said of each; whoever has seen a shop has them done.
//
// `shop` has what they have seen of it (`tickets`, `tabs`, `orders`), `signedIn(who)`, `send(...requests)` and `passes(seconds)`.

const unknown = ({ status }) => status === 0 || status >= 500;
export const why = ({ status, body }) => body?.errors?.[0]?.message ?? `it was answered with ${status}`;

/** Say in words what came of a request; `done` is what is said where it was done. */
function told(answer, done) {
  if (unknown(answer)) return { sign: "?", says: "no answer came: nobody knows whether it was done" };
  return answer.status < 300 ? { sign: "✓", says: done } : { sign: "✗", says: `refused: ${why(answer)}` };
}

const request = (person, method, path, body, seen = "") => ({ person, method, path, body, seen });
const at = (shop, place) => [...shop.tickets.values()][place] ?? { id: "", title: "a ticket that is not there" };

/** What can be done; tickets and orders are told by their place, since another shop gives them other ids. */
export const DEEDS = {
  async list(shop, { who, title, price }) {
    await shop.signedIn(who);
    const [answer] = await shop.send(request(who, "POST", "/api/tickets", { title, price }));
    return { what: `${who} lists ${title} for $${price}`, ...told(answer, "it is for sale") };
  },
  async open(shop, { who, ticket }) {
    await shop.signedIn(who);
    const { id, title } = at(shop, ticket);
    const [answer] = await shop.send(request(who, "GET", `/api/tickets/${id}`));
    if (answer.status === 200) shop.tabs.push({ id, title, price: answer.body.price, version: answer.body.version, etag: answer.etag });
    return { what: `${who} opens ${title} in tab ${shop.tabs.length}`, ...told(answer, `it shows version ${answer.body?.version}`) };
  },
  async save(shop, { who, tab, price }) {
    await shop.signedIn(who);
    const { id, title, etag } = shop.tabs[tab];
    const [answer] = await shop.send(request(who, "PUT", `/api/tickets/${id}`, { title, price }, etag));
    if (answer.status === 200) Object.assign(shop.tabs[tab], { price: answer.body.price, version: answer.body.version, etag: answer.etag });
    return { what: `${who} saves $${price} in tab ${tab + 1}`, ...told(answer, `it is version ${answer.body?.version} now`) };
  },
  async order(shop, { who, ticket }) {
    await shop.signedIn(who);
    const { id, title } = at(shop, ticket);
    const [answer] = await shop.send(request(who, "POST", "/api/orders", { ticketId: id }));
    return { what: `${who} orders ${title}`, ...told(answer, "it is held for fifteen minutes") };
  },
  async both(shop, { who, other, ticket }) {
    for (const one of [who, other]) await shop.signedIn(one);
    const { id, title } = at(shop, ticket);
    const answers = await shop.send(...[who, other].map((one) => request(one, "POST", "/api/orders", { ticketId: id })));
    const [mine, theirs] = answers.map((one) => told(one, "has it"));
    return { what: `${who} and ${other} order ${title} in one instant`, sign: mine.sign, says: `${who}: ${mine.says}; ${theirs.sign} ${other}: ${theirs.says}` };
  },
  async pay(shop, { who, order, card }) {
    await shop.signedIn(who);
    const { id, ticket } = shop.orders.get(who)[order] ?? { id: "", ticket: { title: "nothing" } };
    const [answer] = await shop.send(request(who, "POST", "/api/payments", { token: card ?? "tok_visa", orderId: id }));
    const what = `${who} pays for ${ticket.title}`;
    return answer.status === 202 ? { what, sign: "?", says: "the card company has not answered; the shop will ask again" } : { what, ...told(answer, "paid") };
  },
  async cancel(shop, { who, order }) {
    await shop.signedIn(who);
    const { id, ticket } = shop.orders.get(who)[order] ?? { id: "", ticket: { title: "nothing" } };
    const [answer] = await shop.send(request(who, "DELETE", `/api/orders/${id}`));
    return { what: `${who} cancels the order of ${ticket.title}`, ...told(answer, "cancelled") };
  },
  async wait(shop, { who, seconds }) {
    await shop.passes(seconds);
    return { what: `${who} waits for ${seconds >= 60 ? `${seconds / 60} min` : `${seconds} s`}`, sign: "", says: "" };
  },
};
