// @ts-check
/** The chat: each message at its programme time, one's own at once, removals everywhere. */

/** @typedef {import("./live_stream.js").LiveEvent} LiveEvent */

const OVERTAKING = new Set(["removal", "ban", "kick", "withdrawal", "urgent", "programme"]);
const QUIET = 10_000;

/**
 * @param {LiveEvent} event
 * @param {string} site
 */
export function overtakes(event, site) {
  return OVERTAKING.has(event.kind) || event.site === site || (event.now ?? []).includes(site);
}

export class Chat {
  /**
   * @param {{speakers: Record<string, string>, language: string}} start
   * @param {(at: number) => string} hour
   */
  constructor(start, hour) {
    this.start = start;
    this.hour = hour;
    this.list = /** @type {HTMLElement} */ (document.getElementById("messages"));
    this.template = /** @type {HTMLTemplateElement} */ (document.getElementById("message-template"));
    this.live = document.getElementById("chat-live");
    this.unread = 0;
    /** @type {Set<number>} */
    this.own = new Set();
  }

  /** @param {LiveEvent} event */
  show(event) {
    if (event.removed || this.list.querySelector(`[data-seq="${event.seq}"]`)) return;
    const copy = /** @type {DocumentFragment} */ (this.template.content.cloneNode(true));
    const row = /** @type {HTMLElement} */ (copy.firstElementChild);
    const { body } = event;
    row.dataset.seq = String(event.seq);
    row.dataset.at = event.at;
    const fill = (/** @type {string} */ place, /** @type {string} */ words) => {
      const node = /** @type {HTMLElement} */ (row.querySelector(place));
      node.textContent = words;
      return node;
    };
    fill(".message-speaker", this.start.speakers[body.as] ?? this.start.speakers.host);
    fill(".message-alias", body.alias ?? "");
    const from = body.from ?? {};
    fill(".message-from", from[this.start.language] ?? from.fr ?? from.en ?? Object.values(from)[0] ?? "");
    fill(".message-time", this.hour(Date.parse(event.at))).setAttribute("datetime", event.at);
    const text = fill(".message-text", body.text);
    text.lang = event.lang ?? "";
    text.dir = "auto";
    const seq = /** @type {HTMLInputElement | null} */ (row.querySelector("input[name=seq]"));
    if (seq) seq.value = String(event.seq);
    this.place(row, event.seq);
    if (this.own.has(event.seq)) this.claim(event.seq);
    this.tell();
  }

  /**
   * The reader's own message: marked, and theirs to take back. It may come before or after its number.
   * @param {number} seq
   */
  claim(seq) {
    this.own.add(seq);
    const row = this.list.querySelector(`[data-seq="${seq}"]`);
    row?.classList.add("message-mine");
    row?.querySelector("form")?.removeAttribute("hidden");
  }

  /**
   * In the order of the log, and in view where the reader was at the end.
   * @param {HTMLElement} row
   * @param {number} seq
   */
  place(row, seq) {
    const atEnd = this.list.scrollHeight - this.list.scrollTop - this.list.clientHeight < 40;
    const rows = /** @type {HTMLElement[]} */ ([...this.list.children]);
    const after = rows.find((other) => Number(other.dataset.seq) > seq) ?? null;
    this.list.insertBefore(row, after);
    document.getElementById("no-messages")?.setAttribute("hidden", "");
    if (atEnd) this.list.scrollTop = this.list.scrollHeight;
  }

  /** @param {number} seq */
  remove(seq) {
    document.querySelectorAll(`[data-seq="${seq}"]`).forEach((row) => row.remove());
  }

  /** How many have come, at most every ten seconds: a reader by ear is not talked over. */
  tell() {
    this.unread += 1;
    if (this.telling || !this.live) return;
    this.telling = setTimeout(() => {
      this.telling = undefined;
      const { one, many } = /** @type {HTMLElement} */ (this.live).dataset;
      const words = this.unread === 1 ? one : many?.replace("{count}", String(this.unread));
      /** @type {HTMLElement} */ (this.live).textContent = words ?? "";
      this.unread = 0;
    }, QUIET);
  }
}
