/**
 * A random UUID from random bytes alone: browsers keep `crypto.randomUUID` from pages on plain http.
 *
 * @param {Pick<Crypto, "getRandomValues">} [crypto]
 * @returns {`${string}-${string}-${string}-${string}-${string}`}
 */
export function uuid(crypto = globalThis.crypto) {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

/** Put it where livekit-client looks for it. */
export function provideUuid() {
  globalThis.crypto.randomUUID ??= () => uuid();
}
