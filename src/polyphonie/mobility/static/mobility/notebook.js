// @ts-check
/** The notebook of a visit: its grid and one's own sheets, with or without a network. */

import { NoNetwork, Outbox, SignInNeeded } from "./notebook_outbox.js";
import { Store, WrongPhrase } from "./notebook_store.js";

const SHORTEST_PHRASE = 12;
const WIDEST_PHOTO = 1600;
const FIELDS = ["day", "hour", "host", "source_role", "fact", "interpretation", "evidence", "preconditions", "change_needed", "effect_evidence", "decided_by", "verdict", "verdict_reason"];

const root = /** @type {HTMLElement} */ (document.getElementById("notebook"));
/** @param {string} name @returns {any} */
const part = (name) => document.getElementById(name);
/** @param {string} name */
const word = (name) => root.getAttribute(`data-word-${name}`) ?? "";
/** @param {string} name */
const address = (name) => root.getAttribute(`data-${name}`) ?? "";

const store = await Store.of(address("visit"));
const outbox = new Outbox(store, { pack: address("pack"), send: address("send"), photo: address("photo") });
/** @type {any} */
let pack = null;
/** @type {any} */
let cell = null;

/** @param {string} sentence */
function say(sentence) {
  part("notebook-status").textContent = sentence;
}

/** @param {string} name */
function show(name) {
  for (const section of ["notebook-lock", "notebook-body", "notebook-sheet"]) part(section).hidden = section !== name;
}

/** The page and its parts are kept by a worker, so that they open without a network. */
async function keepThePage() {
  if (!("serviceWorker" in navigator)) return;
  await navigator.serviceWorker.register(address("worker"), { scope: location.pathname });
  const { active } = await navigator.serviceWorker.ready;
  const parts = [...document.querySelectorAll("link[rel=stylesheet], link[rel=preload], link[rel=icon], link[rel=manifest], script[src]")];
  const wanted = parts.map((p) => p.getAttribute("href") ?? p.getAttribute("src") ?? "");
  const modules = ["module", "store", "outbox"].map(address);
  const sprite = address("sprite").split("#")[0];
  await new Promise((resolve) => {
    const channel = new MessageChannel();
    channel.port1.onmessage = resolve;
    active?.postMessage({ page: location.pathname, parts: [...wanted, ...modules, sprite] }, [channel.port2]);
  });
}

/** Take the grid along, or what was taken before. */
async function takeAlong() {
  const kept = await store.get("pack");
  try {
    const taken = await outbox.take();
    delete taken.token;
    /** @type {Record<string, any>} */
    const records = { pack: taken };
    for (const draft of taken.drafts) {
      const own = await store.get(`sheet:${draft.cell}`);
      const unsent = (await outbox.waiting()).some(([, entry]) => entry.cell === draft.cell);
      // what is written here and not sent yet stands before what was read there
      if (!own || (own.number === draft.number && !unsent)) {
        records[`sheet:${draft.cell}`] = { number: draft.number, version: draft.version, said: draft.said };
      }
    }
    await store.put(records);
    pack = taken;
    await keepThePage();
    await navigator.storage?.persist?.();
    say(word("taken"));
  } catch (error) {
    pack = kept;
    if (error instanceof SignInNeeded) say(word("sign-in"));
    else if (error instanceof NoNetwork) say(kept ? word("offline") : word("need-network"));
    else throw error;
  }
}

