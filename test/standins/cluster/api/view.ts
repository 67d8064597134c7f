import {
  makeInformer,
  type Informer,
  type KubernetesObject,
  type ObjectCache,
} from "@kubernetes/client-node";
import {
  isObject,
  listAt,
  objectAt,
  textAt,
  type JsonObject,
} from "../../../../tools/plugins/kit/json.ts";
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

type KubeObject = JsonObject & KubernetesObject;
type KubeInformer = Informer<KubeObject> & ObjectCache<KubeObject>;

/** Pause in milliseconds before a watch that broke off starts over. */
const restartPauseMs = 500;

function isKubeObject(object: JsonObject): object is KubeObject {
  return objectAt(object, "metadata") !== undefined;
}

/** What a cluster has, kept up to date by watches. */
export class View {
  readonly #informers: ReadonlyMap<string, KubeInformer>;
  readonly #listed = new Set<string>();
  #dirty = true;

  constructor(api: Api, cloud: Cloud) {
    const all = Object.entries({ ...paths, ...clouds[cloud] });
    this.#informers = new Map(all.map(([name, path]) => [name, this.#inform(api, name, path)]));
  }

  get complete(): boolean {
    return this.#listed.size === this.#informers.size;
  }

  of(name: Watched | "computeClasses"): readonly JsonObject[] {
    return this.#informers.get(name)?.list() ?? [];
  }

  /** Whether anything has changed since the last call. */
  takeChanges(): boolean {
    const dirty = this.#dirty;
    this.#dirty = false;
    return dirty;
  }

  #inform(api: Api, name: string, path: string): KubeInformer {
    const list = async () => {
      const answer = await api.get(path);
      this.#listed.add(name);
      return {
        metadata: { resourceVersion: textAt(answer, "metadata", "resourceVersion") ?? "" },
        items: listAt(answer, "items").filter(isObject).filter(isKubeObject),
      };
    };
    const informer = makeInformer(api.config, path, list);
    informer.on("change", () => {
      this.#dirty = true;
    });
    const restart = () => {
      if (!api.signal.aborted) setTimeout(() => void informer.start(), restartPauseMs);
    };
    informer.on("error", restart);
    api.signal.addEventListener("abort", () => void informer.stop());
    void informer.start();
    return informer;
  }
}
