// The page of a shop that runs: its storefront, and beside it what its services tell each other, for who may see that.
import { connected } from "./api.js";
import { Customer } from "./customer.js";
import { front } from "./front.js";
import { Live } from "./live.js";
import { made } from "./dom.js";

const KEPT = "boxoffice-look";
const [room, stage, status, follow] = ["room", "stage", "status", "follow"].map((id) => document.getElementById(id));

const say = (text, kind = "") => { status.textContent = text; status.className = kind; };

/** The token of the address, which is out of sight at once; a reload of the tab has it still. */
function tokenOf() {
  const given = new URLSearchParams(location.hash.slice(1)).get("look");
  if (given) {
    history.replaceState(null, "", location.pathname);
    sessionStorage.setItem(KEPT, given);
  }
  return sessionStorage.getItem(KEPT);
}

/** The shop's own time, which may go faster than the machine's. */
async function clock() {
  const { now, speed } = await (await fetch("clock")).json(), asked = performance.now();
  return () => Date.parse(now) + (performance.now() - asked) * speed;
}

const token = tokenOf(), now = await clock();
const look = front(room, new Customer(connected()), say, now);
await look();
if (token) {
  const live = new Live(token, { stage, follow, say, news: look });
  room.append(...live.elements);
  live.listen();
} else {
  room.parentElement.className = "wide";
  room.append(made("p", { class: "none" }, "What the services tell each other is drawn for who opens the whole address that “boxoffice up” printed."));
}
document.documentElement.dataset.ready = "true";
