// @ts-check
/** Forms of the room sent without leaving it. Without this script they post as forms do. */

/**
 * @param {HTMLFormElement | null} form
 * @param {string} prefix
 * @param {() => number} shownAt
 * @param {(data: any) => void} done
 */
export function enhance(form, prefix, shownAt, done) {
  form?.addEventListener("submit", async (event) => {
    event.preventDefault();
    const watching = /** @type {HTMLInputElement | null} */ (form.elements.namedItem(`${prefix}-watching`));
    const at = shownAt();
    if (watching && Number.isFinite(at)) watching.value = new Date(at).toISOString();
    const button = form.querySelector("button[type=submit]");
    button?.setAttribute("aria-disabled", "true");
    try {
      const answer = await post(form);
      const data = await answer.json().catch(() => ({}));
      if (answer.ok) {
        say(form, "");
        renew(form, prefix);
        done(data);
      } else if (data.refusal) {
        say(form, data.refusal);
      } else {
        form.submit();
      }
    } catch {
      // the line is gone: what was typed stays, and the same key makes a second try harmless
      form.submit();
    } finally {
      button?.removeAttribute("aria-disabled");
    }
  });
}

/** @param {HTMLFormElement} form */
export function post(form) {
  return fetch(form.action, {
    method: "POST",
    body: new FormData(form),
    headers: { Accept: "application/json" },
  });
}

/**
 * @param {HTMLFormElement} form
 * @param {string} words
 */
function say(form, words) {
  let place = /** @type {HTMLElement | null} */ (form.querySelector(".refusal"));
  if (!place) {
    place = document.createElement("p");
    place.className = "refusal field-errors";
    place.setAttribute("role", "alert");
    form.prepend(place);
  }
  place.textContent = words;
  place.hidden = !words;
}

/**
 * @param {HTMLFormElement} form
 * @param {string} prefix
 */
function renew(form, prefix) {
  for (const field of form.querySelectorAll("textarea, input[type=text]")) {
    /** @type {HTMLInputElement} */ (field).value = "";
  }
  const key = /** @type {HTMLInputElement | null} */ (form.elements.namedItem(`${prefix}-key`));
  if (key) key.value = crypto.randomUUID?.().replaceAll("-", "") ?? String(Math.random()).slice(2);
}
