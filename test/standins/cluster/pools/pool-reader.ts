import { existsSync, statSync } from "node:fs";
import path from "node:path";
import type { CloudStore } from "../../kit/store.ts";
import { poolsOf, type ClusterRef } from "./from-store.ts";
import type { NodePool } from "./pool.ts";

/** Two changes in this time, in milliseconds, may leave a folder with one and the same time. */
const granularityMs = 100;

/** The pools of a cluster, read again when something in the cloud has changed: every change renames a file. */
export class PoolReader {
  readonly #store: CloudStore;
  readonly #cluster: ClusterRef;
  readonly #folder: string;
  #changedAt = 0;
  #readAt = 0;
  #pools: readonly NodePool[] = [];

  constructor(store: CloudStore, cluster: ClusterRef) {
    this.#store = store;
    this.#cluster = cluster;
    this.#folder = path.join(store.folder, "resources");
  }

  read(): readonly NodePool[] {
    if (!existsSync(this.#folder)) return [];
    const changedAt = statSync(this.#folder).mtimeMs;
    const isFresh = changedAt === this.#changedAt && this.#readAt - changedAt > granularityMs;
    if (isFresh) return this.#pools;
    this.#readAt = Date.now();
    this.#changedAt = changedAt;
    this.#pools = poolsOf(this.#store, this.#cluster);
    return this.#pools;
  }
}
