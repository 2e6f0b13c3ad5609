// @ts-check
/** The relay: one player, its languages as renditions, steered towards the site's clock. */

/** How far behind the site's clock the picture is held, in seconds: four segments of four seconds. */
const BEHIND = 16;
const DEAD_BAND = 0.1;
const NUDGE = 0.05;
const LONG_PAUSE = 30_000;

export class Player {
  /**
   * @param {HTMLElement} frame
   * @param {{master: string, span: string, mediaToken: string, mode: string, light: boolean, startsAt: string | null}} start
   * @param {import("./programme_clock.js").ProgrammeClock} clock
   */
  constructor(frame, start, clock) {
    this.frame = frame;
    this.start = start;
    this.clock = clock;
    this.token = start.mediaToken;
    this.video = /** @type {HTMLVideoElement} */ (frame.querySelector("video"));
    this.note = /** @type {HTMLElement} */ (frame.querySelector("#player-note"));
    /** @type {any} */
    this.hls = null;
    this.attached = false;
    // a picture that has never played holds nothing back
    this.pausedSince = -Infinity;
    this.video.addEventListener("pause", () => (this.pausedSince = performance.now()));
    setInterval(() => this.steer(), 250);
  }

  address() {
    return `${this.start.master}?t=${encodeURIComponent(this.token)}${this.start.span}`;
  }

  /** Begin, once there is something to play: never with an empty playlist. */
  async attach() {
    if (this.attached) return;
    this.attached = true;
    const { default: Hls } = await import(/** @type {string} */ (this.frame.dataset.hls));
    if (!Hls.isSupported()) {
      this.video.src = this.address();
      return;
    }
    this.hls = new Hls({
      workerPath: this.frame.dataset.worker,
      liveSyncDurationCount: 3,
      maxLiveSyncPlaybackRate: 1,
      // cues would be kept on track elements with a data address, which the page's policy refuses
      enableDateRangeMetadataCues: false,
      enableID3MetadataCues: false,
      enableEmsgMetadataCues: false,
      // the token lives in the query alone, so that it may change while numbers and addresses stay
      xhrSetup: (/** @type {XMLHttpRequest} */ xhr, /** @type {string} */ url) => {
        const fresh = new URL(url, location.href);
        fresh.searchParams.set("t", this.token);
        xhr.open("GET", fresh.href, true);
      },
    });
    this.hls.on(Hls.Events.AUDIO_TRACKS_UPDATED, () => this.offerLanguages());
    this.hls.on(Hls.Events.AUDIO_TRACK_SWITCHED, () => this.offerLanguages());
    this.hls.on(Hls.Events.ERROR, (/** @type {string} */ _name, /** @type {any} */ error) => {
      if (!error.fatal) return;
      this.say(this.note.dataset.failed ?? "");
      this.detach();
      setTimeout(() => this.attach(), 4000 + Math.random() * 4000);
    });
    this.hls.on(Hls.Events.FRAG_BUFFERED, () => this.say(""));
    this.hls.loadSource(this.address());
    this.hls.attachMedia(this.video);
  }

  detach() {
    this.hls?.destroy();
    this.hls = null;
    this.attached = false;
  }

  offerLanguages() {
    const place = /** @type {HTMLFieldSetElement} */ (document.getElementById("channels"));
    const present = this.hls.audioTrack;
    const offered = /** @type {HTMLInputElement[]} */ ([...place.querySelectorAll("input")]);
    if (offered.length === this.hls.audioTracks.length) {
      offered.forEach((input, index) => (input.checked = index === present));
      return;
    }
    offered.forEach((input) => input.closest("label")?.remove());
    for (const [index, track] of this.hls.audioTracks.entries()) {
      const label = document.createElement("label");
      const input = document.createElement("input");
      input.type = "radio";
      input.name = "channel";
      input.value = track.lang;
      input.checked = present < 0 ? track.default : index === present;
      input.addEventListener("change", () => (this.hls.audioTrack = index));
      const name = document.createElement("span");
      name.lang = track.lang;
      name.textContent = track.name;
      label.append(input, name);
      place.append(label);
    }
    place.hidden = this.hls.audioTracks.length < 2;
  }

  /** The programme instant on the screen, in milliseconds; null while nothing plays. */
  playingAt() {
    const date = this.hls?.playingDate ?? this.nativeDate();
    return date ? date.getTime() : null;
  }

  nativeDate() {
    const start = /** @type {any} */ (this.video).getStartDate?.();
    return start && !Number.isNaN(start.getTime()) ? new Date(start.getTime() + this.video.currentTime * 1000) : null;
  }

  /** The instant by which the page shows what was said: the picture's, or the site's clock without one. */
  shownAt() {
    const playing = this.playingAt();
    if (playing === null) return this.start.mode === "replay" ? Infinity : this.clock.now();
    const resting = this.video.paused && performance.now() - this.pausedSince > LONG_PAUSE;
    return resting && this.start.mode !== "replay" ? this.clock.now() : playing;
  }

  steer() {
    if (this.start.mode === "replay" || this.video.paused) return;
    const playing = this.playingAt();
    if (playing === null) return;
    const late = (this.clock.now() - BEHIND * 1000 - playing) / 1000;
    const rate = Math.abs(late) < DEAD_BAND ? 1 : 1 + Math.sign(late) * NUDGE;
    if (this.video.playbackRate !== rate) this.video.playbackRate = rate;
  }

  /** @param {string} words */
  say(words) {
    if (this.note.textContent !== words) this.note.textContent = words;
  }

  /**
   * What the ``clock`` event says of the media: begin, or count down.
   * @param {{media_from: string | null, media_in: number | null}} told
   */
  media(told) {
    if (this.start.mode === "replay") {
      void this.attach();
    } else if (told.media_from === null) {
      this.say(this.note.dataset.nothing ?? "");
    } else if ((told.media_in ?? 0) <= 0) {
      void this.attach();
    } else {
      this.countdown(performance.now() + (told.media_in ?? 0) * 1000);
    }
  }

  /** @param {number} until */
  countdown(until) {
    clearInterval(this.counting);
    const tell = () => {
      const left = Math.ceil((until - performance.now()) / 1000);
      if (left <= 0) {
        clearInterval(this.counting);
        this.say("");
        void this.attach();
        return;
      }
      const hours = Math.floor(left / 3600);
      const minutes = Math.floor((left % 3600) / 60);
      const time = hours ? `${hours} h ${String(minutes).padStart(2, "0")}` : minutes ? `${minutes} min` : `${left} s`;
      this.say((this.note.dataset.countdown ?? "{time}").replace("{time}", time));
    };
    tell();
    this.counting = setInterval(tell, 1000);
  }
}
