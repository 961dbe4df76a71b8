// Keeps what the page is made of: a fresh Python, or a reload, needs nobody who serves it any more.
const KEPT = "boxoffice";

addEventListener("install", (event) => {
  skipWaiting();
  event.waitUntil(keepAll());
});
addEventListener("activate", (event) => event.waitUntil(clients.claim()));
addEventListener("fetch", (event) => {
  if (event.request.method === "GET" && event.request.url.startsWith(registration.scope)) event.respondWith(answer(event));
});

async function keepAll() {
  const kept = await caches.open(KEPT), files = await (await fetch("files.json")).json();
  await kept.addAll(["./", ...files]);
}

/** Whoever serves the page is asked first: it may have been built anew. */
async function answer(event) {
  const kept = await caches.open(KEPT);
  try {
    const found = await fetch(event.request);
    if (found.ok) event.waitUntil(kept.put(event.request, found.clone()));
    return found;
  } catch (error) {
    const held = await kept.match(event.request);
    if (held) return held;
    throw error;
  }
}
