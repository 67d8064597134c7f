import { isIPv6 } from "node:net";
import { LRUCache } from "lru-cache";
import type { Logger } from "pino";
import { AppError } from "../errors.ts";

/** Look-ups that find nobody, of one address in a window. A client with a wrong key stays below; a guesser does not. */
const maxFailures = 100;
const windowMs = 60_000;
/** More addresses than this push out the ones that failed least recently. */
const maxAddresses = 50_000;

/** IPv6 addresses are handed out by networks of 64 bits: within one, a client has as many as it likes. */
function networkOf(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped !== undefined) return mapped;
  if (!isIPv6(address)) return address;
  const [head = "", tail] = address.split("::");
  const groups = head === "" ? [] : head.split(":");
  const after = tail === undefined || tail === "" ? [] : tail.split(":");
  const filled = [
    ...groups,
    ...Array<string>(8 - groups.length - after.length).fill("0"),
    ...after,
  ];
  return `${filled.slice(0, 4).join(":")}::/64`;
}

interface Failures {
  count: number;
}

/**
 * Counts failed key checks per address in this process, so that guessing costs the database nothing
 * and other clients no time.
 */
export class FailureLimit {
  readonly #log: Pick<Logger, "warn">;
  readonly #failures = new LRUCache<string, Failures>({ max: maxAddresses, ttl: windowMs });

  constructor(log: Pick<Logger, "warn">) {
    this.#log = log;
  }

  /**
   * Counts a check as failed before it is made, as many may be under way at once; the function that
   * it returns takes that back. Throws `rate-limited` when the address has used up its failures.
   */
  expectFailure(address: string): () => void {
    const network = networkOf(address);
    const known = this.#failures.get(network);
    if (known && known.count >= maxFailures) throw this.#refusal(network, known);
    const failures = known ?? { count: 0 };
    if (!known) this.#failures.set(network, failures);
    failures.count += 1;
    return () => {
      failures.count -= 1;
    };
  }

  #refusal(network: string, failures: Failures): AppError {
    if (failures.count === maxFailures) {
      failures.count += 1;
      this.#log.warn(
        { network, maxFailures },
        "too many unknown keys or tokens; refusing this address",
      );
    }
    const retryAfterSeconds = Math.ceil(this.#failures.getRemainingTTL(network) / 1000);
    return new AppError(
      "rate-limited",
      `Too many requests with unknown keys or tokens came from ${network}; wait until Retry-After has passed`,
      { retryAfterSeconds },
    );
  }
}
