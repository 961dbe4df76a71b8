// The shop as a storefront reaches it, here in a world: whoever has a shop that runs gives another.
//
// open({ bug, faults, seed })  a new shop: { seconds, now }
// send([{ person, method, path, body, seen }, …])  requests in one instant: { answers: [{ status, body, etag, event }], seconds, now };
//   `seen` is the ETag of the version that a change is for, sent as If-Match; a status of 0 says that no answer came, so that nobody knows whether it was done; `event` is where that is seen
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
