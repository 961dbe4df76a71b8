// The shop as a storefront reaches it: in a world, or over HTTP one that runs.
//
// Both have
//
// send([{ person, method, path, body, seen }, …])  requests in one instant: { answers: [{ status, body, etag, event }], seconds, now };
//   `seen` is the ETag of the version that a change is for, sent as If-Match; a status of 0 says that no answer came, so that nobody knows whether it was done; `event` is where that is seen
//
// and what a world alone can do is
//
// open({ bug, faults, seed })  a new shop: { seconds, now }
// passes(seconds)  let time pass: { seconds, now }
// seen()  what has happened so far, as runs for the explorer
// judge()  let all come to rest, and judge it: { runs }

export const simulated = (tab) => ({
  open: (conditions) => tab.ask("open", conditions),
  send: (requests) => tab.ask("send", { requests }),
  passes: (seconds) => tab.ask("pass", { seconds }),
  seen: () => tab.ask("seen"),
  judge: () => tab.ask("judge"),
  get life() { return tab.life; },
});

/** A shop that runs, at the address of its page; the one person who is at the page has a browser's cookies.  `next` of an answer is where its list goes on. */
export const connected = () => ({
  send: async (requests) => ({ answers: await Promise.all(requests.map(sent)) }),
});

/** Where a list goes on, if it does. */
const nextOf = (answer) => answer.headers.get("Link")?.match(/<([^>]+)>; rel="next"/)?.[1] ?? "";

async function sent({ method, path, body, seen = "" }) {
  const headers = { ...(body === undefined ? {} : { "Content-Type": "application/json" }), ...(seen ? { "If-Match": seen } : {}) };
  try {
    const answer = await fetch(path, { method, headers, body: body && JSON.stringify(body), cache: "no-store" });
    const text = await answer.text();
    return { status: answer.status, body: text ? JSON.parse(text) : null, etag: answer.headers.get("ETag") ?? "", next: nextOf(answer) };
  } catch {
    return { status: 0, body: null, etag: "" };
  }
}
