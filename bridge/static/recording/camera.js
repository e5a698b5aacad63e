const WIDTH = 1280;
const HEIGHT = 720;
const RATE = 30;
const PIECE_MS = 1000;
const SETTLED_MS = 400;
const MOST_MS = 4000;
const FORMAT = {
  mimeType: "video/webm;codecs=vp8,opus",
  videoBitsPerSecond: 4_000_000,
  audioBitsPerSecond: 128_000,
};

/** Takes the picture and the sound of this very page, which is as large as the picture is to be. */
export class Camera {
  #took;
  #failed;
  /** @type {MediaRecorder | undefined} */
  #recorder;
  /** @type {MediaStream | undefined} */
  #stream;

  /** @param {(piece: Blob) => void} took @param {(why: string) => void} failed */
  constructor(took, failed) {
    this.#took = took;
    this.#failed = failed;
  }

  /** Raises what the browser raises. From now on nothing of the page is heard at the machine's speakers. */
  async open() {
    const asked = {
      video: { width: WIDTH, height: HEIGHT, frameRate: RATE, cursor: "never" },
      audio: {
        channelCount: 2,
        echoCancellation: false,
        noiseSuppression: false,
        autoGainControl: false,
        suppressLocalAudioPlayback: true,
      },
      preferCurrentTab: true,
      selfBrowserSurface: "include",
    };
    this.#stream = await navigator.mediaDevices.getDisplayMedia(/** @type {DisplayMediaStreamOptions} */ (asked));
    for (const track of this.#stream.getTracks()) {
      track.addEventListener("ended", () => this.#failed(`the ${track.kind} of its page ended`));
    }
    addEventListener("resize", fit);
    await fitting();
  }

  start() {
    if (!this.#stream || this.#recorder) return;
    const recorder = new MediaRecorder(this.#stream, FORMAT);
    recorder.ondataavailable = ({ data }) => data.size && this.#took(data);
    recorder.onerror = (event) => this.#failed(String(/** @type {ErrorEvent} */ (event).error ?? event.type));
    recorder.start(PIECE_MS);
    this.#recorder = recorder;
  }

  /** Everything was taken when it returns. */
  async stop() {
    const recorder = this.#recorder;
    if (!recorder || recorder.state === "inactive") return;
    const stopped = new Promise((resolve) => recorder.addEventListener("stop", resolve, { once: true }));
    recorder.stop();
    await stopped;
  }
}

/** What the browser draws around the page, and says above it, comes and goes. */
function fit() {
  const wide = outerWidth + WIDTH - innerWidth;
  const tall = outerHeight + HEIGHT - innerHeight;
  if (isFit() || wide > screen.availWidth || tall > screen.availHeight) return;
  resizeTo(wide, tall);
}

/** The page has had its size for a moment, or does not get it. */
async function fitting() {
  const until = performance.now() + MOST_MS;
  let since = performance.now();
  while (performance.now() < Math.min(until, since + SETTLED_MS)) {
    fit();
    if (!isFit()) since = performance.now();
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

const isFit = () => innerWidth === WIDTH && innerHeight === HEIGHT;
