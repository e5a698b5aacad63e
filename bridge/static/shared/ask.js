/** @typedef {{url: string, token: string, identity: string, name: string}} Ticket */
/** @typedef {{ticket: Ticket} | {refusal: string}} Answer `refusal` is an error key, "" where nobody answered */

const ANSWER_MS = 10_000;

/**
 * A token for the call.
 *
 * @param {{code: string, secret: string, page: string, name: string}} who
 * @returns {Promise<Answer>}
 */
export async function askToJoin(who) {
  try {
    const response = await fetch("/pages/join", {
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
