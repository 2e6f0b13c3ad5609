// @ts-check
/** What waits to be sent: in order, each under a number of its own, so that sending twice is sending once. */

/** @typedef {import("./notebook_store.js").Store} Store */

export class SignInNeeded extends Error {}
export class NoNetwork extends Error {}

const PAUSES = [1_000, 4_000, 15_000, 60_000];

export class Outbox {
  /** @param {Store} store @param {{pack: string, send: string, photo: string}} addresses */
  constructor(store, addresses) {
    this.store = store;
    this.addresses = addresses;
    this.failures = 0;
    this.last = 0;
    /** @type {Promise<void> | null} */
    this.running = null;
  }

  /** @param {string} address @param {RequestInit} [request] */
  async #asked(address, request) {
    let answer;
    try {
      answer = await fetch(address, { ...request, redirect: "manual", credentials: "same-origin", cache: "no-store" });
    } catch {
      throw new NoNetwork();
    }
    if (answer.type === "opaqueredirect" || answer.status === 403) throw new SignInNeeded();
    if (answer.status >= 500) throw new NoNetwork();
    return answer;
  }

  /** What the device takes along, with the token for sending. */
  async take() {
    const answer = await this.#asked(this.addresses.pack);
    if (!answer.ok) throw new SignInNeeded();
    return answer.json();
  }

  /** @returns {Promise<[string, any][]>} */
  async waiting() {
    return (await this.store.all("out:")).filter(([, entry]) => !entry.refused);
  }

  /** Add to the end; the record of the sheet is written in the same stroke.
   * @param {any} entry @param {Record<string, any>} beside */
  async add(entry, beside) {
    this.last = Math.max(Date.now(), this.last + 1); // in the order of writing, whatever the clock does
    const name = `out:${String(this.last).padStart(15, "0")}:${entry.edit || entry.photo}`;
    await this.store.put({ ...beside, [name]: entry });
  }

  /** Send all that waits, one after the other. Calls that come while it runs join it.
   * @param {() => void} told @returns {Promise<void>} */
  send(told) {
    this.running ??= this.#run(told).finally(() => {
      this.running = null;
    });
    return this.running;
  }

  /** The pause before the next attempt after a network that failed, in milliseconds. */
  pause() {
    return PAUSES[Math.min(this.failures, PAUSES.length) - 1] ?? PAUSES[0];
  }

  /** @param {() => void} told */
  async #run(told) {
    if (!(await this.waiting()).length) return;
    try {
      const { token } = await this.take();
      for (const [name, entry] of await this.waiting()) {
        if (entry.photo) await this.#photo(name, entry, token);
        else await this.#sheet(name, entry, token);
        told();
      }
      this.failures = 0;
    } catch (error) {
      if (error instanceof NoNetwork) this.failures += 1;
      throw error;
    }
  }

  /** @param {string} name @param {any} entry @param {string} token */
  async #sheet(name, entry, token) {
    const sheet = await this.store.get(`sheet:${entry.cell}`);
    const answer = await this.#asked(this.addresses.send, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-CSRFToken": token },
      body: JSON.stringify({ ...entry, base: sheet?.version ?? 0 }),
    });
    const said = await answer.json();
    if (!answer.ok) {
      // nothing is thrown away: the sentence stands beside the sheet, which may be written again
      await this.store.put({ [name]: { ...entry, refused: said.sentence } });
      return;
    }
    const kept = said.outcome === "kept";
    /** @type {Record<string, any>} */
    const records = { [name]: null };
    if (sheet && sheet.number === entry.sheet) {
      records[`sheet:${entry.cell}`] = { ...sheet, version: kept ? sheet.version : said.version, kept: sheet.kept || kept, address: said.address };
    }
    await this.store.put(records);
  }

  /** @param {string} name @param {any} entry @param {string} token */
  async #photo(name, entry, token) {
    const bytes = await this.store.bytes(`picture:${entry.photo}`);
    if (!bytes) {
      await this.store.put({ [name]: null });
      return;
    }
    const form = new FormData();
    for (const field of ["photo", "sheet", "caption", "consent_on", "consent_scope"]) form.set(field, entry[field]);
    form.set("file", new Blob([bytes], { type: "image/jpeg" }), "photo.jpg");
    const answer = await this.#asked(this.addresses.photo, { method: "POST", headers: { "X-CSRFToken": token }, body: form });
    const said = await answer.json();
    if (answer.ok) await this.store.put({ [name]: null, [`picture:${entry.photo}`]: null });
    else await this.store.put({ [name]: { ...entry, refused: said.sentence } });
  }
}
