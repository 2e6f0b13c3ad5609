// @ts-check
/** The question desk once scripts run: the queue renews itself, unless somebody is writing in it. */

import { Chat } from "./chat.js";
import { LiveStream } from "./live_stream.js";
import { hourWriter } from "./programme_clock.js";

const start = JSON.parse(document.getElementById("desk-data")?.textContent ?? "{}");
const hours = hourWriter(start.language, start.programmeZone);
const chat = new Chat(start, hours.hour);
const queue = /** @type {HTMLElement} */ (document.getElementById("desk-queue"));
const status = /** @type {HTMLElement} */ (document.getElementById("desk-status"));

/** Whether something typed, ticked or opened would be lost. */
function isInUse() {
  const written = [...queue.querySelectorAll("textarea, input[type=text]")].some(
    (field) => /** @type {HTMLInputElement} */ (field).value !== /** @type {HTMLInputElement} */ (field).defaultValue,
  );
  return (
    written ||
    queue.querySelector("input[type=checkbox]:checked") !== null ||
    queue.querySelector("details[open]") !== null ||
    queue.contains(document.activeElement)
  );
}

let due = false;
/** @type {ReturnType<typeof setTimeout> | undefined} */
let soon;
function refreshSoon() {
  due = true;
  soon ??= setTimeout(refresh, 500);
}

async function refresh() {
  soon = undefined;
  if (isInUse()) {
    status.textContent = status.dataset.words ?? "";
    return;
  }
  due = false;
  const answer = await fetch(start.panel, { headers: { Accept: "text/html" } }).catch(() => null);
  if (answer?.ok) queue.innerHTML = await answer.text();
}

// what was put off is done once hands are off the queue
setInterval(() => {
  if (due && !isInUse()) void refresh();
}, 2000);

new LiveStream(start, {
  batch: (/** @type {import("./live_stream.js").LiveEvent[]} */ events) => {
    for (const event of events) {
      if (event.kind === "message") chat.show(event);
      else if (event.kind === "removal") chat.remove(event.target ?? 0);
      else refreshSoon();
    }
  },
  tally: refreshSoon,
  me: refreshSoon,
});
chat.list.scrollTop = chat.list.scrollHeight;
