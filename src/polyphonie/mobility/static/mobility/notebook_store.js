// @ts-check
/** What a notebook keeps in this device: every record encrypted under a phrase that never leaves it. */

const ITERATIONS = 600_000;
const CHECK = "polyphonie";
const text = new TextEncoder();
const words = new TextDecoder();

/** @template T @param {IDBRequest<T>} request @returns {Promise<T>} */
function done(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

/** @param {IDBTransaction} transaction @returns {Promise<void>} */
function committed(transaction) {
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onerror = transaction.onabort = () => reject(transaction.error);
  });
}

export class WrongPhrase extends Error {}

export class Store {
  /** @param {IDBDatabase} database */
  constructor(database) {
    this.database = database;
    /** @type {CryptoKey | null} */
    this.key = null;
  }

  /** @param {string} visit */
  static async of(visit) {
    const opening = indexedDB.open(`polyphonie-notebook-${visit}`, 1);
    opening.onupgradeneeded = () => {
      opening.result.createObjectStore("lock");
      opening.result.createObjectStore("records");
    };
    return new Store(await done(opening));
  }

  /** Whether a phrase has been chosen on this device. */
  async isLocked() {
    return Boolean(await done(this.database.transaction("lock").objectStore("lock").get("lock")));
  }

  /** Choose the phrase, or open with it. A phrase that does not open throws {@link WrongPhrase}.
   * @param {string} phrase */
  async unlock(phrase) {
    const kept = await done(this.database.transaction("lock").objectStore("lock").get("lock"));
    const salt = kept ? kept.salt : crypto.getRandomValues(new Uint8Array(16));
    const material = await crypto.subtle.importKey("raw", text.encode(phrase.normalize("NFKC")), "PBKDF2", false, ["deriveKey"]);
    const key = await crypto.subtle.deriveKey(
      { name: "PBKDF2", hash: "SHA-256", salt, iterations: kept ? kept.iterations : ITERATIONS },
      material,
      { name: "AES-GCM", length: 256 },
      false,
      ["encrypt", "decrypt"],
    );
    if (kept) {
      try {
        const plain = await crypto.subtle.decrypt({ name: "AES-GCM", iv: kept.iv }, key, kept.check);
        if (words.decode(plain) !== CHECK) throw new WrongPhrase();
      } catch {
        throw new WrongPhrase();
      }
    } else {
      const iv = crypto.getRandomValues(new Uint8Array(12));
      const check = await crypto.subtle.encrypt({ name: "AES-GCM", iv }, key, text.encode(CHECK));
      const writing = this.database.transaction("lock", "readwrite");
      writing.objectStore("lock").put({ salt, iterations: ITERATIONS, iv, check }, "lock");
      await committed(writing);
    }
    this.key = key;
  }

  /** @param {Uint8Array | ArrayBuffer} plain */
  async #sealed(plain) {
    if (!this.key) throw new Error("The notebook is closed.");
    const iv = crypto.getRandomValues(new Uint8Array(12));
    return { iv, data: await crypto.subtle.encrypt({ name: "AES-GCM", iv }, this.key, /** @type {BufferSource} */ (plain)) };
  }

  /** @param {{iv: Uint8Array, data: ArrayBuffer}} sealed */
  async #opened(sealed) {
    if (!this.key) throw new Error("The notebook is closed.");
    return crypto.subtle.decrypt({ name: "AES-GCM", iv: /** @type {BufferSource} */ (sealed.iv) }, this.key, sealed.data);
  }

  /** Several records at once, all or none. A value of null removes. Values are encrypted before the
   * transaction opens: it would close while waiting for the cipher.
   * @param {Record<string, any>} records */
  async put(records) {
    /** @type {[string, any][]} */
    const sealed = [];
    for (const [name, value] of Object.entries(records)) {
      if (value === null) sealed.push([name, null]);
      else if (value instanceof ArrayBuffer) sealed.push([name, await this.#sealed(value)]);
      else sealed.push([name, await this.#sealed(text.encode(JSON.stringify(value)))]);
    }
    const writing = this.database.transaction("records", "readwrite");
    const store = writing.objectStore("records");
    for (const [name, value] of sealed) value === null ? store.delete(name) : store.put(value, name);
    await committed(writing);
  }

  /** @param {string} name @returns {Promise<any>} */
  async get(name) {
    const sealed = await done(this.database.transaction("records").objectStore("records").get(name));
    return sealed ? JSON.parse(words.decode(await this.#opened(sealed))) : null;
  }

  /** @param {string} name @returns {Promise<ArrayBuffer | null>} */
  async bytes(name) {
    const sealed = await done(this.database.transaction("records").objectStore("records").get(name));
    return sealed ? this.#opened(sealed) : null;
  }

  /** The records whose names begin alike, in the order of their names.
   * @param {string} start @returns {Promise<[string, any][]>} */
  async all(start) {
    const range = IDBKeyRange.bound(start, `${start}\uffff`);
    const reading = this.database.transaction("records").objectStore("records");
    const [names, sealed] = await Promise.all([done(reading.getAllKeys(range)), done(reading.getAll(range))]);
    /** @type {[string, any][]} */
    const found = [];
    for (const [n, name] of names.entries()) {
      found.push([String(name), JSON.parse(words.decode(await this.#opened(sealed[n])))]);
    }
    return found;
  }

  /** Everything goes, the phrase with it. */
  async erase() {
    this.key = null;
    const erasing = this.database.transaction(["lock", "records"], "readwrite");
    erasing.objectStore("lock").clear();
    erasing.objectStore("records").clear();
    await committed(erasing);
  }
}
