/**
 * Remembers for a short while whom a key belongs to, so that a busy client costs one look-up now and
 * then. A revoked key works for at most this long on each replica.
 */
const rememberMs = 3_000;
const maxEntries = 10_000;

export class KeyCache<T> {
  readonly #entries = new Map<string, { value: T; until: number }>();

  get(digest: Buffer): T | undefined {
    const key = digest.toString("latin1");
    const entry = this.#entries.get(key);
    if (!entry) return undefined;
    if (entry.until > performance.now()) return entry.value;
    this.#entries.delete(key);
    return undefined;
  }

  set(digest: Buffer, value: T): void {
    if (this.#entries.size >= maxEntries) this.#entries.clear();
    this.#entries.set(digest.toString("latin1"), { value, until: performance.now() + rememberMs });
  }

  clear(): void {
    this.#entries.clear();
  }
}
