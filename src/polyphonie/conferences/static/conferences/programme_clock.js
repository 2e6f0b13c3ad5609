// @ts-check
/** The site's clock, taken from the stream and never from the device. */

export class ProgrammeClock {
  /** @param {string} siteNow the instant at which the page was rendered, as the server said it */
  constructor(siteNow) {
    this.base = Date.parse(siteNow);
    this.since = performance.now();
    this.running = true;
  }

  /** @param {{site_now: string, running: boolean}} told */
  set(told) {
    this.base = Date.parse(told.site_now);
    this.since = performance.now();
    this.running = told.running;
  }

  /** The programme instant that the site has reached, in milliseconds. */
  now() {
    return this.base + (this.running ? performance.now() - this.since : 0);
  }
}

/**
 * Hours as a programme prints them.
 * @param {string} language
 * @param {string} timeZone
 */
export function hourWriter(language, timeZone) {
  const short = new Intl.DateTimeFormat(language, { hour: "2-digit", minute: "2-digit", timeZone, hour12: false });
  const long = new Intl.DateTimeFormat(language, {
    day: "numeric",
    month: "long",
    year: "numeric",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    timeZone,
    hour12: false,
  });
  return {
    /** @param {number} at */
    hour: (at) => short.format(at),
    /** @param {number} at */
    full: (at) => long.format(at),
  };
}
