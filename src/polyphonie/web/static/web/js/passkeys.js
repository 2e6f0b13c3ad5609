// @ts-check
/** Says on the page what a passkey's refusal would only tell the console. */

document.addEventListener("allauth.error", (event) => {
  const place = /** @type {HTMLElement | null} */ (document.querySelector("[data-passkey-failed]"));
  if (place) {
    place.hidden = false;
    event.preventDefault();
  }
});
