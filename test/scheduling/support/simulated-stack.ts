import { mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { startCluster, stopAllClusters } from "../../standins/cluster/cluster.ts";
import { changeSettings, type Settings } from "../../standins/cluster/settings.ts";
import { writeAtomically } from "../../standins/kit/cloud-folder.ts";
import { CloudStore } from "../../standins/kit/store.ts";
import { textAt, type JsonObject } from "../../../tools/plugins/kit/json.ts";
import {
  clusterIdOf,
  cloudOf,
  fillStore,
  goldenResources,
  isPool,
  withLeast,
  type PoolChange,
  type StackName,
} from "./golden-cloud.ts";
import { Kube } from "./kube.ts";

/** Fast, so that a test waits for decisions and not for machines. */
export const testSettings: Settings = {
  nodeReadySeconds: 0.5,
  newPodSeconds: 0.5,
  emptySeconds: 300,
  drainSeconds: 5,
};

/** A stack's nodes on a simulated cloud, without Pulumi: its pools and what of its objects a test applies. */
export class SimulatedStack {
  readonly store: CloudStore;
  readonly kube: Kube;
  readonly stack: StackName;

  private constructor(stack: StackName, store: CloudStore, kube: Kube) {
    this.stack = stack;
    this.store = store;
    this.kube = kube;
  }

  static async start(stack: StackName, change?: PoolChange): Promise<SimulatedStack> {
    const folder = mkdtempSync(path.join(os.tmpdir(), `simulated-${stack}-`));
    const store = new CloudStore(folder);
    try {
      changeSettings(folder, testSettings);
      await fillStore(store, stack, change);
      return new SimulatedStack(stack, store, await SimulatedStack.boot(stack, folder));
    } catch (error) {
      await SimulatedStack.end(folder);
      throw error;
    }
  }

  get folder(): string {
    return this.store.folder;
  }

  /** Starts whatever of the cluster does not run. */
  static async boot(stack: StackName, folder: string): Promise<Kube> {
    const id = clusterIdOf(stack);
    const cloud = cloudOf(stack);
    return new Kube(await startCluster({ cloud, cloudFolder: folder, id, version: "1.35" }));
  }

  /** Applies objects of the golden file, kind after kind. */
  async applyKinds(
    kinds: readonly string[],
    accept: (object: JsonObject) => boolean = () => true,
  ): Promise<void> {
    const all = goldenResources(this.stack).map(({ inputs }) => inputs);
    for (const kind of kinds) {
      const mine = all.filter((inputs) => inputs["kind"] === kind && "metadata" in inputs);
      await this.kube.apply(...mine.filter(accept));
    }
  }

  async createPod(pod: JsonObject): Promise<void> {
    const namespace = textAt(pod, "metadata", "namespace") ?? "";
    await this.kube.api.create(`/api/v1/namespaces/${namespace}/pods`, pod);
  }

  /** Names the pools of which the cloud has no machines now. */
  faults(...pools: string[]): void {
    const faults = pools.map((name) => ({ operation: "scale", name, error: "no capacity" }));
    writeAtomically(path.join(this.folder, "faults.json"), JSON.stringify(faults));
  }

  /** Changes a pool in the cloud, as an update by Pulumi does; what it returns changes it back. */
  changePool(label: string, change: (inputs: JsonObject) => JsonObject): () => void {
    const entry = this.store.list().find((one) => isPool(one, label));
    if (entry === undefined) throw new Error(`${this.stack} has no pool ${label}`);
    const { inputs } = entry;
    this.store.update(entry, { inputs: change(inputs) });
    return () => {
      this.store.update(entry, { inputs });
    };
  }

  resize(label: string, { min }: { min: number }): void {
    this.changePool(label, (inputs) => withLeast(inputs, min));
  }

  async stop(): Promise<void> {
    await SimulatedStack.end(this.folder);
  }

  private static async end(folder: string): Promise<void> {
    await stopAllClusters(folder);
    rmSync(folder, { recursive: true, force: true });
  }
}
