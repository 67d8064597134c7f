import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { listAt, numberAt, parseJson, textAt, type Json } from "../../../tools/plugins/kit/json.ts";
import type { Layout } from "../../support/control-plane/programs.ts";
import { writeAtomically } from "../kit/cloud-folder.ts";
import type { Cloud } from "./pools/pool.ts";
import type { Recorded } from "./processes.ts";

/** Which cluster of which simulated cloud. */
export interface ClusterName {
  readonly cloudFolder: string;
  readonly id: string;
}

/** How to reach a simulated cluster. */
export interface ClusterAccess {
  /** https://127.66.x.y, with a port where 443 was taken. */
  readonly endpoint: string;
  /** PEM in base64. */
  readonly caCertificate: string;
  readonly token: string;
}

/** What a cluster keeps on disk. */
export class ClusterFolder {
  readonly path: string;

  constructor({ cloudFolder, id }: ClusterName) {
    // GKE's ids are paths; a cluster is one folder.
    this.path = path.join(path.resolve(cloudFolder), "clusters", id.replaceAll("/", "_"));
  }

  get pidsFile(): string {
    return this.file("pids.json");
  }

  file(name: string): string {
    return path.join(this.path, name);
  }

  readProcesses(): Recorded[] {
    return listAt(this.#read("pids.json"), "processes").map((item) => ({
      name: textAt(item, "name") ?? "",
      pid: numberAt(item, "pid") ?? 0,
      started: textAt(item, "started") ?? "",
    }));
  }

  writeProcesses(processes: readonly Recorded[]): void {
    this.#write("pids.json", { processes: processes.map((process) => ({ ...process })) });
  }

  readCluster(): { cloud: Cloud } {
    return { cloud: textAt(this.#read("cluster.json"), "cloud") === "eks" ? "eks" : "gke" };
  }

  writeCluster(cluster: { cloud: Cloud; id: string; version: string }): void {
    this.#write("cluster.json", cluster);
  }

  /** Where a cluster listens that has been started before. */
  readLayout(): Layout | undefined {
    const read = this.#read("layout.json");
    const address = textAt(read, "address");
    if (address === undefined) return undefined;
    const port = (name: keyof Layout["ports"]): number => numberAt(read, "ports", name) ?? 0;
    const ports = {
      api: port("api"),
      etcd: port("etcd"),
      peer: port("peer"),
      manager: port("manager"),
      scheduler: port("scheduler"),
    };
    return { folder: this.path, address, ports };
  }

  writeLayout({ address, ports }: Layout): void {
    this.#write("layout.json", { address, ports: { ...ports } });
  }

  readAccess(): ClusterAccess {
    const access = this.#read("access.json");
    return {
      endpoint: textAt(access, "endpoint") ?? "",
      caCertificate: textAt(access, "caCertificate") ?? "",
      token: textAt(access, "token") ?? "",
    };
  }

  writeAccess(access: ClusterAccess): void {
    this.#write("access.json", { ...access });
  }

  /** Whether the cluster has got what it has from birth. */
  get isBorn(): boolean {
    return existsSync(this.file("born.json"));
  }

  set isBorn(isBorn: boolean) {
    this.#write("born.json", isBorn);
  }

  /** Pools that have had their first nodes. */
  readBegun(): string[] {
    return listAt(this.#read("begun.json")).map(String);
  }

  writeBegun(pools: readonly string[]): void {
    this.#write("begun.json", [...pools]);
  }

  #read(name: string): Json | undefined {
    const file = this.file(name);
    return existsSync(file) ? parseJson(readFileSync(file, "utf8")) : undefined;
  }

  #write(name: string, content: Json): void {
    writeAtomically(this.file(name), `${JSON.stringify(content, undefined, 2)}\n`);
  }
}
