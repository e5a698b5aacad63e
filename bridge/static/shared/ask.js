/** @typedef {{url: string, token: string, identity: string, name: string}} Ticket */
/** @typedef {{ticket: Ticket} | {refusal: string}} Answer `refusal` is an error key, "" where nobody answered */

const ANSWER_MS = 10_000;

/**
 * A token for the call.
 *
 * @param {{secret: string} & Record<string, string>} who
 * @param {string} [path] of whoever gives it
 * @returns {Promise<Answer>}
 */
export async function askToJoin(who, path = "/pages/join") {
  try {
    const response = await fetch(path, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(who),
      signal: AbortSignal.timeout(ANSWER_MS),
    });
    const said = await response.json();
    if (!said.success) return { refusal: String(said.error ?? "") };
    return {
      ticket: { url: said.server_url, token: said.participant_token, identity: said.identity, name: said.name },
    };
  } catch {
    return { refusal: "" };
  }
}
