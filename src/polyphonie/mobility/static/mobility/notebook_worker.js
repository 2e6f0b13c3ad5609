// @ts-check
/** Answers for the notebook's page and its parts where there is no network. It keeps no data of a visit. */

const KEPT = "polyphonie-notebook-page-1";
const here = /** @type {any} */ (self);

here.addEventListener("install", () => here.skipWaiting());
here.addEventListener("activate", (/** @type {any} */ event) => event.waitUntil(here.clients.claim()));

// the page names itself and its parts; they are fetched as nobody, so that nothing personal is kept
here.addEventListener("message", (/** @type {any} */ event) => {
  const { page, parts } = event.data;
  event.waitUntil(
    (async () => {
      const kept = await caches.open(KEPT);
      for (const address of new Set([page, ...parts].filter(Boolean))) {
        const answer = await fetch(address, { credentials: "omit", cache: "no-cache" });
        if (answer.ok && !answer.redirected) await kept.put(address, answer);
      }
      event.ports[0]?.postMessage("kept");
    })(),
  );
});

here.addEventListener("fetch", (/** @type {any} */ event) => {
  const { request } = event;
  const address = new URL(request.url);
  if (request.method !== "GET" || address.origin !== location.origin) return;
  const isPage = request.mode === "navigate";
  if (!isPage && !address.pathname.startsWith("/static/") && !address.pathname.endsWith(".webmanifest")) return;
  event.respondWith(
    (async () => {
      try {
        return await fetch(request);
      } catch (error) {
        const kept = await caches.match(isPage ? address.pathname : request, { ignoreSearch: true });
        if (kept) return kept;
        throw error;
      }
    })(),
  );
});
