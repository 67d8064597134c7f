import { backoffMs } from "@framewright/runtime/retry.ts";
import { pause } from "@framewright/runtime/clock.ts";
import type { Logger } from "@framewright/runtime/log.ts";
import type { WorkerApi } from "./worker-api.ts";

const pauses = { firstMs: 200, limitMs: 10_000 };
/** A connection that ends sooner did not help: a replica that closes takes one and hangs up. */
const stoodMs = 1_000;

/**
 * Keeps a connection to the API open, which breaks when this process ends, however it ends. The API then gives the jobs
 * to others at once, so that a connection that broke for another reason is opened again without a pause.
 */
export class Connection {
  readonly #api: Pick<WorkerApi, "stayConnected">;
  readonly #log: Logger;
  readonly #ended = new AbortController();
  #loop: Promise<void> = Promise.resolve();

  constructor(api: Pick<WorkerApi, "stayConnected">, log: Logger) {
    this.#api = api;
    this.#log = log;
  }

  start(): void {
    this.#loop = this.#run();
  }

  async end(): Promise<void> {
    this.#ended.abort();
    await this.#loop;
  }

  async #run(): Promise<void> {
    const { signal } = this.#ended;
    let failures = 0;
    const ended = () => signal.aborted;
    while (!ended()) {
      const since = performance.now();
      try {
        await this.#api.stayConnected(signal);
      } catch (error) {
        if (!ended()) this.#log.warn({ err: error }, "the connection to the API failed");
      }
      if (ended()) return;
      failures = performance.now() - since < stoodMs ? failures + 1 : 0;
      if (failures > 0)
        await pause(backoffMs(failures - 1, pauses.firstMs, pauses.limitMs), signal);
    }
  }
}