async function drawCells() {
  const sheets = new Map(await store.all("sheet:"));
  const entries = await store.all("out:");
  const waiting = entries.filter(([, entry]) => !entry.refused);
  const refused = entries.filter(([, entry]) => entry.refused);
  const observed = new Set(pack.observed);
  const empty = pack.cells.filter((/** @type {any} */ c) => !observed.has(c.code) && !sheets.has(`sheet:${c.code}`)).length;
  part("notebook-title").textContent = pack.title;
  part("notebook-empty").textContent = empty === 1 ? word("empty-one") : `${empty} ${word("empty-many")}`;
  part("notebook-waiting").textContent = `${waiting.length} ${word("waiting")}`;
  const held = (await store.all("photo:")).filter(([, photo]) => !photo.consent_on);
  part("notebook-refusals").replaceChildren(
    ...[
      ...refused.map(([, entry]) => `${named(entry.cell)} : ${entry.refused}`),
      ...held.map(([, photo]) => `${photo.caption} : ${word("consent")}`),
    ].map((sentence) => {
      const line = document.createElement("li");
      line.textContent = sentence;
      return line;
    }),
  );
  const grid = part("notebook-grid");
  grid.replaceChildren();
  /** @type {Map<string, any[]>} */
  const themes = new Map();
  for (const one of pack.cells) themes.set(one.theme, [...(themes.get(one.theme) ?? []), one]);
  for (const [theme, cells] of themes) {
    const heading = document.createElement("h3");
    heading.textContent = theme;
    const list = document.createElement("ul");
    list.className = "notebook-cells";
    for (const one of cells) {
      const own = sheets.get(`sheet:${one.code}`);
      const state = refused.some(([, e]) => e.cell === one.code)
        ? "refused"
        : waiting.some(([, e]) => e.cell === one.code)
          ? "waiting"
          : own?.kept
            ? "kept"
            : own
              ? "sent"
              : observed.has(one.code)
                ? "observed"
                : "empty";
      const item = document.createElement("li");
      const button = document.createElement("button");
      button.type = "button";
      button.dataset.state = state;
      button.dataset.cell = one.code;
      button.textContent = one.element;
      const line = document.createElement("span");
      line.className = "cell-state";
      line.textContent = word(`state-${state}`);
      button.append(line);
      button.addEventListener("click", () => openCell(one));
      item.append(button);
      list.append(item);
    }
    grid.append(heading, list);
  }
  show("notebook-body");
}

/** @param {string} code */
function named(code) {
  const found = pack.cells.find((/** @type {any} */ c) => c.code === code);
  return found ? `${found.theme} × ${found.element}` : code;
}

/** @param {HTMLSelectElement} select @param {[string, string][]} choices */
function choices(select, choices) {
  select.replaceChildren(...choices.map(([value, label]) => new Option(label, value)));
}

/** @param {any} one */
async function openCell(one) {
  cell = one;
  const own = await store.get(`sheet:${one.code}`);
  const form = part("notebook-form");
  form.reset();
  part("notebook-error").textContent = "";
  part("notebook-cell").textContent = `${one.theme} × ${one.element}`;
  part("notebook-question").textContent = [one.question, one.guidance].filter(Boolean).join(" ");
  const spoken = new Intl.DateTimeFormat(document.documentElement.lang, { weekday: "long", day: "numeric", month: "long", timeZone: "UTC" });
  choices(part("note-day"), pack.days.map((/** @type {string} */ d) => [d, spoken.format(new Date(`${d}T00:00Z`))]));
  choices(part("note-host"), [["", "—"], ...pack.hosts.map((/** @type {any} */ h) => [h.id, h.function])]);
  choices(part("note-rating"), [["", "—"], ...one.scale.map((/** @type {[number, string]} */ [value, label]) => [String(value), `${value} — ${label}`])]);
  for (const field of FIELDS) if (own?.said[field]) part(`note-${field}`).value = own.said[field];
  if (own?.said.rating != null) part("note-rating").value = String(own.said.rating);
  const pictures = (await store.all("photo:")).filter(([, photo]) => photo.cell === one.code);
  part("note-photos").textContent = pictures.map(([, photo]) => `${photo.caption}${photo.consent_on ? "" : ` — ${word("consent")}`}`).join(" · ");
  show("notebook-sheet");
  part("notebook-cell").focus();
}

/** The picture drawn anew: smaller, and without what the camera wrote into it.
 * @param {File} file @returns {Promise<ArrayBuffer>} */
