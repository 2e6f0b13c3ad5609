// @ts-check
/** The room once scripts run: player, clock, chat and questions follow one programme time. */

import { Chat, overtakes } from "./chat.js";
import { LiveStream } from "./live_stream.js";
import { Player } from "./player.js";
import { ProgrammeClock, hourWriter } from "./programme_clock.js";
import { enhance, post } from "./room_forms.js";

/** @typedef {import("./live_stream.js").LiveEvent} LiveEvent */

const start = JSON.parse(document.getElementById("room-data")?.textContent ?? "{}");
const clock = new ProgrammeClock(start.siteNow);
const hours = hourWriter(start.language, start.programmeZone);
const chat = new Chat(start, hours.hour);
const player = new Player(/** @type {HTMLElement} */ (document.getElementById("player")), start, clock);
const replay = start.mode === "replay";
const QUESTIONS = new Set(["approval", "answer", "answer_link", "mark"]);

/** @type {LiveEvent[]} */
let waiting = [];

/** @param {LiveEvent} event */
function show(event) {
  if (event.kind === "message") chat.show(event);
  else if (event.kind === "urgent") notice(event);
  else if (QUESTIONS.has(event.kind)) refreshSoon();
}

/** @param {LiveEvent} event */
function notice(event) {
  const template = /** @type {HTMLTemplateElement} */ (document.getElementById("notice-template"));
  const copy = /** @type {DocumentFragment} */ (template.content.cloneNode(true));
  const row = /** @type {HTMLElement} */ (copy.firstElementChild);
  row.dataset.seq = String(event.seq);
  /** @type {HTMLElement} */ (row.querySelector("p")).textContent = event.body.text;
  document.getElementById("notices")?.append(row);
  const status = document.getElementById("room-status");
  if (status) status.textContent = event.body.text;
}

/** @param {LiveEvent[]} events */
function receive(events) {
  for (const event of events) {
    if (event.kind === "removal") {
      const gone = event.target ?? 0;
      waiting = waiting.filter((other) => other.seq !== gone);
      chat.remove(gone);
      refreshSoon();
    } else if (event.removed) {
      waiting = waiting.filter((other) => other.seq !== event.seq);
      chat.remove(event.seq);
    } else if (overtakes(event, start.site)) {
      show(event);
    } else {
      waiting.push(event);
    }
  }
  waiting.sort((a, b) => a.seq - b.seq);
}

/** What waited for its programme time appears when the picture has come to it. */
function release() {
  const shown = player.shownAt();
  while (waiting.length && Date.parse(waiting[0].at) <= shown) {
    show(/** @type {LiveEvent} */ (waiting.shift()));
  }
  if (replay) {
    for (const row of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("#messages > li"))) {
      row.hidden = Date.parse(row.dataset.at ?? "") > shown;
    }
  }
}

/** @type {ReturnType<typeof setTimeout> | undefined} */
let refreshing;
function refreshSoon() {
  refreshing ??= setTimeout(refresh, 400 + Math.random() * 800);
}

async function refresh() {
  refreshing = undefined;
  const panel = /** @type {HTMLElement} */ (document.getElementById("room-panel"));
  const shown = player.shownAt();
  const query = new URLSearchParams();
  if (Number.isFinite(shown)) query.set("a", new Date(shown).toISOString());
  const session = new URLSearchParams(location.search).get("seance");
  if (session) query.set("seance", session);
  const answer = await fetch(`${start.panel}?${query}`, { headers: { Accept: "text/html" } });
  if (!answer.ok) return;
  const held = panel.contains(document.activeElement) ? /** @type {HTMLElement} */ (document.activeElement) : null;
  const group = held?.closest("[data-group]")?.getAttribute("data-group");
  panel.innerHTML = await answer.text();
  // who was on a button stays where they were
  if (group) /** @type {HTMLElement | null} */ (panel.querySelector(`[data-group="${group}"] button`))?.focus();
}

document.getElementById("room-panel")?.addEventListener("submit", async (event) => {
  event.preventDefault();
  const form = /** @type {HTMLFormElement} */ (event.target);
  const answer = await post(form).catch(() => null);
  if (answer?.ok) await refresh();
  else form.submit();
});

/** @param {Record<string, number>} tallies */
function count(tallies) {
  for (const [group, supporters] of Object.entries(tallies)) {
    const place = document.querySelector(`[data-tally="${group}"]`);
    if (place) place.textContent = String(supporters);
  }
}

enhance(
  /** @type {HTMLFormElement | null} */ (document.getElementById("message-form")),
  "message",
  () => player.shownAt(),
  (data) => chat.claim(data.seq),
);
enhance(
  /** @type {HTMLFormElement | null} */ (document.getElementById("question-form")),
  "question",
  () => player.shownAt(),
  () => void refresh(),
);
enhance(
  /** @type {HTMLFormElement | null} */ (document.getElementById("moment-form")),
  "moment",
  () => player.shownAt(),
  (data) => {
    const form = document.getElementById("moment-form");
    const link = document.createElement("a");
    link.href = data.address;
    link.textContent = data.address;
    const words = document.createElement("p");
    words.className = "notice good";
    words.setAttribute("role", "status");
    words.append(link);
    form?.before(words);
  },
);

const clockPlace = document.querySelector("#clock-programme time");
setInterval(() => {
  if (clockPlace && !replay) clockPlace.textContent = hours.full(clock.now());
  release();
}, 250);

if (replay) {
  void player.attach();
  setInterval(() => {
    if (!player.video.paused) void refresh();
  }, 15_000);
} else {
  new LiveStream(start, {
    clock: (told) => {
      clock.set(told);
      player.media(told);
    },
    batch: receive,
    tally: count,
    me: refreshSoon,
    tokens: (tokens) => (player.token = tokens.media),
  });
}
// the end of the conversation is where one comes in
chat.list.scrollTop = chat.list.scrollHeight;
