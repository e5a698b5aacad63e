/** What fits into a message beside its number. */
const PIECE_BYTES = 512 * 1024;
/** A minute and more of a recording. What is more is given up, and with it this part of the recording. */
const MOST_BYTES = 48 * 1024 * 1024;
const NUMBER_BYTES = 4;

/** What was recorded and is not on the bridge's disk yet, in pieces that have a number each. */
export class Outbox {
  /** @type {{number: number, message: Uint8Array<ArrayBuffer>}[]} */
  #waiting = [];
  #made = 0;
  #bytes = 0;
  /** One blob after the other. */
  #reading = Promise.resolve();
  /** @type {(() => void)[]} */
  #emptied = [];
  #send;
  #failed;

  /** @param {(message: Uint8Array<ArrayBuffer>) => void} send @param {(why: string) => void} failed */
  constructor(send, failed) {
    this.#send = send;
    this.#failed = failed;
  }

  /** @param {Blob} blob */
  put(blob) {
    this.#reading = this.#reading.then(async () => this.#cut(new Uint8Array(await blob.arrayBuffer())));
  }

  /** Those before that number are on the disk. @param {number} number @param {boolean} again send all others once more */
  wanted(number, again) {
    while (this.#waiting[0] && this.#waiting[0].number < number)
      this.#bytes -= this.#waiting.shift()?.message.length ?? 0;
    if (again) for (const { message } of this.#waiting) this.#send(message);
    if (!this.#waiting.length) for (const resolve of this.#emptied.splice(0)) resolve();
  }

  /** Return when all that was put in is on the disk. */
  async isEmpty() {
    await this.#reading;
    if (this.#waiting.length) await new Promise((resolve) => this.#emptied.push(() => resolve(undefined)));
  }

  /** @param {Uint8Array} bytes */
  #cut(bytes) {
    for (let at = 0; at < bytes.length; at += PIECE_BYTES) {
      const part = bytes.subarray(at, at + PIECE_BYTES);
      const message = new Uint8Array(NUMBER_BYTES + part.length);
      new DataView(message.buffer).setUint32(0, this.#made);
      message.set(part, NUMBER_BYTES);
      this.#waiting.push({ number: this.#made++, message });
      this.#bytes += message.length;
      this.#send(message);
    }
    if (this.#bytes > MOST_BYTES) this.#failed("the bridge took nothing from it for too long");
  }
}