async function redrawn(file) {
  const drawing = await createImageBitmap(file);
  const scale = Math.min(1, WIDEST_PHOTO / Math.max(drawing.width, drawing.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(drawing.width * scale);
  canvas.height = Math.round(drawing.height * scale);
  canvas.getContext("2d")?.drawImage(drawing, 0, 0, canvas.width, canvas.height);
  const blob = await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", 0.85));
  return /** @type {Blob} */ (blob).arrayBuffer();
}

/** @param {SubmitEvent} event */
async function keep(event) {
  event.preventDefault();
  const before = await store.get(`sheet:${cell.code}`);
  const said = /** @type {Record<string, any>} */ ({ language: before?.said.language ?? document.documentElement.lang });
  for (const field of FIELDS) said[field] = part(`note-${field}`).value.trim();
  said.rating = part("note-rating").value === "" ? null : Number(part("note-rating").value);
  const error = !said.fact ? word("fact") : said.verdict && !said.verdict_reason ? word("reason") : "";
  const file = part("note-photo").files[0];
  const caption = part("note-caption").value.trim();
  part("notebook-error").textContent = error || (file && !caption ? word("caption") : "");
  if (part("notebook-error").textContent) return;
  const sheet = { version: 0, ...before, number: before?.number ?? crypto.randomUUID(), said };
  const entry = { edit: crypto.randomUUID(), sheet: sheet.number, cell: cell.code, grid: pack.grid, said };
  // a refused sending of this cell is answered by the one that is written now
  /** @type {Record<string, any>} */
  const records = { [`sheet:${cell.code}`]: sheet };
  for (const [name, old] of await store.all("out:")) if (old.refused && old.cell === cell.code && !old.photo) records[name] = null;
  await outbox.add(entry, records);
  say(word("saved"));
  if (file) await keepPhoto(file, caption, sheet.number);
  await drawCells();
  await sendAll();
}

/** Without a written consent the picture stays in this device, encrypted, and is not sent.
 * @param {File} file @param {string} caption @param {string} sheet */
async function keepPhoto(file, caption, sheet) {
  const photo = crypto.randomUUID();
  const consent_on = part("note-consent").value;
  const about = { photo, sheet, cell: cell.code, caption, consent_on, consent_scope: part("note-scope").value };
  const records = { [`photo:${photo}`]: about, [`picture:${photo}`]: await redrawn(file) };
  if (consent_on) await outbox.add(about, records);
  else await store.put(records);
}

let again = 0;
async function sendAll() {
  clearTimeout(again);
  try {
    const some = (await outbox.waiting()).length > 0;
    await outbox.send(() => void drawIfOpen());
    if (some && !(await outbox.waiting()).length) say(word("sent"));
  } catch (error) {
    if (error instanceof SignInNeeded) say(word("sign-in"));
    else if (error instanceof NoNetwork) {
      say(word("offline"));
      again = window.setTimeout(() => void sendAll(), outbox.pause());
    } else throw error;
  }
  await drawIfOpen();
}

async function drawIfOpen() {
  if (pack && !part("notebook-body").hidden) await drawCells();
}

async function exportNotes() {
  const sheets = (await store.all("sheet:")).map(([name, sheet]) => ({ cell: name.slice(6), ...sheet }));
  const photos = (await store.all("photo:")).map(([, photo]) => photo);
  const file = new Blob([JSON.stringify({ visit: pack.visit, grid: pack.grid, sheets, photos }, null, 2)], { type: "application/json" });
  const link = document.createElement("a");
  link.href = URL.createObjectURL(file);
  link.download = `carnet-${pack.visit}.json`;
  link.click();
  URL.revokeObjectURL(link.href);
}

/** @param {SubmitEvent} event */
async function open(event) {
  event.preventDefault();
  const phrase = part("notebook-phrase").value;
  if (phrase.length < SHORTEST_PHRASE) return say(word("short"));
  try {
    await store.unlock(phrase);
  } catch (error) {
    if (error instanceof WrongPhrase) return say(word("wrong"));
    throw error;
  }
  part("notebook-phrase").value = "";
  await takeAlong();
  if (!pack) return;
  await drawCells();
  await sendAll();
}

async function erase() {
  if (!window.confirm(word("erase"))) return;
  await store.erase();
  pack = null;
  say("");
  show("notebook-lock");
}

part("notebook-open").addEventListener("submit", open);
part("notebook-form").addEventListener("submit", keep);
part("notebook-back").addEventListener("click", () => void drawCells());
part("notebook-send").addEventListener("click", () => void sendAll());
part("notebook-export").addEventListener("click", () => void exportNotes());
part("notebook-erase").addEventListener("click", () => void erase());
window.addEventListener("online", () => void (pack && sendAll()));
if (crypto.subtle) show("notebook-lock");
else say(word("insecure"));
root.dataset.ready = "yes";
