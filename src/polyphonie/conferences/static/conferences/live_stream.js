// @ts-check
/** The stream of events: one EventSource, opened again with a fresh token and the last cursor. */

/**
 * @typedef {object} LiveEvent
 * @property {number} seq
 * @property {string} at
 * @property {string} kind
 * @property {string} [site]
 * @property {string[]} [now]
 * @property {number} [target]
 * @property {boolean} [removed]
 * @property {string} [lang]
 * @property {any} [body]
 */

export class LiveStream {
  /**
   * @param {{stream: string, streamToken: string, cursor: string, tokens: string}} start
   * @param {Record<string, (data: any) => void>} handlers by name of event
   */
  constructor(start, handlers) {
    this.start = start;
    this.token = start.streamToken;
    this.cursor = start.cursor;
    this.handlers = handlers;
    this.failures = 0;
    this.open();
  }

  open() {
    this.source?.close();
    const address = `${this.start.stream}?t=${encodeURIComponent(this.token)}&c=${encodeURIComponent(this.cursor)}`;
    const source = new EventSource(address);
    this.source = source;
    for (const name of ["clock", "batch", "tally", "me"]) {
      source.addEventListener(name, (event) => {
        this.failures = 0;
        const { data, lastEventId } = /** @type {MessageEvent} */ (event);
        if (lastEventId) this.cursor = lastEventId;
        this.handlers[name]?.(JSON.parse(data));
      });
    }
    source.addEventListener("reset", () => location.reload());
    source.addEventListener("bye", (event) => {
      source.close();
      const { wait } = JSON.parse(/** @type {MessageEvent} */ (event).data);
      setTimeout(() => this.renew(), wait * 1000);
    });
    source.addEventListener("error", () => {
      // while it is connecting the browser tries again by itself; closed means that the token was refused
      if (source.readyState === EventSource.CLOSED) this.later();
    });
  }

  /** Ask for fresh tokens, then open again from the last cursor. */
  async renew() {
    try {
      const answer = await fetch(this.start.tokens, { headers: { Accept: "application/json" } });
      if (answer.status === 404 || answer.status === 403) return location.reload();
      const tokens = await answer.json();
      this.token = tokens.stream;
      this.handlers.tokens?.(tokens);
      this.open();
    } catch {
      this.later();
    }
  }

  later() {
    this.source?.close();
    this.failures += 1;
    const wait = Math.min(30, 2 ** this.failures) * (0.5 + Math.random());
    setTimeout(() => this.renew(), wait * 1000);
  }
}
