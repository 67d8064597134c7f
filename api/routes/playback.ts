import { LRUCache } from "lru-cache";
import { lookCounter, type OnLook } from "../backend-metrics.ts";
import { EarlyPlayback, readEarlyPath } from "../jobs/early-playback.ts";
import { attemptPrefix } from "../jobs/rows.ts";
import type { App } from "../app.ts";
import type { ClientDeps } from "./client-deps.ts";
import { playedFileRoutes } from "./files.ts";

const rememberedJobs = 10_000;
/** How long a deleted job can be played where a replica does not hear of it, because Redis is away. */
const rememberMs = 3_000;

interface Remembered {
  readonly attempt: number;
  readonly forget: () => void;
}

/** Published attempts by job, so that a player's requests cost few queries. A job that is deleted is dropped at once. */
class PublishedAttempts {
  readonly #deps: Pick<ClientDeps, "service" | "notifier">;
  readonly #onLook: OnLook;
  readonly #known = new LRUCache<string, Remembered>({
    max: rememberedJobs,
    ttl: rememberMs,
    dispose: ({ forget }) => {
      forget();
    },
  });

  constructor(deps: Pick<ClientDeps, "service" | "notifier" | "metrics">) {
    this.#deps = deps;
    this.#onLook = lookCounter(deps.metrics, "published-attempts");
  }

  async of(jobId: string): Promise<number | undefined> {
    const known = this.#known.get(jobId);
    this.#onLook(known !== undefined);
    return known?.attempt ?? this.#read(jobId);
  }

  async #read(jobId: string): Promise<number | undefined> {
    let changed = false;
    // Before the query, so that a change during it is not missed.
    const forget = this.#deps.notifier.onJob(jobId, () => {
      changed = true;
      this.#known.delete(jobId);
    });
    let kept = false;
    try {
      const attempt = await this.#deps.service.published(jobId);
      kept = attempt !== undefined && !changed;
      if (attempt !== undefined && kept) this.#known.set(jobId, { attempt, forget });
      return attempt;
    } finally {
      if (!kept) forget();
    }
  }
}

/** Of a job that runs what its attempt has so far, else what is published. */
export function playbackRoutes(app: App, deps: ClientDeps): void {
  const attempts = new PublishedAttempts(deps);
  const { store, service } = deps;
  const earlyPlayback = new EarlyPlayback({ store, state: (...args) => service.early(...args) });
  playedFileRoutes(app, deps, {
    url: "/v1/playback",
    of: "job",
    summary: "Read a file of a published job",
    description:
      "Playlists name their files by relative paths, so a player that opens `playbackUrl` finds " +
      "all other files here. Ranges and ETags are supported, and any origin may read.",
    find: async (jobId, path) => {
      const early = readEarlyPath(path);
      if (early) return earlyPlayback.find(jobId, early);
      const attempt = await attempts.of(jobId);
      return attempt === undefined ? undefined : { key: attemptPrefix(jobId, attempt) + path };
    },
  });
}
