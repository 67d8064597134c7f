import { watchObjects } from "../../../../tools/plugins/kubernetes/client/watch.ts";
import type { JsonObject } from "../../../../tools/plugins/kit/json.ts";
import type { Cloud } from "../pools/pool.ts";
import type { Api } from "./api.ts";

const paths = {
  nodes: "/api/v1/nodes",
  pods: "/api/v1/pods",
  services: "/api/v1/services",
  configMaps: "/api/v1/configmaps",
  claims: "/api/v1/persistentvolumeclaims",
  volumes: "/api/v1/persistentvolumes",
  classes: "/apis/storage.k8s.io/v1/storageclasses",
  deployments: "/apis/apps/v1/deployments",
} as const;

export type Watched = keyof typeof paths;

const clouds = {
  gke: { computeClasses: "/apis/cloud.google.com/v1/computeclasses" },
  eks: {},
} as const satisfies Record<Cloud, Record<string, string>>;

/** What a cluster has, kept up to date by watches. */
export class View {
  readonly #objects = new Map<string, readonly JsonObject[]>();
  readonly #expected: number;
  /** Ended watches: the cluster can no longer be seen. */
  readonly broken: Promise<unknown>;
  #dirty = true;

  constructor(api: Api, cloud: Cloud) {
    const all = Object.entries({ ...paths, ...clouds[cloud] });
    this.#expected = all.length;
    this.broken = Promise.all(all.map(([name, path]) => this.#watch(api, name, path)));
  }

  get complete(): boolean {
    return this.#objects.size === this.#expected;
  }

  of(name: Watched | "computeClasses"): readonly JsonObject[] {
    return this.#objects.get(name) ?? [];
  }

  /** Whether anything has changed since the last call. */
  takeChanges(): boolean {
    const dirty = this.#dirty;
    this.#dirty = false;
    return dirty;
  }

  #watch(api: Api, name: string, path: string): Promise<void> {
    const listener = (objects: readonly JsonObject[]): void => {
      this.#objects.set(name, objects);
      this.#dirty = true;
    };
    return watchObjects(api.http, path, {}, { signal: api.signal, listener });
  }
}
