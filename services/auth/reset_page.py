"""The page to which the link in a letter leads: it takes a new password and posts it.

The token is in the fragment of the link, which stays in the browser: it is in no request for the
page, so in no log on the way, and to open the page uses nothing up.  The page holds one script and
one style, and its policy allows these by their hashes and nothing else.
"""

from collections.abc import Mapping
from typing import Final

from services.common.pages import allowed, policy

_STYLE: Final = """
:root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif }
body { max-width: 26rem; margin: 12vh auto; padding: 0 1rem }
label, input, button { display: block; width: 100%; box-sizing: border-box; font: inherit }
input, button { margin: .25rem 0 1rem; padding: .5rem }
[hidden] { display: none }
"""
# The fragment is taken out of the address, where it would stay in the browser's history.
_SCRIPT: Final = """
const form = document.querySelector("form"), said = document.querySelector("[role=status]");
const given = new URLSearchParams(location.hash.slice(1)).get("token") || "";
history.replaceState(null, "", location.pathname);
form.token.value = given;
form.token.parentElement.hidden = Boolean(given);
form.addEventListener("submit", async (event) => {
  event.preventDefault();
  form.button.disabled = true;
  said.textContent = "One moment…";
  const token = form.token.value.split("token=").pop().trim();
  try {
    const answer = await fetch(location.pathname, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ token, password: form.password.value }),
    });
    const body = await answer.json();
    form.hidden = answer.ok;
    said.textContent = answer.ok
      ? "Your new password is set, and you are signed in."
      : body.errors.map((it) => it.message).join(". ") + ".";
    if (!answer.ok && body.errors.some((it) => it.field === "token"))
      form.token.parentElement.hidden = false;
  } catch {
    said.textContent = "The shop does not answer. Nothing is lost: try again in a moment.";
  }
  form.button.disabled = false;
});
"""
PAGE: Final = f"""<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>A new password</title>
<style>{_STYLE}</style>
<h1>A new password</h1>
<form method="post">
<label>The token from your letter
<input name="token" required autocomplete="off" autocapitalize="off" spellcheck="false"></label>
<label>Your new password, 8 characters or more
<input name="password" type="password" required autocomplete="new-password"></label>
<button name="button">Set it</button>
</form>
<p role="status"></p>
<noscript><p>This page posts your password with a script, and your browser runs none.</p></noscript>
<script>{_SCRIPT}</script>
</html>
"""

HEADERS: Final[Mapping[str, str]] = {
    "Content-Security-Policy": policy(
        f"script-src {allowed(_SCRIPT)}", f"style-src {allowed(_STYLE)}", "connect-src 'self'"
    ),
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
}
