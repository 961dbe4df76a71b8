// Who is at the page: to sign up and in, to sign out, and to ask for another password.
import { button, labelled, made } from "./dom.js";

/** `customer` is as in customer.js; `changed()` is called when somebody else is there, `say(text, kind)` says what came of it. */
export function account(customer, changed, say) {
  if (customer.me) {
    return made("div", { class: "row" }, made("span", {}, "You are ", made("b", {}, customer.me.email)),
      button("Sign out", async () => { await customer.leave(); say(""); changed(); }, { "data-key": "leave" }));
  }
  const email = made("input", { name: "email", type: "email", required: true, autocomplete: "username", maxlength: 254 });
  const password = made("input", { name: "password", type: "password", required: true, minlength: 8, autocomplete: "current-password" });
  const enter = async (door) => {
    if (!form.reportValidity()) return;
    const refused = await customer.enter(door, email.value, password.value);
    say(refused, "bad");
    if (!refused) changed();
  };
  const forgot = async () => {
    if (!email.reportValidity()) return;
    const refused = await customer.forgot(email.value);
    say(refused || `If ${email.value} has signed up here, a letter is on its way. Letters are printed where “boxoffice up” was started, and shown below to who opened the page from there; the link in it sets another password.`, refused ? "bad" : "");
  };
  const form = made("form", { class: "account" }, labelled("Your e-mail", email), labelled("Password", password),
    made("div", { class: "row" },
      made("button", { class: "main", "data-key": "signin" }, "Sign in"),
      button("Sign up", () => enter("signup"), { "data-key": "signup" }),
      button("I have forgotten it", forgot, { "data-key": "forgot" })));
  form.addEventListener("submit", (event) => { event.preventDefault(); enter("signin"); });
  return form;
}
