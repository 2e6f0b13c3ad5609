// @ts-check
/** What every page gains once scripts run; nothing here is needed to read or to write. */

const token = /** @type {HTMLMetaElement | null} */ (document.querySelector('meta[name="csrf-token"]'));

document.addEventListener("htmx:configRequest", (event) => {
  const { verb, headers } = /** @type {CustomEvent} */ (event).detail;
  if (token && verb !== "get") headers["X-CSRFToken"] = token.content;
});

// A refused form comes back as 422 and is shown where the form stood.
document.addEventListener("htmx:beforeSwap", (event) => {
  const { xhr } = /** @type {CustomEvent} */ (event).detail;
  if (xhr.status === 422) {
    /** @type {CustomEvent} */ (event).detail.shouldSwap = true;
    /** @type {CustomEvent} */ (event).detail.isError = false;
  }
});

/** @param {ParentNode} root */
function focusErrors(root) {
  /** @type {HTMLElement | null} */ (root.querySelector("[data-focus]"))?.focus();
}
focusErrors(document);
document.addEventListener("htmx:afterSwap", (event) => {
  focusErrors(/** @type {HTMLElement} */ (event.target));
});

// A dialog opens as one; without scripts its link leads to it on the page.
document.addEventListener("click", (event) => {
  const opener = /** @type {HTMLElement} */ (event.target).closest?.("[data-opens]");
  const dialog = opener && document.getElementById(opener.getAttribute("data-opens") ?? "");
  if (dialog instanceof HTMLDialogElement) {
    event.preventDefault();
    dialog.showModal();
  }
});

// The person's menu closes on Escape and when attention goes elsewhere.
for (const menu of /** @type {NodeListOf<HTMLDetailsElement>} */ (document.querySelectorAll("details.person-menu"))) {
  menu.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      menu.open = false;
      menu.querySelector("summary")?.focus();
    }
  });
  document.addEventListener("click", (event) => {
    if (!menu.contains(/** @type {Node} */ (event.target))) menu.open = false;
  });
}
