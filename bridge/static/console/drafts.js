/** @typedef {string | number | boolean} Value */

/**
 * What somebody is typing, until it is saved: by a name of its field. Whatever the bridge says meanwhile stays out of the
 * field, and is told beside it.
 */
export class Drafts {
  /** @type {Map<string, {base: Value, value: Value}>} */
  #fields = new Map();

  /** @param {string} field @param {Value} now what the bridge has */
  value(field, now) {
    return this.#fields.get(field)?.value ?? now;
  }

  /** @param {string} field @param {Value} value @param {Value} now */
  edit(field, value, now) {
    const base = this.#fields.get(field)?.base ?? now;
    if (value === now) this.#fields.delete(field);
    else this.#fields.set(field, { base, value });
  }

  /** @param {string} field @param {Value} now */
  isChanged(field, now) {
    const draft = this.#fields.get(field);
    return draft !== undefined && draft.value !== now;
  }

  /** Somebody else changed it since the typing began. @param {string} field @param {Value} now */
  isOvertaken(field, now) {
    const draft = this.#fields.get(field);
    return draft !== undefined && draft.base !== now && draft.value !== now;
  }

  /** @param {string} start of the names */
  drop(start) {
    for (const field of this.#fields.keys()) if (field.startsWith(start)) this.#fields.delete(field);
  }
}
